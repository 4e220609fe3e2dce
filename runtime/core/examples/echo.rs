//! The smallest server: one tool that gives back what it is given, over standard input and
//! output. The benchmark beside it and the tests run it.

use serde_json::value::RawValue;
use toolwright_core::tool::{ToolCall, ToolError, ToolSet};
use toolwright_core::{BoxFuture, Context, Result, Server};
use toolwright_spec::{CallToolResult, ContentBlock, JsonSchema, TextContent, Tool};

struct Echo;

const SCHEMA: &str =
    r#"{"type":"object","properties":{"text":{"type":"string"}},"required":["text"]}"#;

#[derive(serde::Deserialize)]
struct Arguments {
    text: String,
}

impl ToolSet for Echo {
    fn tools(&self) -> Vec<Tool> {
        let schema = JsonSchema::new(SCHEMA).unwrap_or_else(|_| JsonSchema::empty_object());
        vec![Tool::new("echo", schema)]
    }

    fn call<'a>(
        &'a self,
        _: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, std::result::Result<CallToolResult, ToolError>> {
        Box::pin(async move {
            let arguments: &RawValue = call.arguments();
            let Arguments { text } = serde_json::from_str(arguments.get())?;
            Ok(CallToolResult::new(vec![ContentBlock::Text(TextContent::new(text))]))
        })
    }
}

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Server::new("echo", "1.0.0").tools(Echo).stdio())
}
