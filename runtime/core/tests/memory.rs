//! Memory stays as it is, however often a connection calls, is asked without answering, or listens.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod support;

use serde_json::{Value, json};
use support::{Peer, connect, modern};
use toolwright_core::elicit::Form;
use toolwright_core::tool::FnTools;
use toolwright_core::{Context, Server, ToolError};
use toolwright_spec::{JsonSchema, Tool};

/// How often each is done. Without optimisation it takes ten times as long.
const TIMES: usize = if cfg!(debug_assertions) { 2_000 } else { 100_000 };
/// How many are under way at once.
const WINDOW: usize = 50;
/// What may come and go all the same: in pages of the system.
const PAGES: usize = 512;

async fn ask(cx: Context, _: Value) -> Result<String, ToolError> {
    let form = Form::new().string("name", |field| field).build()?;
    Ok(cx.elicit_form("name", "Name?", form).await?.field("name")?)
}

fn server() -> Server {
    let tool = |name: &str| Tool::new(name, JsonSchema::empty_object());
    let tools =
        FnTools::new().with(tool("plain"), |_, _: Value| async { "done" }).with(tool("ask"), ask);
    Server::new("test", "1.0.0").tools(tools).subscriptions(true)
}

/// The pages that this process has in memory; `None` where the system does not tell.
fn resident() -> Option<usize> {
    std::fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()
}

/// Sends what `begin` and then what `end` makes of as many numbers as a window has, and takes so
/// many lines after each; again and again.
async fn windows(
    peer: &mut Peer,
    count: usize,
    begin: &impl Fn(usize) -> String,
    end: &impl Fn(usize) -> String,
    lines: [usize; 2],
) {
    for first in (0..count).step_by(WINDOW) {
        for (line, count) in [(begin as &dyn Fn(usize) -> String, lines[0]), (end, lines[1])] {
            let text: String = (first..first + WINDOW).map(line).collect();
            peer.bytes(text.as_bytes()).await;
            for _ in 0..count * WINDOW {
                peer.next_text().await;
            }
        }
    }
}

/// Does it so often that memory has its usual size, and then as often as it takes to see it grow.
async fn stays_flat(
    what: &str,
    mut peer: Peer,
    begin: impl Fn(usize) -> String,
    end: impl Fn(usize) -> String,
    lines: [usize; 2],
) {
    windows(&mut peer, TIMES / 5, &begin, &end, lines).await;
    let before = resident();
    windows(&mut peer, TIMES, &begin, &end, lines).await;
    match (before, resident()) {
        (Some(before), Some(after)) => {
            assert!(after < before + PAGES, "{what}: {before} pages have become {after}");
        }
        _ => eprintln!("skipped: this system does not tell how much memory is in use"),
    }
    let (rest, end) = peer.finish().await;
    assert!(rest.is_empty() && end.is_ok(), "{what}: {rest:?} {end:?}");
}

fn cancel(id: usize) -> String {
    let params = json!({ "requestId": id });
    let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params });
    format!("{cancel}\n")
}

#[tokio::test]
async fn memory_is_flat() {
    let nothing = |_| String::new();
    let call = |id: usize, tool: &str, capabilities: Value| {
        let meta = json!({ "io.modelcontextprotocol/clientCapabilities": capabilities });
        let params = json!({ "name": tool, "_meta": meta });
        format!("{}\n", modern(id.into(), "tools/call", params))
    };
    let plain = |id| call(id, "plain", json!({}));
    stays_flat("calls", connect(server()), plain, nothing, [1, 0]).await;

    let asked = |id| call(id, "ask", json!({ "elicitation": {} }));
    stays_flat("questions by replay", connect(server()), asked, nothing, [1, 0]).await;

    let mut session = connect(server());
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": { "elicitation": {} },
        "clientInfo": { "name": "test", "version": "0" } });
    let open = json!({ "jsonrpc": "2.0", "id": "i", "method": "initialize", "params": params });
    session.line(&open.to_string()).await;
    session.next().await;
    session.line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
    let asked = |id: usize| {
        let params = json!({ "name": "ask" });
        let call = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
        format!("{call}\n")
    };
    // The question, and that no answer to it is wanted any more.
    stays_flat("questions in place", session, asked, cancel, [1, 1]).await;

    let listen = |id: usize| {
        let filter = json!({ "toolsListChanged": true });
        let params = json!({ "notifications": filter });
        format!("{}\n", modern(id.into(), "subscriptions/listen", params))
    };
    stays_flat("streams", connect(server()), listen, cancel, [1, 0]).await;
}
