//! The canonical form of an official schema: structure only, keys sorted.

use serde_json::{Map, Value};

/// Keywords that hold prose or addresses, nothing that decides what is valid.
const PROSE: &[&str] = &["description", "title", "$comment", "examples", "$id", "deprecated"];

/// Keywords whose value maps free names to schemas.
const NAMED: &[&str] = &["properties", "patternProperties", "$defs", "definitions"];

/// Keywords whose value is data and not a schema.
const DATA: &[&str] = &["const", "enum", "default", "required", "type"];

/// Drops prose from a schema document and sorts its keys.
pub(crate) fn canonical(schema: &Value) -> Value {
    let mut out = structure(schema);
    if let (Value::Object(out), Some(dialect)) = (&mut out, schema.get("$schema")) {
        out.insert("$schema".into(), dialect.clone());
    }
    sorted(&out)
}

/// The text of a JSON file: sorted keys, two spaces, a newline at the end.
pub(crate) fn text(value: &Value) -> String {
    format!("{:#}\n", sorted(value))
}

fn structure(schema: &Value) -> Value {
    match schema {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(key, _)| !PROSE.contains(&key.as_str()) && *key != "$schema")
                .map(|(key, value)| (key.clone(), keyword(key, value)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(structure).collect()),
        other => other.clone(),
    }
}

fn keyword(key: &str, value: &Value) -> Value {
    match value {
        _ if DATA.contains(&key) => value.clone(),
        Value::Object(named) if NAMED.contains(&key) => Value::Object(
            named.iter().map(|(name, schema)| (name.clone(), structure(schema))).collect(),
        ),
        _ => structure(value),
    }
}

/// Sorted here and not left to `serde_json`, whose map keeps insertion order where another
/// crate of the build asks for that.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut keys: Vec<&String> = members.keys().collect();
            keys.sort();
            let pairs = keys.into_iter().filter_map(|key| members.get_key_value(key));
            Value::Object(
                pairs.map(|(key, value)| (key.clone(), sorted(value))).collect::<Map<_, _>>(),
            )
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_named_like_keywords_stay() {
        let schema = json!({
            "$schema": "s", "title": "prose",
            "$defs": {"title": {"description": "prose", "properties": {
                "description": {"type": "string", "description": "prose"},
            }}},
        });
        let expected = json!({
            "$schema": "s",
            "$defs": {"title": {"properties": {"description": {"type": "string"}}}},
        });
        assert_eq!(canonical(&schema), expected);
    }

    #[test]
    fn keys_are_sorted_in_the_text() {
        assert_eq!(
            text(&json!({"b": 1, "a": {"d": [], "c": 2}})),
            "{\n  \"a\": {\n    \"c\": 2,\n    \"d\": []\n  },\n  \"b\": 1\n}\n"
        );
    }
}
