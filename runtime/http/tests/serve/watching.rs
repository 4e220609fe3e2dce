//! What changes is told over HTTP: on streams of requests, and to sessions.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use toolwright_core::{Publisher, Resources, ServeError, Server};
use toolwright_http::serve::{Limits, Runner, Serve};
use toolwright_spec::Resource;

use super::support::{Reply, Wire, modern, post};

const ID: &str = "io.modelcontextprotocol/subscriptionId";

struct Shop {
    address: SocketAddr,
    publisher: Publisher,
    stop: oneshot::Sender<()>,
    task: JoinHandle<Result<(), ServeError>>,
}

impl Shop {
    async fn open(configure: impl FnOnce(Runner) -> Runner) -> Self {
        Self::open_limited(configure, toolwright_core::Limits::default()).await
    }

    async fn open_limited(
        configure: impl FnOnce(Runner) -> Runner,
        limits: toolwright_core::Limits,
    ) -> Self {
        let stock = Resource::new("stock", "shop://stock");
        let mut server = Server::new("shop", "1.0.0")
            .resources(Resources::new().text(stock, "3 books"))
            .limits(limits);
        let publisher = server.publisher();
        let bound = configure(server.http("127.0.0.1:0")).bind().await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let address = bound.address();
        let task = tokio::spawn(bound.serve_until(async {
            let _ = stopped.await;
        }));
        Self { address, publisher, stop, task }
    }

    async fn send(&self, request: &[u8]) -> Reply {
        let mut wire = Wire::connect(self.address).await;
        wire.write(request).await;
        wire.reply().await
    }

    async fn stream(&self, request: &[u8]) -> Stream {
        let mut wire = Wire::connect(self.address).await;
        wire.write(request).await;
        let head = wire.head().await.unwrap();
        assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
        Stream { wire, text: String::new(), id: None }
    }

    async fn listen(&self, id: u32) -> Stream {
        let filter = json!({ "resourcesListChanged": true, "toolsListChanged": true,
            "resourceSubscriptions": ["shop://stock", "shop://nothing"] });
        let params = json!({ "notifications": filter });
        let mut stream = self.stream(&modern(id, "subscriptions/listen", params)).await;
        let first = stream.next().await.unwrap();
        assert_eq!(first["method"], "notifications/subscriptions/acknowledged");
        assert_eq!(
            first["params"],
            json!({ "_meta": { ID: id }, "notifications": {
                "resourcesListChanged": true, "resourceSubscriptions": ["shop://stock"] } })
        );
        stream
    }

    async fn session(&self, version: &str) -> String {
        let params = json!({ "protocolVersion": version, "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" } });
        let reply = self.send(&post("", &request(0, "initialize", &params))).await;
        let capabilities = &reply.json()["result"]["capabilities"]["resources"];
        assert_eq!(*capabilities, json!({ "listChanged": true, "subscribe": true }));
        let id = reply.header("mcp-session-id").unwrap();
        format!("Mcp-Session-Id: {id}\r\nMCP-Protocol-Version: {version}\r\n")
    }

    async fn subscribe(&self, session: &str, method: &str) {
        let params = json!({ "uri": "shop://stock" });
        let reply = self.send(&post(session, &request(1, method, &params))).await;
        assert_eq!(reply.json()["result"], json!({}));
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        self.task.await.unwrap().unwrap();
    }
}

/// A stream of events.
struct Stream {
    wire: Wire,
    text: String,
    /// Of the last event.
    id: Option<String>,
}

impl Stream {
    /// The next message; `None` at the end.
    async fn next(&mut self) -> Option<Value> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name| event.lines().find_map(|line| line.strip_prefix(name));
                if let Some(id) = field("id: ") {
                    self.id = Some(id.to_owned());
                }
                if let Some(data) = field("data: ") {
                    return Some(serde_json::from_str(data).unwrap());
                }
            }
            self.text += &String::from_utf8(self.wire.chunk().await?).unwrap();
        }
    }

    async fn method(&mut self) -> String {
        self.next().await.unwrap()["method"].as_str().unwrap().to_owned()
    }
}

fn request(id: u32, method: &str, params: &Value) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
}

fn get(session: &str, more: &str) -> Vec<u8> {
    let head = "GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n";
    format!("{head}{more}{session}\r\n").into_bytes()
}

#[tokio::test]
async fn a_stream_hears_what_it_asked_for_until_the_server_stops() {
    for json_mode in [false, true] {
        let shop = Shop::open(|runner| runner.streams(!json_mode)).await;
        let mut one = shop.listen(1).await;
        let mut two = shop.listen(2).await;
        shop.publisher.tools_changed();
        shop.publisher.resource_updated("shop://stock");
        for (id, stream) in [(1, &mut one), (2, &mut two)] {
            let notice = stream.next().await.unwrap();
            assert_eq!(notice["method"], "notifications/resources/updated");
            let params = json!({ "_meta": { ID: id }, "uri": "shop://stock" });
            assert_eq!(notice["params"], params);
        }
        drop(two);
        shop.publisher.resources_changed();
        assert_eq!(one.method().await, "notifications/resources/list_changed");
        // Nothing that listens keeps the server from stopping.
        shop.stop().await;
        let end = one.next().await.unwrap();
        assert_eq!((&end["id"], &end["result"]["resultType"]), (&json!(1), &json!("complete")));
        assert_eq!(end["result"]["_meta"][ID], 1);
        assert_eq!(one.next().await, None);
    }
}

#[tokio::test]
async fn who_cannot_read_a_stream_gets_none() {
    let shop = Shop::open(|runner| runner).await;
    let listen = modern(1, "subscriptions/listen", json!({ "notifications": {} }));
    let listen = String::from_utf8(listen).unwrap();
    let listen = listen.replace("application/json, text/event-stream", "application/*");
    let reply = shop.send(listen.as_bytes()).await;
    assert_eq!(reply.status, 406, "{}", reply.text());
    let bad = modern(1, "subscriptions/listen", json!({}));
    let reply = shop.send(&bad).await;
    assert_eq!((reply.status, reply.code()), (200, Some(-32602)));
}

#[tokio::test]
async fn streams_are_bounded_and_give_way_when_they_are_closed() {
    let mut limits = toolwright_core::Limits::default();
    limits.subscriptions = 1;
    limits.subscriptions_total = 40;
    let shop = Shop::open_limited(|runner| runner, limits).await;
    let mut streams = Vec::new();
    for id in 0..40 {
        streams.push(shop.listen(id).await);
    }
    let listen = modern(99, "subscriptions/listen", json!({ "notifications": {} }));
    let refusal = shop.send(&listen).await;
    assert_eq!(refusal.code(), Some(-32603));
    assert!(refusal.text().contains("too many subscriptions: come back later"));
    shop.publisher.resources_changed();
    for stream in &mut streams {
        assert_eq!(stream.method().await, "notifications/resources/list_changed");
    }
    // A client that goes away frees its place as soon as the server sees it.
    streams.truncate(20);
    let freed = tokio::time::timeout(Duration::from_secs(20), async {
        loop {
            let mut wire = Wire::connect(shop.address).await;
            wire.write(&listen).await;
            let head = wire.head().await.unwrap();
            if head.header("content-type") == Some("text/event-stream") {
                return;
            }
        }
    });
    freed.await.expect("the places of streams that are gone are free");
    drop(streams);
    shop.stop().await;
}

#[tokio::test]
async fn a_session_hears_on_its_stream() {
    for version in ["2025-03-26", "2025-06-18", "2025-11-25"] {
        let shop = Shop::open(|runner| runner).await;
        let session = shop.session(version).await;
        let other = shop.session(version).await;
        shop.subscribe(&session, "resources/subscribe").await;
        // Nobody listens yet: it waits, and is told once.
        for _ in 0..100 {
            shop.publisher.resource_updated("shop://stock");
        }
        let mut stream = shop.stream(&get(&session, "")).await;
        let notice = stream.next().await.unwrap();
        assert_eq!(notice["params"], json!({ "uri": "shop://stock" }));
        shop.publisher.resources_changed();
        assert_eq!(stream.method().await, "notifications/resources/list_changed");
        let mut second = shop.stream(&get(&other, "")).await;
        assert_eq!(second.method().await, "notifications/resources/list_changed");
        shop.subscribe(&session, "resources/unsubscribe").await;
        shop.publisher.resource_updated("shop://stock");
        shop.publisher.resources_changed();
        assert_eq!(stream.method().await, "notifications/resources/list_changed");
        shop.stop().await;
        assert_eq!(stream.next().await, None);
    }
}

#[tokio::test]
async fn a_lost_stream_of_a_session_is_taken_up_again() {
    let shop = Shop::open(|runner| runner).await;
    let session = shop.session("2025-11-25").await;
    shop.subscribe(&session, "resources/subscribe").await;
    let mut stream = shop.stream(&get(&session, "")).await;
    shop.publisher.resources_changed();
    assert_eq!(stream.method().await, "notifications/resources/list_changed");
    let first = stream.id.clone().unwrap();
    shop.publisher.resource_updated("shop://stock");
    assert_eq!(stream.method().await, "notifications/resources/updated");
    // The second one was lost on the way, and while nobody listened there was a third.
    let again = format!("Last-Event-ID: {first}\r\n");
    let mut resumed = shop.stream(&get(&session, &again)).await;
    assert_eq!(resumed.method().await, "notifications/resources/updated");
    // Whoever read before does so no more.
    assert_eq!(stream.next().await, None);
    shop.publisher.resources_changed();
    assert_eq!(resumed.method().await, "notifications/resources/list_changed");
    assert_ne!(resumed.id, Some(first));
}

#[tokio::test]
async fn of_two_streams_of_a_session_one_is_told() {
    let mut limits = Limits::default();
    limits.keep_alive = Duration::from_millis(10);
    let shop = Shop::open(|runner| runner.limits(limits)).await;
    let session = shop.session("2025-11-25").await;
    let mut one = shop.stream(&get(&session, "")).await;
    let mut two = shop.stream(&get(&session, "")).await;
    shop.publisher.resources_changed();
    let (heard, mut other) = tokio::select! {
        method = one.method() => (method, two),
        method = two.method() => (method, one),
    };
    assert_eq!(heard, "notifications/resources/list_changed");
    let silent = tokio::time::timeout(Duration::from_millis(100), other.next()).await;
    assert!(silent.is_err(), "the other one has it too: {silent:?}");
}

#[tokio::test]
async fn the_oldest_transport_is_told_too() {
    let shop = Shop::open(|runner| runner.http_sse("/sse", "/messages")).await;
    let head = "GET /sse HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
    let mut wire = Wire::connect(shop.address).await;
    wire.write(head.as_bytes()).await;
    assert_eq!(wire.head().await.unwrap().status, 200);
    let endpoint = String::from_utf8(wire.chunk().await.unwrap()).unwrap();
    let path = endpoint.lines().find_map(|line| line.strip_prefix("data: ")).unwrap().to_owned();
    let mut stream = Stream { wire, text: String::new(), id: None };
    let say = async |body: String| {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        );
        let reply = shop.send(&super::support::raw(&head, body.as_bytes())).await;
        assert_eq!(reply.status, 202);
    };
    let params = json!({ "protocolVersion": "2024-11-05", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } });
    say(request(0, "initialize", &params)).await;
    assert_eq!(stream.next().await.unwrap()["id"], 0);
    say(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#.to_owned()).await;
    say(request(1, "resources/subscribe", &json!({ "uri": "shop://stock" }))).await;
    assert_eq!(stream.next().await.unwrap()["result"], json!({}));
    shop.publisher.resource_updated("shop://stock");
    assert_eq!(stream.method().await, "notifications/resources/updated");
    shop.stop().await;
}
