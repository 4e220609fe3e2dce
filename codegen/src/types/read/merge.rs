//! Several schemas for one value as one schema.

use std::collections::BTreeMap;

use crate::json::{Map, Text, Value, json};

use super::MAX_DEPTH;
use crate::ir::Schema;

/// Most branches that two unions in one schema may make.
const MOST_BRANCHES: usize = 16;

/// Keywords that say something about the shape of a value.
const STRUCTURAL: &[&str] = &[
    "$ref",
    "type",
    "properties",
    "patternProperties",
    "additionalProperties",
    "required",
    "items",
    "prefixItems",
    "enum",
    "const",
    "oneOf",
    "anyOf",
    "allOf",
];

/// A string member of a schema that isn't blank.
pub(super) fn text(schema: &Value, keyword: &str) -> Option<Text> {
    let Value::String(text) = schema.get(keyword)? else { return None };
    match text.trim() {
        "" => None,
        trimmed if trimmed.len() == text.len() => Some(text.clone()),
        trimmed => Some(trimmed.into()),
    }
}

/// The schema for one of several types.
pub(super) fn with_type(object: &Map, kind: &str) -> Value {
    let mut one = object.clone();
    one.insert("type", json!(kind));
    one.remove("description");
    one.remove("title");
    Value::Object(one)
}

/// Whether a schema says anything about the shape of a value.
pub(super) fn is_structural(schema: &Map) -> bool {
    schema.iter().any(|(keyword, value)| {
        STRUCTURAL.contains(&keyword.as_str()) && !(keyword == "type" && value == "object")
    })
}

/// The only part of an `allOf` that says something about the shape, where nothing beside does.
pub(super) fn only_part(object: &Map) -> Option<&Value> {
    let beside = object
        .iter()
        .any(|(keyword, value)| keyword != "allOf" && is_structural_member(keyword, value));
    if beside {
        return None;
    }
    let parts = object.get("allOf")?.as_array()?;
    let mut telling = parts.iter().filter(|part| part.as_object().is_some_and(is_structural));
    let first = telling.next()?;
    telling.next().is_none().then_some(first)
}

fn is_structural_member(keyword: &str, value: &Value) -> bool {
    STRUCTURAL.contains(&keyword) && !(keyword == "type" && value == "object")
}

/// The schema with its references and `allOf` parts merged in. References back to a schema that is
/// being merged add nothing.
pub(super) fn flatten(definitions: &BTreeMap<String, Schema>, object: &Map) -> Map {
    let mut merged = Map::new();
    let mut path = Vec::new();
    absorb(&mut merged, definitions, object, &mut path);
    merged
}

/// One schema merged with another, as in an `allOf` of both.
pub(super) fn both(definitions: &BTreeMap<String, Schema>, base: &Map, other: &Value) -> Value {
    let mut merged = Map::new();
    let mut path = Vec::new();
    if let Some(other) = other.as_object() {
        absorb(&mut merged, definitions, other, &mut path);
    }
    absorb(&mut merged, definitions, base, &mut path);
    Value::Object(merged)
}

fn absorb<'a>(
    merged: &mut Map,
    definitions: &'a BTreeMap<String, Schema>,
    object: &'a Map,
    path: &mut Vec<&'a str>,
) {
    if path.len() > MAX_DEPTH {
        return;
    }
    for (keyword, value) in object {
        if !matches!(keyword.as_str(), "allOf" | "$ref" | "nullable")
            && !multiply(merged, definitions, keyword, value)
        {
            combine(merged, keyword, value);
        }
    }
    if let Some(key) =
        object.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix("#/$defs/"))
        && !path.contains(&key)
        && let Some(target) = definitions.get(key).and_then(|schema| schema.0.as_object())
    {
        path.push(key);
        absorb(merged, definitions, target, path);
        path.pop();
    }
    for part in object.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        if let Some(part) = part.as_object() {
            absorb(merged, definitions, part, path);
        }
    }
}

/// Makes one union of two that hold together: each branch of one with each of the other. `false`
/// where there are no two, or too many branches.
fn multiply(
    merged: &mut Map,
    definitions: &BTreeMap<String, Schema>,
    keyword: &str,
    value: &Value,
) -> bool {
    let unions = ["oneOf", "anyOf"];
    let present = unions.into_iter().find(|union| merged.contains_key(union));
    let Some(present) = present.filter(|_| unions.contains(&keyword)) else { return false };
    let (Some(Value::Array(ours)), Value::Array(theirs)) = (merged.get(present), value) else {
        return false;
    };
    if ours == theirs || ours.len() * theirs.len() > MOST_BRANCHES {
        return false;
    }
    let mut branches = Vec::new();
    for one in ours.iter().filter_map(Value::as_object) {
        branches.extend(theirs.iter().map(|other| both(definitions, one, other)));
    }
    merged.insert(present, branches);
    true
}

/// Adds one keyword of a further schema.
fn combine(merged: &mut Map, keyword: &str, value: &Value) {
    let Some(present) = merged.get_mut(keyword) else {
        merged.insert(keyword.to_owned(), value.clone());
        return;
    };
    match (keyword, present, value) {
        ("properties", Value::Object(present), Value::Object(more)) => {
            for (name, schema) in more {
                combine_property(present, name, schema);
            }
        }
        ("required", Value::Array(present), Value::Array(more)) => {
            for name in more {
                if !present.contains(name) {
                    present.push(name.clone());
                }
            }
        }
        ("enum", Value::Array(present), Value::Array(more))
            if present.iter().any(|value| more.contains(value)) =>
        {
            present.retain(|value| more.contains(value));
        }
        ("additionalProperties", present @ Value::Bool(_), Value::Object(_)) => {
            *present = value.clone()
        }
        // What is said first stays: the schema itself before its parts.
        _ => {}
    }
}

fn combine_property(present: &mut Map, name: &str, schema: &Value) {
    let structural = |schema: &Value| schema.as_object().is_some_and(is_structural);
    let joined = match present.get(name) {
        None => schema.clone(),
        Some(first) if first == schema || !structural(schema) => return,
        Some(first) if !structural(first) => schema.clone(),
        Some(first) => {
            let description = first.get("description").or_else(|| schema.get("description"));
            let mut all = json!({ "allOf": [first, schema] });
            if let (Some(description), Some(object)) = (description, all.as_object_mut()) {
                object.insert("description", description);
            }
            all
        }
    };
    present.insert(name, joined);
}
