//! Values that a profile has no schema for travel as JSON in a string. The runtime reads it: where
//! the contract takes no string, a string that is JSON stands for what it says.

use crate::json::{Map, Value, json};

use super::super::walk::children_mut;
use super::Lost;

const HINT: &str = "(as JSON text)";

/// A string in place of something else; `scalar`: the type of it, if it is a plain one.
pub(super) fn cut(description: Option<&Value>, scalar: Option<Value>) -> Map {
    let mut members = Map::new();
    let text = description.and_then(Value::as_str).unwrap_or_default();
    match scalar {
        Some(kind) => {
            members.insert("type", kind);
            if !text.is_empty() {
                members.insert("description", json!(text));
            }
        }
        None => {
            members.insert("type", json!("string"));
            let text = format!("{text} {HINT}");
            members.insert("description", json!(text.trim()));
        }
    }
    members
}

/// The type of a schema that is no container.
pub(super) fn scalar(schema: &Map) -> Option<Value> {
    let kind = schema.get("type")?;
    let plain = |kind: &Value| !matches!(kind.as_str(), Some("object" | "array") | None);
    let all = match kind {
        Value::Array(kinds) => kinds.iter().all(plain),
        kind => plain(kind),
    };
    all.then(|| kind.clone())
}

/// Objects without listed members, below the root.
pub(super) fn free_objects(schema: &mut Value, lost: &mut Lost) {
    each_below(schema, &mut |members| {
        let object = match members.get("type") {
            Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == "object"),
            kind => kind.and_then(Value::as_str) == Some("object"),
        };
        let has = matches!(members.get("properties"), Some(Value::Object(map)) if !map.is_empty());
        let branches = ["anyOf", "oneOf", "allOf"].iter().any(|key| members.contains_key(key));
        if object && !has && !branches {
            let nullable = takes_null(members);
            *members = cut(members.get("description"), None);
            if nullable {
                members.insert("type", json!(["string", "null"]));
            }
            lost.one("objects with any members");
        }
    });
}

fn takes_null(members: &Map) -> bool {
    let kinds = members.get("type").and_then(Value::as_array);
    kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "null"))
}

/// What lies more than `depth` objects, arrays and alternatives below the root.
pub(super) fn deep(schema: &mut Value, depth: usize, lost: &mut Lost) {
    let Value::Object(members) = schema else {
        return;
    };
    children_mut(members, &mut |child| {
        if depth > 1 {
            return deep(child, depth - 1, lost);
        }
        if let Value::Object(members) = child
            && scalar(members).is_none()
            && !members.is_empty()
        {
            *members = cut(members.get("description"), None);
            lost.one("deep members");
        }
    });
}

fn each_below(schema: &mut Value, change: &mut dyn FnMut(&mut Map)) {
    if let Value::Object(members) = schema {
        children_mut(members, &mut |child| {
            each_below(child, change);
            if let Value::Object(members) = child {
                change(members);
            }
        });
    }
}
