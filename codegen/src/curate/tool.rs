//! What is said of one tool, and of one parameter.

use crate::json::Value;

use super::reader::{Reader, plain};
use super::reply;
use crate::pointer::join;
use crate::select::{ParameterRule, Placed, ResourceRule, ToolRule};

const TOOL: [&str; 14] = [
    "drop",
    "name",
    "title",
    "description",
    "group",
    "read-only",
    "destructive",
    "idempotent",
    "open-world",
    "scopes",
    "resource",
    "pages",
    "fields",
    "parameters",
];
const PARAMETER: [&str; 4] = ["hide", "preset", "name", "description"];
const RESOURCE: [&str; 3] = ["uri", "media-type", "tool"];

/// `false` drops the tool, `true` keeps it, a mapping changes it.
pub(super) fn read(reader: &mut Reader<'_>, value: &Value, at: &str) -> ToolRule {
    let mut rule = ToolRule::default();
    if let Value::Bool(keep) = value {
        rule.drop = Some(!keep);
        return rule;
    }
    for (key, value) in reader.members(value, at, "a tool") {
        let at = &join(at, key);
        match plain(key).as_str() {
            "drop" => rule.drop = reader.flag(value, at),
            "name" => rule.name = name(reader, value, at),
            "title" => rule.title = reader.text(value, at),
            "description" => rule.description = reader.text(value, at),
            "group" => rule.group = reader.text(value, at),
            "readonly" => rule.read_only = reader.flag(value, at),
            "destructive" => rule.destructive = reader.flag(value, at),
            "idempotent" => rule.idempotent = reader.flag(value, at),
            "openworld" => rule.open_world = reader.flag(value, at),
            "scopes" => rule.scopes = Some(scopes(reader, value, at)),
            "resource" => {
                let resource = resource(reader, value, at);
                rule.resource = Some(reader.placed(resource, at));
            }
            "pages" | "paging" => {
                rule.pages = reply::pages(reader, value, at).map(|said| reader.placed(said, at));
            }
            "fields" => {
                rule.fields = reply::fields(reader, value, at).map(|said| reader.placed(said, at));
            }
            "parameters" => rule.parameters = parameters(reader, value, at),
            _ => reader.unknown(at, key, &TOOL),
        }
    }
    rule
}

fn name(reader: &mut Reader<'_>, value: &Value, at: &str) -> Option<String> {
    let name = reader.text(value, at)?;
    if name.trim().is_empty() {
        reader.wrong(at, "every tool has a name: leave this out to keep its own");
    }
    Some(name)
}

/// What callers have to be allowed.
fn scopes(reader: &mut Reader<'_>, value: &Value, at: &str) -> Vec<String> {
    let is_legal = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
    let said = reader.texts(value, at);
    for (scope, at) in &said {
        if scope.is_empty() || !scope.bytes().all(is_legal) {
            let message = "a scope is made of visible characters of ASCII without `\"` and `\\`; \
                           write several as a list";
            reader.wrong(at, message);
        }
    }
    said.into_iter().map(|(scope, _)| scope).collect()
}

/// Parameters by name.
pub(super) fn parameters(
    reader: &mut Reader<'_>,
    value: &Value,
    at: &str,
) -> Vec<Placed<(String, ParameterRule)>> {
    let mut rules = Vec::new();
    for (name, value) in reader.members(value, at, "`parameters`") {
        let at = join(at, name);
        let rule = parameter(reader, value, &at);
        rules.push(reader.placed((name.to_owned(), rule), &at));
    }
    rules
}

/// `false` hides the parameter, `true` shows it, a mapping changes it.
pub(super) fn parameter(reader: &mut Reader<'_>, value: &Value, at: &str) -> ParameterRule {
    let mut rule = ParameterRule::default();
    if let Value::Bool(show) = value {
        rule.hide = Some(!show);
        return rule;
    }
    for (key, value) in reader.members(value, at, "a parameter") {
        let at = &join(at, key);
        match plain(key).as_str() {
            "hide" => rule.hide = reader.flag(value, at),
            "preset" => rule.preset = preset(reader, value, at),
            "name" => rule.name = reply::argument(reader, value, at),
            "description" => rule.description = reader.text(value, at),
            _ => reader.unknown(at, key, &PARAMETER),
        }
    }
    rule
}

/// A constant whose texts may name variables of the environment.
fn preset(reader: &mut Reader<'_>, value: &Value, at: &str) -> Option<Value> {
    let mut sound = !value.is_null();
    if !sound {
        reader.wrong(at, "a preset is a value: leave the parameter out by `hide` instead");
    }
    texts(value, &mut |text| {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            rest = after;
            if before.ends_with('$') {
                continue;
            }
            let legal = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let name = after.split_once('}').map_or("", |(name, _)| name);
            if name.is_empty() || !name.chars().all(legal) {
                sound = false;
                reader.wrong(
                    at,
                    "a variable of the environment is written `${NAME}`; `$${` is a plain `${`",
                );
            }
        }
    });
    sound.then(|| value.clone())
}

fn texts(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| texts(item, visit)),
        Value::Object(members) => members.values().for_each(|member| texts(member, visit)),
        _ => {}
    }
}

/// `true`, a URI, or a mapping.
fn resource(reader: &mut Reader<'_>, value: &Value, at: &str) -> ResourceRule {
    let mut rule = ResourceRule::default();
    match value {
        Value::Bool(is_one) => rule.none = !is_one,
        Value::String(uri) => rule.uri = Some(uri.to_string()),
        value => {
            for (key, value) in reader.members(value, at, "a resource") {
                let at = &join(at, key);
                match plain(key).as_str() {
                    "uri" | "uritemplate" => rule.uri = reader.text(value, at),
                    "mediatype" | "mimetype" => rule.media_type = reader.text(value, at),
                    "tool" => rule.tool = reader.flag(value, at).unwrap_or_default(),
                    _ => reader.unknown(at, key, &RESOURCE),
                }
            }
        }
    }
    rule
}
