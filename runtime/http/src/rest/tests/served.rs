//! Calls through a server, typed and untyped.

use serde::{Deserialize, Serialize};
use toolwright_core::descriptor::Descriptor;
use toolwright_core::{
    BoxFuture, Client, Context, IntoToolResult, Json, Server, ToolCall, ToolError, ToolSet,
};
use toolwright_spec::{CallToolResult, Tool};

use super::*;
use crate::rest::{Binary, RestTools, Upstream};

#[derive(Serialize, Deserialize)]
struct Arguments {
    id: String,
}

#[derive(Serialize, Deserialize)]
struct Page {
    n: u8,
}

/// What generated code does: arguments and replies as types.
struct Typed(RestTools, Upstream);

impl ToolSet for Typed {
    fn tools(&self) -> Vec<Tool> {
        self.0.tools()
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        Box::pin(async move {
            let arguments: Arguments = call.parse()?;
            match call.index() {
                0 => {
                    let Json(page): Json<Page> = self.1.send(cx, 0, &arguments).await?;
                    format!("page {}", page.n).into_tool_result()
                }
                1 => self.1.send::<_, Binary>(cx, 1, &arguments).await?.into_tool_result(),
                2 => self.1.send::<_, String>(cx, 2, &arguments).await?.into_tool_result(),
                _ => self.1.send::<_, ()>(cx, 3, &arguments).await?.into_tool_result(),
            }
        })
    }
}

fn descriptor() -> Descriptor {
    let named = |name: &str, kind: &str| {
        let tool = tool(json!({"kind": kind, "wrapped": false}), everywhere());
        tool.replace("\"name\":\"tool\"", &format!("\"name\":\"{name}\"")).into()
    };
    let tools = vec![
        named("json", "json"),
        named("binary", "binary"),
        named("text", "text"),
        named("empty", "empty"),
    ];
    Descriptor { api: api().into(), tools: tools.into() }
}

async fn client(url: &str, typed: bool) -> Client {
    let descriptor = descriptor();
    let upstream = || Upstream::builder(&descriptor).base_url(url).build().unwrap();
    let raw = RestTools::new(&descriptor, upstream());
    let server = Server::new("shop", "1");
    let server = if typed { server.tools(Typed(raw, upstream())) } else { server.tools(raw) };
    Client::in_memory(server).await.unwrap()
}

async fn called(client: &Client, name: &str) -> Value {
    let result = client.call(name, &json!({"id": "1"})).await.unwrap();
    serde_json::to_value(result).unwrap()
}

#[tokio::test]
async fn replies_are_read_as_types() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{\"n\":7.0}")).await;
    let client = client(&server.url, true).await;
    assert_eq!(called(&client, "json").await["content"][0]["text"], "page 7");
    assert_eq!(called(&client, "text").await["content"][0]["text"], "{\"n\":7.0}");
    assert_eq!(called(&client, "binary").await["content"][0]["text"], "{\"n\":7.0}");
    assert_eq!(called(&client, "empty").await["content"], json!([]));
}

#[tokio::test]
async fn a_reply_of_another_type_is_an_error_for_the_model() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{\"n\":777}")).await;
    let client = client(&server.url, true).await;
    let result = called(&client, "json").await;
    assert_eq!(result["isError"], true);
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("not the JSON") && text.contains("777"), "{text}");
}

#[tokio::test]
async fn untyped_replies_pass_through() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{\"n\": 7.0}")).await;
    let client = client(&server.url, false).await;
    let result = called(&client, "json").await;
    assert_eq!(result["structuredContent"], json!({"n": 7.0}));
    assert_eq!(result["content"][0]["text"], "{\"n\":7.0}");
    let refused = client.call("json", &json!({"id": "a/b"})).await.unwrap();
    assert_eq!(refused.is_error, Some(true));
}
