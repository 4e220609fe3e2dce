use crate::json::json;

use super::*;

fn shaped(profile: Profile, schema: &Value) -> (Value, String) {
    let (schema, lost) = shape(schema, profile.rules().unwrap());
    (schema, lost.said())
}

#[test]
fn strict_objects_are_closed_and_complete() {
    let schema = json!({
        "type": "object",
        "properties": {
            "id": {"type": "integer", "minimum": 1},
            "size": {"type": "string", "enum": ["s", "m"]},
            "map": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "required": ["id"],
    });
    let (shaped, lost) = shaped(Profile::Strict, &schema);
    assert_eq!(
        shaped,
        json!({
            "type": "object",
            "properties": {
                "id": {"type": "integer"},
                "size": {"type": ["string", "null"], "enum": ["s", "m", null]},
                "map": {"type": ["string", "null"], "description": "(as JSON text)"},
            },
            "required": ["id", "map", "size"],
            "additionalProperties": false,
        })
    );
    assert_eq!(lost, "minimum, objects with any members");
}

#[test]
fn recursion_ends_in_text() {
    let schema = json!({
        "type": "object",
        "properties": {"node": {"$ref": "#/$defs/Node"}},
        "$defs": {"Node": {"type": "object", "properties": {
            "name": {"type": "string"},
            "next": {"$ref": "#/$defs/Node"},
        }}},
    });
    for profile in [Profile::Gemini, Profile::Strict] {
        let (shaped, lost) = shaped(profile, &schema);
        let node = &shaped["properties"]["node"]["properties"];
        assert!(node["name"]["type"].to_string().contains("string"), "{shaped}");
        assert!(node["next"].to_string().contains("(as JSON text)"), "{shaped}");
        assert!(!shaped.to_string().contains("$"), "{shaped}");
        assert_eq!(lost, "recursion");
    }
}

#[test]
fn gemini_has_single_types_and_enumerations_of_strings() {
    let schema = json!({
        "type": "object",
        "properties": {
            "a": {"type": ["string", "null"], "pattern": "x"},
            "b": {"type": "integer", "enum": [1, 2]},
            "c": {"const": "only"},
            "d": {},
        },
        "additionalProperties": false,
    });
    let (shaped, lost) = shaped(Profile::Gemini, &schema);
    let plain = json!([{"type": "string"}, {"type": "number"}, {"type": "boolean"}]);
    assert_eq!(
        shaped["properties"],
        json!({
            "a": {"anyOf": [{"type": "string", "pattern": "x"}, {"type": "null"}]},
            "b": {"type": "integer", "description": "(one of 1, 2)"},
            "c": {"type": "string", "enum": ["only"]},
            "d": {"anyOf": plain},
        })
    );
    assert!(lost.contains("additionalProperties") && lost.contains("values of any kind"), "{lost}");
}

#[test]
fn constants_without_a_type_get_theirs() {
    let schema = json!({
        "type": "object",
        "properties": {"kind": {"const": "plain"}, "level": {"enum": [1, "high"]}},
        "required": ["kind", "level"],
    });
    let (shaped, lost) = shaped(Profile::Strict, &schema);
    assert_eq!(shaped["properties"]["kind"], json!({"type": "string", "const": "plain"}));
    let level = json!({"type": ["string", "integer"], "enum": [1, "high"]});
    assert_eq!(shaped["properties"]["level"], level);
    assert_eq!(lost, "");
}

#[test]
fn null_is_told_apart_from_absence_only_where_all_is_written() {
    let schema = json!({
        "type": "object",
        "properties": {"note": {"type": ["string", "null"]}, "by": {"type": ["string", "null"]}},
        "required": ["by"],
    });
    assert_eq!(shaped(Profile::Strict, &schema).1, "null where a member can be left out");
    assert_eq!(shaped(Profile::Gemini, &schema).1, "");
}

#[test]
fn many_values_are_told_apart_from_few() {
    let long: Vec<String> = (0..900).map(|number| number.to_string()).collect();
    let schema = json!({
        "type": "object",
        "properties": {
            "a": {"type": "string", "enum": long},
            "b": {"type": "string", "enum": long},
            "c": {"type": "string", "enum": ["x", "y"]},
        },
        "required": ["a", "b", "c"],
    });
    let (shaped, lost) = shaped(Profile::Strict, &schema);
    let has = |name: &str| shaped["properties"][name].get("enum").is_some();
    assert_eq!([has("a"), has("b"), has("c")], [true, false, true], "{lost}");
}

#[test]
fn what_common_clients_read_stays_for_openai_and_anthropic() {
    let schema = json!({
        "type": "object",
        "properties": {"list": {"type": "array"}, "n": {"type": "integer", "minimum": 1}},
    });
    let (openai, lost) = shaped(Profile::OpenAi, &schema);
    assert_eq!(openai["properties"]["list"], json!({"type": "array", "items": {}}));
    assert_eq!(lost, "");
    assert_eq!(shaped(Profile::Anthropic, &schema).0, schema);
}
