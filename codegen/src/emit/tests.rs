//! Modules for APIs put together by hand.

use std::collections::BTreeMap;

use crate::json::{Value, json};

use super::{Form, Side, Target, module};
use crate::ir::{Annotations, Api, Binding, Operation, Reply, Schema};

fn api(name: &str, operations: Vec<Operation>, definitions: &Value) -> Api {
    Api {
        name: name.to_owned(),
        title: name.to_owned(),
        version: "1.0".to_owned(),
        description: Some("An API\n\n    like no other */".to_owned()),
        servers: Vec::new(),
        security_schemes: BTreeMap::new(),
        operations,
        definitions: definitions
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.to_string(), Schema(schema.clone())))
            .collect(),
        parts: Vec::new(),
    }
}

fn operation(method: &str, arguments: Value, result: Option<Value>) -> Operation {
    Operation {
        name: method.to_owned(),
        title: None,
        description: Some(format!("Does {method}.")),
        annotations: Annotations::default(),
        input_schema: arguments.clone().into(),
        output_schema: result.clone().map(Into::into),
        whole: None,
        contract: None,
        reply: if result.is_some() { Reply::Json { wrapped: false } } else { Reply::Text },
        http: None,
        scopes: Vec::new(),
        resource: None,
        method: method.to_owned(),
        stem: crate::types::pascal(method, "Tool"),
        operation_id: None,
        tags: Vec::new(),
        deprecated: false,
        arguments: Schema(arguments),
        result: result.map(Schema),
        pointer: format!("/tools/{method}"),
    }
}

fn over_http(mut operation: Operation) -> Operation {
    operation.http = Some(Binding {
        method: "GET".to_owned(),
        path: "/x".to_owned(),
        parameters: Vec::new(),
        body: None,
        responses: Vec::new(),
        security: Vec::new(),
        servers: Vec::new(),
        paging: None,
        fields: None,
    });
    operation
}

fn constructs() -> Value {
    json!({
        "Pet": {
            "type": "object",
            "description": "A pet [link] <b>html</b>\n\n```\ncode\n```",
            "required": ["id", "type", "kind"],
            "properties": {
                "id": { "type": "integer", "format": "int32", "minimum": 1 },
                "type": { "const": "pet" },
                "kind": { "enum": ["cat", "Cat", "+1", "-1", ""] },
                "Kind": { "type": "string", "format": "uuid", "pattern": "(?<x>a)" },
                "tags": { "type": "array", "items": { "type": "object", "properties": { "name": { "type": "string" } } } },
                "parent": { "$ref": "#/$defs/Pet", "description": "The parent" },
                "best": { "anyOf": [{ "$ref": "#/$defs/Pet" }, { "type": "null" }] },
                "weight": { "type": ["number", "null"] },
                "extra": { "type": "object", "additionalProperties": { "type": "integer" } },
                "choice": { "oneOf": [{ "$ref": "#/$defs/Option" }, { "type": "string" }, { "type": "array", "items": { "type": "string" } }] },
                "if": { "if": { "type": "string" }, "then": { "minLength": 1 } },
                "not": { "not": { "type": "string" } },
                "self": { "allOf": [{ "$ref": "#/$defs/Option" }], "description": "hm" }
            },
            "additionalProperties": true
        },
        "Option": { "allOf": [
            { "type": "object", "required": ["value"], "properties": { "value": { "$ref": "#/$defs/Tree" } } },
            { "$ref": "#/$defs/Base" }
        ] },
        "Base": { "type": "object", "properties": { "created": { "type": "string", "format": "date-time" } } },
        "Tree": { "type": "array", "items": { "$ref": "#/$defs/Tree" } },
        "Loop": { "$ref": "#/$defs/Pool" },
        "Pool": { "$ref": "#/$defs/Loop" },
        "Cat": { "type": "object", "properties": { "meow": { "type": "boolean" } } },
        "Dog": { "type": "object", "properties": { "bark": { "type": "boolean" } } },
        "Named": { "type": "object", "required": ["k"], "properties": { "k": { "const": "a" }, "x": { "type": "integer" } } },
        "Other": { "type": "object", "required": ["k"], "properties": { "k": { "const": "b" }, "y": {} } },
        "Unused": { "type": "string" }
    })
}

#[test]
fn what_lists_shorten_is_put_together_by_the_module() {
    let text = |parts: &[&str]| {
        let mut api = sample(true);
        api.parts = parts.iter().map(|part| part.to_string()).collect();
        let (form, side) = (Form::File, Side::Server);
        module(&api, Target { name: "probe", source: "probe.yaml", form, side }).unwrap().text
    };
    assert!(!text(&[]).contains("PARTS"));
    let with_parts = text(&["[\"A\",{}]", "[\"B\",{\"pattern\":\"#\\\"\"}]"]);
    let file = syn::parse_file(&with_parts).unwrap();
    let parts = file.items.iter().find_map(|item| match item {
        syn::Item::Static(item) if item.ident == "PARTS" => Some(item),
        _ => None,
    });
    let syn::Expr::Reference(list) = &*parts.unwrap().expr else { panic!("a list") };
    let syn::Expr::Array(list) = &*list.expr else { panic!("a list") };
    assert_eq!(list.elems.len(), 2);
    // The typed tools, and the proxy.
    assert_eq!(with_parts.matches("descriptor().schemas(index, PARTS)").count(), 2);
}

fn sample(http: bool) -> Api {
    let find = json!({
        "type": "object",
        "required": ["q"],
        "properties": {
            "q": { "type": "string", "description": "Words" },
            "limit": { "type": "integer", "minimum": 0, "default": 20 },
            "exact": { "type": "boolean", "default": true },
            "lang": { "type": "string", "default": "en" },
            "animal": { "oneOf": [{ "$ref": "#/$defs/Cat" }, { "$ref": "#/$defs/Dog" }] },
            "sum": { "oneOf": [{ "$ref": "#/$defs/Named" }, { "$ref": "#/$defs/Other" }] },
            "loop": { "$ref": "#/$defs/Loop" },
            "component": { "oneOf": [
                { "type": "object", "title": "Button", "required": ["type"], "properties": { "type": { "enum": [2] }, "label": { "type": "string" } } },
                { "type": "object", "title": "Row", "required": ["type"], "properties": { "type": { "enum": [1, 3] } } }
            ] }
        }
    });
    let operations = vec![
        operation(
            "get_pet",
            json!({ "type": "object", "required": ["id"], "properties": { "id": { "type": "integer" } } }),
            Some(json!({ "$ref": "#/$defs/Pet" })),
        ),
        operation(
            "find",
            find,
            Some(
                json!({ "type": "object", "properties": { "hits": { "type": "array", "items": { "$ref": "#/$defs/Pet" } } } }),
            ),
        ),
        operation("ping", json!({ "type": "object" }), None),
        operation(
            "type",
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
            None,
        ),
        operation(
            "proxy",
            json!({ "$ref": "#/$defs/Pet" }),
            Some(json!({ "type": "array", "items": { "enum": ["a", "b"] } })),
        ),
    ];
    let operations =
        if http { operations.into_iter().map(over_http).collect() } else { operations };
    api("farm", operations, &constructs())
}

fn target(source: &str) -> Target<'_> {
    Target { name: "farm", source, form: Form::File, side: Side::Server }
}

#[test]
fn p11_values_of_the_document_are_literals() {
    let values = [
        "\"; evil(); \"",
        "a\nb",
        "a\0b",
        "\"#; evil!()",
        "*/ mod evil {}",
        "{evil}",
        "\\",
        "\u{202e}",
        "r#\"",
        "'",
        "]#![evil]",
    ];
    let mut properties = json!({ "choice": { "type": "string", "enum": values } });
    for (index, value) in values.iter().enumerate() {
        properties[format!("p{index}").as_str()] =
            json!({ "type": "string", "default": value, "description": value });
    }
    properties["a\"#\n\0"] = json!({ "type": "string" });
    let arguments = json!({ "type": "object", "properties": properties });
    let operations = vec![over_http(operation("find", arguments, None))];
    let module = module(&api("farm", operations, &json!({})), target("farm.yaml")).unwrap();
    let file = syn::parse_file(&module.text).unwrap();
    let mut texts = Vec::new();
    walk(quote::ToTokens::into_token_stream(file), &mut texts);
    for value in values {
        assert!(texts.iter().any(|text| text == value), "{value:?} is no literal");
    }
    assert!(texts.iter().any(|text| text == "a\"#\n\0"), "the name is no literal");
}

/// The texts of all literals; what the document says must not become anything else.
fn walk(tokens: proc_macro2::TokenStream, texts: &mut Vec<String>) {
    use proc_macro2::TokenTree;
    for token in tokens {
        match token {
            TokenTree::Group(group) => walk(group.stream(), texts),
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    texts.push(text.value());
                }
            }
            TokenTree::Ident(name) => assert_ne!(name, "evil"),
            TokenTree::Punct(_) => {}
        }
    }
}

#[test]
fn a_tools_file() {
    let module = module(&sample(false), target("farm.tools.json")).unwrap();
    insta::assert_snapshot!(module.text);
}

#[test]
fn a_client_of_a_tools_file() {
    let target = Target { side: Side::Client, ..target("farm.tools.json") };
    let mut api = sample(false);
    api.operations.retain(|operation| ["get_pet", "ping", "type"].contains(&&*operation.method));
    let pet = json!({ "type": "object", "required": ["name"], "properties": { "name": { "type": "string", "description": "What it hears" } } });
    api.definitions.insert("Pet".to_owned(), Schema(pet));
    if let Some(ping) = api.operations.iter_mut().find(|operation| operation.name == "ping") {
        ping.operation_id = Some("farm/ping.all".to_owned());
        ping.method = "client".to_owned();
    }
    insta::assert_snapshot!(module(&api, target).unwrap().text);
}

#[test]
fn a_client_of_an_api_has_the_types_of_its_server() {
    let server = module(&sample(true), target("farm.yaml")).unwrap();
    let client = module(&sample(true), Target { side: Side::Client, ..target("farm.yaml") });
    let client = client.unwrap();
    let types = |text: &str| text.split_once("pub struct Find ").map(|(_, types)| types.to_owned());
    let served = types(&server.text).unwrap();
    let called = types(&client.text).unwrap();
    assert!(served.starts_with(called.trim_end()), "{called}");
    let kinds = |module: &super::Module| -> Vec<_> {
        let methods = module.outline.methods.iter();
        methods.map(|method| (method.name.clone(), method.arguments.clone())).collect()
    };
    assert_eq!(kinds(&server), kinds(&client));
}

#[test]
fn an_api_over_http() {
    let module =
        module(&sample(true), Target { form: Form::Include, ..target("farm.yaml") }).unwrap();
    insta::assert_snapshot!(module.text);
}
