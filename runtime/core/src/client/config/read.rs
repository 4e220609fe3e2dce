//! How the files of different hosts are read.

use std::time::Duration;

use serde_json::Map;

use super::entry::{Entry, Input, Servers};
use super::error::ConfigError;
use super::expand::Template;
use super::jsonc;
use super::members::Value;
use super::raw::{Raw, Sort};

/// Where servers stand in them.
const TABLES: [&str; 5] = ["mcpServers", "servers", "context_servers", "amp.mcpServers", "mcp"];

impl Servers {
    /// Reads a configuration. What is wrong with a single server is told when it is
    /// [used](Entry::way), so that the others can be.
    ///
    /// # Errors
    /// The text is no JSON, or has no servers in any of the places where hosts have them.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        let plain = jsonc::plain(text);
        let whole = Value::whole(&plain)?;
        let members = whole.object()?;
        let table = TABLES.iter().find_map(|name| find(&members, name));
        let table = table.ok_or_else(|| {
            whole.error("there is no `mcpServers`, nor `servers`, `context_servers` or `mcp`")
        })?;
        let inner = table.object()?;
        let is_settings = table.pointer == "/mcp";
        // VS Code's settings have the file below `mcp`; opencode has the servers there.
        let (members, table) = match find(&inner, "servers") {
            Some(servers) if is_settings => (&inner, servers.object()?),
            _ => (&members, inner.clone()),
        };
        let inputs = match find(members, "inputs") {
            Some(inputs) => inputs.list()?.iter().map(input).collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        let entries = table.into_iter().map(|(name, value)| entry(name, &value)).collect();
        Ok(Self { entries, inputs })
    }
}

fn find<'m, 'a>(members: &'m [(String, Value<'a>)], name: &str) -> Option<&'m Value<'a>> {
    members.iter().find_map(|(known, value)| (known == name).then_some(value))
}

fn input(value: &Value<'_>) -> Result<Input, ConfigError> {
    let members = value.object()?;
    let id = find(&members, "id").ok_or_else(|| value.error("an input needs an `id`"))?;
    Ok(Input {
        id: id.text()?,
        description: find(&members, "description").map(Value::text).transpose()?,
        password: find(&members, "password").map(Value::boolean).transpose()?.unwrap_or(false),
    })
}

fn entry(name: String, value: &Value<'_>) -> Entry {
    let mut read = Reader::default();
    let way = read.entry(value).and_then(|()| read.way(value));
    let Reader { disabled, timeout, rest, .. } = read;
    Entry { name, disabled, timeout, rest, way }
}

/// What was read of a server.
#[derive(Default)]
struct Reader {
    disabled: bool,
    timeout: Option<Duration>,
    rest: Map<String, serde_json::Value>,
    kind: Option<Kind>,
    program: Option<Template>,
    args: Vec<Template>,
    env: Vec<(String, Option<Template>)>,
    cwd: Option<Template>,
    url: Option<Template>,
    headers: Vec<(String, Template)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Command,
    Url(Sort),
}

impl Reader {
    fn entry(&mut self, value: &Value<'_>) -> Result<(), ConfigError> {
        for (name, value) in value.object()? {
            if value.is_null() {
                continue;
            }
            match &*name {
                "disabled" => self.disabled = value.boolean()?,
                "enabled" => self.disabled = !value.boolean()?,
                "timeout" => self.timeout = Some(timeout(&value)?),
                "type" | "transport" if !value.is_object() => self.kind = Some(kind(&value)?),
                "command" => self.command(&value)?,
                "args" => self.args.extend(templates(&value)?),
                "env" | "environment" => self.env = variables(&value)?,
                "cwd" => self.cwd = Some(template(&value)?),
                "url" if self.url.is_some() => {}
                "url" => self.url = Some(template(&value)?),
                "serverUrl" => self.url = Some(template(&value)?),
                "httpUrl" => {
                    self.url = Some(template(&value)?);
                    self.kind = self.kind.or(Some(Kind::Url(Sort::Streamable)));
                }
                "headers" => self.headers = headers(&value)?,
                _ => {
                    self.rest.insert(name, value.json());
                }
            }
        }
        Ok(())
    }

    /// The program, alone or with its arguments in one list, or, as Zed once had it, in an object.
    fn command(&mut self, value: &Value<'_>) -> Result<(), ConfigError> {
        if value.is_list() {
            let mut words = templates(value)?.into_iter();
            self.program = Some(words.next().ok_or_else(|| value.error("there is no program"))?);
            self.args.splice(0..0, words);
            return Ok(());
        }
        if !value.is_object() {
            self.program = Some(template(value)?);
            return Ok(());
        }
        for (name, value) in value.object()? {
            match &*name {
                "path" => self.program = Some(template(&value)?),
                "args" => self.args = templates(&value)?,
                "env" if !value.is_null() => self.env = variables(&value)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn way(&mut self, entry: &Value<'_>) -> Result<Raw, ConfigError> {
        let kind = match (self.kind, &self.program, &self.url) {
            (Some(kind), ..) => kind,
            (None, Some(_), Some(_)) => {
                let reason = "it has both a `command` and a URL: say which with `type`";
                return Err(entry.error(reason));
            }
            (None, Some(_), None) => Kind::Command,
            (None, None, _) => Kind::Url(Sort::Auto),
        };
        let lacks = |what: &str| entry.error(format!("the server needs {what}"));
        match kind {
            Kind::Command => Ok(Raw::Command {
                program: self.program.take().ok_or_else(|| lacks("a `command`"))?,
                args: std::mem::take(&mut self.args),
                env: std::mem::take(&mut self.env),
                cwd: self.cwd.take(),
            }),
            Kind::Url(sort) => Ok(Raw::Url {
                url: self.url.take().ok_or_else(|| lacks("a `command` or a `url`"))?,
                headers: std::mem::take(&mut self.headers),
                sort,
            }),
        }
    }
}

fn template(value: &Value<'_>) -> Result<Template, ConfigError> {
    located(value, value.text()?)
}

fn located(value: &Value<'_>, text: String) -> Result<Template, ConfigError> {
    if text.contains('\0') {
        return Err(value.error("it contains a NUL character"));
    }
    Ok(Template { text, line: value.line(), pointer: value.pointer.clone() })
}

fn templates(value: &Value<'_>) -> Result<Vec<Template>, ConfigError> {
    value.list()?.iter().map(template).collect()
}

fn variables(value: &Value<'_>) -> Result<Vec<(String, Option<Template>)>, ConfigError> {
    let members = value.object()?.into_iter();
    let variable = |(name, value): (String, Value<'_>)| {
        if name.is_empty() || name.contains(['=', '\0']) {
            return Err(value.error("this is no name of a variable"));
        }
        let given = (!value.is_null()).then(|| located(&value, value.scalar()?));
        Ok((name, given.transpose()?))
    };
    members.map(variable).collect()
}

fn headers(value: &Value<'_>) -> Result<Vec<(String, Template)>, ConfigError> {
    let members = value.object()?.into_iter();
    members.map(|(name, value)| Ok((name, located(&value, value.scalar()?)?))).collect()
}

/// Some hosts write milliseconds and some seconds; nobody means milliseconds below a second, nor
/// a quarter of an hour and more in seconds.
fn timeout(value: &Value<'_>) -> Result<Duration, ConfigError> {
    let number = value.number()?;
    let seconds = if number < 1000.0 { number } else { number / 1000.0 };
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|timeout| !timeout.is_zero())
        .ok_or_else(|| value.expected("a number above 0, of milliseconds"))
}

fn kind(value: &Value<'_>) -> Result<Kind, ConfigError> {
    let text = value.text()?;
    match &*text.to_ascii_lowercase().replace(['-', '_'], "") {
        "stdio" | "local" => Ok(Kind::Command),
        "http" | "streamablehttp" => Ok(Kind::Url(Sort::Streamable)),
        "remote" => Ok(Kind::Url(Sort::Auto)),
        "sse" => Ok(Kind::Url(Sort::Sse)),
        _ => Err(value
            .error(format!("`{text}` is none of `stdio`, `http`, `streamable-http` and `sse`"))),
    }
}
