//! Types: every schema has one, of one name, and arrays have items.

use crate::json::{Map, Value, json};

use super::super::walk::children_mut;
use super::{Lost, text, value};

/// Gives items to arrays that have none.
pub(super) fn items(schema: &mut Value) {
    each(schema, &mut |members| {
        if is(members, "array") && !members.contains_key("items") {
            members.insert("items", json!({}));
        }
    });
}

/// Gives a type to schemas without: that of their members, else any plain value.
pub(super) fn every(schema: &mut Value, lost: &mut Lost) {
    each(schema, &mut |members| {
        if let Some(Value::Array(branches)) = members.get("anyOf") {
            if branches.is_empty() {
                members.remove("anyOf");
            } else {
                // A type beside alternatives would have to be theirs; what it adds is checked
                // when the tool is called.
                members.retain(|key, _| matches!(key.as_str(), "anyOf" | "description"));
                return;
            }
        }
        if members.get("type").is_some_and(|kind| *kind != json!([])) {
            return;
        }
        let kind = if members.contains_key("properties") {
            json!("object")
        } else if members.contains_key("items") {
            json!("array")
        } else if members.contains_key("pattern") || members.contains_key("format") {
            json!("string")
        } else if let Some(kind) = value::kind(members) {
            kind
        } else {
            *members = plain(members);
            lost.one("values of any kind");
            return;
        };
        members.insert("type", kind);
    });
}

/// Any plain value.
fn plain(members: &Map) -> Map {
    let mut any = Map::new();
    let kinds = ["string", "number", "boolean"].map(|kind| json!({"type": kind}));
    any.insert("anyOf", json!(kinds));
    if let Some(description) = members.get("description") {
        any.insert("description", description.clone());
    }
    any
}

/// Writes lists of types as alternatives.
pub(super) fn single(schema: &mut Value) {
    each(schema, &mut |members| {
        let Some(Value::Array(kinds)) = members.get("type") else {
            return;
        };
        let kinds = kinds.clone();
        if let [kind] = &*kinds {
            members.insert("type", kind.clone());
            return;
        }
        let description = members.remove("description");
        let default = members.remove("default");
        let branches: Vec<Value> =
            kinds.iter().map(|kind| Value::Object(branch(members, kind))).collect();
        *members = Map::new();
        members.insert("anyOf", branches);
        members.extend(description.map(|text| ("description".to_owned(), text)));
        members.extend(default.map(|value| ("default".to_owned(), value)));
    });
}

/// What a schema says about values of one kind.
fn branch(members: &Map, kind: &Value) -> Map {
    let own: &[&str] = match kind.as_str() {
        Some("string") => &["enum", "format", "pattern", "minLength", "maxLength"],
        Some("number" | "integer") => &["format", "minimum", "maximum"],
        Some("array") => &["items", "minItems", "maxItems"],
        Some("object") => &["properties", "required", "minProperties", "maxProperties"],
        _ => &[],
    };
    let mut branch: Map = members
        .iter()
        .filter(|(key, _)| own.contains(&key.as_str()))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    if kind == "object" && !branch.contains_key("properties") {
        return text::cut(None, None);
    }
    branch.insert("type", kind.clone());
    branch
}

pub(super) fn is(members: &Map, kind: &str) -> bool {
    match members.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        one => one.and_then(Value::as_str) == Some(kind),
    }
}

pub(super) fn each(schema: &mut Value, change: &mut dyn FnMut(&mut Map)) {
    if let Value::Object(members) = schema {
        change(members);
        children_mut(members, &mut |child| {
            if let Value::Bool(_) = child {
                return;
            }
            each(child, change);
        });
    }
}
