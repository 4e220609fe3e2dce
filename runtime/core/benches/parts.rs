//! What the parts of a call take: reading its parameters, the whole way of a request through the
//! engine in memory, and writing its result.
//!
//! `cargo bench -p toolwright-core --bench parts`. The best of many runs counts, as everything else
//! is the work of others on the machine.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use toolwright_core::Server;
use toolwright_core::tool::FnTools;
use toolwright_spec::{CallToolRequestParams, CallToolResult, ContentBlock, TextContent};

const PARAMS: &str = r#"{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"0"},"io.modelcontextprotocol/clientCapabilities":{}},"name":"echo","arguments":{"text":"0123456789abcdef0123456789abcdef"}}"#;
const RUNS: usize = 50;
const CALLS: usize = 2000;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Arguments {
    text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let decode = best(|| {
        for _ in 0..CALLS {
            let params = toolwright_spec::from_str::<CallToolRequestParams>(black_box(PARAMS));
            black_box(params.is_ok());
        }
    });
    let text = TextContent::new("0123456789abcdef0123456789abcdef");
    let result = CallToolResult::new(vec![ContentBlock::Text(text)]);
    let mut out = Vec::new();
    let encode = best(|| {
        for _ in 0..CALLS {
            out.clear();
            let written = serde_json::to_writer(&mut out, black_box(&result));
            black_box(written.is_ok());
        }
    });

    let tools =
        FnTools::new().tool("echo", "Says it again", |_, Arguments { text }| async move { text });
    let service = Server::new("bench", "0").tools(tools).build()?;
    let lines: String = (0..CALLS)
        .map(|id| {
            format!(
                r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{PARAMS}}}{}"#,
                '\n'
            )
        })
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut failed = 0;
    let dispatch = best(|| {
        let served = runtime.block_on(service.serve(lines.as_bytes(), tokio::io::sink()));
        failed += usize::from(served.is_err());
    });
    if failed > 0 {
        return Err("the engine failed".into());
    }
    eprintln!("decode parameters: {decode:.0} ns");
    eprintln!("a whole call in memory: {dispatch:.0} ns");
    eprintln!("encode a result: {encode:.0} ns");
    Ok(())
}

/// Nanoseconds per call in the best of all runs.
fn best(mut run: impl FnMut()) -> f64 {
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        run();
        best = best.min(start.elapsed());
    }
    #[expect(clippy::cast_precision_loss, reason = "a few thousands")]
    let calls = CALLS as f64;
    best.as_secs_f64() * 1e9 / calls
}
