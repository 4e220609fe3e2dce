//! What was sent comes back in the answer, where the answer has a place for it.

use std::collections::BTreeMap;

use serde_json::Value;
use toolwright_codegen::json;

use super::sample::Sampler;
use super::scalar::is_of_format;

/// Puts what was sent, in the path and in the body, into an answer of the schema.
pub(super) fn echo(
    value: &mut Value,
    schema: &json::Value,
    sampler: &Sampler<'_>,
    path: &BTreeMap<String, String>,
    sent: Option<&Value>,
) {
    let Value::Object(members) = value else {
        if let (Value::String(text), Some(Value::String(sent))) = (value, sent) {
            text.clone_from(sent);
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
    let from_body = sent.and_then(Value::as_object).into_iter().flatten();
    let from_body = from_body.map(|(name, value)| (name.clone(), vec![value.clone()]));
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
    schema: &'s json::Value,
    sampler: &Sampler<'s>,
    properties: &mut BTreeMap<&'s str, &'s json::Value>,
    depth: usize,
) {
    let schema = sampler.resolved(schema);
    let parts = schema.get("allOf").and_then(json::Value::as_array);
    for part in parts.into_iter().flatten().filter(|_| depth < 8) {
        collect(part, sampler, properties, depth + 1);
    }
    let own = schema.get("properties").and_then(json::Value::as_object);
    properties.extend(own.into_iter().flatten().map(|(name, property)| (name.as_str(), property)));
}

/// Whether a value is of the schema's type, enumeration and required members.
fn fits(schema: &json::Value, value: &Value, sampler: &Sampler<'_>, depth: usize) -> bool {
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
        Some(json::Value::String(name)) => is(name),
        Some(json::Value::Array(names)) => names.iter().filter_map(json::Value::as_str).any(is),
        _ => true,
    };
    let listed = schema.get("enum").and_then(json::Value::as_array);
    let listed = listed.is_none_or(|values| values.iter().any(|one| one == value));
    let inside = match value {
        Value::Array(items) => schema
            .get("items")
            .is_none_or(|schema| items.iter().all(|item| fits(schema, item, sampler, depth + 1))),
        Value::Object(members) => {
            let mut properties = BTreeMap::new();
            collect(schema, sampler, &mut properties, 0);
            let required = schema.get("required").and_then(json::Value::as_array);
            let complete = required
                .into_iter()
                .flatten()
                .filter_map(json::Value::as_str)
                .all(|name| members.contains_key(name));
            complete
                && members.iter().all(|(name, value)| {
                    properties
                        .get(name.as_str())
                        .is_none_or(|schema| fits(schema, value, sampler, depth + 1))
                })
        }
        Value::String(text) => {
            let format = schema.get("format").and_then(json::Value::as_str);
            format.is_none_or(|format| is_of_format(format, text))
        }
        _ => true,
    };
    typed && listed && inside
}
