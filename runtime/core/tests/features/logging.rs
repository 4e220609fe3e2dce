//! Log messages.

use serde_json::{Value, json};
use toolwright_core::tool::FnTools;
use toolwright_core::{Context, Limits, Server};
use toolwright_spec::LoggingLevel;

use crate::both::OLD;
use crate::support::{Peer, connect, modern};

const LEVEL: &str = "io.modelcontextprotocol/logLevel";

fn tools() -> FnTools {
    FnTools::new()
        .tool("each", "Logs at every level", |cx: Context, (): ()| async move {
            cx.debug("debug").await;
            cx.info("info").await;
            cx.log(LoggingLevel::Notice, json!({ "books": 12, "api_key": "canary" })).await;
            cx.log_from("prices", LoggingLevel::Warning, "warning").await;
            cx.error("error").await;
            cx.logs(LoggingLevel::Notice)
        })
        .tool("many", "Logs a lot", |cx: Context, (): ()| async move {
            for number in 0..100 {
                cx.info(number).await;
            }
            cx.error("x".repeat(1000)).await;
        })
        .tool("late", "Logs after its answer", |cx: Context, (): ()| async move {
            tokio::spawn(async move {
                cx.cancelled().await;
                cx.error("too late").await;
            });
        })
}

fn server() -> Server {
    let mut limits = Limits::default();
    limits.logs_per_second = 10;
    limits.log_bytes = 100;
    Server::new("test", "1").tools(tools()).logging().limits(limits)
}

/// The messages before the answer to a call, and its text.
async fn outcome(peer: &mut Peer) -> (Vec<Value>, Value) {
    let mut messages = Vec::new();
    loop {
        let message = peer.next().await;
        if message["id"] == 1 {
            return (messages, message["result"]["content"][0]["text"].clone());
        }
        assert_eq!(message["method"], "notifications/message");
        messages.push(message["params"].clone());
    }
}

async fn call(peer: &mut Peer, tool: &str) -> (Vec<Value>, Value) {
    let params = json!({ "name": tool });
    let request = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    peer.line(&request.to_string()).await;
    outcome(peer).await
}

async fn modern_call(peer: &mut Peer, tool: &str, level: Option<Value>) -> (Vec<Value>, Value) {
    let mut request = modern(1.into(), "tools/call", json!({ "name": tool }));
    if let Some(level) = level {
        request["params"]["_meta"][LEVEL] = level;
    }
    peer.line(&request.to_string()).await;
    outcome(peer).await
}

async fn set_level(peer: &mut Peer, level: Value) -> Value {
    let request = json!({ "jsonrpc": "2.0", "id": 2, "method": "logging/setLevel",
        "params": { "level": level } });
    peer.line(&request.to_string()).await;
    peer.next().await
}

fn levels(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["level"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_request_says_what_it_wants() {
    let mut peer = connect(server());
    let (messages, logs) = modern_call(&mut peer, "each", None).await;
    assert_eq!((messages, logs), (vec![], json!("false")));
    let (messages, logs) = modern_call(&mut peer, "each", Some(json!("notice"))).await;
    let expected = [
        json!({ "level": "notice", "data": { "books": 12, "api_key": "[redacted]" } }),
        json!({ "level": "warning", "logger": "prices", "data": "warning" }),
        json!({ "level": "error", "data": "error" }),
    ];
    assert_eq!((messages.as_slice(), logs), (expected.as_slice(), json!("true")));
    // It said so for itself alone.
    assert_eq!(modern_call(&mut peer, "each", None).await.0, Vec::<Value>::new());
    for level in [json!("loud"), json!(7)] {
        let mut request = modern(1.into(), "tools/call", json!({ "name": "each" }));
        request["params"]["_meta"][LEVEL] = level;
        peer.line(&request.to_string()).await;
        assert_eq!(peer.next().await["error"]["code"], -32602);
    }
}

#[tokio::test]
async fn a_session_says_what_it_wants() {
    for revision in OLD {
        let mut peer = connect(server());
        let opened = peer.initialize(revision).await;
        assert_eq!(opened["result"]["capabilities"]["logging"], json!({}));
        let (messages, _) = call(&mut peer, "each").await;
        assert_eq!(levels(&messages), ["info", "notice", "warning", "error"]);
        for (level, expected) in [
            ("debug", vec!["debug", "info", "notice", "warning", "error"]),
            ("warning", vec!["warning", "error"]),
            ("emergency", vec![]),
        ] {
            assert_eq!(set_level(&mut peer, json!(level)).await["result"], json!({}));
            assert_eq!(levels(&call(&mut peer, "each").await.0), expected);
        }
        for wrong in [json!("loud"), json!(7), json!(null)] {
            assert_eq!(set_level(&mut peer, wrong).await["error"]["code"], -32602);
        }
        assert_eq!(call(&mut peer, "each").await.0, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn what_comes_too_fast_is_counted() {
    let mut peer = connect(server());
    let (messages, _) = modern_call(&mut peer, "many", Some(json!("debug"))).await;
    assert_eq!(messages.len(), 11, "{messages:?}");
    let last = &messages[10];
    // The most severe of those that are missing decides.
    assert_eq!(last["level"], "error");
    assert_eq!(last["data"], "91 log messages came too fast and were left out");
}

#[tokio::test]
async fn large_messages_are_left_out() {
    let server = Server::new("test", "1").tools(tools()).logging();
    let mut limits = Limits::default();
    limits.logs_per_second = 1000;
    limits.log_bytes = 100;
    let mut peer = connect(server.limits(limits));
    let (messages, _) = modern_call(&mut peer, "many", Some(json!("error"))).await;
    assert_eq!(messages[0]["data"], "a message of 1002 bytes, more than 100, was left out");
}

#[tokio::test]
async fn nothing_is_said_after_the_answer() {
    let mut peer = connect(server());
    modern_call(&mut peer, "late", Some(json!("debug"))).await;
    let (rest, end) = peer.finish().await;
    end.unwrap();
    assert_eq!(rest, Vec::<Value>::new());
}

#[tokio::test]
async fn servers_that_do_not_log_have_no_levels() {
    let mut peer = connect(Server::new("test", "1").tools(tools()));
    let (messages, logs) = modern_call(&mut peer, "each", Some(json!("debug"))).await;
    assert_eq!((messages, logs), (vec![], json!("false")));
    let mut peer = connect(Server::new("test", "1").tools(tools()));
    let opened = peer.initialize("2025-11-25").await;
    assert_eq!(opened["result"]["capabilities"]["logging"], json!(null));
    assert_eq!(set_level(&mut peer, json!("debug")).await["error"]["code"], -32601);
    assert_eq!(call(&mut peer, "each").await.0, Vec::<Value>::new());
}
