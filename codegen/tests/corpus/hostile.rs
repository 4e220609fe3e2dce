//! Documents that mean harm: each test is named after the row of the reliability list it holds.

use std::collections::HashSet;

use serde_json::{Map, Value, json};
use toolwright_codegen::Outcome;
use toolwright_codegen::ir::Operation;

use crate::module;

fn codes(outcome: &Outcome) -> HashSet<&'static str> {
    outcome.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

fn operations(outcome: &Outcome) -> &[Operation] {
    outcome.module.as_ref().map_or(&[], |module| &module.api.operations)
}

/// A document whose one operation takes a schema and gives it back.
fn taking(schema: Value, schemas: Value) -> String {
    let content = json!({"application/json": {"schema": schema}});
    json!({"openapi": "3.1.0", "info": {"title": "Odd", "version": "1"},
        "paths": {"/x": {"post": {"operationId": "x", "requestBody": {"content": content},
            "responses": {"200": {"description": "", "content": content}}}}},
        "components": {"schemas": schemas}})
    .to_string()
}

fn with_ids(ids: &[&str]) -> String {
    let path = |(n, id): (usize, &&str)| {
        (format!("/p{n}"), json!({"get": {"operationId": id, "responses": {}}}))
    };
    let paths: Map<String, Value> = ids.iter().enumerate().map(path).collect();
    json!({"openapi": "3.0.3", "info": {"title": "Odd", "version": "1"}, "paths": paths})
        .to_string()
}

#[test]
fn p07_references_that_lead_anywhere() {
    for (reference, code) in [
        ("http://127.0.0.1:9/x.json", "TW0301"),
        ("file:///etc/passwd", "TW0301"),
        ("../../etc/passwd", "TW0301"),
        ("#/components/schemas/None", "TW0302"),
        ("#/components/schemas/Own", "TW0303"),
        ("#/components/schemas/A", "TW0303"),
    ] {
        let property = json!({"type": "object", "properties": {"p": {"$ref": reference}}});
        let schemas = json!({
            "Own": {"$ref": "#/components/schemas/Own"},
            "A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}});
        let (_, outcome) = module::of(&taking(property, schemas));
        assert!(codes(&outcome).contains(code), "{reference}: {:?}", outcome.diagnostics);
    }
}

#[test]
fn p07_cycles_become_boxed_types_and_odd_pointers_are_read() {
    let root = json!({"$ref": "#/components/schemas/a~0b~1c%25d"});
    let schemas = json!({"a~b/c%d": {"type": "object", "properties": {
        "next": root, "name": {"type": "string"}}, "required": ["name"]}});
    let (text, outcome) = module::of(&taking(root.clone(), schemas));
    assert!(text.contains("pub next: Option<"), "{text}");
    assert!(text.contains("Box<Abcd>"), "{text}");
    assert!(!codes(&outcome).contains("TW0302"), "{:?}", outcome.diagnostics);
}

#[test]
fn p07_a_chain_of_ten_thousand_references() {
    let link =
        |n: usize| (format!("L{n}"), json!({"$ref": format!("#/components/schemas/L{}", n + 1)}));
    let mut schemas: Map<String, Value> = (0..10_000).map(link).collect();
    schemas.insert(
        "L10000".to_owned(),
        json!({"type": "object", "properties": {"end": {"type": "string"}}}),
    );
    let (text, _) = module::of(&taking(json!({"$ref": "#/components/schemas/L0"}), schemas.into()));
    assert!(text.contains("pub end: Option<String>"), "{text}");
}

#[test]
fn p09_operation_ids_that_are_no_names() {
    let long = "x".repeat(500);
    let ids =
        ["a", "a", "", "type", "self", "Self", "r#self", "🐈", &long, "../x", "***", "__", "2"];
    let document = with_ids(&ids);
    let (text, outcome) = module::of(&document);
    let names: HashSet<&str> = operations(&outcome).iter().map(|one| &*one.name).collect();
    assert_eq!(names.len(), ids.len(), "{names:?}");
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    assert!(names.iter().all(|name| (1..=64).contains(&name.len()) && name.chars().all(legal)));
    assert_eq!(module::of(&document).0, text, "two runs differ");
}

#[test]
fn p10_descriptions_that_look_like_code() {
    let plain = "Some words.";
    let hostile = [
        "*/ pub fn evil() {} /*",
        "\"#; pub fn evil() {} r#\"",
        "\\\" \\n \\",
        "{} {{ }} {0}",
        "\u{202E}\u{200B}\u{2066}hidden",
        "#![feature(evil)]\n\nmod evil;",
        "```\npanic!()\n```\n\n    fn indented() {}",
        "\r\n]\npub fn evil() {}\n//! x",
    ];
    let document = |text: &str| {
        let schema = json!({"type": "object", "title": text, "description": text,
            "properties": {"p": {"type": "string", "description": text, "enum": ["a", "b"]}}});
        let mut document: Value = serde_json::from_str(&taking(schema, json!({}))).unwrap();
        document["info"]["description"] = text.into();
        document["paths"]["/x"]["post"]["description"] = text.into();
        document["paths"]["/x"]["post"]["summary"] = text.into();
        document.to_string()
    };
    let expected = outline(&module::of(&document(plain)).0);
    for text in hostile {
        let (module, outcome) = module::of(&document(text));
        assert_eq!(outline(&module), expected, "{text}");
        let hidden = |c: char| matches!(c, '\u{202E}' | '\u{200B}' | '\u{2066}');
        assert!(!module.contains(hidden), "{text}");
        assert_eq!(codes(&outcome).contains("TW0410"), text.contains(hidden), "{text}");
    }
}

/// The items of a module, without what they say.
fn outline(module: &str) -> Vec<String> {
    let file = syn::parse_file(module).unwrap();
    let name = |item: &syn::Item| match item {
        syn::Item::Struct(item) => format!("struct {} {}", item.ident, item.fields.len()),
        syn::Item::Enum(item) => format!("enum {} {}", item.ident, item.variants.len()),
        syn::Item::Trait(item) => format!("trait {} {}", item.ident, item.items.len()),
        syn::Item::Fn(item) => format!("fn {}", item.sig.ident),
        syn::Item::Impl(item) => format!("impl {}", item.items.len()),
        syn::Item::Use(_) => "use".to_owned(),
        _ => "other".to_owned(),
    };
    file.items.iter().map(name).collect()
}

#[test]
fn p11_values_that_look_like_code() {
    let values = ["\"); evil(); (\"", "a\nb", "nul\u{0}", "'", "\\", "\"#", "{}", "", " ", "é"];
    let schema = json!({"type": "object", "properties": {
        "one": {"type": "string", "enum": values},
        "two": {"type": "string", "default": values[0]},
        "three": {"type": "array", "items": {"type": "string"}, "default": values},
        "four": {"const": values[1]}, "\"); evil(); (\"": {"type": "string"}}});
    let tools = json!({"tools": [{"name": "x", "inputSchema": schema}]}).to_string();
    for document in [taking(schema, json!({})), tools] {
        let (text, _) = module::of(&document);
        assert!(!text.contains("evil();\n"), "{text}");
        let file = syn::parse_file(&text).unwrap();
        let most = file.items.iter().filter_map(|item| match item {
            syn::Item::Enum(item) => Some(item.variants.len()),
            _ => None,
        });
        // One for each, and perhaps one for values that the document does not know.
        let most = most.max().unwrap_or_default();
        assert!([values.len(), values.len() + 1].contains(&most), "{most}: {text}");
    }
}

#[test]
fn p13_patterns_that_are_no_regular_expressions() {
    for (pattern, reported, kept) in [
        ("(a+)+$", false, true),
        ("(a)\\1", true, true),
        ("(?=a)b", true, true),
        ("([", true, false),
        ("a)", true, false),
        ("a\\", true, false),
        ("[(]\\)", false, true),
    ] {
        let schema =
            json!({"type": "object", "properties": {"p": {"type": "string", "pattern": pattern}}});
        let (text, outcome) = module::of(&taking(schema, json!({})));
        // No pattern is ever run by the types: a field is a text.
        assert!(text.contains("pub p: Option<String>"), "{text}");
        assert_eq!(codes(&outcome).contains("TW0409"), reported, "{pattern}");
        let [operation] = operations(&outcome) else { panic!("{pattern}") };
        assert_eq!(operation.input_schema.as_str().contains("\"pattern\""), kept, "{pattern}");
    }
}

#[test]
fn p18_names_that_become_one() {
    let ids = ["get-pet", "get pet", "get_pet", "getPet", "GetPet", "get/pet"];
    let (text, outcome) = module::of(&with_ids(&ids));
    let all = operations(&outcome);
    for names in [
        all.iter().map(|one| one.name.as_str()).collect::<HashSet<_>>(),
        all.iter().map(|one| one.method.as_str()).collect(),
        all.iter().map(|one| one.stem.as_str()).collect(),
    ] {
        assert_eq!(names.len(), ids.len(), "{names:?}");
    }
    assert!(codes(&outcome).contains("TW0601"), "{:?}", outcome.diagnostics);
    assert_eq!(module::of(&with_ids(&ids)).0, text, "two runs differ");
}
