use serde_json::json;

use super::*;
use crate::regen::model::{Field, Variant};

/// The model of definitions in a made-up extension, to which no fix-up applies.
fn model(defs: Value, overlay: Value) -> Model {
    let overlay = serde_json::from_value(overlay).unwrap();
    exact(&Input { id: "ext-x".into(), schema: json!({"$defs": defs}), overlay }).unwrap()
}

fn fields<'a>(model: &'a Model, name: &str) -> &'a [Field] {
    match &model.types[name].shape {
        Shape::Struct { fields } => fields,
        other => panic!("{other:?}"),
    }
}

fn field<'a>(model: &'a Model, name: &str, wire: &str) -> &'a Field {
    fields(model, name).iter().find(|field| field.wire == wire).unwrap()
}

fn object(properties: Value, required: Value) -> Value {
    json!({"type": "object", "properties": properties, "required": required})
}

#[test]
fn members_follow_the_overlay_and_constants_come_first() {
    let defs = json!({"A": object(
        json!({"x": {"type": "string"}, "b": {"type": "string"}, "kind": {"const": "a"}}),
        json!(["kind", "x"]),
    )});
    let found = model(defs, json!({"types": {"A": {"order": ["x", "kind", "b"]}}}));
    let order: Vec<&str> = fields(&found, "A").iter().map(|f| f.wire.as_str()).collect();
    assert_eq!(order, ["kind", "x", "b"]);
    assert_eq!(field(&found, "A", "x").required, ["ext-x"]);
}

#[test]
fn a_constant_wins_in_all_of() {
    let defs = json!({
        "Base": object(json!({"t": {"type": "string"}, "n": {"type": "integer"}}), json!(["n"])),
        "A": {"allOf": [{"$ref": "#/$defs/Base"}, object(json!({"t": {"const": "a"}}), json!(["t"]))]},
        "B": {"allOf": [object(json!({"t": {"const": "b"}}), json!(["t"])), {"$ref": "#/$defs/Base"}]},
    });
    let found = model(defs, json!({}));
    assert_eq!(field(&found, "A", "t").ty, Type::Const(json!("a")));
    assert_eq!(field(&found, "B", "t").ty, Type::Const(json!("b")));
    assert_eq!(field(&found, "A", "n").required, ["ext-x"]);
}

#[test]
fn a_union_in_all_of_is_spread() {
    let one = |tag: &str| object(json!({"t": {"const": tag}}), json!(["t"]));
    let defs = json!({
        "One": one("one"), "Two": one("two"),
        "Both": {"anyOf": [{"$ref": "#/$defs/One"}, {"$ref": "#/$defs/Two"}]},
        "A": {"allOf": [object(json!({"id": {"type": "string"}}), json!(["id"])), {"$ref": "#/$defs/Both"}]},
    });
    let found = model(defs, json!({}));
    let Shape::Union { variants, .. } = &found.types["A"].shape else { panic!() };
    let types: Vec<&Type> = variants.iter().map(|variant: &Variant| &variant.ty).collect();
    assert_eq!(types, [&Type::Ref("AOne".into()), &Type::Ref("ATwo".into())]);
    assert_eq!(field(&found, "ATwo", "t").ty, Type::Const(json!("two")));
    assert_eq!(field(&found, "ATwo", "id").ty, Type::String);
}

#[test]
fn one_or_many_is_folded_back() {
    let defs = json!({
        "One": object(json!({"t": {"const": "one"}}), json!(["t"])),
        "Two": object(json!({"t": {"const": "two"}}), json!(["t"])),
        "Both": {"anyOf": [{"$ref": "#/$defs/One"}, {"$ref": "#/$defs/Two"}]},
        "A": object(json!({"c": {"anyOf": [
            {"$ref": "#/$defs/One"}, {"$ref": "#/$defs/Two"},
            {"type": "array", "items": {"$ref": "#/$defs/Both"}},
        ]}}), json!([])),
    });
    let found = model(defs, json!({}));
    assert_eq!(field(&found, "A", "c").ty, Type::OneOrMany(Box::new(Type::Ref("Both".into()))));
}

#[test]
fn null_and_fractions_and_open_enums() {
    let defs = json!({"A": object(json!({
        "n": {"type": ["integer", "null"]},
        "s": {"type": "string"},
        "m": {"type": "object", "additionalProperties": {"type": ["string", "integer"]}},
    }), json!([]))});
    let overlay = json!({"types": {"A": {"order": ["n", "s", "m"], "members": {
        "s": {"values": ["y", "x"], "open": true},
        "m/*": {"number": true},
    }}}});
    let found = model(defs, overlay);
    assert!(field(&found, "A", "n").nullable);
    assert_eq!(field(&found, "A", "n").ty, Type::Integer);
    let Shape::StringEnum { values, open } = &found.types["AS"].shape else { panic!() };
    assert_eq!((values[0].rust.as_str(), *open), ("Y", true));
    let Shape::Union { variants, .. } = &found.types["AMValue"].shape else { panic!() };
    assert_eq!(variants[1].ty, Type::Number);
}

#[test]
fn an_inherited_enum_is_named_where_it_is_declared() {
    let scope = json!({"scope": {"type": "string", "enum": ["a", "b"]}});
    let defs = json!({"Base": object(scope.clone(), json!([])), "A": object(scope, json!([]))});
    let overlay = json!({"types": {"Base": {"order": ["scope"]}, "A": {"extends": ["Base"]}}});
    let found = model(defs, overlay);
    assert_eq!(field(&found, "A", "scope").ty, Type::Ref("BaseScope".into()));
    assert!(!found.types.contains_key("Base"), "a mere base is no type");
}

#[test]
fn what_is_unknown_is_an_error_that_says_where() {
    let input = Input {
        id: "ext-x".into(),
        schema: json!({"$defs": {"A": object(json!({"b": {"not": {}}}), json!([]))}}),
        overlay: Overlay::default(),
    };
    let problem = exact(&input).unwrap_err().to_string();
    assert!(problem.starts_with("ext-x, A/b: unknown kind of schema"), "{problem}");
    let dangling = Input { schema: json!({"$defs": {"A": {"$ref": "#/$defs/B"}}}), ..input };
    assert!(exact(&dangling).unwrap_err().to_string().contains("leads nowhere"));
}

#[test]
fn copies_become_references() {
    let task = object(json!({"id": {"type": "string"}}), json!(["id"]));
    let core = Input {
        id: "2026-07-28".into(),
        schema: json!({"$defs": {"Known": {"type": "object"}}}),
        overlay: Overlay::default(),
    };
    let own = Input {
        id: "ext-x".into(),
        schema: json!({"$defs": {
            "Known": {"type": "object"},
            "Task": task.clone(),
            "A": object(json!({"task": task, "known": {"$ref": "#/$defs/Known"}}), json!([])),
        }}),
        overlay: Overlay::default(),
    };
    let found = extension(&own, &core).unwrap();
    assert_eq!(field(&found, "A", "task").ty, Type::Ref("Task".into()));
    assert_eq!(field(&found, "A", "known").ty, Type::Ref("Known".into()));
    assert!(!found.types.contains_key("Known"));
}
