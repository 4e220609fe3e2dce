//! The server that the official conformance suite is run against: what it expects by name, as an
//! ordinary server. Listens on 127.0.0.1 at `PORT`, path `/mcp`.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright::prelude::*;
use toolwright::spec::{
    ClientCapabilities, ContentBlock, EmbeddedResource, JsonSchema, SamplingCapability,
    TextResourceContents, Tool,
};
use toolwright::tool::{FnTools, content};
use toolwright::{BoxFuture, Middleware, Next, ProtocolError, Request, Response};

/// A PNG of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\
    \x89\0\0\0\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\0\x05\0\x01\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82";
/// A WAV without a sample.
const WAV: &[u8] = b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0D\xac\0\0\x88X\x01\0\x02\0\x10\0data\
    \0\0\0\0";

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let port = std::env::var("PORT").unwrap_or_else(|_| "8001".to_owned());
    Server::new("conformance", "1.0.0")
        .tools(contents())
        .tools(behaviours())
        .tools(schemas())
        .middleware(NeedsSampling)
        .http(format!("127.0.0.1:{port}"))
        .http_sse("/sse", "/messages")
        .await
}

/// Tools without arguments, by what they return.
fn contents() -> FnTools {
    FnTools::new()
        .with(plain("test_simple_text", "Returns text"), |_, _: Value| async {
            "This is a simple text response for testing."
        })
        .with(plain("test_image_content", "Returns an image"), |_, _: Value| async {
            content::image(PNG, "image/png")
        })
        .with(plain("test_audio_content", "Returns a recording"), |_, _: Value| async {
            content::audio(WAV, "audio/wav")
        })
        .with(plain("test_embedded_resource", "Returns a resource"), |_, _: Value| async {
            let text = "This is an embedded resource content.";
            resource("test://embedded-resource", "text/plain", text)
        })
        .with(plain("test_multiple_content_types", "Returns all kinds"), |_, _: Value| async {
            vec![
                content::text("Multiple content types test:"),
                content::image(PNG, "image/png"),
                resource(
                    "test://mixed-content-resource",
                    "application/json",
                    r#"{"test":"data","value":123}"#,
                ),
            ]
        })
}

/// Tools by what they do.
fn behaviours() -> FnTools {
    FnTools::new()
        .with(plain("test_error_handling", "Fails"), |_, _: Value| async {
            Err::<(), _>(ToolError::new("This tool intentionally returns an error for testing"))
        })
        .with(plain("test_tool_with_progress", "Reports progress"), |cx, _: Value| async move {
            for done in [0.0, 50.0, 100.0] {
                cx.progress_of(done, 100.0, "working").await;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            "done"
        })
        .with(plain("test_missing_capability", "Needs sampling"), |_, _: Value| async {
            "the client has sampling"
        })
        .with(plain("test_reconnection", "Takes a moment"), |_, _: Value| async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            "done"
        })
}

/// Tools by their input schemas.
fn schemas() -> FnTools {
    let all_keywords = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": { "address": { "$anchor": "addressDef", "type": "object", "properties": {
            "street": { "type": "string" }, "city": { "type": "string" },
        } } },
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" },
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": { "properties": { "contactMethod": { "const": "phone" } },
            "required": ["contactMethod"] },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false,
    });
    let header = json!({
        "type": "object",
        "properties": { "value": { "type": "string", "x-mcp-header": "Value" } },
        "required": ["value"],
    });
    FnTools::new()
        .with(
            tool("json_schema_2020_12_tool", "Takes what a rich schema says", all_keywords),
            |_, arguments: Value| async move { arguments.to_string() },
        )
        .with(
            tool("test_custom_header", "Has an argument that is a header too", header),
            |_, arguments: Value| async move { arguments.to_string() },
        )
}

fn plain(name: &str, description: &str) -> Tool {
    tool(name, description, json!({ "type": "object" }))
}

fn tool(name: &str, description: &str, schema: Value) -> Tool {
    Tool::new(name, JsonSchema::from(schema)).with_description(description)
}

fn resource(uri: &str, media_type: &str, text: &str) -> ContentBlock {
    EmbeddedResource::new(TextResourceContents::new(uri, text).with_mime_type(media_type)).into()
}

/// Refuses what cannot work without the client's model.
struct NeedsSampling;

impl Middleware for NeedsSampling {
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        Box::pin(async move {
            let needed = request.tool() == Some("test_missing_capability");
            if needed && cx.client_capabilities().sampling.is_none() {
                let mut required = ClientCapabilities::default();
                required.sampling = Some(SamplingCapability::default());
                return Err(ProtocolError::missing_capability(&required));
            }
            next.run(cx, request).await
        })
    }
}
