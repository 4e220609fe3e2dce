//! One schema that accepts what two schemas both accept, keyword by keyword.

use crate::json::{Map, Value, json};

use super::walk::reference;

type Members = Map;

/// Joins `b` into `a`. Annotations of `a` go first. Where both close themselves against unknown
/// members, or one does, the joined members count as known: that is what authors mean.
///
/// # Errors
///
/// The reason, where no single schema says the same.
pub(super) fn combine(mut a: Members, b: Members) -> Result<Members, String> {
    if a.is_empty() {
        return Ok(b);
    }
    let conditional = ["if", "then", "else"];
    let has_condition = |members: &Members| conditional.iter().any(|key| members.contains_key(key));
    if has_condition(&a) && has_condition(&b) {
        return Err("several branches have conditions".to_owned());
    }
    for (key, value) in b {
        let Some(known) = a.remove(&key) else {
            a.insert(key, value);
            continue;
        };
        let joined = if known == value { Some(known) } else { keyword(&key, known, value)? };
        if let Some(joined) = joined {
            a.insert(key, joined);
        }
    }
    Ok(a)
}

/// Joins two different values of a keyword; `None` leaves the keyword out.
fn keyword(key: &str, a: Value, b: Value) -> Result<Option<Value>, String> {
    let conflict = || Err(format!("branches disagree on `{key}`"));
    Ok(Some(match (key, a, b) {
        ("title" | "description" | "default" | "deprecated", a, _) => a,
        ("readOnly" | "writeOnly" | "uniqueItems", ..) => Value::Bool(true),
        ("type", a, b) => match types(&a, &b) {
            Some(types) => types,
            None => return conflict(),
        },
        ("required", Value::Array(mut a), Value::Array(b)) => {
            for name in b {
                if !a.contains(&name) {
                    a.push(name);
                }
            }
            Value::Array(a)
        }
        ("enum", Value::Array(a), Value::Array(b)) => {
            let common: Vec<Value> = a.into_iter().filter(|value| b.contains(value)).collect();
            if common.is_empty() {
                return conflict();
            }
            Value::Array(common.into())
        }
        ("properties", Value::Object(a), Value::Object(b)) => Value::Object(properties(a, b)),
        ("items", Value::Object(a), Value::Object(b)) => both(a, b),
        ("additionalProperties", a, b) => match (a, b) {
            (Value::Bool(true), Value::Bool(_)) | (Value::Bool(_), Value::Bool(true)) => {
                return Ok(None);
            }
            (Value::Bool(true), schema) | (schema, Value::Bool(true)) => schema,
            _ => return conflict(),
        },
        (key, a, b) if key.starts_with("min") || key == "exclusiveMinimum" => {
            if a.as_f64() >= b.as_f64() { a } else { b }
        }
        (key, a, b) if key.starts_with("max") || key == "exclusiveMaximum" => {
            if a.as_f64() <= b.as_f64() { a } else { b }
        }
        _ => return conflict(),
    }))
}

fn properties(mut a: Members, b: Members) -> Members {
    for (name, schema) in b {
        let joined = match (a.remove(&name), schema) {
            (None, schema) => schema,
            (Some(known), schema) if known == schema => schema,
            (Some(Value::Object(known)), Value::Object(schema)) => both(known, schema),
            (Some(known), schema) => json!({"allOf": [known, schema]}),
        };
        a.insert(name, joined);
    }
    a
}

/// The intersection of two schemas, as one where that can be.
fn both(a: Members, b: Members) -> Value {
    let annotates = |members: &Members| {
        members.keys().all(|key| super::schema::ANNOTATIONS.contains(&key.as_str()))
    };
    let plain = reference(&a).is_none() && reference(&b).is_none();
    if plain || annotates(&a) || annotates(&b) || reference(&a) == reference(&b) {
        // The later branch is the more specific one, so its annotations go first.
        match combine(b.clone(), a.clone()) {
            Ok(joined) => return Value::Object(joined),
            Err(_) => return json!({"allOf": [a, b]}),
        }
    }
    json!({"allOf": [a, b]})
}

fn types(a: &Value, b: &Value) -> Option<Value> {
    let list = |value: &Value| -> Vec<String> {
        match value {
            Value::String(name) => vec![name.to_string()],
            Value::Array(names) => {
                names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        }
    };
    let (a, b) = (list(a), list(b));
    let mut common: Vec<&String> = Vec::new();
    for name in &a {
        if b.contains(name) || (name == "integer" && b.iter().any(|other| other == "number")) {
            common.push(name);
        } else if name == "number" {
            common.extend(b.iter().filter(|other| *other == "integer"));
        }
    }
    match common.as_slice() {
        [] => None,
        [one] => Some(json!(one)),
        several => Some(json!(several)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_joined() {
        let join = |a: Value, b: Value| {
            let members = |value: Value| value.as_object().unwrap().clone();
            combine(members(a), members(b)).map(Value::Object)
        };
        for (a, b, both) in [
            (
                json!({"type": "number"}),
                json!({"type": ["integer", "null"]}),
                json!({"type": "integer"}),
            ),
            (json!({"enum": [1, 2]}), json!({"enum": [2, 3]}), json!({"enum": [2]})),
            (
                json!({"minimum": 1, "maximum": 9}),
                json!({"minimum": 2, "maximum": 8}),
                json!({"minimum": 2, "maximum": 8}),
            ),
            (
                json!({"properties": {"a": {"type": "string", "description": "x"}}, "additionalProperties": false}),
                json!({"properties": {"a": {"enum": ["y"], "description": "z"}}}),
                json!({"properties": {"a": {"type": "string", "enum": ["y"], "description": "z"}}, "additionalProperties": false}),
            ),
            (
                json!({"properties": {"a": {"$ref": "#/$defs/A"}}}),
                json!({"properties": {"a": {"$ref": "#/$defs/B"}}}),
                json!({"properties": {"a": {"allOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/B"}]}}}),
            ),
        ] {
            assert_eq!(join(a, b), Ok(both));
        }
        assert!(join(json!({"pattern": "a"}), json!({"pattern": "b"})).is_err());
        assert!(join(json!({"type": "string"}), json!({"type": "null"})).is_err());
    }
}
