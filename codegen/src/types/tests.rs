//! Odd schemas, and the ladder for what can not be declared.

use std::collections::BTreeMap;

use crate::json::{Value, json};
use quote::ToTokens;

use super::declare::Declarer;
use super::shape::{Body, Field, Item, Items, Shape};
use super::{Types, build, ladder};
use crate::ir::{Annotations, Api, Operation, Reply, Schema};

/// Types for one tool whose argument `x` has the schema.
fn types(x: &Value, definitions: &Value) -> Types {
    let arguments = json!({ "type": "object", "properties": { "x": x } });
    let operation = Operation {
        name: "probe".to_owned(),
        title: None,
        description: None,
        annotations: Annotations::default(),
        input_schema: arguments.clone().into(),
        output_schema: None,
        whole: None,
        contract: None,
        reply: Reply::Empty,
        http: None,
        scopes: Vec::new(),
        resource: None,
        method: "probe".to_owned(),
        stem: "Probe".to_owned(),
        operation_id: None,
        tags: Vec::new(),
        deprecated: false,
        arguments: Schema(arguments),
        result: None,
        pointer: String::new(),
    };
    let definitions = definitions.as_object().into_iter().flatten();
    let api = Api {
        name: "probe".to_owned(),
        title: String::new(),
        version: String::new(),
        description: None,
        servers: Vec::new(),
        security_schemes: BTreeMap::new(),
        operations: vec![operation],
        definitions: definitions
            .map(|(name, schema)| (name.to_string(), Schema(schema.clone())))
            .collect(),
        parts: Vec::new(),
    };
    build(&api, &[], false)
}

/// The type of `x`, on one line.
fn type_of(x: &Value, definitions: &Value) -> String {
    let types = types(x, definitions);
    for finding in &types.findings {
        assert!(!finding.gave_up, "{x}: {}", finding.message);
    }
    let probe = types.declarations(&mut String::new()).find_map(|item| match item {
        syn::Item::Struct(item) if item.ident == "Probe" => item.fields.into_iter().next(),
        _ => None,
    });
    probe.map(|field| field.ty.to_token_stream().to_string().replace(' ', "")).unwrap_or_default()
}

#[test]
fn odd_schemas_have_a_type() {
    let schemas = [
        json!({ "enum": ["+1", "-1"] }),
        json!({ "enum": ["add", "Add", ">=", "<=", "=", "<", "reactions-+1", "reactions--1"] }),
        json!({ "if": { "type": "string" }, "then": { "minLength": 1 }, "else": false }),
        json!({ "not": { "type": "string" } }),
        json!({ "type": "string", "not": { "enum": [1, "a", null] } }),
        json!({ "enum": [1, "a", null, {}] }),
        json!({ "format": "uuid" }),
        json!({ "minimum": 1 }),
        json!({ "$ref": "https://example.com/x.json" }),
        json!({ "$ref": "#/$defs/Missing" }),
        json!({ "$ref": "#anchor" }),
        json!({ "$ref": 1 }),
        json!({ "allOf": [] }),
        json!({ "allOf": [{ "$ref": "#/$defs/Self" }, { "type": "object", "properties": { "a": { "$ref": "#/$defs/Self", "description": "b" } } }] }),
        json!({ "allOf": [{ "patternProperties": { "a": {} } }, { "propertyNames": { "pattern": "b" } }], "properties": { "c": {} } }),
        json!({ "oneOf": [true, false] }),
        json!({ "oneOf": [{ "type": "string" }, false], "required": ["nowhere"] }),
        json!({ "type": [] }),
        json!({ "type": ["string", "nonsense"] }),
        json!({ "anyOf": [{ "type": "object", "additionalProperties": { "type": "object", "properties": { "a": { "type": "object" } } } }, { "type": "null" }] }),
        json!({ "type": "object", "properties": { "a": {} }, "required": ["b", 1, "a", "a"] }),
        json!({ "oneOf": [{ "$ref": "#/$defs/Self" }, { "type": "integer" }], "default": { "a": [] } }),
        json!({ "type": "string", "pattern": "(?P<n>(", "maxLength": -1 }),
        json!({ "type": "array", "prefixItems": [{}, {}], "items": false }),
        json!({ "type": "array", "contains": {}, "minItems": 99, "maxItems": 99, "uniqueItems": true }),
        json!({ "exclusiveMinimum": true, "minimum": "a", "type": "number" }),
        json!({ "properties": { "a": { "required": true, "type": "string" }, "A": {}, "a-": {}, "": {}, "self": {}, "1": {} } }),
        json!({ "description": 1, "title": [], "properties": [], "enum": {} }),
        json!({ "const": { "a": 1 } }),
        json!(true),
        json!([]),
    ];
    let definitions = json!({
        "Self": { "allOf": [{ "$ref": "#/$defs/Self" }, { "type": "object", "properties": { "a": {} } }] },
    });
    for schema in &schemas {
        assert!(!type_of(schema, &definitions).is_empty(), "{schema}");
    }
}

#[test]
fn types_are_what_a_person_would_write() {
    let definitions = json!({
        "Id": { "type": "string", "format": "uuid" },
        "Ids": { "type": "array", "items": { "$ref": "#/$defs/Id" } },
        "Node": { "type": "object", "required": ["next"], "properties": { "next": { "$ref": "#/$defs/Node" } } },
        "String": { "type": "object", "properties": { "a": {} } },
        "Maybe": { "type": ["object", "null"], "properties": { "a": {} } },
    });
    let cases = [
        (json!({ "$ref": "#/$defs/Id" }), "Option<String>"),
        (json!({ "$ref": "#/$defs/Ids" }), "Option<Vec<String>>"),
        (json!({ "$ref": "#/$defs/Node" }), "Option<Node>"),
        (json!({ "$ref": "#/$defs/String" }), "Option<StringModel>"),
        (json!({ "$ref": "#/$defs/Maybe" }), "::toolwright::Patch<Maybe>"),
        (json!({ "type": "integer", "format": "int32", "minimum": 1 }), "Option<u64>"),
        (json!({ "type": ["integer", "null"] }), "::toolwright::Patch<i64>"),
        (json!({ "type": ["integer", "null"], "default": null }), "Option<i64>"),
        (json!({ "anyOf": [{ "type": "integer" }, { "type": "number" }] }), "Option<f64>"),
        (json!({ "anyOf": [{ "enum": ["a"] }, { "type": "string" }] }), "Option<String>"),
        (json!({ "oneOf": [{ "const": "a" }, { "const": "b" }] }), "Option<ProbeX>"),
        (json!({ "type": "object" }), "Option<json::Map<String,json::Value>>"),
        (
            json!({ "additionalProperties": { "type": "integer" } }),
            "Option<::std::collections::BTreeMap<String,i64>>",
        ),
        (
            json!({ "nullable": true, "allOf": [{ "$ref": "#/$defs/Node" }], "description": "d" }),
            "::toolwright::Patch<Node>",
        ),
        (
            json!({ "properties": { "y": {} }, "anyOf": [{ "required": ["y"] }, { "required": ["z"] }] }),
            "Option<ProbeX>",
        ),
        (json!({}), "Option<json::Value>"),
        (
            json!({ "prefixItems": [{ "type": "number" }, { "type": "number" }] }),
            "Option<Vec<f64>>",
        ),
        (json!({ "prefixItems": [{ "type": "string" }, {}] }), "Option<Vec<json::Value>>"),
        (json!({ "enum": [true, false] }), "Option<bool>"),
        (json!({ "enum": ["a", 1] }), "Option<ProbeX>"),
        (
            json!({ "type": "object", "enum": [{ "a": 1 }] }),
            "Option<json::Map<String,json::Value>>",
        ),
    ];
    for (schema, expected) in &cases {
        assert_eq!(type_of(schema, &definitions), *expected, "{schema}");
    }
}

#[test]
fn members_under_conditions_are_members() {
    let schema = json!({"type": "object", "properties": {"kind": {"type": "string"}},
        "if": {"properties": {"kind": {"const": "a"}}},
        "then": {"properties": {"left": {"type": "integer"}}, "required": ["left"]},
        "else": {"properties": {"right": {"type": "string"}}},
        "dependentSchemas": {"kind": {"properties": {"more": {"type": "boolean"}, "kind": {}}}},
        "unevaluatedProperties": {"type": "integer"}});
    let types = types(&schema, &json!({}));
    let found = types.declarations(&mut String::new()).find_map(|item| match item {
        syn::Item::Struct(item) if item.ident == "ProbeX" => Some(item.fields),
        _ => None,
    });
    let fields: Vec<String> = found
        .unwrap()
        .iter()
        .map(|field| format!("{} {}", field.ident.to_token_stream(), field.ty.to_token_stream()))
        .collect();
    let optional = |name: &str, kind: &str| format!("{name} Option < {kind} >");
    assert_eq!(
        fields,
        [
            optional("kind", "String"),
            optional("left", "i64"),
            optional("more", "bool"),
            optional("right", "String"),
            "extra :: std :: collections :: BTreeMap < String , i64 >".to_owned(),
        ]
    );
}

#[test]
fn two_unions_that_hold_together_are_one_of_both() {
    let has = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}, "required": [name]});
    let both = json!({"allOf": [{"oneOf": [has("left"), has("right")]}, {"anyOf": [has("up"), has("down")]}]});
    let types = types(&both, &json!({}));
    let variants = types.declarations(&mut String::new()).find_map(|item| match item {
        syn::Item::Enum(item) => Some(item.variants),
        _ => None,
    });
    let names: Vec<String> = variants.unwrap().iter().map(|one| one.ident.to_string()).collect();
    assert_eq!(names, ["LeftUp", "DownLeft", "RightUp", "DownRight"]);
}

#[test]
fn deep_and_long_documents_end() {
    let mut deep = json!({ "type": "string" });
    for _ in 0..100 {
        deep = json!({ "type": "object", "properties": { "a": deep } });
    }
    assert_eq!(type_of(&deep, &json!({})), "Option<ProbeX>");
    let chain: crate::json::Map = (0..500)
        .map(|n| (format!("D{n}"), json!({ "type": "object", "properties": { "a": { "$ref": format!("#/$defs/D{}", n + 1) } } })))
        .collect();
    assert_eq!(type_of(&json!({ "$ref": "#/$defs/D0" }), &Value::Object(chain)), "Option<D0>");
}

#[test]
fn long_chains_of_aliases_end() {
    let link = |n: u32| json!({ "anyOf": [{ "$ref": format!("#/$defs/D{}", n + 1) }, { "type": "array", "items": { "$ref": format!("#/$defs/D{n}") } }] });
    let chain: crate::json::Map = (0..500).map(|n| (format!("D{n}"), link(n))).collect();
    assert_eq!(type_of(&json!({ "$ref": "#/$defs/D0" }), &Value::Object(chain)), "Option<D0>");
}

fn structure(fields: &[(&str, Shape)]) -> Item {
    let fields = fields.iter().map(|(name, shape)| Field {
        name: (*name).to_owned(),
        wire: (*name).to_owned(),
        doc: None,
        shape: shape.clone(),
        required: true,
        constants: Vec::new(),
        keeps_null: false,
        default: None,
    });
    Item {
        inline: None,
        order: 0,
        doc: None,
        body: Body::Struct { fields: fields.collect(), extra: None },
        open: false,
    }
}

#[test]
fn what_can_not_be_printed_is_given_up_alone() {
    let bad = structure(&[("twice", Shape::Text), ("twice", Shape::Bool)]);
    let user = structure(&[("bad", Shape::Array(Box::new(Shape::Named("Bad".to_owned()))))]);
    let mut items: Items =
        (0..20).map(|n| (format!("Good{n}"), structure(&[("a", Shape::Text)]))).collect();
    items.insert("Bad".to_owned(), bad);
    items.insert("User".to_owned(), user);
    let mut roots = [Shape::Named("Bad".to_owned()), Shape::Named("User".to_owned())];
    let findings = ladder::climb(&mut items, &mut roots);
    assert_eq!(roots, [Shape::Any, Shape::Named("User".to_owned())]);
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].gave_up && findings[0].message.contains("`Bad`"),
        "{}",
        findings[0].message
    );
    let mut declarer = Declarer::new(&items);
    let mut wiring = String::new();
    let printed =
        items.iter().flat_map(|(name, item)| declarer.declare(name, item, &mut wiring).unwrap());
    let text: String = printed.map(|item| item.to_token_stream().to_string()).collect();
    assert_eq!(text.matches("struct").count(), 21);
    assert!(text.replace(' ', "").contains("bad:Vec<json::Value>"), "{text}");
}

#[test]
fn types_that_hold_themselves_are_boxed_inside_of_the_option() {
    let link = |to: &str, required: bool| {
        json!({ "type": "object", "required": if required { vec!["to"] } else { Vec::new() },
            "properties": { "to": { "$ref": format!("#/$defs/{to}") } } })
    };
    let nullable = json!({ "type": "object", "properties": {
        "to": { "anyOf": [{ "$ref": "#/$defs/Null" }, { "type": "null" }] } } });
    let definitions = json!({
        "Direct": link("Direct", true), "Loose": link("Loose", false), "Null": nullable,
        "Ring": link("Wheel", false), "Wheel": link("Ring", true),
        "List": { "type": "object", "properties": {
            "to": { "type": "array", "items": { "$ref": "#/$defs/List" } } } },
    });
    let names = ["Direct", "Loose", "Null", "Ring", "Wheel", "List"];
    let all: crate::json::Map = names
        .iter()
        .map(|name| (name.to_lowercase(), json!({ "$ref": format!("#/$defs/{name}") })))
        .collect();
    let types = types(&json!({ "type": "object", "properties": all }), &definitions);
    let found: BTreeMap<String, String> = types
        .declarations(&mut String::new())
        .filter_map(|item| match item {
            syn::Item::Struct(item) if names.iter().any(|name| item.ident == name) => {
                let kind = item.fields.iter().next()?.ty.to_token_stream().to_string();
                Some((item.ident.to_string(), kind.replace(' ', "")))
            }
            _ => None,
        })
        .collect();
    let expected = [
        ("Direct", "Box<Direct>"),
        ("List", "Option<Vec<List>>"),
        ("Loose", "Option<Box<Loose>>"),
        ("Null", "::toolwright::Patch<Box<Null>>"),
        ("Ring", "Option<Box<Wheel>>"),
        ("Wheel", "Ring"),
    ];
    for (name, kind) in expected {
        assert_eq!(found.get(name).map(String::as_str), Some(kind), "{name}");
    }
}
