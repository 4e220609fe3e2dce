//! Calls, lists, and servers that misbehave.

use std::time::Duration;

use crate::support::{FakeServer, server};
use serde_json::json;
use tokio::process::Command;
use toolwright_core::client::Speak;
use toolwright_core::{Client, ClientError, Limits};
use toolwright_spec::Revision;

fn text(result: &toolwright_spec::CallToolResult) -> String {
    serde_json::to_value(result).unwrap()["content"][0]["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_revision_is_spoken() {
    for revision in Revision::ALL {
        let speak = if revision.has_handshake() { Speak::Legacy(*revision) } else { Speak::Modern };
        let client = Client::builder().era(speak).in_memory(server()).await.unwrap();
        assert_eq!(client.revision(), *revision);
        assert_eq!(client.server_info().unwrap().name, "test");
        assert!(client.list_tools().await.unwrap().iter().any(|tool| tool.name == "echo"));
        let result = client.call("echo", &json!({ "text": "hi" })).await.unwrap();
        assert_eq!(text(&result), "hi");
        client.shutdown().await;
    }
}

#[tokio::test]
async fn calls_run_side_by_side_and_errors_are_told_apart() {
    let client = Client::in_memory(server()).await.unwrap();
    let arguments = json!({ "ms": 200 });
    let slow = client.call("sleep", &arguments).into_future();
    let quick = async {
        for index in 0..50 {
            let told = client.call("echo", &json!({ "text": index.to_string() })).await.unwrap();
            assert_eq!(text(&told), index.to_string());
        }
    };
    let (slow, ()) = futures_join(slow, quick).await;
    assert_eq!(text(&slow.unwrap()), "slept");

    let Err(ClientError::Peer(error)) = client.call("nothing", &json!({})).await else {
        panic!("an unknown tool is an error of the server");
    };
    assert_eq!(error.code(), -32602);
    let refused = client.call("echo", &json!({})).await.unwrap();
    assert_eq!(refused.is_error, Some(true));
    assert!(matches!(client.call("echo", &[1]).await, Err(ClientError::Arguments { .. })));
}

async fn futures_join<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (std::pin::pin!(a), std::pin::pin!(b));
    let (mut left, mut right) = (None, None);
    std::future::poll_fn(|cx| {
        if left.is_none()
            && let std::task::Poll::Ready(output) = a.as_mut().poll(cx)
        {
            left = Some(output);
        }
        if right.is_none()
            && let std::task::Poll::Ready(output) = b.as_mut().poll(cx)
        {
            right = Some(output);
        }
        if left.is_some() && right.is_some() {
            std::task::Poll::Ready((left.take().unwrap(), right.take().unwrap()))
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_taken_for_an_old_one_and_then_times_out() {
    let (mut server, reader, writer) = FakeServer::new();
    let client = tokio::spawn(Client::over(reader, writer));
    assert_eq!(server.next().await["method"], "server/discover");
    assert_eq!(server.next().await["method"], "notifications/cancelled");
    let initialize = server.next().await;
    assert_eq!(initialize["method"], "initialize");
    assert_eq!(initialize["params"]["protocolVersion"], "2025-11-25");
    server.accept(&initialize, "2025-06-18").await;
    let client = client.await.unwrap().unwrap();
    assert_eq!(client.revision(), Revision::V2025_06_18);
    assert_eq!(server.next().await["method"], "notifications/initialized");

    let Err(ClientError::Timeout { after }) = client.call("x", &()).await else {
        panic!("nobody answered");
    };
    assert_eq!(after.as_secs(), 60);
    let call = server.next().await;
    let cancelled = server.next().await;
    assert_eq!(cancelled["method"], "notifications/cancelled");
    assert_eq!(cancelled["params"]["requestId"], call["id"]);
}

#[tokio::test]
async fn any_error_but_a_modern_one_means_an_old_server() {
    for code in [-32601, -32602, -32000, 7] {
        let (mut server, reader, writer) = FakeServer::new();
        let client = tokio::spawn(Client::over(reader, writer));
        let discover = server.next().await;
        server
            .send(&json!({ "jsonrpc": "2.0", "id": discover["id"],
            "error": { "code": code, "message": "no" } }))
            .await;
        let initialize = server.next().await;
        server.accept(&initialize, "2024-11-05").await;
        assert_eq!(client.await.unwrap().unwrap().revision(), Revision::V2024_11_05, "{code}");
    }
    let (mut server, reader, writer) = FakeServer::new();
    let client = tokio::spawn(Client::over(reader, writer));
    let discover = server.next().await;
    server
        .send(&json!({ "jsonrpc": "2.0", "id": discover["id"], "error": { "code": -32022,
        "message": "no", "data": { "supported": ["2099-01-01"], "requested": "2026-07-28" } } }))
        .await;
    assert!(matches!(client.await.unwrap(), Err(ClientError::NoCommonRevision { .. })));
}

#[tokio::test]
async fn hostile_answers_hurt_only_their_call() {
    let (mut server, client) = FakeServer::connected().await;
    let client = std::sync::Arc::new(client);
    let call = |name: &'static str| {
        let client = std::sync::Arc::clone(&client);
        tokio::spawn(async move { client.call(name, &()).await })
    };

    let both = call("both");
    let request = server.next().await;
    server.line("banner \u{1b}[31m and garbage").await;
    server.bytes(b"\xff\xfe\n").await;
    server.send(&json!({ "jsonrpc": "2.0", "id": 999, "result": {} })).await;
    server.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": {}, "error": {} })).await;
    assert!(matches!(both.await.unwrap(), Err(ClientError::InvalidResponse { .. })));

    let shape = call("shape");
    let request = server.next().await;
    server
        .send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": { "content": 3 } }))
        .await;
    let Err(ClientError::InvalidResponse { reason }) = shape.await.unwrap() else { panic!() };
    assert!(reason.contains("/result/content"), "{reason}");

    let lost = call("lost");
    server.next().await;
    server.line(r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"what?"}}"#).await;
    assert!(matches!(lost.await.unwrap(), Err(ClientError::Unattributed(_))));

    let stringified = call("stringified");
    let request = server.next().await;
    let id = request["id"].to_string();
    server.send(&json!({ "jsonrpc": "2.0", "id": id, "result": { "content": [] } })).await;
    assert!(stringified.await.unwrap().is_ok());

    let closed = call("closed");
    server.next().await;
    drop(server);
    assert!(matches!(closed.await.unwrap(), Err(ClientError::Closed { .. })));
    assert!(matches!(client.call("x", &()).await, Err(ClientError::Closed { .. })));
}

#[tokio::test]
async fn a_dropped_call_is_cancelled_once() {
    let (mut server, client) = FakeServer::connected().await;
    let call = client.call("x", &());
    assert!(tokio::time::timeout(Duration::from_millis(20), call).await.is_err());
    let request = server.next().await;
    let cancelled = server.next().await;
    assert_eq!(cancelled["params"]["requestId"], request["id"]);
    client.shutdown().await;
    assert!(server.ended().await);
}

#[tokio::test]
async fn endless_lists_end() {
    let (mut server, client) = FakeServer::connected().await;
    let list = tokio::spawn(async move { client.list_tools().await });
    for _ in 0..2 {
        let request = server.next().await;
        server
            .send(&json!({ "jsonrpc": "2.0", "id": request["id"],
            "result": { "tools": [], "nextCursor": "again" } }))
            .await;
    }
    assert!(matches!(list.await.unwrap(), Err(ClientError::InvalidResponse { .. })));
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_dies_says_how() {
    let mut command = Command::new("sh");
    command.args(["-c", "echo nonsense; echo reason >&2; exit 3"]);
    command.stderr(std::process::Stdio::piped());
    let limits = Limits::default();
    let client = Client::builder().limits(limits).spawn(command).await;
    let Err(ClientError::Closed { status: Some(status), stderr }) = client else {
        panic!("{client:?}");
    };
    assert_eq!(status.code(), Some(3));
    assert_eq!(stderr, "reason\n");
    let missing = Client::spawn(Command::new("/nonexistent")).await;
    assert!(matches!(missing, Err(ClientError::Start { .. })));
}
