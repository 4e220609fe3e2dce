//! Annotations of tools that ask for parameters to be mirrored in headers: `x-mcp-header`.
//!
//! Specification: `basic/transports/streamable-http`, section "Custom Headers from Tool
//! Parameters".

use std::collections::HashMap;

use http::HeaderName;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

const KEYWORD: &str = "x-mcp-header";
/// Largest integer that every JSON reader holds exactly.
const SAFE: f64 = 9_007_199_254_740_991.0;

/// A parameter that a header mirrors.
#[derive(Debug)]
pub(crate) struct Annotation {
    pub(crate) header: HeaderName,
    /// As the tool's author wrote it.
    pub(crate) shown: String,
    pub(crate) path: Vec<String>,
    pub(crate) kind: Kind,
}

/// What the parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    String,
    Integer,
    Boolean,
}

/// The annotations of a schema.
///
/// # Errors
/// One breaks the rules: the tool cannot be called over HTTP.
pub(crate) fn read(schema: &str) -> Result<Vec<Annotation>, Fault> {
    if !schema.contains(KEYWORD) {
        return Ok(Vec::new());
    }
    let mut finder = Finder::default();
    // A schema that is no JSON is found out about elsewhere.
    let schema = serde_json::from_str::<Value>(schema).unwrap_or_default();
    finder.reachable(&schema, &mut Vec::new())?;
    Ok(finder.found)
}

/// The value at a path of arguments, unless it is absent or null.
pub(crate) fn find<'a>(arguments: Option<&'a RawValue>, path: &[String]) -> Option<&'a RawValue> {
    let mut at = arguments?;
    for name in path {
        let members: HashMap<String, &RawValue> = serde_json::from_str(at.get()).ok()?;
        at = *members.get(name)?;
    }
    (at.get() != "null").then_some(at)
}

/// A number that is whole and held exactly by everybody.
pub(crate) fn integer(text: &str) -> Option<i64> {
    let plausible = |byte: u8| matches!(byte, b'0'..=b'9' | b'-' | b'.' | b'e' | b'E' | b'+');
    if text.is_empty() || !text.bytes().all(plausible) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    (number.fract() == 0.0 && number.abs() <= SAFE).then_some(number as i64)
}

#[derive(Default)]
struct Finder {
    found: Vec<Annotation>,
}

/// What is wrong with an annotation.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) pointer: String,
    pub(crate) reason: &'static str,
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
        self.found.push(Annotation { header, shown, path: path.to_vec(), kind });
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
