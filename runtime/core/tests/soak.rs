//! Many requests of all kinds at once: each is answered exactly once, unless it was cancelled.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use support::{connect, modern, server};

const REQUESTS: i64 = 5_000;

/// What has to come back for an id.
#[derive(Debug, Clone, PartialEq)]
enum Want {
    Text(String),
    Refused,
    Code(i64),
    Silence,
}

/// The input, each piece with whether it is to be answered, and what should come back.
fn plan() -> (Vec<(String, bool)>, BTreeMap<i64, Want>) {
    let mut state = 11_u64;
    let mut below = move |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % bound
    };
    let mut lines = Vec::new();
    let mut wants = BTreeMap::new();
    for id in 0..REQUESTS {
        let call = |tool: &str, arguments: Value| {
            let params = json!({ "name": tool, "arguments": arguments });
            modern(id.into(), "tools/call", params).to_string()
        };
        let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled",
            "params": { "requestId": id } });
        let canary = format!("canary {id}");
        let (line, want) = match below(20) {
            0..10 => (call("echo", json!({ "text": canary })), Want::Text(canary)),
            10..12 => (call("sleep", json!({ "ms": below(50) })), Want::Text("slept".into())),
            12..14 => (format!("{}\n{cancel}", call("hang", json!({}))), Want::Silence),
            14 => (call("panic", json!({})), Want::Code(-32603)),
            15 => (call("no_such_tool", json!({})), Want::Code(-32602)),
            16 => (call("echo", json!({})), Want::Refused),
            17 => (format!("{{\"id\":{id},]"), Want::Code(-32700)),
            18 => (format!("{{\"jsonrpc\":\"2.0\",\"id\":{id}}}"), Want::Code(-32600)),
            _ => (
                call("echo", json!({ "text": "y".repeat(50_000) })),
                Want::Text("y".repeat(50_000)),
            ),
        };
        lines.push((line, want != Want::Silence));
        wants.insert(id, want);
    }
    (lines, wants)
}

#[tokio::test(start_paused = true)]
async fn every_request_is_answered_once() {
    quiet_canaries();
    let (lines, mut wants) = plan();
    let mut peer = connect(server());
    let mut waiting = 0;
    for window in lines.chunks(64) {
        peer.line(&window.iter().map(|(line, _)| &**line).collect::<Vec<_>>().join("\n")).await;
        waiting += window.iter().filter(|(_, answered)| *answered).count();
        // Not all at once: some handlers are still busy when the next window comes.
        while waiting > 16 {
            check(&peer.next().await, &mut wants);
            waiting -= 1;
        }
    }
    for _ in 0..waiting {
        check(&peer.next().await, &mut wants);
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (rest, end) = peer.finish().await;
    assert!(rest.is_empty() && end.is_ok(), "{rest:?} {end:?}");
    assert!(wants.values().all(|want| *want == Want::Silence));
}

/// Takes the answer off the list.
fn check(answer: &Value, wants: &mut BTreeMap<i64, Want>) {
    let id = answer["id"].as_i64().unwrap_or_else(|| panic!("no id in {answer}"));
    let got = match (answer["error"]["code"].as_i64(), &answer["result"]["isError"]) {
        (Some(code), _) => Want::Code(code),
        (None, Value::Bool(true)) => Want::Refused,
        _ => Want::Text(answer["result"]["content"][0]["text"].as_str().unwrap().to_owned()),
    };
    assert_eq!(wants.remove(&id), Some(got), "{id}");
}

/// Keeps the panics of handlers, which are meant, out of the output.
fn quiet_canaries() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if info.payload_as_str() != Some("canary") {
            hook(info);
        }
    }));
}
