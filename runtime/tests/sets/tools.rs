//! `#[tools]`: what its options declare, and every kind of content.

use serde_json::{Value, json};
use toolwright::spec::{
    Annotations, CallToolResult, ContentBlock, JsonSchema, RawJson, Role, Tool,
};
use toolwright::tool::{FnTools, content};
use toolwright::{Json, Server, ToolError, schemars, serde, tools};

use crate::both::{Asker, askers};

#[derive(serde::Serialize, schemars::JsonSchema)]
#[serde(crate = "toolwright::serde")]
#[schemars(crate = "toolwright::schemars")]
struct Book {
    title: String,
}

struct Shop;

#[tools]
impl Shop {
    /// Says what there is.
    #[tool(
        title = "Stock",
        icon("https://example.com/a.png", sizes = "any"),
        icon("https://example.com/b.png"),
        meta = { "com.example/version": 2 },
        read_only,
        destructive = false,
        idempotent,
        open_world = false,
    )]
    fn stock(&self, #[arg(header = "Region", default = "here")] region: String) -> String {
        region
    }

    #[tool]
    fn every_kind(&self) -> Vec<ContentBlock> {
        let shown = Annotations::new().with_audience([Role::User]).with_priority(0.5);
        vec![
            content::text("a").with_annotations(shown),
            content::image([1], "image/png"),
            content::audio([2], "audio/wav"),
            content::resource("shop://b", "b", "text/plain"),
            content::blob("shop://c", [3], "application/zip"),
            content::link("d", "shop://d"),
        ]
    }

    #[tool]
    fn object(&self) -> Json<Book> {
        Json(Book { title: "Dune".to_owned() })
    }

    #[tool]
    fn list(&self) -> Result<Json<Vec<u8>>, ToolError> {
        Ok(Json(vec![1, 2]))
    }

    #[tool]
    fn mixed(&self) -> (&'static str, Json<u8>, ContentBlock) {
        ("It is:", Json(7), content::image([1], "image/png"))
    }
}

fn server() -> Server {
    Server::new("test", "1").tools(Shop)
}

/// A tool whose result is a list, by a schema written by hand, without text.
fn bare() -> Server {
    let schema = |value: Value| JsonSchema::from(value);
    let tool = Tool::new("bare", schema(json!({ "type": "object" })))
        .with_output_schema(schema(json!({ "type": "array" })));
    let tools = FnTools::new().with(tool, |_, _: Value| async {
        Ok::<_, ToolError>(
            CallToolResult::new([]).with_structured_content(RawJson::new("[1,2]".to_owned())?),
        )
    });
    Server::new("test", "1").tools(tools)
}

async fn call(asker: &mut Asker, name: &str) -> Value {
    let params = json!({ "name": name, "arguments": {} });
    asker.ask("tools/call", params).await["result"].take()
}

#[tokio::test]
async fn options_are_declared() {
    for mut asker in askers(server).await {
        let mut stock = asker.ask("tools/list", json!({})).await["result"]["tools"][0].take();
        let region = stock["inputSchema"]["properties"]["region"].take();
        let expected = json!({ "type": "string", "default": "here", "x-mcp-header": "Region" });
        assert_eq!(region, expected);
        let hints = json!({
            "readOnlyHint": true, "destructiveHint": false, "idempotentHint": true,
            "openWorldHint": false,
        });
        if asker.revision() >= "2025-03-26" {
            assert_eq!(stock["annotations"], hints);
        }
        if asker.revision() >= "2025-11-25" {
            let icons = json!([
                { "src": "https://example.com/a.png", "sizes": ["any"] },
                { "src": "https://example.com/b.png" },
            ]);
            assert_eq!((&stock["title"], &stock["icons"]), (&json!("Stock"), &icons));
            assert_eq!(stock["_meta"], json!({ "com.example/version": 2 }));
        }
    }
}

#[tokio::test]
async fn every_kind_of_content_arrives() {
    for mut asker in askers(server).await {
        let content = call(&mut asker, "every_kind").await["content"].take();
        let kinds: Vec<&str> =
            content.as_array().unwrap().iter().filter_map(|block| block["type"].as_str()).collect();
        let expected = match asker.revision() {
            "2024-11-05" => ["text", "image", "resource", "resource", "resource", "text"],
            "2025-03-26" => ["text", "image", "audio", "resource", "resource", "text"],
            _ => ["text", "image", "audio", "resource", "resource", "resource_link"],
        };
        assert_eq!(kinds, expected);
        assert_eq!(content[0]["annotations"], json!({ "audience": ["user"], "priority": 0.5 }));
        assert_eq!(content[3]["resource"]["text"], "b");
        assert_eq!(content[4]["resource"]["blob"], "Aw==");
    }
}

/// Every revision is given text; those with structured results are given an object, as the
/// schema that is listed says.
#[tokio::test]
async fn structured_results_fit_what_is_listed() {
    for mut asker in askers(server).await {
        let listed = asker.ask("tools/list", json!({})).await["result"]["tools"].take();
        let structured = asker.revision() >= "2025-06-18";
        for (index, name, value, text) in [
            (2, "object", json!({ "title": "Dune" }), r#"{"title":"Dune"}"#),
            (3, "list", json!({ "result": [1, 2] }), r#"{"result":[1,2]}"#),
            (4, "mixed", json!({ "result": 7 }), "It is:"),
        ] {
            let result = call(&mut asker, name).await;
            assert_eq!(result["content"][0]["text"], text);
            let expected = if structured { value } else { Value::Null };
            assert_eq!(result["structuredContent"], expected, "{}", asker.revision());
            let schema = &listed[index]["outputSchema"];
            assert_eq!(schema["type"] == "object", structured, "{schema}");
        }
        let mixed = call(&mut asker, "mixed").await;
        assert_eq!(mixed["content"][1]["text"], r#"{"result":7}"#);
        assert_eq!(mixed["content"][2]["type"], "image");
    }
}

#[tokio::test]
async fn what_is_no_object_is_lowered_to_text() {
    for mut asker in askers(bare).await {
        let tool = asker.ask("tools/list", json!({})).await["result"]["tools"][0].take();
        let result = call(&mut asker, "bare").await;
        if asker.is_modern() {
            assert_eq!(tool["outputSchema"], json!({ "type": "array" }));
            assert_eq!(result["structuredContent"], json!([1, 2]));
        } else {
            assert_eq!(tool["outputSchema"], Value::Null);
            assert_eq!(result["structuredContent"], Value::Null);
            assert_eq!(result["content"], json!([{ "type": "text", "text": "[1,2]" }]));
        }
    }
}
