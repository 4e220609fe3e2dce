use serde_json::{Value, json};

use super::*;

/// A small model with `edit` applied to its JSON.
fn model(edit: impl Fn(&mut Value)) -> Model {
    let mut value = json!({
        "revisions": [{"id": "2026-01-01", "handshake": false, "batches": false}],
        "types": {
            "Tool": {"kind": "struct", "since": "2026-01-01", "fields": [
                {"wire": "name", "rust": "name", "since": "2026-01-01", "type": "string", "required": ["2026-01-01"]},
                {"wire": "size", "rust": "size", "since": "2026-01-01", "type": "integer"},
            ]},
            "Block": {"kind": "union", "since": "2026-01-01",
                "variants": [{"name": "Tool", "since": "2026-01-01", "type": {"ref": "Tool"}}],
                "select": {"by": "key", "cases": [], "otherwise": {"variant": "Tool"}}},
            "Role": {"kind": "string_enum", "since": "2026-01-01", "open": false,
                "values": [{"wire": "user", "rust": "User", "since": "2026-01-01"}]},
        },
        "methods": [{"name": "tools/call", "rust": "CallTool", "from": "client", "request": true,
            "params": "Tool", "result": "Block", "since": "2026-01-01"}],
        "errors": [{"name": "PARSE_ERROR", "code": -32700, "since": "2026-01-01"}],
    });
    edit(&mut value);
    serde_json::from_value(value).unwrap()
}

/// The changes that `edit` makes, shortened to `BREAKS`/`fine` and what.
fn found(edit: impl Fn(&mut Value)) -> Vec<String> {
    let line = |change: Change| {
        format!("{}: {}", if change.breaks { "BREAKS" } else { "fine" }, change.what)
    };
    changes(&model(|_| ()), &model(edit)).into_iter().map(line).collect()
}

fn fields(model: &mut Value) -> &mut Vec<Value> {
    model.pointer_mut("/types/Tool/fields").unwrap().as_array_mut().unwrap()
}

#[test]
fn nothing_changed() {
    assert!(found(|_| ()).is_empty());
    assert_eq!(report("m", &[]), "");
}

#[test]
fn an_optional_field_is_fine_and_a_required_one_breaks() {
    let optional = json!({"wire": "a", "rust": "a", "since": "2026-01-01", "type": "string"});
    assert_eq!(
        found(|m| fields(m).push(optional.clone())),
        ["fine: field Tool.a added: string, optional"]
    );
    let mut required = optional.clone();
    required["required"] = json!(["2026-01-01"]);
    assert_eq!(
        found(|m| fields(m).push(required.clone())),
        ["BREAKS: field Tool.a added: string, required"]
    );
}

#[test]
fn a_field_that_only_a_new_revision_requires_is_fine() {
    let lines = found(|m| {
        m["revisions"]
            .as_array_mut()
            .unwrap()
            .push(json!({"id": "2027-01-01", "handshake": false, "batches": false}));
        fields(m)[0]["required"] = json!(["2026-01-01", "2027-01-01"]);
        fields(m).push(json!({"wire": "b", "rust": "b", "since": "2027-01-01", "type": "bool", "required": ["2027-01-01"]}));
    });
    assert_eq!(
        lines,
        [
            "fine: revision 2027-01-01 added",
            "fine: field Tool.name required in [2026-01-01, 2027-01-01] and was in [2026-01-01]",
            "fine: field Tool.b added: boolean, required in 2027-01-01",
        ]
    );
}

#[test]
fn a_widened_field_breaks() {
    let lines = found(|m| {
        fields(m)[1]["type"] = json!("number");
        fields(m)[1]["earlier"] = json!([{"until": "2026-01-01", "type": "integer"}]);
    });
    assert_eq!(lines, ["BREAKS: field Tool.size widened from integer to number"]);
}

#[test]
fn a_removed_field_breaks_and_one_that_ends_does_not() {
    assert_eq!(found(|m| drop(fields(m).pop())), ["BREAKS: field Tool.size removed"]);
    let lines = found(|m| fields(m)[1]["until"] = json!("2026-01-01"));
    assert_eq!(lines, ["fine: field Tool.size ends with 2026-01-01"]);
}

#[test]
fn a_field_that_becomes_required_breaks() {
    let lines = found(|m| fields(m)[1]["required"] = json!(["2026-01-01"]));
    assert_eq!(lines, ["BREAKS: field Tool.size required in [2026-01-01] and was in []"]);
}

#[test]
fn types_come_and_go() {
    let lines = found(|m| {
        let role = m["types"].as_object_mut().unwrap().remove("Role").unwrap();
        m["types"]["Part"] = role;
    });
    assert_eq!(lines, ["fine: type Part added", "BREAKS: type Role removed"]);
}

#[test]
fn variants_and_values_come_and_go() {
    let lines = found(|m| {
        m["types"]["Block"]["variants"][0]["name"] = json!("Other");
        m["types"]["Role"]["values"]
            .as_array_mut()
            .unwrap()
            .push(json!({"wire": "x", "rust": "X", "since": "2026-01-01"}));
    });
    assert_eq!(
        lines,
        [
            "fine: variant Block::Other added: Tool",
            "BREAKS: variant Block::Tool removed",
            "fine: value Role \"x\" added",
        ]
    );
    let lines = found(|m| m["types"]["Role"]["open"] = json!(true));
    assert_eq!(lines, ["BREAKS: enum Role widened: other strings are legal now"]);
}

#[test]
fn methods_and_codes() {
    let lines = found(|m| {
        m["methods"][0]["result"] = json!("Tool");
        m["errors"][0]["code"] = json!(-1);
    });
    assert_eq!(
        lines,
        [
            "BREAKS: method tools/call: result now Tool, was Block",
            "BREAKS: error code PARSE_ERROR is -1 and was -32700",
        ]
    );
    assert_eq!(found(|m| m["methods"] = json!([])), ["BREAKS: method tools/call removed"]);
}

#[test]
fn the_report_counts_and_gives_reasons() {
    let text = report("m.json", &changes(&model(|_| ()), &model(|m| drop(fields(m).pop()))));
    assert_eq!(
        text,
        "m.json: 1 changed, 1 of it breaking users of the types:\n  \
         BREAKS  field Tool.size removed\n          access to it no longer compiles\n"
    );
}
