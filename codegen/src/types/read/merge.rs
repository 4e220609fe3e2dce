//! Several schemas for one value as one schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::MAX_DEPTH;
use crate::ir::Schema;

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
pub(super) fn text(schema: &Value, keyword: &str) -> Option<String> {
    let text = schema.get(keyword)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The schema for one of several types.
pub(super) fn with_type(object: &Map<String, Value>, kind: &str) -> Value {
    let mut one = object.clone();
    one.insert("type".to_owned(), json!(kind));
    one.remove("description");
    one.remove("title");
    Value::Object(one)
}

/// Whether a schema says anything about the shape of a value.
pub(super) fn is_structural(schema: &Map<String, Value>) -> bool {
    schema.iter().any(|(keyword, value)| {
        STRUCTURAL.contains(&keyword.as_str()) && !(keyword == "type" && value == "object")
    })
}

/// The only part of an `allOf` that says something about the shape, where nothing beside does.
pub(super) fn only_part(object: &Map<String, Value>) -> Option<&Value> {
    let beside = object
        .iter()
        .any(|(keyword, value)| keyword != "allOf" && is_structural_member(keyword, value));
    if beside {
        return None;
    }
    let parts = object.get("allOf")?.as_array()?;
    let mut telling = parts
        .iter()
        .filter(|part| part.as_object().is_some_and(is_structural));
    let first = telling.next()?;
    telling.next().is_none().then_some(first)
}

fn is_structural_member(keyword: &str, value: &Value) -> bool {
    STRUCTURAL.contains(&keyword) && !(keyword == "type" && value == "object")
}

/// Whether reading the schema declares a type, now or for what is inside.
pub(super) fn is_composite(schema: &Value) -> bool {
    let Some(object) = schema.as_object() else {
        return false;
    };
    let inner = ["items", "additionalProperties"];
    ["properties", "enum", "const", "oneOf", "anyOf", "allOf"]
        .iter()
        .any(|keyword| object.contains_key(*keyword))
        || inner
            .iter()
            .filter_map(|keyword| object.get(*keyword))
            .any(is_composite)
}

/// The schema that `#/$defs/NAME` or a pointer further down leads to.
pub(super) fn resolve<'a>(
    definitions: &'a BTreeMap<String, Schema>,
    reference: &str,
) -> Option<&'a Value> {
    let (key, rest) = split(reference)?;
    definitions.get(&key)?.0.pointer(rest)
}

/// The name of the definition in a reference, and the pointer further down, which may be empty.
pub(super) fn split(reference: &str) -> Option<(String, &str)> {
    let path = reference.strip_prefix("#/$defs/")?;
    let end = path.find('/').unwrap_or(path.len());
    let (key, rest) = path.split_at_checked(end)?;
    Some((key.replace("~1", "/").replace("~0", "~"), rest))
}

/// A reference one step further down.
pub(super) fn step(reference: &str, keyword: &str, name: &str) -> String {
    format!(
        "{reference}/{keyword}/{}",
        name.replace('~', "~0").replace('/', "~1")
    )
}

/// The schema with its references and `allOf` parts merged in. References back to a schema that is
/// being merged add nothing. Members that need a type are references to where they come from, such
/// that all who inherit them share it; `origin` is where `object` itself can be found.
pub(super) fn flatten(
    definitions: &BTreeMap<String, Schema>,
    object: &Map<String, Value>,
    origin: Option<&str>,
) -> Map<String, Value> {
    let mut merge = Merge {
        definitions,
        merged: Map::new(),
        path: Vec::new(),
    };
    merge.absorb(object, origin);
    merge.merged
}

/// One schema merged with another, as in an `allOf` of both.
pub(super) fn both(
    definitions: &BTreeMap<String, Schema>,
    base: &Map<String, Value>,
    other: &Value,
) -> Value {
    let mut merge = Merge {
        definitions,
        merged: Map::new(),
        path: Vec::new(),
    };
    if let Some(other) = other.as_object() {
        merge.absorb(other, None);
    }
    merge.absorb(base, None);
    Value::Object(merge.merged)
}

struct Merge<'a> {
    definitions: &'a BTreeMap<String, Schema>,
    merged: Map<String, Value>,
    /// References being followed.
    path: Vec<String>,
}

impl Merge<'_> {
    fn absorb(&mut self, object: &Map<String, Value>, origin: Option<&str>) {
        if self.path.len() > MAX_DEPTH {
            return;
        }
        for (keyword, value) in object {
            match (keyword.as_str(), value, origin) {
                ("allOf" | "$ref" | "nullable", ..) => {}
                ("properties", Value::Object(properties), Some(origin)) => {
                    let shared = properties
                        .iter()
                        .map(|(name, schema)| {
                            (
                                name.clone(),
                                shared(schema, || step(origin, "properties", name)),
                            )
                        })
                        .collect();
                    combine(&mut self.merged, keyword, &Value::Object(shared));
                }
                _ => combine(&mut self.merged, keyword, value),
            }
        }
        if let Some(reference) = object.get("$ref").and_then(Value::as_str)
            && !self.path.iter().any(|followed| followed == reference)
            && let Some(target) = resolve(self.definitions, reference).and_then(Value::as_object)
        {
            self.path.push(reference.to_owned());
            self.absorb(target, Some(reference));
            self.path.pop();
        }
        let parts = object.get("allOf").and_then(Value::as_array);
        for (index, part) in parts.into_iter().flatten().enumerate() {
            if let Some(part) = part.as_object() {
                let place = origin.map(|origin| step(origin, "allOf", &index.to_string()));
                self.absorb(part, place.as_deref());
            }
        }
    }
}

/// A member as a reference to where it stands, if it declares a type.
fn shared(schema: &Value, reference: impl FnOnce() -> String) -> Value {
    if !is_composite(schema) || schema.get("$ref").is_some() {
        return schema.clone();
    }
    let mut member = Map::new();
    for keyword in ["description", "title", "readOnly", "writeOnly", "default"] {
        if let Some(value) = schema.get(keyword) {
            member.insert(keyword.to_owned(), value.clone());
        }
    }
    member.insert("$ref".to_owned(), json!(reference()));
    Value::Object(member)
}

/// Adds one keyword of a further schema.
fn combine(merged: &mut Map<String, Value>, keyword: &str, value: &Value) {
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
        ("enum", Value::Array(present), Value::Array(more)) => {
            if present.iter().any(|value| more.contains(value)) {
                present.retain(|value| more.contains(value));
            }
        }
        ("additionalProperties", present @ Value::Bool(_), Value::Object(_)) => {
            *present = value.clone()
        }
        // What is said first stays: the schema itself before its parts.
        _ => {}
    }
}

fn combine_property(present: &mut Map<String, Value>, name: &str, schema: &Value) {
    let structural = |schema: &Value| schema.as_object().is_some_and(is_structural);
    match present.get_mut(name) {
        None => {
            present.insert(name.to_owned(), schema.clone());
        }
        Some(first) if first == schema || !structural(schema) => {}
        Some(first) if !structural(first) => *first = schema.clone(),
        Some(first) => {
            let description = first
                .get("description")
                .or_else(|| schema.get("description"))
                .cloned();
            let mut all = json!({ "allOf": [first.take(), schema] });
            if let (Some(description), Some(object)) = (description, all.as_object_mut()) {
                object.insert("description".to_owned(), description);
            }
            *first = all;
        }
    }
}
