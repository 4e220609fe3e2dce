//! What a client asks, and what it must be told.

use serde_json::{Value, json};

/// A request, and the codes of errors that may answer it; none: there must be a result.
pub(super) struct Step {
    pub(super) method: &'static str,
    pub(super) params: Value,
    pub(super) errors: &'static [i64],
}

fn ok(method: &'static str, params: Value) -> Step {
    Step { method, params, errors: &[] }
}

fn call(name: &str, arguments: Value) -> Step {
    ok("tools/call", json!({ "name": name, "arguments": arguments }))
}

fn fails(method: &'static str, params: Value, errors: &'static [i64]) -> Step {
    Step { method, params, errors }
}

/// What every revision has.
pub(super) fn common() -> Vec<Step> {
    let read = |uri: &str| ok("resources/read", json!({ "uri": uri }));
    let prompt = |name: &str, arguments: Value| {
        ok("prompts/get", json!({ "name": name, "arguments": arguments }))
    };
    let mut with_progress = call("test_tool_with_progress", json!({}));
    with_progress.params["_meta"] = json!({ "progressToken": "progress" });
    let two = json!({ "arg1": "a", "arg2": "b" });
    vec![
        ok("tools/list", json!({})),
        call("test_simple_text", json!({})),
        call("test_image_content", json!({})),
        call("test_audio_content", json!({})),
        call("test_embedded_resource", json!({})),
        call("test_multiple_content_types", json!({})),
        call("test_error_handling", json!({})),
        with_progress,
        call("test_tool_with_logging", json!({})),
        call("test_elicitation", json!({ "message": "Who?" })),
        call("test_elicitation_sep1034_defaults", json!({})),
        call("test_elicitation_sep1330_enums", json!({})),
        call("test_sampling", json!({ "prompt": "Say something." })),
        call("test_input_required_result_list_roots", json!({})),
        call("test_input_required_result_multiple_inputs", json!({})),
        call("json_schema_2020_12_tool", json!({ "unknown": true })),
        call("test_custom_header", json!({ "value": "x" })),
        call("samples", json!({ "count": 3 })),
        call("linked", json!({})),
        fails("tools/call", json!({ "name": "nothing" }), &[-32602]),
        fails("tools/call", json!({ "arguments": {} }), &[-32602]),
        ok("resources/list", json!({})),
        ok("resources/templates/list", json!({})),
        read("test://static-text"),
        read("test://static-binary"),
        read("test://template/123/data"),
        fails("resources/read", json!({ "uri": "test://nothing" }), &[-32002, -32602]),
        ok("prompts/list", json!({})),
        prompt("test_simple_prompt", json!({})),
        prompt("test_prompt_with_arguments", two),
        prompt("test_prompt_with_embedded_resource", json!({ "resourceUri": "test://x" })),
        prompt("test_prompt_with_image", json!({})),
        fails("prompts/get", json!({ "name": "nothing" }), &[-32602]),
        fails("prompts/get", json!({ "name": "test_prompt_with_arguments" }), &[-32602]),
        complete(json!({ "type": "ref/prompt", "name": "test_prompt_with_arguments" }), "arg1"),
        complete(json!({ "type": "ref/resource", "uri": "test://template/{id}/data" }), "id"),
        fails("nothing/of/the/kind", json!({}), &[-32601]),
    ]
}

/// What only sessions have.
pub(super) fn session() -> Vec<Step> {
    vec![
        ok("ping", json!({})),
        ok("logging/setLevel", json!({ "level": "debug" })),
        fails("logging/setLevel", json!({ "level": "loud" }), &[-32602]),
        fails("server/discover", json!({}), &[-32601, -32602]),
    ]
}

/// Changes that whoever listens is told of, with what only sessions need for that. There is more
/// after them, so that no notice comes too late.
pub(super) fn changes() -> Vec<Step> {
    let watched = json!({ "uri": "test://watched-resource" });
    vec![
        ok("resources/subscribe", watched.clone()),
        call("test_trigger_tool_change", json!({})),
        call("test_trigger_prompt_change", json!({})),
        call("test_trigger_resource_update", json!({})),
        call("test_tool_with_progress", json!({})),
        ok("resources/unsubscribe", watched),
        ok("ping", json!({})),
    ]
}

/// What there is since 2025-06-18: prompts that ask the user.
pub(super) fn newer() -> Vec<Step> {
    vec![ok("prompts/get", json!({ "name": "test_input_required_result_prompt" }))]
}

/// What only requests that stand alone have.
pub(super) fn stateless() -> Vec<Step> {
    vec![ok("server/discover", json!({})), fails("ping", json!({}), &[-32601])]
}

/// What the client answers to a request of the server.
pub(super) fn reply(request: &Value) -> Value {
    match request["method"].as_str() {
        Some("sampling/createMessage") => json!({ "role": "assistant", "model": "none",
            "content": { "type": "text", "text": "an answer" } }),
        Some("elicitation/create") => {
            json!({ "action": "accept", "content": filled_in(&request["params"]["requestedSchema"]) })
        }
        Some("roots/list") => json!({ "roots": [{ "uri": "file:///home" }] }),
        _ => json!({}),
    }
}

fn complete(reference: Value, name: &str) -> Step {
    let argument = json!({ "name": name, "value": "1" });
    ok("completion/complete", json!({ "ref": reference, "argument": argument }))
}

fn filled_in(form: &Value) -> Value {
    let fields = form["properties"].as_object().unwrap();
    let value = |field: &Value| match field["type"].as_str() {
        Some("boolean") => json!(true),
        Some("integer" | "number") => json!(30),
        Some("array") => json!([]),
        _ => {
            field["enum"][0].as_str().or(field["oneOf"][0]["const"].as_str()).unwrap_or("x").into()
        }
    };
    fields.iter().map(|(name, field)| (name.clone(), value(field))).collect()
}
