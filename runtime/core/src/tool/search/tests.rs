use serde_json::json;

use super::*;
use crate::tool::FnTools;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Add {
    a: i64,
    b: i64,
    /// Said afterwards
    #[allow(dead_code)]
    note: Option<String>,
}

fn three() -> Searchable<FnTools> {
    Searchable::new(
        FnTools::new()
            .tool("add", "Adds two numbers", |_cx, Add { a, b, .. }| async move { a + b })
            .tool("list_books", "Lists the books of a shelf", |_cx, (): ()| async { "Dune" }),
    )
}

async fn call(index: usize, arguments: serde_json::Value) -> Result<CallToolResult, String> {
    let arguments = serde_json::value::to_raw_value(&arguments).unwrap();
    let three = three();
    let cx = Context::detached();
    let called = three.call(&cx, ToolCall::new(index, "x", &arguments)).await;
    called.map_err(|error| error.to_string())
}

fn structured(result: CallToolResult) -> serde_json::Value {
    serde_json::from_str(result.structured_content.unwrap().as_str()).unwrap()
}

#[tokio::test]
async fn a_search_shows_enough_to_choose() {
    let found = structured(call(0, json!({ "query": "numbers" })).await.unwrap());
    let add = json!({
        "name": "add", "description": "Adds two numbers", "arguments": ["a", "b", "note?"],
    });
    assert_eq!(found, json!({ "tools": [add], "matching": 1, "total": 2 }));
}

#[tokio::test]
async fn definitions_come_on_demand() {
    let found = structured(call(1, json!({ "names": ["add"] })).await.unwrap());
    assert_eq!(found["tools"][0]["name"], "add");
    assert_eq!(found["tools"][0]["inputSchema"]["properties"]["a"]["type"], "integer");
}

#[tokio::test]
async fn a_call_goes_through_and_is_checked() {
    let sum = call(2, json!({ "name": "add", "arguments": { "a": 1, "b": 2 } })).await.unwrap();
    assert_eq!(serde_json::to_value(&sum.content).unwrap()[0]["text"], "3");
    call(2, json!({ "name": "list_books" })).await.unwrap();

    let error = call(2, json!({ "name": "add", "arguments": { "a": "x" } })).await.unwrap_err();
    assert!(error.starts_with("the arguments of add are not valid:\n- "), "{error}");
    assert!(error.contains("/a") && error.contains("\"b\""), "{error}");
}

#[tokio::test]
async fn unknown_names_get_suggestions() {
    for (index, arguments) in
        [(1, json!({ "names": ["books_list"] })), (2, json!({ "name": "books_list" }))]
    {
        let error = call(index, arguments).await.unwrap_err();
        assert_eq!(error, "there is no tool books_list; did you mean list_books?");
    }
    let error = call(2, json!({ "name": "addd" })).await.unwrap_err();
    assert_eq!(error, "there is no tool addd; did you mean add?");
    let error = call(2, json!({ "name": "zzz" })).await.unwrap_err();
    assert!(error.contains("search_tools"), "{error}");
}

/// Tools whose schemas the list has shortened.
struct Shortened;

const WHOLE: &str = r#"{"type":"object","properties":{"a":{"type":"integer"}}}"#;

impl ToolSet for Shortened {
    fn tools(&self) -> Vec<Tool> {
        ["a", "b"].map(|name| Tool::new(name, toolwright_spec::JsonSchema::empty_object())).into()
    }

    fn call<'a>(
        &'a self,
        _cx: &'a Context,
        _call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        Box::pin(async { "called".into_tool_result() })
    }

    fn schemas(&self, index: usize) -> Option<Schemas> {
        let whole = || toolwright_spec::JsonSchema::new(WHOLE).ok();
        (index == 1).then(|| Schemas { input: whole(), output: whole() })
    }
}

#[tokio::test]
async fn what_the_list_shortens_is_shown_and_held_to_in_full() {
    let prefixed = crate::compose::Prefixed::new("x_", std::sync::Arc::new(Shortened));
    let three = Searchable::new(prefixed);
    let cx = Context::detached();
    let call = async |index, arguments: serde_json::Value| {
        let arguments = serde_json::value::to_raw_value(&arguments).unwrap();
        let called = three.call(&cx, ToolCall::new(index, "x", &arguments)).await;
        called.map_err(|error| error.to_string())
    };
    let shown = structured(call(1, json!({ "names": ["x_a", "x_b"] })).await.unwrap());
    let whole: serde_json::Value = serde_json::from_str(WHOLE).unwrap();
    assert_eq!(shown["tools"][0]["inputSchema"], json!({ "type": "object" }));
    assert_eq!(shown["tools"][0]["outputSchema"], json!(null));
    assert_eq!(shown["tools"][1]["name"], "x_b");
    assert_eq!(shown["tools"][1]["inputSchema"], whole);
    assert_eq!(shown["tools"][1]["outputSchema"], whole);
    let wrong = json!({ "a": "no number" });
    call(2, json!({ "name": "x_a", "arguments": wrong })).await.unwrap();
    let error = call(2, json!({ "name": "x_b", "arguments": wrong })).await.unwrap_err();
    assert!(error.contains("/a"), "{error}");
}

#[test]
fn a_server_can_be_built_of_it() {
    let service = crate::Server::new("many", "1").tools(three()).build().unwrap();
    assert_eq!(service.tools().len(), 3);
}
