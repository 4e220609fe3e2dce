//! Calls, lists, and servers that misbehave.

use std::time::Duration;

use crate::support::server;
use serde_json::{Value, json};
use tokio::process::Command;
use toolwright_core::client::Speak;
use toolwright_core::testing::{Script, Side};
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

fn opened(revision: &str) -> Value {
    let info = json!({ "name": "old", "version": "0" });
    json!({ "protocolVersion": revision, "capabilities": {}, "serverInfo": info })
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_taken_for_an_old_one_and_then_times_out() {
    let script = Script::new()
        .unopened()
        .expect("server/discover")
        .expect("notifications/cancelled")
        .expect("initialize")
        .with(json!({ "protocolVersion": "2025-11-25" }))
        .reply(opened("2025-06-18"))
        .expect("notifications/initialized")
        .expect("tools/call")
        .with(json!({ "_meta": { "progressToken": 3 } }))
        .expect("notifications/cancelled")
        .with(json!({ "requestId": 3 }));
    let (client, peer) = script.connect(Client::builder()).await.unwrap();
    assert_eq!(client.revision(), Revision::V2025_06_18);
    let Err(ClientError::Timeout { after }) = client.call("x", &()).await else {
        panic!("nobody answered");
    };
    assert_eq!(after.as_secs(), 60);
    peer.finish().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_modern_server_that_starts_late_is_asked_again() {
    let found = json!({ "supportedVersions": ["2026-07-28"], "capabilities": {} });
    let script = Script::new()
        .unopened()
        .expect("server/discover")
        .expect("notifications/cancelled")
        .expect("initialize")
        .fail(-32022, "that is not accepted here")
        .expect("server/discover")
        .reply(found);
    let (client, peer) = script.connect(Client::builder()).await.unwrap();
    assert_eq!(client.revision(), Revision::V2026_07_28);
    peer.finish().await.unwrap();
}

#[tokio::test]
async fn any_error_but_a_modern_one_means_an_old_server() {
    let script = || Script::new().unopened().expect("server/discover");
    for code in [-32601, -32602, -32000, 7] {
        let script = script().fail(code, "no").expect("initialize").reply(opened("2024-11-05"));
        let (client, peer) = script.connect(Client::builder()).await.unwrap();
        assert_eq!(client.revision(), Revision::V2024_11_05, "{code}");
        peer.finish().await.unwrap();
    }
    let others = json!({ "supported": ["2099-01-01"], "requested": "2026-07-28" });
    let script = script().fail_with(json!({ "code": -32022, "message": "no", "data": others }));
    let error = script.connect(Client::builder()).await.unwrap_err();
    assert!(matches!(error, ClientError::NoCommonRevision { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_is_cancelled_once() {
    for revision in [Revision::V2025_11_25, Revision::LATEST] {
        let script = Script::new()
            .revision(revision)
            .expect("tools/call")
            .expect("notifications/cancelled")
            .with(json!({ "requestId": 2 }));
        let (client, peer) = script.connect(Client::builder()).await.unwrap();
        let call = client.call("x", &()).into_future();
        assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err());
        client.shutdown().await;
        let said = peer.finish().await.unwrap().methods(Side::Client);
        assert_eq!(said.iter().filter(|method| *method == "notifications/cancelled").count(), 1);
    }
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
