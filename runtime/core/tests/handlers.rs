//! What handlers may do to a server, and what their requests get for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use support::{Peer, Tools, connect, limits, modern, server};
use toolwright_core::{
    BoxFuture, BuildError, Context, Middleware, Next, ProtocolError, Request, Response, ServeError,
    Server,
};

fn text(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn discovery_tells_everything_there_is() {
    let server = server().title("Test").instructions("Try it.");
    let mut peer = connect(server);
    peer.modern(1.into(), "server/discover", json!({})).await;
    let result = peer.next().await["result"].take();
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["supportedVersions"], json!(["2026-07-28"]));
    assert_eq!(result["capabilities"], json!({ "tools": {} }));
    assert_eq!(result["instructions"], "Try it.");
    assert_eq!(result["cacheScope"], "private");
    assert!(result["ttlMs"].as_i64().unwrap() >= 0);
    let info = &result["_meta"]["io.modelcontextprotocol/serverInfo"];
    assert_eq!(*info, json!({ "name": "test", "title": "Test", "version": "1.0.0" }));
}

#[tokio::test]
async fn every_modern_result_names_the_server_and_no_old_one_does() {
    let mut peer = connect(server());
    let named =
        |answer: &Value| !answer["result"]["_meta"]["io.modelcontextprotocol/serverInfo"].is_null();
    for (method, params) in [
        ("server/discover", json!({})),
        ("tools/list", json!({})),
        ("tools/call", json!({ "name": "echo", "arguments": { "text": "x" } })),
    ] {
        peer.modern(1.into(), method, params).await;
        let answer = peer.next().await;
        assert!(named(&answer) && answer["result"]["resultType"] == "complete", "{answer}");
    }
    // Both eras in one connection, neither in the way of the other.
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let mut peer = connect(server());
        peer.modern(0.into(), "tools/list", json!({})).await;
        peer.next().await;
        let answer = peer.initialize(revision).await;
        assert_eq!(answer["result"]["protocolVersion"], revision);
        peer.line(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#).await;
        let list = peer.next().await;
        peer.line(r#"{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"echo","arguments":{"text":"x"}}}"#).await;
        let call = peer.next().await;
        for answer in [&list, &call] {
            assert!(!named(answer) && answer["result"].get("resultType").is_none(), "{answer}");
            assert!(answer["result"].get("ttlMs").is_none());
        }
        peer.modern(3.into(), "tools/list", json!({})).await;
        assert!(named(&peer.next().await));
    }
}

#[tokio::test]
async fn an_unknown_revision_is_answered_with_one_that_exists() {
    for (asked, given) in
        [("2026-07-28", "2025-11-25"), ("1999-01-01", "2025-11-25"), ("2025-06-18", "2025-06-18")]
    {
        let answer = connect(server()).initialize(asked).await;
        assert_eq!(answer["result"]["protocolVersion"], given);
    }
}

#[tokio::test]
async fn an_unsupported_version_is_told_what_is_supported() {
    let mut peer = connect(server());
    let meta = json!({ "_meta": { "io.modelcontextprotocol/protocolVersion": "1900-01-01" } });
    peer.modern(1.into(), "tools/list", meta).await;
    let error = peer.next().await["error"].take();
    assert_eq!(error["data"], json!({ "supported": ["2026-07-28"], "requested": "1900-01-01" }));
}

#[tokio::test]
async fn panics_are_answered_and_leave_no_trace() {
    let mut peer = connect(server());
    for (id, tool) in [(1, "panic"), (2, "panic_in_drop"), (3, "broken"), (4, "large"), (5, "fail")]
    {
        peer.call(id, tool, json!({})).await;
        let answer = peer.next().await;
        assert!(!answer.to_string().contains("canary"), "{answer}");
        assert!(answer.to_string().contains("incident"), "{answer}");
        if tool == "fail" {
            assert_eq!(answer["result"]["isError"], true);
        } else {
            assert_eq!(answer["error"]["code"], -32603, "{tool}");
        }
        peer.call(100, "echo", json!({ "text": "still here" })).await;
        assert_eq!(text(&peer.next().await), "still here");
    }
}

#[tokio::test]
async fn line_ends_in_raw_json_do_not_break_the_line() {
    let mut peer = connect(server());
    peer.call(1, "pretty", json!({})).await;
    assert_eq!(peer.next().await["result"]["structuredContent"], json!({ "a": [1, 2] }));
}

#[tokio::test]
async fn an_id_in_flight_is_taken() {
    let mut peer = connect(server());
    peer.call(1, "sleep", json!({ "ms": 60 })).await;
    peer.modern("1".into(), "tools/call", json!({ "name": "sleep", "arguments": { "ms": 60 } }))
        .await;
    peer.call(1, "echo", json!({ "text": "second" })).await;
    let second = peer.next().await;
    assert_eq!((&second["id"], &second["error"]["code"]), (&json!(1), &json!(-32600)));
    let mut ids = [peer.next().await["id"].take(), peer.next().await["id"].take()];
    ids.sort_by_key(Value::is_string);
    assert_eq!(ids, [json!(1), json!("1")]);
    peer.call(1, "echo", json!({ "text": "again" })).await;
    assert_eq!(text(&peer.next().await), "again");
}

#[tokio::test]
async fn a_cancelled_handler_is_dropped_and_not_answered() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let tools = Tools { dropped: Arc::clone(&dropped) };
    let mut peer = connect(Server::new("test", "1").tools(tools));
    peer.call(1, "hang", json!({})).await;
    peer.call(2, "hang", json!({})).await;
    for _ in 0..2 {
        peer.line(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1,"reason":"x"}}"#).await;
    }
    peer.call(1, "echo", json!({ "text": "the id is free" })).await;
    assert_eq!(text(&peer.next().await), "the id is free");
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
    peer.line(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":2}}"#)
        .await;
    let (rest, end) = peer.finish().await;
    assert!(rest.is_empty() && end.is_ok(), "{rest:?} {end:?}");
    assert_eq!(dropped.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn progress_rises_and_stops_with_the_answer() {
    let mut peer = connect(server());
    let mut request = modern(1.into(), "tools/call", json!({ "name": "progress" }));
    request["params"]["_meta"]["progressToken"] = "token".into();
    peer.line(&request.to_string()).await;
    for (progress, message) in [(1, "a"), (2, "d")] {
        let note = peer.next().await;
        assert_eq!(note["method"], "notifications/progress");
        let params = json!({ "progressToken": "token", "progress": progress, "total": 3, "message": message });
        assert_eq!(note["params"], params);
    }
    assert_eq!(peer.next().await["id"], 1);
    tokio::time::sleep(Duration::from_millis(80)).await;
    let (rest, _) = peer.finish().await;
    assert!(rest.is_empty(), "{rest:?}");

    let mut peer = connect(server());
    peer.call(1, "progress", json!({})).await;
    assert_eq!(peer.next().await["id"], 1, "nobody asked for progress");

    // The oldest revision has no words for people.
    let mut peer = connect(server());
    peer.initialize("2024-11-05").await;
    peer.line(r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"progress","_meta":{"progressToken":7}}}"#).await;
    assert_eq!(
        peer.next().await["params"],
        json!({ "progressToken": 7, "progress": 1, "total": 3 })
    );
}

#[tokio::test]
async fn too_many_requests_are_refused_and_cancelling_makes_room() {
    let mut peer = connect(server());
    for id in 0..1024 {
        peer.call(id, "hang", json!({})).await;
    }
    peer.call(2000, "echo", json!({ "text": "x" })).await;
    let error = peer.next().await;
    assert_eq!((&error["id"], &error["error"]["code"]), (&json!(2000), &json!(-32603)));
    assert!(error["error"]["data"]["retryAfterMs"].is_number());
    peer.line(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":5}}"#)
        .await;
    peer.call(2000, "echo", json!({ "text": "room" })).await;
    assert_eq!(text(&peer.next().await), "room");
}

#[tokio::test]
async fn the_end_of_input_waits_for_handlers() {
    let mut peer = connect(server());
    peer.call(1, "sleep", json!({ "ms": 50 })).await;
    let (rest, end) = peer.finish().await;
    assert_eq!(text(&rest[0]), "slept");
    assert!(end.is_ok());
}

#[tokio::test(start_paused = true)]
async fn but_not_for_ever() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let tools = Tools { dropped: Arc::clone(&dropped) };
    let mut peer = connect(Server::new("test", "1").tools(tools));
    peer.call(1, "hang", json!({})).await;
    let (rest, end) = peer.finish().await;
    assert!(rest.is_empty());
    assert!(matches!(end, Err(ServeError::Unfinished { requests: 1 })), "{end:?}");
    assert_eq!(dropped.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_does_not_read_is_not_read_from() {
    let mut peer = connect(server());
    let text = "x".repeat(100_000);
    let flood = async {
        for id in 0..1000 {
            peer.call(id, "echo", json!({ "text": text })).await;
        }
    };
    let flooded = tokio::time::timeout(Duration::from_secs(2), flood).await;
    assert!(flooded.is_err(), "100 MB were taken in");
    let mut id = 0;
    loop {
        let answer = tokio::time::timeout(Duration::from_millis(500), peer.next()).await;
        let Ok(answer) = answer else { break };
        assert_eq!(answer["id"], id);
        id += 1;
    }
    assert!(id > 10, "{id}");
}

#[tokio::test]
async fn stopping_delivers_what_is_in_flight() {
    let (here, there) = tokio::io::duplex(1 << 16);
    let (input, output) = tokio::io::split(there);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let service = server().build().unwrap();
    let task = tokio::spawn(async move {
        let stopped = async {
            let _ = stopped.await;
        };
        service.serve_until(input, output, stopped).await
    });
    let (mut reader, mut writer) = tokio::io::split(here);
    let call =
        modern(1.into(), "tools/call", json!({ "name": "sleep", "arguments": { "ms": 50 } }));
    tokio::io::AsyncWriteExt::write_all(&mut writer, format!("{call}\n").as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(10)).await;
    stop.send(()).unwrap();
    let mut rest = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut reader, &mut rest).await.unwrap();
    assert!(rest.contains("slept"), "{rest}");
    assert!(task.await.unwrap().is_ok());
}

struct Tagged(&'static str);

impl Middleware for Tagged {
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        Box::pin(async move {
            if request.tool() == Some("hang") {
                return Err(ProtocolError::new(403, "not here"));
            }
            let mut response = next.run(cx, request).await?;
            if let Some(result) = response.tool_result_mut() {
                result.content.push(
                    serde_json::from_value(json!({ "type": "text", "text": self.0 })).unwrap(),
                );
            }
            Ok(response)
        })
    }
}

#[tokio::test]
async fn middleware_runs_from_the_outside_in() {
    let server = server().middleware(Tagged("outer")).middleware(Tagged("inner"));
    let mut peer: Peer = connect(server);
    peer.call(1, "echo", json!({ "text": "x" })).await;
    let content = peer.next().await["result"]["content"].take();
    let texts: Vec<_> =
        content.as_array().unwrap().iter().map(|block| block["text"].clone()).collect();
    assert_eq!(texts, ["x", "inner", "outer"]);
    peer.call(2, "hang", json!({})).await;
    assert_eq!(peer.next().await["error"]["code"], 403);
    peer.modern(3.into(), "tools/list", json!({})).await;
    assert!(peer.next().await["result"]["tools"].is_array());
}

#[tokio::test]
async fn a_server_without_tools_has_none() {
    let mut peer = connect(Server::new("empty", "1"));
    peer.modern(1.into(), "server/discover", json!({})).await;
    assert_eq!(peer.next().await["result"]["capabilities"], json!({}));
    peer.modern(2.into(), "tools/list", json!({})).await;
    assert_eq!(peer.next().await["error"]["code"], -32601);
}

#[test]
fn servers_are_checked_when_they_are_built() {
    let twice = server().tools(Tools::default()).build();
    assert!(matches!(twice, Err(BuildError::DuplicateTool { name }) if name == "echo"));
    for name in ["", "a b", "é", &"x".repeat(129)] {
        let built = Server::new("test", "1").tools(Named(name.to_owned(), "{}")).build();
        assert!(matches!(built, Err(BuildError::ToolName { .. })), "{name}");
    }
    let good = "A-Z_a.z".to_owned();
    assert!(Server::new("test", "1").tools(Named(good.clone(), "{}")).build().is_ok());
    let built = Server::new("test", "1").tools(Named(good, r#"{"type":3}"#)).build();
    let Err(BuildError::ToolSchema { which: "inputSchema", reason, .. }) = built else {
        panic!("{built:?}");
    };
    assert!(reason.contains("/type"), "{reason}");
}

struct Named(String, &'static str);

impl toolwright_core::ToolSet for Named {
    fn tools(&self) -> Vec<toolwright_spec::Tool> {
        let schema = toolwright_spec::JsonSchema::new(self.1).unwrap();
        vec![toolwright_spec::Tool::new(&*self.0, schema)]
    }

    fn call<'a>(
        &'a self,
        _: &'a Context,
        call: toolwright_core::ToolCall<'a>,
    ) -> BoxFuture<'a, Result<toolwright_spec::CallToolResult, toolwright_core::ToolError>> {
        Box::pin(async move { Err(toolwright_core::ToolError::not_implemented(call.name())) })
    }
}

#[tokio::test]
async fn an_overlong_result_respects_its_limit() {
    let server = server().limits(limits(|limits| limits.result_bytes = 100));
    let mut peer = connect(server);
    peer.call(1, "echo", json!({ "text": "x".repeat(200) })).await;
    assert_eq!(peer.next().await["error"]["code"], -32603);
    peer.call(2, "echo", json!({ "text": "x" })).await;
    assert_eq!(text(&peer.next().await), "x");
}
