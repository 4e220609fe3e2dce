//! What the compiler would warn of, or refuse: found by compiling modules without the lints that
//! they allow (`cargo xtask corpus`).

use serde_json::json;

use crate::module;

#[test]
fn a_module_without_tools_has_nothing_unused() {
    let (text, _) = module::of("{openapi: 3.0.0, info: {title: A, version: '1'}, paths: {}}");
    assert!(!text.contains("Deserialize"), "{text}");
    assert!(text.contains("_cx: &'a ::toolwright::Context"), "{text}");
    let (text, _) = module::of("{openapi: 3.0.0, paths: {/x: {get: {operationId: x}}}}");
    assert!(!text.contains("Deserialize") && !text.contains("_cx"), "{text}");
}

#[test]
fn characters_that_turn_the_text_are_escaped() {
    let turned = "a\u{202e}b\u{2066}c";
    let schema = json!({"type": "object", "description": turned, "properties": {
        turned: {"type": "string", "enum": [turned], "default": turned, "description": turned}}});
    let document = json!({"openapi": "3.1.0", "info": {"title": turned, "version": turned},
        "paths": {format!("/{turned}"): {"post": {"operationId": turned, "summary": turned,
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {"200": {"description": turned, "content":
                {"application/json": {"schema": schema}}}}}}}});
    let (text, _) = module::of(&document.to_string());
    assert!(!text.contains(['\u{202e}', '\u{2066}']), "{text}");
    assert!(text.contains("a\\u{202e}b\\u{2066}c"), "{text}");
}

#[test]
fn letters_beyond_ascii_keep_their_name_on_the_wire() {
    let document = json!({"openapi": "3.1.0", "paths": {"/x": {"get": {"operationId": "x",
    "responses": {"200": {"description": "", "content": {"application/json": {"schema": {
        "type": "object", "properties": {"имя": {}, "\u{e9}": {}, "e\u{301}": {}}
    }}}}}}}}});
    let (text, _) = module::of(&document.to_string());
    for name in ["имя", "\u{e9}", "e\\u{301}"] {
        assert!(text.contains(&format!("\"{name}\" => ")), "{name}: {text}");
    }
    for name in ["imya", "e", "e_2"] {
        assert!(text.contains(&format!("pub {name}: ")), "{name}: {text}");
    }
}
