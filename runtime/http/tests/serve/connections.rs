//! What connections may do, and how they end.

use std::time::Duration;

use serde_json::json;
use toolwright_http::serve::Limits;

use super::support::{Site, USUAL, mirrored, modern};

fn impatient() -> Limits {
    let mut limits = Limits::default();
    limits.head_time = Duration::from_millis(500);
    limits.idle = Duration::from_millis(600);
    limits.write_stall = Duration::from_millis(300);
    limits.body_time = Duration::from_millis(300);
    limits
}

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

#[tokio::test]
async fn who_says_nothing_is_not_waited_for() {
    let site = Site::start_with(|runner| runner.limits(impatient())).await;
    let mut silent = site.connect().await;
    assert!(silent.is_closed().await);
    let mut partial = site.connect().await;
    partial.write(b"POST /mcp HTTP/1.1\r\nHost: ").await;
    assert!(partial.is_closed().await);
    let mut idle = site.connect().await;
    idle.write(&call("echo", 0)).await;
    assert_eq!(idle.reply().await.status, 200);
    assert!(idle.is_closed().await);
    site.still_serves("silence").await;
}

#[tokio::test]
async fn one_byte_after_another_does_not_help() {
    let site = Site::start_with(|runner| runner.limits(impatient())).await;
    let mut wire = site.connect().await;
    let request = call("echo", 0);
    for byte in request.chunks(1).take(80) {
        wire.write(byte).await;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(wire.is_closed().await);
}

#[tokio::test]
async fn handlers_may_take_longer_than_connections_may_idle() {
    let site = Site::start_with(|runner| runner.limits(impatient())).await;
    let reply = site.send(&call("slow", 1500)).await;
    assert_eq!(reply.json()["result"]["content"][0]["text"], "slept");
}

#[tokio::test]
async fn bodies_have_to_arrive() {
    let site = Site::start_with(|runner| runner.limits(impatient())).await;
    let mut wire = site.connect().await;
    let headers = mirrored("tools/list", &json!({}));
    wire.write(format!("{USUAL}{headers}Content-Length: 100\r\n\r\n{{").as_bytes()).await;
    assert_eq!(wire.reply().await.status, 408);
    assert!(wire.is_closed().await);
    site.still_serves("half a body").await;
}

#[tokio::test]
async fn who_does_not_read_is_not_written_to() {
    let site = Site::start_with(|runner| runner.limits(impatient())).await;
    let mut wire = site.connect().await;
    wire.write(&modern(1, "tools/call", json!({ "name": "large" }))).await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let head = wire.head().await.unwrap();
    let body = tokio::spawn(async move { wire.rest(head).await });
    assert!(body.await.is_err(), "it was written to the end");
    site.still_serves("a stalled reader").await;
    let reply = site.send(&modern(1, "tools/call", json!({ "name": "large" }))).await;
    assert!(reply.body.len() > 8 << 20);
}

#[tokio::test]
async fn connections_are_bounded() {
    let mut limits = Limits::default();
    limits.connections = 1;
    let site = Site::start_with(|runner| runner.limits(limits)).await;
    let first = site.connect().await;
    let mut second = site.connect().await;
    second.write(&call("echo", 0)).await;
    let waited = tokio::time::timeout(Duration::from_millis(200), second.head()).await;
    assert!(waited.is_err(), "it was served beside the first");
    drop(first);
    assert_eq!(second.reply().await.status, 200);
}
