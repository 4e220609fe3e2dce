//! The headers that mirror a request.
//!
//! Specification: `basic/transports/streamable-http`, section "Request Metadata".

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde_json::value::RawValue;
use toolwright_core::ClientError;
use toolwright_core::client::Outgoing;
use toolwright_spec::Tool;

use crate::annotation::{self, Annotation, Kind, find, integer};

pub(super) const VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
pub(super) const LAST_EVENT: HeaderName = HeaderName::from_static("last-event-id");
const METHOD: HeaderName = HeaderName::from_static("mcp-method");
const NAME: HeaderName = HeaderName::from_static("mcp-name");

/// Tools whose annotations are kept; a list is not longer.
const TOOLS: usize = 10_000;

/// The annotated parameters of listed tools.
#[derive(Debug, Default)]
pub(super) struct Mirrors(Mutex<HashMap<String, Arc<[Annotation]>>>);

/// The parameters that headers mirror.
#[derive(Debug, Default, Deserialize)]
struct Mirrored<'a> {
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    uri: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "taskId")]
    task: Option<Cow<'a, str>>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

impl Mirrors {
    /// Remembers annotations, and removes tools whose annotations break the rules: they must not
    /// be called.
    pub(super) fn learn(&self, tools: &mut Vec<Tool>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tools.retain(|tool| match annotation::read(tool.input_schema.as_str()) {
            Ok(found) => {
                known.remove(&tool.name);
                if !found.is_empty() && known.len() < TOOLS {
                    known.insert(tool.name.clone(), found.into());
                }
                true
            }
            Err(fault) => {
                tracing::warn!(
                    tool = %tool.name,
                    "left out: its `x-mcp-header` {} {}", fault.pointer, fault.reason
                );
                false
            }
        });
    }

    /// The headers of a request of the era without sessions.
    ///
    /// # Errors
    /// An argument cannot be put into a header.
    pub(super) fn headers(&self, request: &Outgoing) -> Result<HeaderMap, ClientError> {
        let mut headers = HeaderMap::new();
        headers.insert(VERSION, HeaderValue::from_static(request.revision().as_str()));
        headers.insert(METHOD, encoded(request.method()));
        let Ok(mirrored) = serde_json::from_str::<Mirrored<'_>>(request.params()) else {
            return Ok(headers);
        };
        let name = match request.method() {
            "tools/call" | "prompts/get" => mirrored.name,
            "resources/read" => mirrored.uri,
            "tasks/get" | "tasks/update" | "tasks/cancel" => mirrored.task,
            _ => None,
        };
        let Some(name) = name else { return Ok(headers) };
        headers.insert(NAME, encoded(&name));
        if request.method() == "tools/call" {
            let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&*name).cloned();
            for annotation in known.iter().flat_map(|known| known.iter()) {
                if let Some(text) = value(annotation, mirrored.arguments)? {
                    headers.insert(annotation.header.clone(), encoded(&text));
                }
            }
        }
        Ok(headers)
    }
}

/// What a header says of its argument; nothing if there is none.
fn value(
    annotation: &Annotation,
    arguments: Option<&RawValue>,
) -> Result<Option<String>, ClientError> {
    let Some(given) = find(arguments, &annotation.path) else { return Ok(None) };
    let text = match (given.get().as_bytes(), annotation.kind) {
        ([b'"', ..], _) => serde_json::from_str(given.get()).ok(),
        (b"true" | b"false", _) => Some(given.get().to_owned()),
        ([b'-' | b'0'..=b'9', ..], Kind::Integer) => {
            let Some(integer) = integer(given.get()) else {
                return Err(ClientError::Arguments {
                    reason: format!(
                        "`{}` goes into the header {} and has to be an integer of at most 2^53-1",
                        annotation.path.join("/"),
                        annotation.shown
                    ),
                });
            };
            Some(integer.to_string())
        }
        // No value of a legal kind: the server will say so.
        _ => None,
    };
    Ok(text)
}

/// A text as a header's value: as it is if that is safe, else as Base64.
pub(super) fn encoded(text: &str) -> HeaderValue {
    let legal = text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\t'));
    let padded = text.starts_with([' ', '\t']) || text.ends_with([' ', '\t']);
    let looks_encoded = text.starts_with("=?base64?") && text.ends_with("?=");
    if legal
        && !padded
        && !looks_encoded
        && let Ok(value) = HeaderValue::from_str(text)
    {
        return value;
    }
    let text = format!("=?base64?{}?=", STANDARD.encode(text));
    // Base64 is legal in a header.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_encoded_where_they_have_to_be() {
        for (text, value) in [
            ("us-west1", "us-west1"),
            ("", ""),
            ("a b\tc", "a b\tc"),
            ("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="),
            (" padded ", "=?base64?IHBhZGRlZCA=?="),
            ("line1\nline2", "=?base64?bGluZTEKbGluZTI=?="),
            ("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="),
            ("=?base64?open", "=?base64?open"),
            ("\u{7f}", "=?base64?fw==?="),
        ] {
            assert_eq!(encoded(text), value, "{text:?}");
        }
    }

    #[test]
    fn arguments_become_headers() {
        let tool = |schema: serde_json::Value| {
            let tool = json!({ "name": "t", "inputSchema": schema });
            toolwright_spec::from_str::<Tool>(&tool.to_string()).unwrap()
        };
        let good = tool(json!({ "type": "object", "properties": {
            "region": { "type": "string", "x-mcp-header": "Region" },
            "deep": { "type": "object", "properties": {
                "count": { "type": "integer", "x-mcp-header": "Count" } } },
            "sure": { "type": "boolean", "x-mcp-header": "Sure" } } }));
        let bad = tool(json!({ "type": "object", "properties": {
            "region": { "type": "number", "x-mcp-header": "Region" } } }));
        let mirrors = Mirrors::default();
        let mut tools = vec![good, bad];
        mirrors.learn(&mut tools);
        assert_eq!(tools.len(), 1);
        let known = mirrors.0.lock().unwrap().get("t").cloned().unwrap();
        let told = |arguments: serde_json::Value| {
            let arguments = serde_json::value::to_raw_value(&arguments).unwrap();
            let values = known.iter().map(|annotation| value(annotation, Some(&arguments)));
            values.collect::<Result<Vec<_>, _>>().map(|told| told.into_iter().flatten().collect())
        };
        let mut full: Vec<String> =
            told(json!({ "region": "ä", "deep": { "count": 42.0 }, "sure": false })).unwrap();
        // The order is that of the schema's members, which serde_json keeps only on request.
        full.sort_unstable();
        assert_eq!(full, ["42", "false", "ä"]);
        assert_eq!(told(json!({ "region": null, "deep": {} })).unwrap(), Vec::<String>::new());
        assert!(told(json!({ "deep": { "count": 9_007_199_254_740_993_u64 } })).is_err());
    }
}
