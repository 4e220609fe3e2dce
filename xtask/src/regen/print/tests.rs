//! The printers on a small model made by hand.

use serde_json::{Value, json};

use super::*;

/// Two revisions: the newer one has a title, a result type, many contents, sound and more themes.
fn model() -> Model {
    let both = json!(["2024-01-01", "2026-01-01"]);
    let field = |wire: &str, ty: Value| json!({"wire": wire, "rust": wire, "since": "2024-01-01", "type": ty});
    let required = |wire: &str, ty: Value| {
        let mut field = field(wire, ty);
        field["required"] = both.clone();
        field
    };
    let newer = |wire: &str, ty: Value| {
        let mut field = field(wire, ty);
        field["since"] = json!("2026-01-01");
        field
    };
    let structure =
        |fields: Vec<Value>| json!({"since": "2024-01-01", "kind": "struct", "fields": fields});
    let mut result_type = newer("result_type", json!("string"));
    result_type["required"] = json!(["2026-01-01"]);
    result_type["supply"] = json!("complete");
    let mut content = required("content", json!({"one_or_many": {"ref": "Content"}}));
    content["earlier"] = json!([{"until": "2024-01-01", "type": {"ref": "Content"}}]);
    let mut ttl = required("ttl", json!("integer"));
    ttl["nullable"] = json!(true);
    let big = (0..8).map(|n| field(&format!("text{n}"), json!("string"))).collect();
    let model = json!({
        "revisions": [
            {"id": "2024-01-01", "handshake": true, "batches": true},
            {"id": "2026-01-01", "handshake": false, "batches": false},
        ],
        "types": {
            "Text": structure(vec![required("type", json!({"const": "text"})), required("text", json!("string"))]),
            "Sound": structure(vec![required("type", json!({"const": "sound"})), field("mode", json!({"const": 7}))]),
            "Content": {
                "since": "2024-01-01", "kind": "union",
                "variants": [
                    {"name": "Text", "since": "2024-01-01", "type": {"ref": "Text"}},
                    {"name": "Sound", "since": "2026-01-01", "type": {"ref": "Sound"}},
                ],
                "select": {
                    "by": "tag", "member": "type", "unknown": true,
                    "cases": [["text", {"variant": "Text"}], ["sound", {"variant": "Sound"}]],
                },
            },
            "Scalar": {
                "since": "2024-01-01", "kind": "union",
                "variants": [
                    {"name": "String", "since": "2024-01-01", "type": "string"},
                    {"name": "Number", "since": "2024-01-01", "type": "number"},
                ],
                "select": {"by": "kind", "cases": [["string", "String"], ["number", "Number"]]},
            },
            "Theme": {
                "since": "2024-01-01", "kind": "string_enum", "open": false,
                "values": [
                    {"wire": "light", "rust": "Light", "since": "2024-01-01"},
                    {"wire": "dark", "rust": "Dark", "since": "2026-01-01"},
                ],
            },
            "Outcome": structure(vec![
                result_type, newer("title", json!("string")), content, ttl,
                field("theme", json!({"ref": "Theme"})), field("big", json!({"ref": "Big"})),
            ]),
            "Big": structure(big),
        },
        "methods": [{
            "name": "do/it", "rust": "DoIt", "from": "client", "client": {"since": "2024-01-01"},
            "request": true, "params": "Text", "result": "Outcome", "since": "2026-01-01",
        }],
        "errors": [{"name": "PARSE_ERROR", "code": -32700, "since": "2024-01-01"}],
    });
    serde_json::from_value(model).unwrap()
}

fn printed(name: &str) -> String {
    let files = files(&model(), &[], &[], &Docs::default()).unwrap();
    let found = files.into_iter().find(|(path, _)| path.ends_with(name));
    found.unwrap_or_else(|| panic!("no {name}")).1
}

/// The text from a line that starts with `start` to the end of that item.
fn item(text: &str, start: &str) -> String {
    let at = text.find(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    text[at..].split("\n}\n").next().unwrap().to_owned()
}

fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no `{part}` in\n{text}");
    }
}

#[test]
fn a_struct_holds_what_is_no_constant() {
    let text = printed("model.rs");
    let outcome = item(&text, "pub struct Outcome {");
    holds(
        &outcome,
        &[
            "pub result_type: Option<String>,",
            "pub content: rt::OneOrMany<Content>,",
            "pub ttl: Option<i64>,",
            "pub theme: Option<Theme>,",
            "pub big: Option<Box<Big>>,",
            "pub extra: rt::Extra,",
        ],
    );
    assert!(!item(&text, "pub struct Text {").contains("pub type"));
    // A constant that may be absent is a question of yes or no.
    holds(&item(&text, "pub struct Sound {"), &["pub mode: bool,"]);
}

#[test]
fn reading_checks_constants_and_writing_starts_with_them() {
    let text = printed("model.rs");
    holds(
        &item(&text, "impl rt::Record for Text {"),
        &[
            "0 => members.constant(\"text\")?",
            "members.required_constant(0, \"type\")?;",
            "out.serialize_entry(\"type\", &\"text\")?;\n        rt::put(out, \"text\"",
        ],
    );
    holds(
        &item(&text, "impl rt::Record for Sound {"),
        &["mode: members.saw(1)", "if self.mode {", "&7i64"],
    );
}

#[test]
fn a_union_looks_at_its_discriminator() {
    let text = printed("model.rs");
    holds(&item(&text, "pub enum Content {"), &["Text(Text),", "Unknown(rt::Object),"]);
    holds(
        &item(&text, "impl rt::Record for Content {"),
        &[
            "match members.tag(&[\"type\"], &[\"text\", \"sound\"])?",
            "rt::Tag::Known(\"sound\") => rt::Record::read(members).map(Self::Sound)",
            "rt::Tag::Other(_) => rt::Record::read(members).map(Self::Unknown)",
        ],
    );
    holds(
        &item(&text, "impl rt::ByKind for Scalar {"),
        &["\"a string or a number\"", "fn number(value: f64)"],
    );
}

#[test]
fn fitting_follows_the_spans() {
    let text = printed("fit.rs");
    holds(
        &item(&text, "impl rt::Fit for Outcome {"),
        &[
            "if revision <= Revision::V2024_01_01 {\n            self.title = None;",
            "(revision >= Revision::V2026_01_01) && self.result_type.is_none()",
            "self.result_type = rt::supply(\"\\\"complete\\\"\");",
            "!rt::Narrow::to_one(&mut self.content)",
            "rt::adapt(\"theme\", &mut self.theme, revision)?;",
        ],
    );
    holds(
        &item(&text, "impl rt::Fit for Content {"),
        &["Self::Sound { .. } if revision <= Revision::V2024_01_01"],
    );
    holds(
        &item(&text, "impl rt::Fit for Theme {"),
        &["Self::Dark if revision <= Revision::V2024_01_01"],
    );
    holds(&text, &["rt::unchanging!(Big, Scalar, Sound, Text);"]);
}

#[test]
fn methods_and_revisions_are_printed() {
    let methods = printed("methods.rs");
    holds(
        &methods,
        &["impl rt::Request for DoIt", "pub enum ClientRequest", "type Result = Outcome;"],
    );
    // Nobody sends these, and an enum without variants helps nobody.
    assert!(!methods.contains("ServerNotification"));
    let revision = printed("revision.rs");
    holds(
        &revision,
        &["LATEST: Self = Self::V2026_01_01", "\"do/it\" => self >= Revision::V2026_01_01"],
    );
    holds(&printed("code.rs"), &["pub const PARSE_ERROR: i64 = -32700;"]);
}

#[test]
fn every_file_says_what_it_comes_from() {
    for (path, text) in files(&model(), &[], &[], &Docs::default()).unwrap() {
        let header = "// @generated by cargo xtask regen from spec/mcp.json. Do not edit.\n";
        assert!(text.starts_with(header), "{}", path.display());
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{}", path.display());
    }
}

#[test]
fn what_cannot_be_printed_is_an_error() {
    let mut value = serde_json::to_value(model()).unwrap();
    value["types"]["Content"]["select"]["cases"][1][1] = json!({"variant": "Smell"});
    let broken: Model = serde_json::from_value(value).unwrap();
    let error = files(&broken, &[], &[], &Docs::default()).unwrap_err().to_string();
    assert_eq!(error, "printing Content: there is no variant `Smell`");

    let mut value = serde_json::to_value(model()).unwrap();
    value["types"]["Text"]["fields"][1]["rust"] = json!("extra");
    let broken: Model = serde_json::from_value(value).unwrap();
    assert!(files(&broken, &[], &[], &Docs::default()).is_err());
}

#[test]
fn the_manifest_lists_a_feature_for_each_exact_module() {
    let text = "[features]\n# regen: features begin\nold = []\n# regen: features end\n[x]\n";
    let revision = json!({"id": "ext-x", "handshake": false, "batches": false});
    let revisions = vec![serde_json::from_value(revision).unwrap()];
    let extension = Model { revisions, ..Model::default() };
    let out = manifest(text, &[model()], &[extension]).unwrap();
    let features = "exact = [\"v2024-01-01\", \"ext-x\"]\n\"v2024-01-01\" = []\n\"ext-x\" = []\n";
    assert_eq!(
        out,
        format!("[features]\n# regen: features begin\n{features}# regen: features end\n[x]\n")
    );
    assert!(manifest("[features]\n", &[], &[]).is_err());
}
