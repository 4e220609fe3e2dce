//! Revision 2024-11-05: a stream, and a second route for messages.

use serde_json::{Value, json};

use super::support::{Site, Wire, raw};

struct Client {
    stream: Wire,
    target: String,
    site: std::net::SocketAddr,
}

const GET: &str = "GET /sse HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";

async fn site() -> Site {
    Site::start_with(|runner| runner.http_sse("/sse", "/messages")).await
}

impl Client {
    async fn open(site: &Site) -> Self {
        let mut stream = site.connect().await;
        stream.write(GET.as_bytes()).await;
        let head = stream.head().await.unwrap();
        assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
        let endpoint = String::from_utf8(stream.chunk().await.unwrap()).unwrap();
        let target = endpoint.strip_prefix("event: endpoint\ndata: ").unwrap().trim().to_owned();
        assert!(target.starts_with("/messages?session_id=") && target.len() > 50, "{target}");
        Self { stream, target, site: site.address }
    }

    async fn send(&self, body: &str) -> u16 {
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n",
            self.target
        );
        let mut wire = Wire::connect(self.site).await;
        wire.write(&raw(&head, body.as_bytes())).await;
        wire.reply().await.status
    }

    async fn next(&mut self) -> Value {
        let event = String::from_utf8(self.stream.chunk().await.unwrap()).unwrap();
        let data = event.strip_prefix("event: message\ndata: ").unwrap();
        serde_json::from_str(data).unwrap()
    }
}

fn initialize() -> Value {
    json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2024-11-05", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } } })
}

#[tokio::test]
async fn answers_come_on_the_stream() {
    let site = site().await;
    let mut client = Client::open(&site).await;
    // Line ends between tokens are part of no message.
    let pretty = serde_json::to_string_pretty(&initialize()).unwrap();
    assert_eq!(client.send(&pretty).await, 202);
    assert_eq!(client.next().await["result"]["protocolVersion"], "2024-11-05");
    let call = json!({ "jsonrpc": "2.0", "id": "a", "method": "tools/call",
        "params": { "name": "report", "_meta": { "progressToken": 1 } } });
    assert_eq!(client.send(&call.to_string()).await, 202);
    assert_eq!(client.next().await["method"], "notifications/progress");
    loop {
        let message = client.next().await;
        if message["id"] == "a" {
            assert_eq!(message["result"]["content"][0]["text"], "reported");
            break;
        }
    }
    site.still_serves("the old transport").await;
}

#[tokio::test]
async fn what_a_stream_asked_for_ends_with_it() {
    let site = site().await;
    let mut client = Client::open(&site).await;
    let other = Client::open(&site).await;
    assert_ne!(client.target, other.target);
    assert_eq!(client.send(&initialize().to_string()).await, 202);
    client.next().await;
    let slow = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": { "name": "slow", "arguments": { "ms": 600_000 } } });
    assert_eq!(client.send(&slow.to_string()).await, 202);
    site.wait(|counts| &counts.began, 1).await;
    let Client { stream, target, site: address } = client;
    drop(stream);
    site.wait(|counts| &counts.dropped, 1).await;
    let gone = Client { stream: site.connect().await, target, site: address };
    assert_eq!(gone.send("{}").await, 404);
    assert_eq!(other.send(&initialize().to_string()).await, 202);
}

#[tokio::test]
async fn guards_stand_before_both_routes() {
    let site = site().await;
    let client = Client::open(&site).await;
    let post = |head: &str| {
        let head = format!("POST {} HTTP/1.1\r\n{head}", client.target);
        raw(&head, initialize().to_string().as_bytes())
    };
    let json = "Content-Type: application/json\r\n";
    let get = |from: &str, to: &str| GET.replace(from, to).into_bytes();
    for (name, request, status) in [
        ("foreign host", get("localhost", "evil.example.com"), 403),
        ("foreign origin", get("Accept", "Origin: null\r\nAccept"), 403),
        ("no events", get("text/event-stream", "application/json"), 406),
        ("DELETE", get("GET", "DELETE"), 405),
        ("other path", get("/sse", "/sse/"), 404),
        ("message from a foreign host", post(&format!("Host: evil.example.com\r\n{json}")), 403),
        (
            "message of a foreign origin",
            post(&format!("Host: localhost\r\nOrigin: http://evil.example.com\r\n{json}")),
            403,
        ),
        ("message as text", post("Host: localhost\r\nContent-Type: text/plain\r\n"), 415),
        ("GET of messages", get("/sse", "/messages"), 405),
        (
            "made up",
            raw(
                &format!("POST /messages?session_id=x HTTP/1.1\r\nHost: localhost\r\n{json}"),
                b"{}",
            ),
            404,
        ),
    ] {
        let reply = site.send(&request).await;
        assert_eq!(reply.status, status, "{name}: {}", reply.text());
        site.still_serves(name).await;
    }
    assert_eq!(client.send(&initialize().to_string()).await, 202);
}

#[tokio::test]
async fn it_is_off_unless_asked_for() {
    let site = Site::start().await;
    assert_eq!(site.send(GET.as_bytes()).await.status, 404);
}

#[tokio::test]
async fn stopping_ends_streams() {
    let site = site().await;
    let mut client = Client::open(&site).await;
    let stopped = tokio::spawn(site.stop());
    assert!(client.stream.chunk().await.is_none());
    stopped.await.unwrap().unwrap();
}
