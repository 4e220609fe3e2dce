//! The headers that mirror parameters of tools: `Mcp-Param-*`.
//!
//! Specification: `basic/transports/streamable-http`, section "Custom Headers from Tool
//! Parameters".

use std::collections::HashMap;

use http::{HeaderMap, HeaderName};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use toolwright_core::ProtocolError;
use toolwright_spec::Tool;

use super::error::Error;
use super::standard::{mismatch, string, value};

const KEYWORD: &str = "x-mcp-header";
/// Largest integer that every JSON reader holds exactly.
const SAFE: f64 = 9_007_199_254_740_991.0;

/// The annotated parameters of all tools that have any.
#[derive(Debug, Default)]
pub(super) struct Parameters(HashMap<String, Vec<Parameter>>);

#[derive(Debug)]
struct Parameter {
    header: HeaderName,
    /// As the tool's author wrote it.
    shown: String,
    path: Vec<String>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    String,
    Integer,
    Boolean,
}

impl Parameters {
    /// Finds the annotations.
    ///
    /// # Errors
    /// One breaks the rules: clients would refuse the tool.
    pub(super) fn new(tools: &[Tool]) -> Result<Self, Error> {
        let mut all = Self::default();
        tools.iter().try_for_each(|tool| all.add(tool))?;
        Ok(all)
    }

    /// Finds the annotations that clients accept; the log names the others.
    pub(super) fn of_running(tools: &[Tool]) -> Self {
        let mut all = Self::default();
        for tool in tools {
            if let Err(error) = all.add(tool) {
                tracing::error!("no header mirrors a parameter of this tool: {error}");
            }
        }
        all
    }

    fn add(&mut self, tool: &Tool) -> Result<(), Error> {
        let schema = tool.input_schema.as_str();
        if !schema.contains(KEYWORD) {
            return Ok(());
        }
        let mut finder = Finder::default();
        // A schema that is no JSON was refused when the server was built.
        let schema = serde_json::from_str::<Value>(schema).unwrap_or_default();
        finder.reachable(&schema, &mut Vec::new()).map_err(|fault| Error::ParameterHeader {
            tool: tool.name.clone(),
            pointer: fault.pointer,
            reason: fault.reason,
        })?;
        if !finder.found.is_empty() {
            self.0.insert(tool.name.clone(), finder.found);
        }
        Ok(())
    }

    /// Whether any header belongs to calls of this tool.
    pub(super) fn has(&self, tool: &str) -> bool {
        self.0.contains_key(tool)
    }

    /// Checks the headers of a call.
    ///
    /// # Errors
    /// -32020: a header is missing, occurs twice, or says something else than the arguments.
    pub(super) fn check(
        &self,
        tool: &str,
        arguments: Option<&RawValue>,
        headers: &HeaderMap,
    ) -> Result<(), ProtocolError> {
        let Some(parameters) = self.0.get(tool) else {
            return Ok(());
        };
        parameters.iter().try_for_each(|parameter| parameter.check(arguments, headers))
    }
}

impl Parameter {
    fn check(
        &self,
        arguments: Option<&RawValue>,
        headers: &HeaderMap,
    ) -> Result<(), ProtocolError> {
        let Some(given) = find(arguments, &self.path) else {
            if headers.contains_key(&self.header) {
                let message = format!("the header {} is there, its parameter is not", self.shown);
                return Err(mismatch(message));
            }
            return Ok(());
        };
        let text = value(headers, &self.header, &self.shown)?;
        let same = match self.kind {
            Kind::String => string(given).is_some_and(|given| given == text),
            Kind::Boolean => matches!(given.get(), "true" | "false") && *given.get() == *text,
            Kind::Integer => match (integer(given.get()), integer(&text)) {
                (Some(given), Some(text)) => given == text,
                _ => false,
            },
        };
        if same {
            return Ok(());
        }
        let path = self.path.join("/");
        Err(mismatch(format!("the header {} does not match the argument `{path}`", self.shown)))
    }
}

/// The value at a path of arguments, unless it is absent or null.
fn find<'a>(arguments: Option<&'a RawValue>, path: &[String]) -> Option<&'a RawValue> {
    let mut at = arguments?;
    for name in path {
        let members: HashMap<String, &RawValue> = serde_json::from_str(at.get()).ok()?;
        at = *members.get(name)?;
    }
    (at.get() != "null").then_some(at)
}

/// A number that is whole and held exactly by everybody.
fn integer(text: &str) -> Option<i64> {
    let plausible = |byte: u8| matches!(byte, b'0'..=b'9' | b'-' | b'.' | b'e' | b'E' | b'+');
    if text.is_empty() || !text.bytes().all(plausible) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    (number.fract() == 0.0 && number.abs() <= SAFE).then_some(number as i64)
}

#[derive(Default)]
struct Finder {
    found: Vec<Parameter>,
}

struct Fault {
    pointer: String,
    reason: &'static str,
}

impl Finder {
    /// Looks at a schema that is reached through `properties` alone.
    fn reachable(&mut self, schema: &Value, path: &mut Vec<String>) -> Result<(), Fault> {
        let Some(schema) = schema.as_object() else {
            return Ok(());
        };
        if let Some(name) = schema.get(KEYWORD) {
            self.add(name, schema, path)
                .map_err(|reason| Fault { pointer: format!("`{}`", path.join("/")), reason })?;
        }
        for (keyword, below) in schema {
            if keyword == KEYWORD {
                continue;
            }
            let Some(properties) = below.as_object().filter(|_| keyword == "properties") else {
                no_annotation(keyword, below)?;
                continue;
            };
            for (name, property) in properties {
                path.push(name.clone());
                self.reachable(property, path)?;
                path.pop();
            }
        }
        Ok(())
    }

    fn add(
        &mut self,
        name: &Value,
        schema: &Map<String, Value>,
        path: &[String],
    ) -> Result<(), &'static str> {
        let name = name.as_str().filter(|name| is_token(name));
        let name = name.ok_or("is not a header's name: letters, digits and hyphens")?;
        if path.is_empty() {
            return Err("stands at the root, which is no parameter");
        }
        let kind = kind(schema).ok_or("stands at what is no string, integer or boolean")?;
        let shown = format!("Mcp-Param-{name}");
        let header = HeaderName::from_bytes(shown.as_bytes());
        let header = header.map_err(|_| "is not a header's name: letters, digits and hyphens")?;
        if self.found.iter().any(|other| other.header == header) {
            return Err("is there twice, in upper or lower case");
        }
        self.found.push(Parameter { header, shown, path: path.to_vec(), kind });
        Ok(())
    }
}

/// Nothing below may be annotated. Values that are data, not schemas, say nothing.
fn no_annotation(keyword: &str, value: &Value) -> Result<(), Fault> {
    if matches!(keyword, "const" | "enum" | "default" | "examples") {
        return Ok(());
    }
    match value {
        Value::Object(members) if members.contains_key(KEYWORD) => Err(Fault {
            pointer: format!("below `{keyword}`"),
            reason: "stands where no chain of `properties` leads",
        }),
        Value::Object(members) => {
            members.iter().try_for_each(|(name, below)| no_annotation(name, below))
        }
        Value::Array(items) => items.iter().try_for_each(|below| no_annotation(keyword, below)),
        _ => Ok(()),
    }
}

/// The one type besides null.
fn kind(schema: &Map<String, Value>) -> Option<Kind> {
    let mut types = match schema.get("type")? {
        Value::Array(types) => types.iter().filter(|kind| *kind != "null").collect(),
        one => vec![one],
    };
    match (types.pop()?.as_str()?, types.is_empty()) {
        ("string", true) => Some(Kind::String),
        ("integer", true) => Some(Kind::Integer),
        ("boolean", true) => Some(Kind::Boolean),
        _ => None,
    }
}

fn is_token(name: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(legal)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn parameters(schema: &Value) -> Result<Parameters, String> {
        let tool = json!({ "name": "t", "inputSchema": schema });
        let tool: Tool = toolwright_spec::from_str(&tool.to_string()).unwrap();
        Parameters::new(&[tool]).map_err(|error| error.to_string())
    }

    fn check(arguments: &Value, headers: &[(&'static str, &str)]) -> Result<(), String> {
        let parameters = parameters(&json!({"type": "object", "properties": {
            "region": {"type": "string", "x-mcp-header": "Region"},
            "deep": {"type": "object", "properties": {
                "count": {"type": ["integer", "null"], "x-mcp-header": "count"},
            }},
            "sure": {"type": "boolean", "x-mcp-header": "Sure"},
        }}));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_str(value).unwrap());
        }
        let arguments = serde_json::value::to_raw_value(arguments).unwrap();
        let checked = parameters.unwrap().check("t", Some(&arguments), &map);
        checked.map_err(|error| error.message().to_owned())
    }

    #[test]
    fn headers_say_what_the_arguments_say() {
        assert_eq!(check(&json!({}), &[("mcp-param-other", "x")]), Ok(()));
        assert_eq!(check(&json!({"region": null}), &[]), Ok(()));
        assert_eq!(check(&json!({"region": "a b"}), &[("mcp-param-region", "a b")]), Ok(()));
        assert_eq!(
            check(&json!({"region": "ä"}), &[("mcp-param-region", "=?base64?w6Q=?=")]),
            Ok(())
        );
        let count = json!({"deep": {"count": 42}});
        assert_eq!(check(&count, &[("mcp-param-count", "42")]), Ok(()));
        assert_eq!(check(&count, &[("mcp-param-count", "42.0")]), Ok(()));
        assert_eq!(check(&json!({"sure": true}), &[("mcp-param-sure", "true")]), Ok(()));
    }

    #[test]
    fn whatever_differs_is_a_mismatch() {
        let region = json!({"region": "a"});
        for headers in [
            &[][..],
            &[("mcp-param-region", "b")],
            &[("mcp-param-region", "A")],
            &[("mcp-param-region", "a"), ("mcp-param-region", "a")],
            &[("mcp-param-region", "=?base64?YQ?=")],
            &[("mcp-param-region", "=?base64?Y Q==?=")],
        ] {
            assert!(check(&region, headers).is_err(), "{headers:?}");
        }
        assert!(check(&json!({}), &[("mcp-param-region", "a")]).is_err());
        assert!(check(&json!({"sure": true}), &[("mcp-param-sure", "True")]).is_err());
        let large = json!({"deep": {"count": 9_007_199_254_740_993_u64}});
        assert!(check(&large, &[("mcp-param-count", "9007199254740993")]).is_err());
        let count = json!({"deep": {"count": 42}});
        assert!(check(&count, &[("mcp-param-count", "NaN")]).is_err());
    }

    #[test]
    fn annotations_that_clients_refuse_are_refused_here() {
        let annotated = |value: Value| json!({"properties": {"a": value}});
        let cases = [
            (annotated(json!({"type": "number", "x-mcp-header": "A"})), "no string"),
            (annotated(json!({"type": "string", "x-mcp-header": ""})), "header's name"),
            (annotated(json!({"type": "string", "x-mcp-header": "a\r\nb"})), "header's name"),
            (annotated(json!({"type": "string", "x-mcp-header": 1})), "header's name"),
            (
                annotated(json!({"items": {"type": "string", "x-mcp-header": "A"}})),
                "no chain of `properties`",
            ),
            (
                json!({"properties": {
                    "a": {"type": "string", "x-mcp-header": "A"},
                    "b": {"type": "string", "x-mcp-header": "a"},
                }}),
                "twice",
            ),
            (json!({"type": "string", "x-mcp-header": "A"}), "root"),
        ];
        for (schema, expected) in cases {
            let error = parameters(&schema).unwrap_err();
            assert!(error.contains(expected), "{schema}: {error}");
        }
        let data = annotated(json!({"type": "object", "default": {"x-mcp-header": "A"}}));
        assert!(parameters(&data).is_ok());
    }
}
