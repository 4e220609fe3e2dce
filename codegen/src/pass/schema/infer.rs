//! The type that a schema without `type` means.

use crate::json::{Map, Value, json};

use super::super::context::Context;
use crate::code;

const OBJECT: [&str; 6] = [
    "properties",
    "additionalProperties",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
];
const ARRAY: [&str; 5] = ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"];
const STRING: [&str; 3] = ["pattern", "minLength", "maxLength"];
const NUMBER: [&str; 5] =
    ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

/// Gives a schema the type that its other keywords are about.
pub(super) fn types(cx: &mut Context<'_>, out: &mut Map, at: &str) {
    if out.contains_key("type") || out.contains_key("const") {
        return;
    }
    if let Some(Value::Array(values)) = out.get("enum") {
        if let Some(name) = uniform(values) {
            out.insert("type", name);
        }
        return;
    }
    let has = |keys: &[&str]| keys.iter().any(|key| out.contains_key(key));
    let name = if has(&OBJECT) {
        "object"
    } else if has(&ARRAY) {
        "array"
    } else if has(&STRING) {
        "string"
    } else if has(&NUMBER) {
        "number"
    } else if let Some(Value::String(format)) = out.get("format") {
        match of_format(format) {
            Some(name) => name,
            None => return,
        }
    } else {
        return;
    };
    // A bare `additionalProperties` beside a composition says nothing of its own.
    cx.report(code::MISSING_TYPE, at, format!("no `type` is given; `{name}` is assumed"));
    out.insert("type", json!(name));
}

fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "int32" | "int64" => "integer",
        "float" | "double" => "number",
        "date" | "date-time" | "time" | "duration" | "email" | "uri" | "uuid" | "ipv4" | "ipv6"
        | "hostname" | "byte" | "binary" | "password" => "string",
        _ => return None,
    })
}

/// The one type of all values, and null beside it.
fn uniform(values: &[Value]) -> Option<Value> {
    let mut found: Option<&str> = None;
    let mut null = false;
    for value in values {
        let name = match value {
            Value::Null => {
                null = true;
                continue;
            }
            Value::String(_) => "string",
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::Array(_) | Value::Object(_) => return None,
        };
        if found.is_some_and(|found| found != name) {
            return None;
        }
        found = Some(name);
    }
    match (found, null) {
        (Some(name), true) => Some(json!([name, "null"])),
        (Some(name), false) => Some(json!(name)),
        (None, true) => Some(json!("null")),
        (None, false) => None,
    }
}
