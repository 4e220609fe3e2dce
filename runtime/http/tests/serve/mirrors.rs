//! Headers that mirror parameters of tools which come, go and are hidden.

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use toolwright_core::Server;
use toolwright_core::tool::{DynamicTools, FnTools};
use toolwright_http::serve::{Serve, Service};
use toolwright_spec::{JsonSchema, Tool};

use super::support::message;

fn region(name: &str, annotated: &Value) -> FnTools {
    let schema = json!({ "type": "object", "properties": { "region": annotated } });
    let tool = Tool::new(name, JsonSchema::from(schema));
    FnTools::new().with(tool, |_, arguments: Value| async move { arguments.to_string() })
}

async fn code(service: &Service, tool: &str, header: Option<&str>) -> i64 {
    let params = json!({ "name": tool, "arguments": { "region": "eu" } });
    let mut request = Request::post("/")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", tool);
    if let Some(header) = header {
        request = request.header("mcp-param-region", header);
    }
    let body = Bytes::from(message(1, "tools/call", params));
    let response = service.handle(request.body(Full::<Bytes>::from(body)).unwrap()).await;
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let answer: Value = serde_json::from_slice(&body).unwrap();
    answer["error"]["code"].as_i64().unwrap_or_default()
}

#[tokio::test]
async fn headers_follow_the_tools() {
    let tools = DynamicTools::new();
    let service = Server::new("test", "1").tools(tools.clone()).into_http_service().unwrap();
    assert_eq!(code(&service, "region", None).await, -32602);
    let annotated = json!({ "type": "string", "x-mcp-header": "Region" });
    tools.add(region("region", &annotated)).unwrap();
    assert_eq!(code(&service, "region", None).await, -32020);
    assert_eq!(code(&service, "region", Some("us")).await, -32020);
    assert_eq!(code(&service, "region", Some("eu")).await, 0);
    tools.replace(region("region", &json!({ "type": "string" }))).unwrap();
    assert_eq!(code(&service, "region", None).await, 0);
    // An annotation that clients refuse: there is no header, but the tool is there.
    tools.replace(region("region", &json!({ "type": "number", "x-mcp-header": "A" }))).unwrap();
    assert_ne!(code(&service, "region", None).await, -32020);
    tools.remove("region");
    assert_eq!(code(&service, "region", None).await, -32602);
}

#[tokio::test]
async fn headers_betray_no_hidden_tool() {
    let annotated = json!({ "type": "string", "x-mcp-header": "Region" });
    let tools = region("seen", &annotated);
    let server = Server::new("test", "1").tools(tools).tools(region("hidden", &annotated));
    let server = server.tools(region("panic", &annotated)).visibility(|_, item| {
        assert_ne!(item.name(), "panic", "on purpose");
        item.name() != "hidden"
    });
    let service = server.into_http_service().unwrap();
    for header in [None, Some("us"), Some("eu")] {
        assert_eq!(code(&service, "hidden", header).await, -32602);
        assert_eq!(code(&service, "nothing", header).await, -32602);
        assert_eq!(code(&service, "panic", header).await, -32603);
    }
    assert_eq!(code(&service, "seen", None).await, -32020);
}
