//! What connections may do, and how they end.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use toolwright_http::serve::Limits;

use super::support::{Site, USUAL, message, mirrored, modern, post};

fn call(name: &str, ms: u64) -> Vec<u8> {
    modern(1, "tools/call", json!({ "name": name, "arguments": { "ms": ms } }))
}

#[tokio::test]
async fn requests_follow_each_other_on_a_connection() {
    let site = Site::start().await;
    let mut wire = site.connect().await;
    for _ in 0..3 {
        wire.write(&call("echo", 0)).await;
        assert_eq!(wire.reply().await.status, 200);
    }
    // Refusals leave it open too.
    wire.write(&String::from_utf8(call("echo", 0)).unwrap().replace("localhost", "x").into_bytes())
        .await;
    assert_eq!(wire.reply().await.status, 403);
    wire.write(&[call("slow", 20), call("echo", 0)].concat()).await;
    assert_eq!(wire.reply().await.status, 200);
    assert_eq!(wire.reply().await.status, 200);
}

/// How long something takes on the tests' clock, which runs on when everybody waits.
async fn seconds(what: impl Future<Output = bool>) -> u64 {
    let began = Instant::now();
    assert!(what.await);
    began.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_not_waited_for() {
    let site = Site::start().await;
    let mut silent = site.connect().await;
    assert_eq!(seconds(silent.is_closed()).await, 10);
    let mut partial = site.connect().await;
    partial.write(b"POST /mcp HTTP/1.1\r\nHost: ").await;
    assert_eq!(seconds(partial.is_closed()).await, 10);
    let mut idle = site.connect().await;
    idle.write(&call("echo", 0)).await;
    assert_eq!(idle.reply().await.status, 200);
    assert_eq!(seconds(idle.is_closed()).await, 60);
    site.still_serves("silence").await;
}

#[tokio::test(start_paused = true)]
async fn one_byte_after_another_does_not_help() {
    let site = Site::start().await;
    let mut wire = site.connect().await;
    let closed = seconds(async {
        for byte in call("echo", 0).chunks(1).take(80) {
            wire.write(byte).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        wire.is_closed().await
    });
    assert_eq!(closed.await, 10);
}

#[tokio::test(start_paused = true)]
async fn handlers_may_take_longer_than_connections_may_idle() {
    let site = Site::start_with(|runner| runner.streams(false)).await;
    let reply = site.send(&call("slow", 600_000)).await;
    assert_eq!(reply.json()["result"]["content"][0]["text"], "slept");
}

/// Sends a body of so many bytes in pieces, one per second.
async fn send_slowly(site: &Site, size: usize, piece: usize) -> (u16, bool) {
    let mut wire = site.connect().await;
    let body = message(1, "tools/list", json!({}));
    let body = format!("{body}{}", " ".repeat(size - body.len()));
    let headers = mirrored("tools/list", &json!({}));
    wire.write(format!("{USUAL}{headers}Content-Length: {size}\r\n\r\n").as_bytes()).await;
    for piece in body.as_bytes().chunks(piece) {
        tokio::time::sleep(Duration::from_secs(1)).await;
        wire.write(piece).await;
    }
    let status = wire.reply().await.status;
    (status, status == 200 || wire.is_closed().await)
}

#[tokio::test(start_paused = true)]
async fn bodies_have_to_arrive() {
    let site = Site::start().await;
    // Nothing, a byte per second, and more than that but not enough in all.
    let mut wire = site.connect().await;
    let headers = mirrored("tools/list", &json!({}));
    wire.write(format!("{USUAL}{headers}Content-Length: 1000\r\n\r\n{{").as_bytes()).await;
    assert_eq!(seconds(async { wire.reply().await.status == 408 }).await, 10);
    assert!(wire.is_closed().await);
    assert_eq!(send_slowly(&site, 300, 1).await, (408, true));
    assert_eq!(send_slowly(&site, 100_000, 2000).await, (408, true));
    assert_eq!(send_slowly(&site, 50_000, 2000).await, (200, true));
    site.still_serves("half a body").await;
}

#[tokio::test(start_paused = true)]
async fn who_does_not_read_is_not_written_to() {
    let site = Site::start().await;
    let mut wire = site.connect().await;
    wire.write(&modern(1, "tools/call", json!({ "name": "large" }))).await;
    tokio::time::sleep(Duration::from_secs(40)).await;
    let head = wire.head().await.unwrap();
    let body = tokio::spawn(async move { wire.rest(head).await });
    assert!(body.await.is_err(), "it was written to the end");
    site.still_serves("a stalled reader").await;
    let reply = site.send(&modern(1, "tools/call", json!({ "name": "large" }))).await;
    assert!(reply.body.len() > 8 << 20);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_read_a_stream_is_not_worked_for() {
    let site = Site::start().await;
    let params = json!({ "name": "flood", "_meta": { "progressToken": 1 } });
    let mut wire = site.connect().await;
    wire.write(&modern(1, "tools/call", params)).await;
    assert_eq!(wire.head().await.unwrap().status, 200);
    site.wait(|counts| &counts.began, 1).await;
    tokio::time::sleep(Duration::from_secs(40)).await;
    site.wait(|counts| &counts.dropped, 1).await;
    site.still_serves("a reader that stopped").await;
}

#[tokio::test(start_paused = true)]
async fn connections_are_bounded() {
    let mut limits = Limits::default();
    limits.connections = 1;
    let site = Site::start_with(|runner| runner.limits(limits)).await;
    let first = site.connect().await;
    let mut second = site.connect().await;
    second.write(&call("echo", 0)).await;
    let waited = tokio::time::timeout(Duration::from_secs(5), second.head()).await;
    assert!(waited.is_err(), "it was served beside the first");
    drop(first);
    assert_eq!(second.reply().await.status, 200);
}

#[tokio::test]
async fn who_is_refused_leaves_nothing_behind() {
    let mut limits = Limits::default();
    limits.sessions = 1;
    let site = Site::start_with(|runner| runner.limits(limits)).await;
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } });
    let open = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
    let good = post("", &open.to_string());
    let bad = String::from_utf8(good.clone()).unwrap().replace("localhost", "evil.example.com");
    let mut wire = site.connect().await;
    for _ in 0..1000 {
        wire.write(bad.as_bytes()).await;
        assert_eq!(wire.reply().await.status, 403);
    }
    wire.write(&good).await;
    assert_eq!(wire.reply().await.status, 200);
    wire.write(&good).await;
    assert_eq!(wire.reply().await.status, 503);
}
