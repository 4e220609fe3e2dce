use serde_json::{Value, json};

use super::*;
use crate::regen::model::{Branch, Earlier, Field, Select, Sender, Shape, Type};

/// A revision with one request `act` that takes `Params` and gives `EmptyResult`.
fn revision(id: &str, types: &Value) -> Model {
    let mut all = json!({"EmptyResult": {"kind": "alias", "to": "object"}});
    all.as_object_mut().unwrap().extend(types.as_object().unwrap().clone());
    for def in all.as_object_mut().unwrap().values_mut() {
        def["since"] = json!(id);
        for part in ["fields", "variants", "values"] {
            for item in def.get_mut(part).and_then(Value::as_array_mut).into_iter().flatten() {
                item["since"] = json!(id);
                let name = item.get("wire").cloned();
                if let Some(name) = name {
                    item["rust"] = name;
                }
                if item.get("required") == Some(&json!(true)) {
                    item["required"] = json!([id]);
                }
            }
        }
    }
    serde_json::from_value(json!({
        "revisions": [{"id": id, "handshake": false, "batches": false}],
        "types": all,
        "methods": [{"name": "act", "rust": "Act", "from": "client", "client": {"since": id},
            "request": true, "params": "Params", "result": "EmptyResult", "since": id}],
        "errors": [],
    }))
    .unwrap()
}

fn params(fields: &Value) -> Value {
    json!({"Params": {"kind": "struct", "fields": fields}})
}

fn fields(model: &Model) -> &[Field] {
    match &model.types["Params"].shape {
        Shape::Struct { fields } => fields,
        other => panic!("{other:?}"),
    }
}

#[test]
fn members_get_spans_and_the_revisions_that_require_them() {
    let first = revision(
        "1",
        &params(&json!([
            {"wire": "a", "type": "string", "required": true}, {"wire": "old", "type": "bool"},
        ])),
    );
    let second = revision(
        "2",
        &params(&json!([
            {"wire": "new", "type": "bool", "required": true}, {"wire": "a", "type": "string"},
        ])),
    );
    let folded = superset(&[first, second]).unwrap();
    let found: Vec<(&str, &str, Option<&str>, &[String])> = fields(&folded)
        .iter()
        .map(|f| {
            (f.wire.as_str(), f.span.since.as_str(), f.span.until.as_deref(), f.required.as_slice())
        })
        .collect();
    assert_eq!(
        found,
        [
            ("new", "2", None, ["2".to_owned()].as_slice()),
            ("a", "1", None, ["1".to_owned()].as_slice()),
            ("old", "1", Some("1"), [].as_slice()),
        ]
    );
}

#[test]
fn one_becomes_one_of_many_and_the_narrow_type_is_kept() {
    let first = revision("1", &params(&json!([{"wire": "a", "type": "string"}])));
    let second = revision("2", &params(&json!([{"wire": "a", "type": {"one_or_many": "string"}}])));
    let folded = superset(&[first, second]).unwrap();
    assert_eq!(fields(&folded)[0].ty, Type::OneOrMany(Box::new(Type::String)));
    assert_eq!(fields(&folded)[0].earlier, [Earlier { until: "1".into(), ty: Type::String }]);
}

#[test]
fn a_conflict_names_both_sides() {
    let first = revision("1", &params(&json!([{"wire": "a", "type": "string"}])));
    let second = revision("2", &params(&json!([{"wire": "a", "type": "bool"}])));
    let problem = superset(&[first, second]).unwrap_err().to_string();
    assert_eq!(problem, "`Params.a` does not fold: String in 1 against Bool in 2");
}

#[test]
fn a_gap_is_a_conflict() {
    let with = |id| revision(id, &params(&json!([{"wire": "a", "type": "string"}])));
    let without = revision("2", &params(&json!([])));
    let problem = superset(&[with("1"), without, with("3")]).unwrap_err().to_string();
    assert!(problem.contains("`Params.a`") && problem.contains("missing in 2"), "{problem}");
}

#[test]
fn params_that_become_a_union_are_one_from_the_start() {
    let first = revision("1", &params(&json!([{"wire": "a", "type": "string", "required": true}])));
    let second = json!({
        "Params": {"kind": "struct", "fields": [{"wire": "a", "type": "string", "required": true}]},
        "Other": {"kind": "struct", "fields": [{"wire": "b", "type": "string", "required": true}]},
        "Either": {"kind": "union", "select": {"by": "kind", "cases": []}, "variants": [
            {"name": "Params", "type": {"ref": "Params"}}, {"name": "Other", "type": {"ref": "Other"}},
        ]},
    });
    let mut second = revision("2", &second);
    second.methods[0].params = Some("Either".into());
    let folded = superset(&[first, second]).unwrap();
    assert_eq!(folded.methods[0].params.as_deref(), Some("Either"));
    let Shape::Union { variants, select } = &folded.types["Either"].shape else { panic!() };
    assert_eq!(folded.types["Either"].span.since, "1");
    assert_eq!(variants[1].span.since, "2");
    let Select::Key { cases, .. } = select else { panic!("{select:?}") };
    assert_eq!(cases[1], (vec!["b".to_owned()], Branch::Variant("Other".into())));
}

#[test]
fn a_method_knows_who_sent_it_when() {
    let first = revision("1", &params(&json!([])));
    let mut second = revision("2", &params(&json!([])));
    second.methods[0].client = None;
    second.methods[0].embedded = Some(crate::regen::model::Span::at("2"));
    let folded = superset(&[first, second]).unwrap();
    let method = &folded.methods[0];
    assert_eq!(method.from, Sender::Client);
    assert_eq!(method.span.until.as_deref(), Some("1"));
    assert_eq!(method.embedded.as_ref().unwrap().since, "2");
}
