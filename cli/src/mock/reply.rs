//! What the mock answers.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::Value;
use toolwright_codegen::ir::{Api, Binding, Response, Schema, Status};

use super::problem::problem;
use super::sample::Sampler;

/// A response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Empty where there is no body.
    pub(super) media_type: String,
    pub(super) body: Vec<u8>,
}

/// The answer to a request as described; `sent` is its body, `path` the values in its path.
pub(super) fn success(
    api: &Api,
    binding: &Binding,
    path: &BTreeMap<String, String>,
    sent: Option<Value>,
) -> Answer {
    let is_success = |response: &&Response| match response.status {
        Status::Code(code) => (200..300).contains(&code),
        Status::Range(hundreds) => hundreds == 2,
        Status::Default => true,
    };
    let response = binding.responses.iter().find(is_success);
    let status = match response.map(|response| response.status) {
        Some(Status::Code(code)) => StatusCode::from_u16(code).unwrap_or(StatusCode::OK),
        Some(_) => StatusCode::OK,
        None => StatusCode::NO_CONTENT,
    };
    let Some(response) = response.filter(|response| !response.media_types.is_empty()) else {
        return Answer { status, media_type: String::new(), body: Vec::new() };
    };
    written(api, response, status, |value, schema, sampler| {
        echo(value, schema, sampler, path, sent);
    })
}

/// The declared 404, or a plain one.
pub(super) fn not_found(api: &Api, binding: &Binding) -> Answer {
    let declared = binding
        .responses
        .iter()
        .find(|response| matches!(response.status, Status::Code(404) | Status::Range(4)))
        .filter(|response| !response.media_types.is_empty());
    match declared {
        Some(response) => written(api, response, StatusCode::NOT_FOUND, |_, _, _| {}),
        None => problem(StatusCode::NOT_FOUND, "There is nothing under this path."),
    }
}

fn written(
    api: &Api,
    response: &Response,
    status: StatusCode,
    change: impl FnOnce(&mut Value, &Value, &Sampler<'_>),
) -> Answer {
    let declared = response.media_types.first().map_or("*/*", String::as_str);
    let media_type = if declared.contains('*') { "application/octet-stream" } else { declared };
    let sampler = Sampler::new(&api.definitions);
    let any = Schema::any();
    let schema = &response.schema.as_ref().unwrap_or(&any).0;
    let mut value = response.example.clone().unwrap_or_else(|| sampler.value(schema));
    change(&mut value, schema, &sampler);
    Answer { status, media_type: media_type.to_owned(), body: bytes(media_type, value) }
}

/// JSON as such, images as an image, anything else as text.
fn bytes(media_type: &str, value: Value) -> Vec<u8> {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if essence == "application/json" || essence.ends_with("+json") {
        return value.to_string().into_bytes();
    }
    if essence.starts_with("image/") && essence != "image/svg+xml" {
        return PNG.to_vec();
    }
    match value {
        Value::String(text) => text.into_bytes(),
        Value::Null => b"mock".to_vec(),
        other => other.to_string().into_bytes(),
    }
}

/// Puts what was sent into the answer, where its schema has a place for it.
fn echo(
    value: &mut Value,
    schema: &Value,
    sampler: &Sampler<'_>,
    path: &BTreeMap<String, String>,
    sent: Option<Value>,
) {
    let Value::Object(members) = value else {
        if let (Value::String(text), Some(Value::String(sent))) = (value, sent) {
            *text = sent;
        }
        return;
    };
    let mut properties = BTreeMap::new();
    collect(schema, sampler, &mut properties, 0);
    let from_path = path.iter().map(|(name, text)| {
        let number = serde_json::from_str(text).ok().filter(Value::is_number);
        let string = Value::String(text.clone());
        (name.clone(), vec![number.unwrap_or(Value::Null), string])
    });
    let from_body = match sent {
        Some(Value::Object(sent)) => sent,
        _ => serde_json::Map::new(),
    };
    let from_body = from_body.into_iter().map(|(name, value)| (name, vec![value]));
    for (name, candidates) in from_path.chain(from_body) {
        let fitting = properties.get(name.as_str()).and_then(|property| {
            candidates.into_iter().find(|value| fits(property, value, sampler, 0))
        });
        if let Some(fitting) = fitting {
            members.insert(name, fitting);
        }
    }
}

/// The properties of a schema, those of its parts included.
fn collect<'s>(
    schema: &'s Value,
    sampler: &Sampler<'s>,
    properties: &mut BTreeMap<&'s str, &'s Value>,
    depth: usize,
) {
    let schema = sampler.resolved(schema);
    let parts = schema.get("allOf").and_then(Value::as_array);
    for part in parts.into_iter().flatten().filter(|_| depth < 8) {
        collect(part, sampler, properties, depth + 1);
    }
    let own = schema.get("properties").and_then(Value::as_object);
    properties.extend(own.into_iter().flatten().map(|(name, property)| (name.as_str(), property)));
}

/// Whether a value is of the schema's type, enumeration and required members.
fn fits(schema: &Value, value: &Value, sampler: &Sampler<'_>, depth: usize) -> bool {
    let schema = sampler.resolved(schema);
    if depth > 8 {
        return false;
    }
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    };
    let typed = match schema.get("type") {
        Some(Value::String(name)) => is(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    };
    let listed =
        schema.get("enum").and_then(Value::as_array).is_none_or(|values| values.contains(value));
    let inside = match value {
        Value::Array(items) => schema
            .get("items")
            .is_none_or(|schema| items.iter().all(|item| fits(schema, item, sampler, depth + 1))),
        Value::Object(members) => {
            let mut properties = BTreeMap::new();
            collect(schema, sampler, &mut properties, 0);
            let required = schema.get("required").and_then(Value::as_array);
            let complete = required
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .all(|name| members.contains_key(name));
            complete
                && members.iter().all(|(name, value)| {
                    properties
                        .get(name.as_str())
                        .is_none_or(|schema| fits(schema, value, sampler, depth + 1))
                })
        }
        _ => true,
    };
    typed && listed && inside
}

/// An image of one grey pixel.
const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52,
    0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b,
    0x55, 0x00, 0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x68, 0x00, 0x00, 0x00,
    0x82, 0x00, 0x81, 0x77, 0xcd, 0x72, 0xb6, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae,
    0x42, 0x60, 0x82,
];
