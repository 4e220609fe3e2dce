//! Calls per second of an echo tool over pipes, with 1 and 64 requests in flight.
//!
//! `cargo bench -p toolwright-core` starts this program a second time as the server, so that both
//! ends are processes, as in real life.

use std::env;
use std::error::Error;
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use toolwright_core::tool::{ToolCall, ToolError, ToolSet};
use toolwright_core::{BoxFuture, Context, Server};
use toolwright_spec::{CallToolResult, ContentBlock, JsonSchema, TextContent, Tool};

const SERVER: &str = "TOOLWRIGHT_BENCH_SERVER";
const RUN: Duration = Duration::from_secs(3);

struct Echo;

#[derive(serde::Deserialize)]
struct Arguments {
    text: String,
}

impl ToolSet for Echo {
    fn tools(&self) -> Vec<Tool> {
        let schema = serde_json::json!({ "type": "object",
            "properties": { "text": { "type": "string" } }, "required": ["text"] });
        vec![Tool::new("echo", JsonSchema::from(schema))]
    }

    fn call<'a>(
        &'a self,
        _: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        Box::pin(async move {
            let Arguments { text } = call.parse()?;
            Ok(CallToolResult::new(vec![ContentBlock::Text(TextContent::new(text))]))
        })
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    if env::var_os(SERVER).is_some() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let served = runtime.block_on(Server::new("bench", "0").tools(Echo).stdio());
        return served.map_err(|error| error.to_string().into());
    }
    for (era, meta) in [
        (
            "modern",
            r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"0"},"io.modelcontextprotocol/clientCapabilities":{}},"#,
        ),
        ("legacy", ""),
    ] {
        for in_flight in [1, 64] {
            let calls = measure(meta, in_flight)?;
            eprintln!("{era}, {in_flight} in flight: {calls:.0} calls/s");
        }
    }
    Ok(())
}

fn measure(meta: &str, in_flight: usize) -> Result<f64, Box<dyn Error>> {
    let mut server = Command::new(env::current_exe()?)
        .env(SERVER, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let (mut input, mut output) =
        (server.stdin.take().ok_or("no stdin")?, server.stdout.take().ok_or("no stdout")?);
    let mut buffer = vec![0; 256 * 1024];
    if meta.is_empty() {
        input.write_all(b"{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{},\"clientInfo\":{\"name\":\"bench\",\"version\":\"0\"}}}\n")?;
        let _ = output.read(&mut buffer)?;
    }
    let mut sent = 0_usize;
    let mut batch = Vec::new();
    let start = Instant::now();
    let mut received = 0_usize;
    let mut room = in_flight;
    while start.elapsed() < RUN {
        batch.clear();
        for _ in 0..room {
            sent += 1;
            writeln!(
                batch,
                r#"{{"jsonrpc":"2.0","id":{sent},"method":"tools/call","params":{{{meta}"name":"echo","arguments":{{"text":"0123456789abcdef0123456789abcdef"}}}}}}"#
            )?;
        }
        input.write_all(&batch)?;
        let count = output.read(&mut buffer)?;
        room = buffer.iter().take(count).filter(|byte| **byte == b'\n').count();
        received += room;
    }
    let elapsed = start.elapsed();
    drop(input);
    std::io::copy(&mut output, &mut std::io::sink())?;
    server.wait()?;
    #[expect(clippy::cast_precision_loss, reason = "a few millions")]
    let calls = received as f64 / elapsed.as_secs_f64();
    Ok(calls)
}
