//! The protocol's types alone, without a server or a client: read a message, look at it, write it
//! for an older peer.

use std::io::Write;

use toolwright_spec::{self as spec, CallToolResult, Fit, Revision, Tool};

const LISTED: &str = r#"{
    "name": "search",
    "title": "Search books",
    "inputSchema": { "type": "object", "properties": { "query": { "type": "string" } } },
    "com.example/shelf": 7
}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    let tool: Tool = spec::from_str(LISTED)?;
    writeln!(out, "{} takes {}", tool.name, tool.input_schema)?;
    // Members that this version doesn't know survive.
    writeln!(out, "unknown members: {:?}", tool.extra.get("com.example/shelf"))?;

    let older = tool.fit(Revision::V2024_11_05)?;
    writeln!(out, "for {}: {}", Revision::V2024_11_05, serde_json::to_string(&older)?)?;

    let wrong = spec::from_str::<CallToolResult>(r#"{"content":[{"type":"text","text":3}]}"#);
    if let Err(error) = wrong {
        writeln!(out, "an error names the place: {error}")?;
    }
    Ok(())
}
