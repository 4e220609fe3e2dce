use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::regen::model::{Field, Select, Span};

fn structure(fields: serde_json::Value) -> TypeDef {
    let fields: Vec<Field> = serde_json::from_value(fields).unwrap();
    TypeDef {
        span: Span::at("r"),
        official: None,
        category: None,
        deprecated: None,
        shape: Shape::Struct { fields },
    }
}

fn field(wire: &str, ty: serde_json::Value, required: bool) -> serde_json::Value {
    let required = if required { vec!["r"] } else { Vec::new() };
    json!({"wire": wire, "rust": wire, "since": "r", "type": ty, "required": required})
}

fn select(types: &[(&str, serde_json::Value)]) -> Select {
    let mut all: BTreeMap<String, TypeDef> = types
        .iter()
        .map(|(name, fields)| ((*name).to_owned(), structure(fields.clone())))
        .collect();
    let variants: Vec<Variant> = types
        .iter()
        .map(|(name, _)| Variant {
            name: (*name).to_owned(),
            span: Span::at("r"),
            ty: Type::Ref((*name).to_owned()),
        })
        .collect();
    let shape = Shape::Union { variants, select: Select::Kind { cases: Vec::new() } };
    all.insert("Union".into(), TypeDef { shape, ..structure(json!([])) });
    fill(&mut all, &["r".into()]).unwrap();
    match all.remove("Union").unwrap().shape {
        Shape::Union { select, .. } => select,
        other => panic!("{other:?}"),
    }
}

fn constant(wire: &str, value: &str, required: bool) -> serde_json::Value {
    field(wire, json!({"const": value}), required)
}

#[test]
fn a_constant_that_may_be_left_out_is_the_default() {
    let found = select(&[
        ("Form", json!([constant("mode", "form", false)])),
        ("Url", json!([constant("mode", "url", true)])),
    ]);
    let Select::Tag { member, cases, absent, .. } = found else { panic!("{found:?}") };
    assert_eq!(member, "mode");
    assert_eq!(cases.len(), 2);
    assert_eq!(absent, Some(Box::new(Branch::Variant("Form".into()))));
}

#[test]
fn presence_decides_and_the_last_one_is_asked_for_too() {
    let found = select(&[
        (
            "Text",
            json!([field("uri", json!("string"), true), field("text", json!("string"), true)]),
        ),
        (
            "Blob",
            json!([field("uri", json!("string"), true), field("blob", json!("string"), true)]),
        ),
    ]);
    let Select::Key { cases, otherwise } = found else { panic!("{found:?}") };
    assert_eq!(cases.len(), 2);
    assert_eq!(otherwise, None);
}

#[test]
fn an_equal_constant_leads_to_a_further_question() {
    let found = select(&[
        ("Plain", json!([constant("type", "string", true)])),
        ("One", json!([constant("type", "string", true), field("enum", json!("any"), true)])),
        ("Number", json!([constant("type", "number", true)])),
    ]);
    let Select::Tag { cases, .. } = found else { panic!("{found:?}") };
    assert!(matches!(&cases[0].1, Branch::Then(_)));
    assert_eq!(cases[1].1, Branch::Variant("Number".into()));
}

#[test]
fn a_union_without_a_mark_is_an_error_unless_it_is_known() {
    let mut all = BTreeMap::new();
    all.insert("A".to_owned(), structure(json!([])));
    let variant = |name: &str| Variant {
        name: name.to_owned(),
        span: Span::at("r"),
        ty: Type::Ref("A".into()),
    };
    let shape = Shape::Union {
        variants: vec![variant("X"), variant("Y")],
        select: Select::Kind { cases: Vec::new() },
    };
    let union = TypeDef { shape, ..structure(json!([])) };
    all.insert("ServerResult".into(), union.clone());
    fill(&mut all, &["r".into()]).unwrap();
    assert!(!all.contains_key("ServerResult"));
    all.insert("U".into(), union);
    let problem = fill(&mut all, &["r".into()]).unwrap_err().to_string();
    assert!(problem.contains("r, U: nothing tells"), "{problem}");
}
