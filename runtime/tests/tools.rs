//! `#[tools]` from the signature to the result, without a server.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use serde_json::{Value, json};
use toolwright::spec::CallToolResult;
use toolwright::tool::FnTools;
use toolwright::{
    Client, Context, Json, Server, ToolCall, ToolError, ToolSet, schemars, serde, tools,
};

trait Source: Send + Sync + 'static {
    fn title(&self) -> String;
}

struct Fixed;

impl Source for Fixed {
    fn title(&self) -> String {
        "Dune".to_owned()
    }
}

struct Library<S> {
    source: S,
}

#[tools]
impl<S: Source> Library<S> {
    /// Everything that a signature can say.
    ///
    /// In two paragraphs.
    #[tool(title = "All", read_only, idempotent, open_world = false)]
    async fn everything(
        &self,
        /// A word
        #[arg(pattern = "^\\w+$", length(..=9))]
        word: String,
        #[arg(name = "type")] kind: Option<String>,
        cx: &Context,
        #[arg(default = 3, range(1..10))] count: u32,
        #[arg(default = "en")] language: String,
        #[arg(default)] tags: Vec<String>,
        #[arg(min = -1.5, multiple_of = 0.5)] weight: Option<f64>,
        r#ref: Option<bool>,
    ) -> Json<Value> {
        cx.progress(1.0).await;
        Json(json!([word, kind, count, language, tags, weight, r#ref, self.source.title()]))
    }

    #[tool(name = "no.arguments", description = "Said elsewhere", destructive)]
    fn plain(&self) -> &'static str {
        helper()
    }

    #[tool]
    fn fail(&self, hidden: bool) -> Result<(), ToolError> {
        if hidden {
            std::fs::read_to_string("/canary").map(drop)?;
        }
        Err(ToolError::new("shown"))
    }

    #[expect(dead_code, reason = "not a tool")]
    fn not_a_tool(&self) {}
}

fn helper() -> &'static str {
    "done"
}

fn call(index: usize, arguments: Value) -> Result<CallToolResult, ToolError> {
    let library = Library { source: Fixed };
    let arguments = serde_json::value::to_raw_value(&arguments).unwrap();
    let cx = Context::detached();
    let name = library.tools().swap_remove(index).name;
    let future = library.call(&cx, ToolCall::new(index, &name, &arguments));
    run(future)
}

fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn sent(result: CallToolResult) -> Value {
    serde_json::to_value(result).unwrap()
}

#[test]
fn the_signature_is_the_schema() {
    let tools = Library { source: Fixed }.tools();
    assert_eq!(
        serde_json::to_value(&tools[0]).unwrap(),
        json!({
            "name": "everything",
            "title": "All",
            "description": "Everything that a signature can say.\n\nIn two paragraphs.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "word": { "type": "string", "description": "A word", "pattern": "^\\w+$", "maxLength": 9 },
                    "type": { "type": "string" },
                    "count": { "type": "integer", "minimum": 1, "exclusiveMaximum": 10, "default": 3 },
                    "language": { "type": "string", "default": "en" },
                    "tags": { "type": "array", "items": { "type": "string" } },
                    "weight": { "type": "number", "minimum": -1.5, "multipleOf": 0.5 },
                    "ref": { "type": "boolean" },
                },
                "required": ["word"],
                "additionalProperties": false,
            },
            "outputSchema": {
                "type": "object",
                "properties": { "result": {} },
                "required": ["result"],
            },
            "annotations": { "readOnlyHint": true, "idempotentHint": true, "openWorldHint": false },
        })
    );
    assert_eq!(
        serde_json::to_value(&tools[1]).unwrap(),
        json!({
            "name": "no.arguments",
            "description": "Said elsewhere",
            "inputSchema": { "type": "object", "properties": {}, "additionalProperties": false },
            "annotations": { "destructiveHint": true },
        })
    );
    assert_eq!(tools.len(), 3);
}

#[test]
fn what_is_left_out_has_its_default() {
    let result = call(0, json!({ "word": "a" })).unwrap();
    assert_eq!(
        sent(result)["structuredContent"],
        json!({ "result": ["a", null, 3, "en", [], null, null, "Dune"] })
    );
    let arguments =
        json!({ "word": "a", "type": "t", "count": 4.0, "tags": ["x"], "weight": 2, "ref": true });
    assert_eq!(
        sent(call(0, arguments).unwrap())["structuredContent"],
        json!({ "result": ["a", "t", 4, "en", ["x"], 2.0, true, "Dune"] })
    );
}

#[test]
fn methods_need_not_be_async_or_take_anything() {
    assert_eq!(
        sent(call(1, json!({})).unwrap()),
        json!({ "content": [{ "type": "text", "text": "done" }] })
    );
}

#[test]
fn errors_are_shown_or_hidden() {
    assert_eq!(call(2, json!({ "hidden": false })).unwrap_err().to_string(), "shown");
    let hidden = call(2, json!({ "hidden": true })).unwrap_err();
    assert!(hidden.incident().is_some());
    assert!(!hidden.to_string().contains("canary"));
    let misfit = call(2, json!({ "hidden": "yes" })).unwrap_err();
    assert!(misfit.to_string().contains("/hidden: invalid type"), "{misfit}");
}

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(crate = "toolwright::serde")]
#[schemars(crate = "toolwright::schemars")]
struct Add {
    /// One number
    a: i64,
    b: Option<i64>,
}

#[test]
fn a_server_tells_every_offending_member() {
    let closures = FnTools::new()
        .tool("add", "Adds", |_cx, Add { a, b }| async move { Json(a + b.unwrap_or(1)) });
    let server = Server::new("library", "1.0.0").tools(Library { source: Fixed }).tools(closures);
    run(async {
        let client = Client::in_memory(server).await.unwrap();
        let names: Vec<String> =
            client.list_tools().await.unwrap().into_iter().map(|tool| tool.name).collect();
        assert_eq!(names, ["everything", "no.arguments", "fail", "add"]);

        let arguments = json!({ "count": 10, "word": "two words", "weight": 0.7, "more": 1 });
        let refused = sent(client.call("everything", &arguments).await.unwrap());
        assert_eq!(refused["isError"], true);
        let told = refused["content"][0]["text"].as_str().unwrap();
        for violation in [
            "/count: must be less than 10, got 10",
            "/word: must match the pattern ^\\w+$, got \"two words\"",
            "/weight: must be a multiple of 0.5, got 0.7",
            "unexpected member \"more\"",
        ] {
            assert!(told.contains(violation), "{violation} is not in {told}");
        }

        let sum = sent(client.call("add", &json!({ "a": 2.0 })).await.unwrap());
        assert_eq!(sum["structuredContent"], json!({ "result": 3 }));
        let refused = sent(client.call("add", &json!({ "a": "x", "b": "y" })).await.unwrap());
        let told = refused["content"][0]["text"].as_str().unwrap();
        assert!(told.contains("/a: must be an integer") && told.contains("/b: "), "{told}");
        client.shutdown().await;
    });
}
