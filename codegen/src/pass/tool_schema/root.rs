//! The root of a tool's schema: an object, and no union.

use crate::json::{List, Map, Value, json};

use super::super::walk::reference;
use super::bundle::Library;
use super::tame::tame;

/// A schema as a root: references followed, unions flattened. The flag tells that a union was.
pub(super) fn root(library: &mut Library<'_>, schema: &Value) -> (Map, bool) {
    let mut members = resolved(library, &tame(schema), 8).unwrap_or_default();
    let mut flattened = false;
    for union in ["allOf", "anyOf", "oneOf"] {
        if let Some(Value::Array(branches)) = members.remove(union) {
            flattened |= union != "allOf";
            flatten(library, &mut members, &branches, union == "allOf");
        }
    }
    for keyword in ["not", "if", "then", "else", "enum", "const", "$ref"] {
        members.remove(keyword);
    }
    members.insert("type", json!("object"));
    (members, flattened)
}

/// Whether a schema only accepts objects, so that it can be a root as it is.
pub(super) fn is_object(library: &mut Library<'_>, schema: &Value) -> bool {
    resolved(library, schema, 8).is_some_and(|members| {
        members.get("type").and_then(Value::as_str) == Some("object")
            && !["allOf", "anyOf", "oneOf"].iter().any(|key| members.contains_key(key))
    })
}

/// The members behind references at the root; what stands beside a reference goes first.
fn resolved(library: &mut Library<'_>, schema: &Value, hops: u8) -> Option<Map> {
    let members = schema.as_object()?;
    let Some(name) = reference(members) else {
        return Some(members.clone());
    };
    let target = library.definition(name)?.clone();
    let mut inner = match hops.checked_sub(1) {
        Some(hops) => resolved(library, &target, hops)?,
        None => Map::new(),
    };
    for (key, value) in members.iter().filter(|(key, _)| *key != "$ref") {
        inner.insert(key.clone(), value.clone());
    }
    Some(inner)
}

/// Adds the properties of all branches. A property is required if it is so in every branch (of a
/// union) or in any branch (of an intersection).
fn flatten(library: &mut Library<'_>, members: &mut Map, branches: &[Value], all: bool) {
    let mut properties = match members.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    let mut common: Option<Vec<Value>> = None;
    for branch in branches {
        let Some(branch) = resolved(library, branch, 8) else {
            continue;
        };
        let names = match branch.get("required") {
            Some(Value::Array(names)) => names.to_vec(),
            _ => Vec::new(),
        };
        common = Some(match common {
            None => names,
            Some(mut common) if all => {
                common.extend(names);
                common
            }
            Some(common) => common.into_iter().filter(|name| names.contains(name)).collect(),
        });
        if let Some(Value::Object(own)) = branch.get("properties") {
            for (name, schema) in own {
                join_property(&mut properties, name, schema);
            }
        }
    }
    let mut required = match members.remove("required") {
        Some(Value::Array(required)) => required,
        _ => List::new(),
    };
    for name in common.unwrap_or_default() {
        let known = name.as_str().is_some_and(|name| properties.contains_key(name));
        if known && !required.contains(&name) {
            required.push(name);
        }
    }
    if !required.is_empty() {
        members.insert("required", Value::Array(required));
    }
    members.remove("additionalProperties");
    members.remove("unevaluatedProperties");
    members.insert("properties", Value::Object(properties));
}

/// A property of several branches accepts what any of them does.
fn join_property(properties: &mut Map, name: &str, schema: &Value) {
    match properties.get_mut(name) {
        None => {
            properties.insert(name.to_owned(), schema.clone());
        }
        Some(known) if known == schema => {}
        Some(known) => {
            let only_union = known.as_object().is_some_and(|members| members.len() == 1);
            if let Some(Value::Array(branches)) = known.get_mut("anyOf").filter(|_| only_union) {
                if !branches.contains(schema) {
                    branches.push(schema.clone());
                }
            } else {
                *known = json!({"anyOf": [known, schema]});
            }
        }
    }
}
