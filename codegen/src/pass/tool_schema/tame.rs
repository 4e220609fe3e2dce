//! What LLM clients should not have to read is taken out of a schema.

use crate::json::{Map, Text, Value, json};

use crate::ir::TAGS;

/// Formats that clients know; others name number widths, encodings or nothing agreed.
const FORMATS: [&str; 14] = [
    "date-time",
    "date",
    "time",
    "duration",
    "email",
    "hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "uuid",
    "regex",
    "json-pointer",
    "iri",
];
/// Keywords that concern neither what a model writes nor how it is checked.
const DROPPED: [&str; 4] = ["title", "readOnly", "writeOnly", "contentSchema"];

/// A tame copy of a normalised schema; references stay as they are.
pub(super) fn tame(schema: &Value) -> Value {
    match schema {
        Value::Bool(true) => json!({}),
        Value::Bool(false) => json!({"not": {}}),
        Value::Object(source) => Value::Object(object(source)).or_same(schema),
        other => other.clone(),
    }
}

fn object(source: &Map) -> Map {
    let mut out = Map::new();
    for (key, value) in source {
        let kept = match key.as_str() {
            key if DROPPED.contains(&key) => continue,
            TAGS => {
                if !source.contains_key("description") {
                    out.insert("description", json!(tags(value)));
                }
                continue;
            }
            "format" => match value.as_str() {
                Some("binary" | "byte") => {
                    out.insert("contentEncoding", json!("base64"));
                    continue;
                }
                Some(format) if FORMATS.contains(&format) => value.clone(),
                _ => continue,
            },
            "description" if value.as_str() == Some("") => continue,
            "properties" | "patternProperties" | "dependentSchemas" => by_name(value),
            "additionalProperties" | "unevaluatedProperties" | "unevaluatedItems" => match value {
                Value::Bool(_) => value.clone(),
                other => tame(other),
            },
            "items" | "not" | "if" | "then" | "else" | "contains" | "propertyNames" => tame(value),
            "prefixItems" | "allOf" | "anyOf" | "oneOf" => list(value),
            _ => value.clone(),
        };
        // Alternatives of real documents overlap, and `oneOf` then refuses what the API takes.
        // Clients and models read both words alike.
        let key = match key.as_str() {
            "oneOf" if !source.contains_key("anyOf") => Text::from("anyOf"),
            _ => key.clone(),
        };
        out.insert(key, kept.or_same(value));
    }
    out
}

/// In words, which values of which member mean a branch: its own schema need not say so.
fn tags(value: &Value) -> String {
    let members = value.as_object().into_iter().flatten();
    let said = members.map(|(name, values)| {
        let values = values.as_array().into_iter().flatten().map(Value::to_string);
        format!("{name}: {}", values.collect::<Vec<_>>().join(" or "))
    });
    said.collect::<Vec<_>>().join(", ")
}

fn by_name(value: &Value) -> Value {
    let members = value.as_object().into_iter().flatten();
    Value::Object(members.map(|(name, schema)| (name.clone(), tame(schema))).collect())
}

fn list(value: &Value) -> Value {
    Value::Array(value.as_array().into_iter().flatten().map(tame).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_a_branch_is_said() {
        let branch = json!({"$ref": "#/$defs/Cat", TAGS: {"kind": ["cat", "tom"]}});
        let told = json!({"$ref": "#/$defs/Cat", "description": "kind: \"cat\" or \"tom\""});
        assert_eq!(tame(&branch), told);
    }

    #[test]
    fn alternatives_may_overlap() {
        let schema = json!({"oneOf": [{"type": "integer"}, {"type": "number"}]});
        assert_eq!(tame(&schema), json!({"anyOf": [{"type": "integer"}, {"type": "number"}]}));
        let both = json!({"oneOf": [{"minimum": 1}], "anyOf": [{"maximum": 9}]});
        assert_eq!(tame(&both), both);
    }
}
