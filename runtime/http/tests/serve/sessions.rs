//! Revisions up to 2025-11-25 over HTTP.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright_http::serve::Limits;

use super::support::{Reply, Site, Wire, post};

/// A client with a session.
struct Client<'a> {
    site: &'a Site,
    headers: String,
}

fn request(id: u32, method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
}

fn initialize(version: &str) -> String {
    let client = json!({ "name": "test", "version": "1" });
    let params = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": client });
    request(0, "initialize", &params)
}

impl<'a> Client<'a> {
    async fn open(site: &'a Site, version: &str) -> Self {
        let reply = site.send(&post("", &initialize(version))).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert_eq!(reply.json()["result"]["protocolVersion"], version);
        let id = reply.header("mcp-session-id").unwrap();
        assert!(id.len() >= 32 && id.bytes().all(|byte| byte.is_ascii_graphic()), "{id}");
        let headers = format!("Mcp-Session-Id: {id}\r\nMCP-Protocol-Version: {version}\r\n");
        let client = Self { site, headers };
        let initialized = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        let reply = client.send(initialized).await;
        assert_eq!((reply.status, reply.body.len()), (202, 0));
        client
    }

    async fn send(&self, body: &str) -> Reply {
        self.site.send(&post(&self.headers, body)).await
    }

    async fn start(&self, body: &str) -> Wire {
        let mut wire = self.site.connect().await;
        wire.write(&post(&self.headers, body)).await;
        wire
    }

    fn other(&self, method: &str) -> Vec<u8> {
        format!(
            "{method} /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n{}\r\n",
            self.headers
        )
        .into_bytes()
    }
}

fn slow(id: u32, ms: u64) -> String {
    request(id, "tools/call", &json!({ "name": "slow", "arguments": { "ms": ms } }))
}

#[tokio::test]
async fn a_session_from_begin_to_end() {
    let site = Site::start().await;
    for version in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let client = Client::open(&site, version).await;
        assert_eq!(client.send(&request(1, "ping", &json!({}))).await.json()["result"], json!({}));
        let tools = client.send(&request(2, "tools/list", &json!({}))).await.json();
        assert_eq!(tools["result"]["tools"][0]["name"], "echo");
        let reply = client.send(&request(3, "no/such", &json!({}))).await;
        assert_eq!((reply.status, reply.code()), (200, Some(-32601)));
        let params = json!({ "name": "report", "_meta": { "progressToken": 9 } });
        let events = client.send(&request(4, "tools/call", &params)).await.events();
        assert!(events.len() > 1);
        assert_eq!(events[0]["params"]["progressToken"], 9);
        assert_eq!(events.last().unwrap()["id"], 4);
        let reply = client.send(&initialize(version)).await;
        assert_eq!((reply.status, reply.code()), (400, Some(-32600)));
        let reply = client.send(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#).await;
        assert_eq!((reply.status, reply.body.len()), (202, 0));
        assert_eq!(site.send(&client.other("DELETE")).await.status, 204);
        assert_eq!(client.send(&request(5, "ping", &json!({}))).await.status, 404);
        assert_eq!(site.send(&client.other("DELETE")).await.status, 404);
        assert_eq!(site.send(&client.other("GET")).await.status, 404);
    }
}

#[tokio::test]
async fn without_a_session_or_with_a_made_up_one() {
    let site = Site::start().await;
    let ping = request(1, "tools/list", &json!({}));
    let reply = site.send(&post("MCP-Protocol-Version: 2025-11-25\r\n", &ping)).await;
    assert_eq!((reply.status, reply.code()), (400, Some(-32600)));
    assert_eq!(reply.json()["id"], 1);
    assert_eq!(site.send(&post("", &ping)).await.status, 400);
    let made_up = format!("Mcp-Session-Id: {}\r\n", "A".repeat(32));
    assert_eq!(site.send(&post(&made_up, &ping)).await.status, 404);
    assert_eq!(site.send(&post(&made_up, &initialize("2025-11-25"))).await.status, 404);
    let client = Client::open(&site, "2025-11-25").await;
    let twice = format!("{0}{0}", client.headers);
    assert_eq!(site.send(&post(&twice, &ping)).await.status, 400);
    let id = client.headers.lines().next().unwrap();
    for (version, status) in [("", 200), ("MCP-Protocol-Version: 1900-01-01\r\n", 400)] {
        let reply = site.send(&post(&format!("{id}\r\n{version}"), &ping)).await;
        assert_eq!(reply.status, status, "{version}");
    }
}

#[tokio::test]
async fn sessions_do_not_see_each_other() {
    let site = Site::start().await;
    let one = Client::open(&site, "2025-11-25").await;
    let two = Client::open(&site, "2025-11-25").await;
    assert_ne!(one.headers, two.headers);
    let mut waiting = one.start(&slow(1, 600_000)).await;
    site.wait(|counts| &counts.began, 1).await;
    // The same id elsewhere is another request; here it is taken.
    let reply = two.send(&slow(1, 1)).await;
    assert_eq!(reply.json()["result"]["content"][0]["text"], "slept");
    let reply = one.send(&slow(1, 1)).await;
    assert_eq!((reply.status, reply.code()), (400, Some(-32600)));
    let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled",
        "params": { "requestId": 1 } });
    assert_eq!(two.send(&cancel.to_string()).await.status, 202);
    assert_eq!(one.send(&request(2, "ping", &json!({}))).await.status, 200);
    assert_eq!(one.send(&cancel.to_string()).await.status, 202);
    site.wait(|counts| &counts.dropped, 1).await;
    assert_eq!(waiting.reply().await.events(), [Value::Null; 0]);
    assert_eq!(one.send(&slow(1, 1)).await.status, 200);
}

#[tokio::test]
async fn who_goes_away_is_worked_for() {
    let site = Site::start().await;
    let client = Client::open(&site, "2025-11-25").await;
    let wire = client.start(&slow(1, 100)).await;
    site.wait(|counts| &counts.began, 1).await;
    drop(wire);
    site.wait(|counts| &counts.ended, 1).await;
    let wire = client.start(&slow(2, 600_000)).await;
    site.wait(|counts| &counts.began, 2).await;
    drop(wire);
    // The session still has the request, until it ends.
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(client.send(&slow(2, 1)).await.status, 400);
    assert_eq!(site.send(&client.other("DELETE")).await.status, 204);
    site.wait(|counts| &counts.dropped, 1).await;
}

#[tokio::test]
async fn streams_that_listen() {
    let mut limits = Limits::default();
    limits.keep_alive = Duration::from_millis(10);
    limits.session_streams = 2;
    let site = Site::start_with(|runner| runner.limits(limits)).await;
    let client = Client::open(&site, "2025-11-25").await;
    let mut streams = Vec::new();
    for _ in 0..2 {
        let mut wire = site.connect().await;
        wire.write(&client.other("GET")).await;
        let head = wire.head().await.unwrap();
        assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
        assert_eq!(wire.chunk().await.as_deref(), Some(&b":\n\n"[..]));
        streams.push(wire);
    }
    // The next one does not take the place of another.
    assert_eq!(site.send(&client.other("GET")).await.status, 409);
    assert_eq!(streams[0].chunk().await.as_deref(), Some(&b":\n\n"[..]));
    let json = client.other("GET");
    let json = String::from_utf8(json).unwrap().replace("text/event-stream", "application/json");
    assert_eq!(site.send(json.as_bytes()).await.status, 406);
    let none = b"GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
    assert_eq!(site.send(none).await.status, 400);
    assert_eq!(site.send(&client.other("DELETE")).await.status, 204);
    for mut wire in streams {
        while wire.chunk().await.is_some() {}
    }
}

#[tokio::test]
async fn a_lost_stream_is_taken_up_again() {
    let site = Site::start().await;
    let client = Client::open(&site, "2025-11-25").await;
    let other = Client::open(&site, "2025-11-25").await;
    let params = json!({ "name": "report", "arguments": { "ms": 100 },
        "_meta": { "progressToken": 1 } });
    let mut wire = client.start(&request(1, "tools/call", &params)).await;
    assert_eq!(wire.head().await.unwrap().status, 200);
    let prime = String::from_utf8(wire.chunk().await.unwrap()).unwrap();
    let id = prime.lines().next().unwrap().strip_prefix("id: ").unwrap().to_owned();
    assert_eq!(prime, format!("id: {id}\nretry: 1000\ndata:\n\n"));
    drop(wire);
    let resume = |client: &Client<'_>, id: &str| {
        let get = String::from_utf8(client.other("GET")).unwrap();
        get.replace("Accept", &format!("Last-Event-ID: {id}\r\nAccept")).into_bytes()
    };
    let reply = site.send(&resume(&client, &id)).await;
    let text = reply.text();
    let messages: Vec<Value> = reply.events();
    let (answer, progress) = messages.split_last().unwrap();
    assert_eq!(answer["result"]["content"][0]["text"], "reported");
    assert_eq!(progress.len(), 3);
    // Once more, from its middle.
    let ids: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("id: ")).collect();
    let again = site.send(&resume(&client, ids[1])).await;
    assert_eq!(again.events(), messages[2..]);
    // Nobody else gets it, and what is no id gets nothing.
    assert_eq!(site.send(&resume(&other, &id)).await.status, 400);
    let long = "9".repeat(10_000);
    for id in ["", "x", "1", "1-1-1", "0-0", "999999-0", &long] {
        assert_eq!(site.send(&resume(&client, id)).await.status, 400, "{id}");
    }
    let stream = id.split('-').next().unwrap();
    assert_eq!(site.send(&resume(&client, &format!("{stream}-99"))).await.status, 400);
    assert_eq!(client.send(&request(2, "ping", &json!({}))).await.status, 200);
}

#[tokio::test]
async fn handlers_let_clients_go_and_come_back() {
    let site = Site::start().await;
    let client = Client::open(&site, "2025-11-25").await;
    let params = json!({ "name": "polled", "arguments": { "ms": 50 },
        "_meta": { "progressToken": 1 } });
    let reply = client.send(&request(1, "tools/call", &params)).await;
    let mut text = reply.text();
    let (id, rest) = text.strip_prefix("id: ").unwrap().split_once('\n').unwrap();
    let mut id = id.to_owned();
    assert_eq!(rest, "retry: 50\ndata:\n\n");
    let mut rounds = 0;
    while !text.contains("polled") {
        let get = String::from_utf8(client.other("GET")).unwrap();
        let get = get.replace("Accept", &format!("Last-Event-ID: {id}\r\nAccept"));
        let reply = site.send(get.as_bytes()).await;
        assert_eq!(reply.status, 200);
        text.push_str(&reply.text());
        if let Some(last) = text.lines().rev().find_map(|line| line.strip_prefix("id: ")) {
            last.clone_into(&mut id);
        }
        rounds += 1;
    }
    assert!((1..=3).contains(&rounds), "{text}");
    assert_eq!(text.matches("\"progress\":").count(), 2);
    assert_eq!(text.matches("retry: 50").count(), 3);
    assert_eq!(client.send(&request(1, "ping", &json!({}))).await.status, 200);
}

#[tokio::test]
async fn who_cannot_come_back_is_not_let_go() {
    let params = json!({ "name": "polled", "_meta": { "progressToken": 1 } });
    let site = Site::start().await;
    let client = Client::open(&site, "2025-06-18").await;
    let events = client.send(&request(1, "tools/call", &params)).await.events();
    assert_eq!(events.len(), 3);
    assert_eq!(site.call("tools/call", params.clone()).await.events().len(), 3);
    let json = Site::start_with(|runner| runner.streams(false)).await;
    let client = Client::open(&json, "2025-11-25").await;
    let reply = client.send(&request(1, "tools/call", &params)).await.json();
    assert_eq!(reply["result"]["content"][0]["text"], "polled");
}

#[tokio::test]
async fn events_without_messages_are_for_those_who_know_them() {
    let site = Site::start().await;
    let params = json!({ "name": "report", "_meta": { "progressToken": 1 } });
    for (version, primed) in [("2025-06-18", false), ("2025-11-25", true)] {
        let client = Client::open(&site, version).await;
        let reply = client.send(&request(1, "tools/call", &params)).await;
        assert_eq!(reply.text().contains("data:\n"), primed, "{version}");
        assert!(reply.text().starts_with("id: "), "{version}");
    }
}

#[tokio::test]
async fn batches() {
    let site = Site::start().await;
    let client = Client::open(&site, "2025-03-26").await;
    let ping = |id: u32| request(id, "ping", &json!({}));
    let note = r#"{"jsonrpc":"2.0","method":"notifications/whatever"}"#;
    let body = format!("[{},{note},{},{}]", ping(1), slow(2, 20), r#"{"id":3,"method":"x"}"#);
    let reply = client.send(&body).await;
    assert_eq!(reply.status, 200);
    let mut ids: Vec<_> =
        reply.json().as_array().unwrap().iter().map(|a| a["id"].as_u64()).collect();
    ids.sort_unstable();
    assert_eq!(ids, [Some(1), Some(2), Some(3)]);
    let reply = client.send(&format!("[{note}]")).await;
    assert_eq!((reply.status, reply.body.len()), (202, 0));
    let params = json!({ "name": "report", "_meta": { "progressToken": 9 } });
    let report = request(7, "tools/call", &params);
    let events = client.send(&format!("[{report},{}]", ping(8))).await.events();
    assert!(events.len() > 1);
    assert_eq!(events.last().unwrap().as_array().unwrap().len(), 2);
    let many = |count: u32| format!("[{}]", (0..count).map(ping).collect::<Vec<_>>().join(","));
    assert_eq!(client.send(&many(100)).await.json().as_array().unwrap().len(), 100);
    for (name, body) in [
        ("empty", "[]".to_owned()),
        ("101", many(101)),
        ("initialize", format!("[{}]", initialize("2025-03-26"))),
        ("equal ids", format!("[{},{}]", ping(1), ping(1))),
        ("nested", format!("[[{}]]", ping(1))),
    ] {
        let reply = client.send(&body).await;
        assert_eq!((reply.status, reply.code()), (400, Some(-32600)), "{name}");
        assert_eq!(client.send(&ping(1)).await.status, 200, "after {name}");
    }
    let newer = Client::open(&site, "2025-06-18").await;
    assert_eq!(newer.send(&many(1)).await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn sessions_are_bounded_and_expire() {
    let mut limits = Limits::default();
    limits.sessions = 2;
    let site = Site::start_with(|runner| runner.limits(limits)).await;
    let first = Client::open(&site, "2025-11-25").await;
    let second = Client::open(&site, "2025-11-25").await;
    let reply = site.send(&post("", &initialize("2025-11-25"))).await;
    assert_eq!(reply.status, 503);
    assert!(reply.header("retry-after").is_some());
    site.still_serves("too many sessions").await;
    // One of them is in use, the other one makes room.
    let mut waiting = second.start(&slow(1, 3_000_000)).await;
    site.wait(|counts| &counts.began, 1).await;
    tokio::time::sleep(Duration::from_secs(31 * 60)).await;
    let third = Client::open(&site, "2025-11-25").await;
    assert_eq!(first.send(&request(2, "ping", &json!({}))).await.status, 404);
    assert_eq!(third.send(&request(2, "ping", &json!({}))).await.status, 200);
    assert_eq!(waiting.reply().await.status, 200);
}
