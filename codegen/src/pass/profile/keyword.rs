//! Keywords and formats that are not taken.

use crate::json::{Map, Value};

use super::super::walk::children_mut;
use super::Lost;

/// Keywords that say nothing about values.
const SILENT: [&str; 7] =
    ["title", "examples", "example", "deprecated", "$comment", "contentMediaType", "default"];

/// Puts the members of an `allOf` into the schema around it, the first one of each name, and makes
/// `anyOf` of `oneOf`.
pub(super) fn intersections(schema: &mut Value, lost: &mut Lost) {
    let Value::Object(members) = schema else {
        return;
    };
    children_mut(members, &mut |child| intersections(child, lost));
    if let Some(Value::Array(branches)) = members.remove("allOf") {
        for branch in branches {
            if let Value::Object(branch) = branch {
                join(members, branch, lost);
            }
        }
    }
    if let Some(branches) = members.remove("oneOf") {
        if members.contains_key("anyOf") {
            lost.one("oneOf beside anyOf");
        } else {
            members.insert("anyOf", branches);
        }
    }
}

fn join(members: &mut Map, branch: Map, lost: &mut Lost) {
    for (key, value) in branch {
        match (members.get_mut(&key), value) {
            (None, value) => {
                members.insert(key, value);
            }
            (Some(known), value) if *known == value => {}
            (Some(Value::Object(known)), Value::Object(more)) if key == "properties" => {
                for (name, schema) in more {
                    known.insert_new(name, || schema);
                }
            }
            (Some(Value::Array(known)), Value::Array(more)) if key == "required" => {
                let new: Vec<Value> =
                    more.into_iter().filter(|name| !known.contains(name)).collect();
                known.extend(new);
            }
            _ => lost.one("parts of allOf"),
        }
    }
}

/// Takes out all keywords but some.
pub(super) fn unknown(schema: &mut Value, known: &[&str], lost: &mut Lost) {
    let Value::Object(members) = schema else {
        return;
    };
    members.retain(|key, value| {
        let kept = known.contains(&key.as_str());
        let open = key == "additionalProperties" && *value == Value::Bool(true);
        if !kept && !open && !SILENT.contains(&key.as_str()) {
            lost.one(key.as_str());
        }
        kept
    });
    children_mut(members, &mut |child| unknown(child, known, lost));
}

/// Takes out formats that are not taken for the type.
pub(super) fn formats(schema: &mut Value, known: &[(&str, &str)], lost: &mut Lost) {
    let Value::Object(members) = schema else {
        return;
    };
    children_mut(members, &mut |child| formats(child, known, lost));
    let Some(format) = members.get("format") else {
        return;
    };
    let is = |kind: &str| match members.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(|one| one == kind),
        one => one.and_then(Value::as_str) == Some(kind),
    };
    let kept = known.iter().any(|(kind, name)| format == name && is(kind));
    if !kept {
        lost.one(format!("format {}", format.as_str().unwrap_or_default()));
        members.remove("format");
    }
}
