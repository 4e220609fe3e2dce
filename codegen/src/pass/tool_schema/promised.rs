//! What the schema of a result leaves out, since clients check results by it, each in its own way,
//! and throw away what they find fault with.
//!
//! Patterns are written in many dialects, of which the clients' are two others (one of them refuses
//! every call of a tool whose pattern has `\-` in it); formats are assertions to some and notes to
//! others, and services write dates and empty addresses as they like; `0.01` is no number of binary
//! fractions, so hardly a price is a multiple of it.

use super::super::walk::{children, children_mut};
use crate::json::{Map, Value};

/// Beyond it, numbers are read as others.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Leaves out what clients judge differently. The schema takes all that it took before.
pub(super) fn promised(members: &mut Map) {
    let by_pattern = members.contains_key("patternProperties");
    let unsure = members.get("if").is_some_and(is_disputed_in);
    members.retain(|key, value| match key.as_str() {
        // What takes more inside of these takes less as a whole.
        "not" => !is_disputed_in(value),
        "if" | "then" | "else" => !unsure,
        "additionalProperties" | "unevaluatedProperties" => !by_pattern,
        key => !is_disputed(key, value),
    });
    if !members.contains_key("anyOf")
        && let Some(branches) = members.remove("oneOf")
    {
        members.insert("anyOf", branches);
    }
    children_mut(members, &mut |child| {
        if let Value::Object(members) = child {
            promised(members);
        }
    });
}

fn is_disputed(keyword: &str, value: &Value) -> bool {
    match keyword {
        "format" | "pattern" | "patternProperties" => true,
        "multipleOf" => value.as_i64().is_none(),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
            value.as_f64().is_none_or(|bound| bound.abs() > EXACT)
        }
        _ => false,
    }
}

/// Whether anything in a schema is disputed, as far as it can be seen.
fn is_disputed_in(schema: &Value) -> bool {
    let Value::Object(members) = schema else { return false };
    let mut any = members.iter().any(|(key, value)| *key == "$ref" || is_disputed(key, value));
    children(members, &mut |child| any |= is_disputed_in(child));
    any
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    fn shown(schema: Value) -> Value {
        let mut members = schema.as_object().unwrap().clone();
        promised(&mut members);
        Value::Object(members)
    }

    #[test]
    fn what_clients_judge_differently_is_left_out() {
        let schema = json!({
            "type": "object",
            "properties": {
                "pattern": {"type": "string", "pattern": "^\\-", "maxLength": 3},
                "format": {"type": "string", "format": "date-time", "enum": ["a"]},
                "price": {"type": "number", "multipleOf": 0.01, "minimum": 0},
                "count": {"type": "integer", "multipleOf": 5, "maximum": 9223372036854775807_u64},
                "list": {"items": {"$ref": "#/$defs/A"}, "prefixItems": [{"format": "uri"}]}
            },
            "patternProperties": {"^x-": {}},
            "additionalProperties": false,
            "$defs": {"A": {"type": "string", "format": "uuid"}}
        });
        let expected = json!({
            "type": "object",
            "properties": {
                "pattern": {"type": "string", "maxLength": 3},
                "format": {"type": "string", "enum": ["a"]},
                "price": {"type": "number", "minimum": 0},
                "count": {"type": "integer", "multipleOf": 5},
                "list": {"items": {"$ref": "#/$defs/A"}, "prefixItems": [{}]}
            },
            "$defs": {"A": {"type": "string"}}
        });
        assert_eq!(shown(schema), expected);
    }

    #[test]
    fn nothing_takes_less_than_before() {
        for (schema, expected) in [
            (json!({"not": {"pattern": "a"}}), json!({})),
            (json!({"not": {"anyOf": [{"$ref": "#/$defs/A"}]}}), json!({})),
            (json!({"not": {"type": "null"}}), json!({"not": {"type": "null"}})),
            (
                json!({"if": {"properties": {"a": {"format": "uri"}}}, "then": {"required": ["b"]}}),
                json!({}),
            ),
            (json!({"oneOf": [{"pattern": "^a"}, {"pattern": "^b"}]}), json!({"anyOf": [{}, {}]})),
            (json!({"additionalProperties": false}), json!({"additionalProperties": false})),
        ] {
            assert_eq!(shown(schema), expected);
        }
    }
}
