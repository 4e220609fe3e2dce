//! Who is told what changes, and when, in both eras.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright_core::tool::FnTools;
use toolwright_core::watch::{Bus, Change, Inbox};
use toolwright_core::{Context, Prompts, Publisher, Resources, Server};
use toolwright_spec::{JsonSchema, Resource, ResourceTemplate, Tool};

use super::both::{OLD, askers};
use crate::support::{Peer, connect, limits, modern};

const ID: &str = "io.modelcontextprotocol/subscriptionId";

fn server() -> Server {
    let touch = Tool::new("touch", JsonSchema::empty_object());
    let tools = FnTools::new().with(touch, |cx: Context, _: Value| async move {
        cx.publisher().resource_updated("shop://stock");
        cx.publisher().tools_changed();
        "touched"
    });
    let shelf = ResourceTemplate::new("shelf", "shop://shelves/{number}");
    let resources = Resources::new()
        .text(Resource::new("stock", "shop://stock"), "3 books")
        .template(shelf, |_cx, (): ()| async { "empty" });
    let prompts = Prompts::new().prompt("greet", "Says hello", |_cx, (): ()| async { "Hello!" });
    Server::new("shop", "1.0.0").tools(tools).resources(resources).prompts(prompts)
}

fn watched() -> (Peer, Publisher) {
    let mut server = server();
    let publisher = server.publisher();
    (connect(server), publisher)
}

async fn listen(peer: &mut Peer, id: Value, filter: Value) -> Value {
    peer.modern(id.clone(), "subscriptions/listen", json!({ "notifications": filter })).await;
    let first = peer.next().await;
    assert_eq!(first["method"], "notifications/subscriptions/acknowledged", "{first}");
    assert_eq!(first["params"]["_meta"], json!({ ID: id }));
    first["params"]["notifications"].clone()
}

/// What a stream is told.
async fn told(peer: &mut Peer, id: Value) -> String {
    let notice = peer.next().await;
    assert_eq!(notice["params"]["_meta"], json!({ ID: id }), "{notice}");
    short(&notice)
}

fn short(notice: &Value) -> String {
    let method = notice["method"].as_str().unwrap_or_else(|| panic!("no notice: {notice}"));
    let uri = notice["params"]["uri"].as_str().unwrap_or_default();
    format!("{} {uri}", method.trim_start_matches("notifications/")).trim_end().to_owned()
}

async fn cancel(peer: &mut Peer, id: Value) {
    let params = json!({ "requestId": id });
    let method = "notifications/cancelled";
    peer.line(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string()).await;
}

/// Waits until everything sent before was looked at.
async fn settle(peer: &mut Peer) {
    peer.modern("settle".into(), "prompts/list", json!({})).await;
    let answer = peer.next().await;
    assert_eq!(answer["id"], "settle", "{answer}");
}

#[tokio::test]
async fn a_stream_from_begin_to_end() {
    let (mut peer, publisher) = watched();
    let filter = json!({ "toolsListChanged": true, "promptsListChanged": false,
        "resourceSubscriptions": ["shop://stock", "shop://stock", "shop://nothing",
            "shop://shelves/7"] });
    let honoured = listen(&mut peer, "one".into(), filter).await;
    assert_eq!(
        honoured,
        json!({ "toolsListChanged": true,
            "resourceSubscriptions": ["shop://stock", "shop://shelves/7"] })
    );
    publisher.prompts_changed();
    publisher.resources_changed();
    publisher.resource_updated("shop://nothing");
    publisher.resource_updated("shop://shelves/7");
    assert_eq!(told(&mut peer, "one".into()).await, "resources/updated shop://shelves/7");
    publisher.tools_changed();
    assert_eq!(told(&mut peer, "one".into()).await, "tools/list_changed");
    cancel(&mut peer, "one".into()).await;
    settle(&mut peer).await;
    publisher.tools_changed();
    settle(&mut peer).await;
    let (rest, end) = peer.finish().await;
    assert!(rest.is_empty(), "{rest:?}");
    end.unwrap();
}

#[tokio::test]
async fn streams_are_told_apart_by_ids_of_any_type() {
    let (mut peer, publisher) = watched();
    listen(&mut peer, 1.into(), json!({ "toolsListChanged": true })).await;
    listen(&mut peer, "1".into(), json!({ "promptsListChanged": true })).await;
    let nothing = listen(&mut peer, 2.into(), json!({})).await;
    assert_eq!(nothing, json!({}));
    publisher.prompts_changed();
    assert_eq!(told(&mut peer, "1".into()).await, "prompts/list_changed");
    publisher.tools_changed();
    assert_eq!(told(&mut peer, 1.into()).await, "tools/list_changed");
    // An id in use cannot be used again.
    peer.modern(1.into(), "subscriptions/listen", json!({ "notifications": {} })).await;
    assert_eq!(peer.next().await["error"]["code"], -32600);
}

#[tokio::test]
async fn a_handler_publishes_in_both_eras() {
    for mut asker in askers(|| server().subscriptions(true)).await {
        if asker.is_modern() {
            continue;
        }
        let params = json!({ "uri": "shop://stock" });
        assert_eq!(asker.ask("resources/subscribe", params.clone()).await["result"], json!({}));
        asker.ask("tools/call", json!({ "name": "touch" })).await;
        let notices = [asker.notice().await, asker.notice().await];
        assert_eq!(
            notices.map(|notice| short(&notice)),
            ["tools/list_changed".to_owned(), "resources/updated shop://stock".to_owned()]
        );
        assert_eq!(asker.ask("resources/unsubscribe", params.clone()).await["result"], json!({}));
        assert_eq!(asker.ask("resources/unsubscribe", params).await["result"], json!({}));
        asker.ask("tools/call", json!({ "name": "touch" })).await;
        assert_eq!(short(&asker.notice().await), "tools/list_changed");
        asker.ask("tools/list", json!({})).await;
    }
    let mut peer = connect(server().subscriptions(true));
    let filter = json!({ "resourceSubscriptions": ["shop://stock"] });
    listen(&mut peer, 7.into(), filter).await;
    peer.call(8, "touch", json!({})).await;
    let mut messages = [peer.next().await, peer.next().await];
    messages.sort_by_key(|message| message["id"].as_i64());
    assert_eq!(short(&messages[0]), "resources/updated shop://stock");
    assert_eq!(messages[1]["result"]["content"][0]["text"], "touched");
}

#[tokio::test]
async fn only_what_can_change_is_promised() {
    for mut asker in askers(server).await {
        for method in ["resources/subscribe", "resources/unsubscribe", "subscriptions/listen"] {
            let params = json!({ "uri": "shop://stock", "notifications": {} });
            assert_eq!(asker.code(method, params).await, -32601, "{method}");
        }
    }
    for (subscriptions, promise) in [(false, Value::Null), (true, true.into())] {
        let mut peer = connect(server().subscriptions(subscriptions));
        peer.modern(1.into(), "server/discover", json!({})).await;
        let modern = peer.next().await["result"]["capabilities"].take();
        for revision in OLD {
            let mut peer = connect(server().subscriptions(subscriptions));
            let old = peer.initialize(revision).await["result"]["capabilities"].take();
            for capabilities in [&old, &modern] {
                for kind in ["tools", "prompts", "resources"] {
                    assert_eq!(capabilities[kind]["listChanged"], promise, "{kind} {revision}");
                }
                assert_eq!(capabilities["resources"]["subscribe"], promise);
            }
        }
    }
    // Without resources there is nothing to subscribe to, and each era has its own way.
    let mut asker = askers(|| Server::new("bare", "1").subscriptions(true)).await;
    for asker in &mut asker {
        let params = json!({ "uri": "shop://stock", "notifications": {} });
        assert_eq!(asker.code("resources/subscribe", params.clone()).await, -32601);
        assert_eq!(asker.code("subscriptions/listen", params).await, -32601);
    }
    for mut asker in askers(|| server().subscriptions(true)).await {
        let method = match asker.is_modern() {
            true => "resources/subscribe",
            false => "subscriptions/listen",
        };
        let params = json!({ "uri": "shop://stock", "notifications": {} });
        assert_eq!(asker.code(method, params).await, -32601);
    }
}

#[tokio::test]
async fn subscriptions_of_a_session_are_checked_and_bounded() {
    let server = || server().subscriptions(true).limits(limits(|it| it.subscribed_uris = 2));
    for mut asker in askers(server).await {
        if asker.is_modern() {
            continue;
        }
        for (uri, code) in [
            (json!("shop://nothing"), -32002),
            (json!("no uri"), -32602),
            (json!(7), -32602),
            (json!("shop://shelves/1"), 0),
            (json!("shop://shelves/1"), 0),
            (json!("shop://shelves/2"), 0),
            (json!("shop://shelves/3"), -32603),
        ] {
            let params = json!({ "uri": uri });
            assert_eq!(asker.code("resources/subscribe", params).await, code, "{uri}");
        }
        assert_eq!(
            asker.code("resources/unsubscribe", json!({ "uri": "shop://shelves/1" })).await,
            0
        );
        assert_eq!(
            asker.code("resources/subscribe", json!({ "uri": "shop://shelves/3" })).await,
            0
        );
    }
}

#[tokio::test]
async fn a_session_is_told_nothing_before_it_is_set_up() {
    let (mut peer, publisher) = watched();
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "0" } });
    let request = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
    peer.line(&request.to_string()).await;
    peer.next().await;
    publisher.tools_changed();
    peer.line(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#).await;
    assert_eq!(peer.next().await["id"], 1);
    peer.line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
    let notice = peer.next().await;
    assert_eq!(
        notice,
        json!({ "jsonrpc": "2.0", "method": "notifications/tools/list_changed",
        "params": {} })
    );
}

#[tokio::test]
async fn who_closes_its_side_is_told_that_it_is_over() {
    let (mut peer, _publisher) = watched();
    for id in [1, 2] {
        listen(&mut peer, id.into(), json!({ "toolsListChanged": true })).await;
    }
    let (rest, end) = peer.finish().await;
    end.unwrap();
    assert_eq!(rest.len(), 4, "{rest:?}");
    for pair in rest.chunks(2) {
        let [answer, cancelled] = pair else { panic!("{rest:?}") };
        let id = &answer["id"];
        assert_eq!(answer["result"]["resultType"], "complete", "{answer}");
        assert_eq!(answer["result"]["_meta"][ID], *id);
        let identity = &answer["result"]["_meta"]["io.modelcontextprotocol/serverInfo"];
        assert_eq!(identity["name"], "shop");
        assert_eq!(cancelled["method"], "notifications/cancelled");
        assert_eq!(cancelled["params"]["requestId"], *id);
        assert_eq!(cancelled["params"]["_meta"][ID], *id);
    }
}

#[tokio::test]
async fn streams_are_no_requests_in_flight_but_bounded() {
    let server = server().subscriptions(true).limits(limits(|it| {
        it.in_flight = 1;
        it.subscriptions = 3;
    }));
    let mut peer = connect(server);
    for id in 1..=3 {
        listen(&mut peer, id.into(), json!({})).await;
    }
    peer.modern(4.into(), "subscriptions/listen", json!({ "notifications": {} })).await;
    let refusal = peer.next().await;
    assert_eq!(refusal["error"]["code"], -32603, "{refusal}");
    let message = refusal["error"]["message"].as_str().unwrap();
    assert!(message.contains("too many subscriptions on this connection"), "{message}");
    settle(&mut peer).await;
    cancel(&mut peer, 2.into()).await;
    listen(&mut peer, 4.into(), json!({})).await;
    for params in [json!({}), json!({ "notifications": [] }), json!({ "notifications": 1 })] {
        peer.modern(9.into(), "subscriptions/listen", params).await;
        assert_eq!(peer.next().await["error"]["code"], -32602);
    }
    let uris = vec!["shop://stock"; 1025];
    let params = json!({ "notifications": { "resourceSubscriptions": uris } });
    peer.modern(9.into(), "subscriptions/listen", params).await;
    assert_eq!(peer.next().await["error"]["code"], -32602);
}

#[tokio::test]
async fn a_batch_does_not_wait_for_a_stream() {
    let (mut peer, _publisher) = watched();
    peer.initialize("2025-03-26").await;
    let listen = modern(1.into(), "subscriptions/listen", json!({ "notifications": {} }));
    let ping = json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" });
    peer.line(&json!([listen, ping]).to_string()).await;
    let answers = peer.next_batch().await;
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["error"]["code"], -32600, "{answers:?}");
}

#[tokio::test]
async fn thousands_of_streams_all_hear_and_all_end() {
    let (mut peer, publisher) = watched();
    for id in 0..1024 {
        let filter = json!({ "toolsListChanged": id % 2 == 0,
            "resourceSubscriptions": ["shop://stock"] });
        listen(&mut peer, id.into(), filter).await;
    }
    publisher.tools_changed();
    publisher.resource_updated("shop://stock");
    let mut count = 0;
    while count < 1024 + 512 {
        short(&peer.next().await);
        count += 1;
    }
    settle(&mut peer).await;
    for id in 0..512 {
        cancel(&mut peer, id.into()).await;
    }
    settle(&mut peer).await;
    let (rest, end) = peer.finish().await;
    end.unwrap();
    assert_eq!(rest.len(), 2 * 512);
}

#[tokio::test]
async fn a_slow_reader_is_told_less_often_but_of_everything() {
    let mut server = server().limits(limits(|it| it.queue_bytes = 4096));
    let publisher = server.publisher();
    let service = server.build().unwrap();
    // The reader takes nothing yet, and little fits in between.
    let (here, there) = tokio::io::duplex(512);
    let (reader, mut writer) = tokio::io::split(here);
    let task = tokio::spawn(async move {
        let (input, output) = tokio::io::split(there);
        service.serve(input, output).await
    });
    let shelves: Vec<_> = (0..100).map(|number| format!("shop://shelves/{number}")).collect();
    let filter = json!({ "toolsListChanged": true, "resourceSubscriptions": shelves });
    let listen = modern(1.into(), "subscriptions/listen", json!({ "notifications": filter }));
    let line = format!("{listen}\n");
    tokio::io::AsyncWriteExt::write_all(&mut writer, line.as_bytes()).await.unwrap();
    let mut lines = tokio::io::AsyncBufReadExt::lines(tokio::io::BufReader::new(reader));
    let first = lines.next_line().await.unwrap().unwrap();
    assert!(first.contains("acknowledged"), "{first}");
    for _ in 0..1000 {
        publisher.tools_changed();
        for shelf in &shelves {
            publisher.resource_updated(shelf);
        }
        tokio::task::yield_now().await;
    }
    let mut seen = std::collections::HashMap::new();
    tokio::io::AsyncWriteExt::shutdown(&mut writer).await.unwrap();
    while let Some(line) = lines.next_line().await.unwrap() {
        let message: Value = serde_json::from_str(&line).unwrap();
        if message["method"] == "notifications/cancelled" {
            break;
        }
        if message["method"].is_string() {
            *seen.entry(short(&message)).or_insert(0) += 1;
        }
    }
    let told: u32 = seen.values().sum();
    assert!(told < 1000, "{told} of 101,000 changes were queued");
    assert!(seen.contains_key("tools/list_changed"));
    task.await.unwrap().unwrap();
}

#[tokio::test]
async fn cancellation_and_changes_race() {
    let (mut peer, publisher) = watched();
    let changing = tokio::spawn(async move {
        loop {
            publisher.tools_changed();
            tokio::task::yield_now().await;
        }
    });
    for round in 0..200 {
        peer.modern(
            round.into(),
            "subscriptions/listen",
            json!({ "notifications":
            { "toolsListChanged": true } }),
        )
        .await;
        cancel(&mut peer, round.into()).await;
    }
    peer.modern("settle".into(), "prompts/list", json!({})).await;
    let mut acknowledged = std::collections::HashSet::new();
    loop {
        let message = peer.next().await;
        if message["id"] == "settle" {
            break;
        }
        // Nothing comes before the acknowledgement, and nobody answers what was cancelled.
        let id = message["params"]["_meta"][ID].as_i64().unwrap();
        match message["method"].as_str().unwrap() {
            "notifications/subscriptions/acknowledged" => assert!(acknowledged.insert(id)),
            _ => assert!(acknowledged.contains(&id), "{message}"),
        }
    }
    changing.abort();
    let (rest, end) = peer.finish().await;
    assert!(rest.is_empty(), "{rest:?}");
    end.unwrap();
}

#[tokio::test]
async fn a_bus_joins_replicas() {
    #[derive(Clone, Default)]
    struct Local(std::sync::Arc<std::sync::Mutex<Vec<Inbox>>>);
    impl Bus for Local {
        fn publish(&self, change: &Change) {
            let text = serde_json::to_string(change).unwrap();
            for replica in &*self.0.lock().unwrap() {
                replica.deliver(&serde_json::from_str(&text).unwrap());
            }
        }
        fn connect(&self, inbox: Inbox) {
            self.0.lock().unwrap().push(inbox);
        }
    }
    let bus = Local::default();
    let mut one = server();
    // Taken before the bus is there, and still joined.
    let publisher = one.publisher();
    let mut one = connect(one.bus(bus.clone()));
    let mut two = connect(server().bus(bus.clone()));
    listen(&mut one, 1.into(), json!({ "toolsListChanged": true })).await;
    two.initialize("2025-06-18").await;
    publisher.tools_changed();
    assert_eq!(told(&mut one, 1.into()).await, "tools/list_changed");
    assert_eq!(short(&two.next().await), "tools/list_changed");
    one.finish().await.1.unwrap();
    drop(publisher);
    tokio::time::timeout(Duration::from_secs(20), async {
        while !bus.0.lock().unwrap()[0].is_closed() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("nothing keeps a server that is gone");
}
