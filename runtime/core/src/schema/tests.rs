use serde_json::{Value, json};

use super::*;

fn told(schema: &Value, document: &str) -> Vec<String> {
    let validator = Validator::new(&schema.to_string()).unwrap();
    let document: Box<RawValue> = serde_json::from_str(document).unwrap();
    match validator.validate(&document) {
        Ok(()) => Vec::new(),
        Err(violations) => violations.iter().map(ToString::to_string).collect(),
    }
}

#[track_caller]
fn check(schema: Value, cases: &[(&str, &[&str])]) {
    for (document, expected) in cases {
        assert_eq!(told(&schema, document), *expected, "{document} under {schema}");
    }
}

#[test]
fn every_violation_is_told() {
    let schema = json!({
        "type": "object",
        "properties": {
            "query": { "type": "string", "minLength": 1 },
            "limit": { "type": "integer", "minimum": 1, "maximum": 50 },
            "tags": { "type": "array", "items": { "enum": ["a", "b"] }, "uniqueItems": true, "maxItems": 2 },
        },
        "required": ["query"],
        "additionalProperties": false,
    });
    check(
        schema,
        &[
            (r#"{"query":"x","limit":50.0,"tags":["a"]}"#, &[]),
            (
                r#"{"limit":80,"foo":1,"tags":["a","c",3]}"#,
                &[
                    "/limit: must be at most 50, got 80",
                    "unexpected member \"foo\"",
                    "/tags: must have at most 2 items, got 3",
                    "/tags/1: must be one of \"a\", \"b\", got \"c\"",
                    "/tags/2: must be one of \"a\", \"b\", got 3",
                    "missing required member \"query\"",
                ],
            ),
            (
                r#"{"query":"","limit":1.5}"#,
                &[
                    "/query: must have at least 1 character, got 0",
                    "/limit: must be an integer, got 1.5",
                ],
            ),
            (
                r#"{"query":"x","tags":["a","a"]}"#,
                &["/tags: must have no two equal items, but items 0 and 1 are equal"],
            ),
            ("[]", &["must be an object, got an array"]),
        ],
    );
}

#[test]
fn numbers_are_exact() {
    check(
        json!({ "maximum": 9007199254740992_u64 }),
        &[
            ("9007199254740992", &[]),
            ("9007199254740993", &["must be at most 9007199254740992, got 9007199254740993"]),
            ("1e400", &["must be at most 9007199254740992, got 1e400"]),
        ],
    );
    check(
        json!({ "type": "integer" }),
        &[
            ("1.0", &[]),
            ("123456789012345678901234567890", &[]),
            ("1e3", &[]),
            ("0.5", &["must be an integer, got 0.5"]),
        ],
    );
    check(
        json!({ "multipleOf": 0.01 }),
        &[("19.99", &[]), ("0.005", &["must be a multiple of 0.01, got 0.005"])],
    );
    check(
        json!({ "enum": [1, [1.0], { "a": 2, "b": null }] }),
        &[
            ("1.0", &[]),
            ("[1]", &[]),
            (r#"{"b":null,"a":2e0}"#, &[]),
            ("true", &["must be one of 1, an array, an object, got true"]),
        ],
    );
}

#[test]
fn unions_tell_what_was_meant() {
    let nullable = json!({ "anyOf": [{ "type": "string", "maxLength": 2 }, { "type": "null" }] });
    check(
        nullable,
        &[
            ("null", &[]),
            ("\"abc\"", &["must have at most 2 characters, got 3"]),
            ("1", &["must be a string or null, got 1"]),
        ],
    );
    let tagged = json!({ "oneOf": [
        { "properties": { "kind": { "const": "circle" }, "radius": { "type": "number" } }, "required": ["kind", "radius"] },
        { "properties": { "kind": { "const": "square" }, "side": { "type": "number" } }, "required": ["kind", "side"] },
    ] });
    check(
        tagged,
        &[
            (r#"{"kind":"square","side":1}"#, &[]),
            (r#"{"kind":"square","side":"x"}"#, &["/side: must be a number, got \"x\""]),
            (
                r#"{"kind":"oval"}"#,
                &[
                    "matches none of 2 alternatives (/kind: must be \"circle\", got \"oval\"; /kind: must be \"square\", got \"oval\")",
                ],
            ),
        ],
    );
    let alternatives = json!([
        { "$ref": "#/$defs/Circle" },
        { "type": "object", "title": "A square", "properties": { "side": { "type": "number" } }, "required": ["side"] },
        { "type": "string", "maxLength": 2 },
    ]);
    let circle = json!({ "properties": { "radius": { "minimum": 0 } }, "required": ["radius"], "type": "object" });
    check(
        json!({
            "properties": { "shapes": { "items": { "oneOf": alternatives } } },
            "$defs": { "Circle": circle },
        }),
        &[
            (r#"{"shapes":[{"radius":1},{"side":2},"ab"]}"#, &[]),
            (
                r#"{"shapes":[{"radius":1},{}]}"#,
                &[
                    "/shapes/1: matches none of Circle (/shapes/1: missing required member \"radius\"), A square (/shapes/1: missing required member \"side\"), a string (/shapes/1: must be a string, got an object)",
                ],
            ),
            (
                r#"{"shapes":[{"radius":1,"side":1}]}"#,
                &[
                    "/shapes/0: must match only one of Circle, A square, a string, but matches Circle and A square",
                ],
            ),
        ],
    );
    check(
        json!({ "oneOf": [{ "minimum": 1 }, { "maximum": 3 }] }),
        &[
            ("0", &[]),
            ("2", &["must match only one of 2 alternatives, but matches number 1 and 2"]),
        ],
    );
}

#[test]
fn unevaluated_counts_what_combinators_saw() {
    let schema = json!({
        "allOf": [{ "properties": { "a": true } }],
        "anyOf": [{ "properties": { "b": { "type": "string" } }, "required": ["b"] }, { "required": ["c"], "properties": { "c": true } }],
        "unevaluatedProperties": false,
    });
    check(
        schema,
        &[
            (r#"{"a":1,"b":"x"}"#, &[]),
            (r#"{"a":1,"b":"x","c":2}"#, &[]),
            (r#"{"a":1,"c":2,"b":3}"#, &["unexpected member \"b\""]),
        ],
    );
    check(
        json!({ "prefixItems": [true], "contains": { "type": "string" }, "unevaluatedItems": { "type": "null" } }),
        &[(r#"[1,"x",null]"#, &[]), (r#"["x",2]"#, &["/1: must be null, got 2"])],
    );
}

#[test]
fn conditions_and_names() {
    check(
        json!({ "if": { "required": ["a"] }, "then": { "required": ["b"] }, "else": { "maxProperties": 0 } }),
        &[
            ("{}", &[]),
            (r#"{"a":1}"#, &["missing required member \"b\""]),
            (r#"{"c":1}"#, &["must have at most 0 members, got 1"]),
        ],
    );
    check(
        json!({ "dependentRequired": { "a": ["b"] }, "propertyNames": { "pattern": "^[a-z]$" }, "not": { "required": ["z"] } }),
        &[
            (r#"{"a":1,"b":2}"#, &[]),
            (
                r#"{"a":1,"B":2}"#,
                &[
                    "member name \"B\": must match the pattern ^[a-z]$, got \"B\"",
                    "missing member \"b\", which \"a\" requires",
                ],
            ),
            (r#"{"z":1}"#, &["is what the schema excludes under \"not\""]),
        ],
    );
}

#[test]
fn references_stay_in_the_document() {
    let tree = json!({
        "$ref": "#/$defs/tree",
        "$defs": { "tree": { "type": "object", "properties": { "next": { "$ref": "#tree" } }, "$anchor": "tree", "additionalProperties": false } },
    });
    check(
        tree,
        &[
            (r#"{"next":{"next":{}}}"#, &[]),
            (r#"{"next":{"next":{"x/y":1}}}"#, &["/next/next: unexpected member \"x/y\""]),
        ],
    );
    for (schema, message) in [
        (
            json!({ "items": { "$ref": "https://x.test/a.json" } }),
            "at /items/$ref: the reference \"https://x.test/a.json\" leaves the schema; put its target under \"$defs\"",
        ),
        (json!({ "$ref": "#/$defs/a" }), "at /$ref: the reference \"#/$defs/a\" leads nowhere"),
        (json!({ "$ref": "#" }), "at the root: the schema refers to itself without end"),
        (
            json!({ "$defs": { "a": { "allOf": [{ "$ref": "#/$defs/b" }] }, "b": { "$ref": "#/$defs/a" } }, "$ref": "#/$defs/a" }),
            "at /$defs/a: the schema refers to itself without end",
        ),
    ] {
        assert_eq!(Validator::new(&schema.to_string()).unwrap_err().to_string(), message);
    }
}

#[test]
fn bad_schemas_are_refused() {
    for (schema, message) in [
        (
            r#"{"type":"strin"}"#,
            "at /type: expected the name of a JSON type, or an array of them, found \"strin\"",
        ),
        (
            r#"{"properties":{"a":{"minLength":-1}}}"#,
            "at /properties/a/minLength: expected a whole number, zero or more, found -1",
        ),
        (
            r#"{"properties":{"a":3}}"#,
            "at /properties/a: expected a schema (an object or a boolean), found 3",
        ),
        (r#"{"required":"a"}"#, "at /required: expected an array, found \"a\""),
        (r#"{"multipleOf":0}"#, "at /multipleOf: expected a number above zero, found 0"),
        (
            r#"{"$schema":"http://x.test/mine"}"#,
            "the dialect http://x.test/mine is not supported; use JSON Schema 2020-12 (2019-09, draft-07 and draft-06 are read as such)",
        ),
        ("3", "at the root: expected a schema (an object or a boolean), found 3"),
    ] {
        assert_eq!(Validator::new(schema).unwrap_err().to_string(), message);
    }
}

#[test]
fn sizes_and_work_are_bounded() {
    let deep = format!("{}true{}", r#"{"items":"#.repeat(70), "}".repeat(70));
    assert!(matches!(Validator::new(&deep), Err(SchemaError::TooDeep { .. })));
    let wide = json!({ "allOf": vec![json!({}); MAX_SUBSCHEMAS] });
    assert!(matches!(Validator::new(&wide.to_string()), Err(SchemaError::TooMany)));
    let long = json!({ "description": "x".repeat(MAX_SCHEMA_BYTES) });
    assert!(matches!(Validator::new(&long.to_string()), Err(SchemaError::TooLarge { .. })));

    // Two to the twenty-fifth ways to the same end.
    let mut defs = serde_json::Map::new();
    for level in 0..25 {
        let next = json!({ "$ref": format!("#/$defs/{}", level + 1) });
        defs.insert(level.to_string(), json!({ "allOf": [next, next] }));
    }
    defs.insert("25".to_owned(), json!({ "type": "object" }));
    let schema = json!({ "$defs": defs, "$ref": "#/$defs/0" });
    check(schema, &[("{}", &["takes too long to be checked"])]);

    let nested = json!({ "items": { "$ref": "#" } });
    let document = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    check(nested, &[(&document, &["arrays and objects nest deeper than 128 levels"])]);
}

#[test]
fn violations_are_capped() {
    let schema = json!({ "items": { "type": "string" } });
    assert_eq!(told(&schema, &json!(vec![1; 100]).to_string()).len(), MAX_VIOLATIONS);
}

#[test]
fn habits_of_older_drafts_are_read() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "definitions": { "positive": { "$id": "#positive", "exclusiveMinimum": 0 } },
        "items": [{ "$ref": "#positive" }],
        "additionalItems": false,
        "dependencies": { "a": ["b"], "c": { "required": ["d"] } },
    });
    check(
        schema,
        &[
            ("[1]", &[]),
            ("[0,1]", &["/0: must be more than 0, got 0", "/1: is not allowed"]),
            (
                r#"{"a":1,"c":1}"#,
                &["missing member \"b\", which \"a\" requires", "missing required member \"d\""],
            ),
        ],
    );
}

#[test]
fn patterns_that_are_not_regular_assert_nothing() {
    check(json!({ "pattern": "^(?!x)" }), &[("\"x\"", &[])]);
    check(
        json!({ "patternProperties": { "(?=a)": false }, "additionalProperties": false }),
        &[(r#"{"b":1}"#, &[])],
    );
}
