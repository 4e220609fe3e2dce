//! Constants and enumerations.

use crate::json::{Map, Value, json};

use super::super::walk::children_mut;
use super::Lost;

/// Longest list of values that is told in words.
const TOLD: usize = 200;

/// Writes constants as enumerations where these are taken and constants are not.
pub(super) fn constants(schema: &mut Value, keywords: &[&str]) {
    if keywords.contains(&"const") {
        return;
    }
    let Value::Object(members) = schema else {
        return;
    };
    if let Some(value) = members.remove("const") {
        members.insert("enum", json!([value]));
    }
    children_mut(members, &mut |child| constants(child, keywords));
}

/// Keeps enumerations of strings, and tells the others in the description.
pub(super) fn strings(schema: &mut Value, lost: &mut Lost) {
    let Value::Object(members) = schema else {
        return;
    };
    children_mut(members, &mut |child| strings(child, lost));
    let Some(Value::Array(values)) = members.get("enum") else {
        return;
    };
    let texts = values.iter().filter(|value| value.is_string()).count();
    let nulls = values.iter().filter(|value| value.is_null()).count();
    let kind = members.get("type");
    let stringy = match kind {
        None => true,
        Some(Value::String(kind)) => kind == "string",
        Some(Value::Array(kinds)) => kinds.iter().all(|kind| kind == "string" || kind == "null"),
        Some(_) => false,
    };
    let empty = values.iter().any(|value| value == "");
    if texts > 0 && texts + nulls == values.len() && stringy && !empty {
        let kept: Vec<Value> = values.iter().filter(|value| value.is_string()).cloned().collect();
        let nullable = nulls > 0;
        members.insert("enum", kept);
        members.insert(
            "type".to_owned(),
            json!(if nullable { &["string", "null"][..] } else { &["string"][..] }),
        );
        return;
    }
    tell(members);
    lost.one("enum of other values than strings");
}

/// Takes an enumeration out and says in words what it has.
pub(super) fn tell(members: &mut Map) {
    let Some(Value::Array(values)) = members.remove("enum") else {
        return;
    };
    if !members.contains_key("type") {
        members.insert("type", json!(kinds(&values)));
    }
    let list = values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
    if list.len() <= TOLD {
        let text = members.get("description").and_then(Value::as_str).unwrap_or_default();
        let told = format!("{text} (one of {list})");
        members.insert("description", json!(told.trim()));
    }
}

/// The type of the values that a schema lists, where they are plain ones.
pub(super) fn kind(members: &Map) -> Option<Value> {
    let values = match (members.get("const"), members.get("enum")) {
        (Some(value), _) => std::slice::from_ref(value),
        (None, Some(Value::Array(values))) => &**values,
        _ => return None,
    };
    let plain = |value: &Value| !value.is_object() && !value.is_array();
    match kinds(values).as_slice() {
        [kind] if values.iter().all(plain) => Some(json!(kind)),
        [_, ..] if values.iter().all(plain) => Some(json!(kinds(values))),
        _ => None,
    }
}

fn kinds(values: &[Value]) -> Vec<&'static str> {
    ["string", "integer", "number", "boolean", "null"]
        .into_iter()
        .filter(|kind| values.iter().any(|value| is(value, kind)))
        .collect()
}

fn is(value: &Value, kind: &str) -> bool {
    match value {
        Value::Null => kind == "null",
        Value::Bool(_) => kind == "boolean",
        Value::Number(number) if number.is_f64() => kind == "number",
        Value::Number(_) => kind == "integer",
        Value::String(_) => kind == "string",
        Value::Array(_) | Value::Object(_) => false,
    }
}
