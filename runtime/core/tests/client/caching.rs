//! Results that are not asked for again, and those that are.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use toolwright_core::cache::CacheHint;
use toolwright_core::client::{CacheStore, Form, MemoryCache, Notice, Reply, Speak};
use toolwright_core::watch::Change;
use toolwright_core::{BoxFuture, Client, ClientError, Resources, Server};
use toolwright_spec::{Resource, Revision, SubscriptionFilter, Tool};

use crate::support::FakeServer;

const DAY: Duration = Duration::from_secs(24 * 3600);
const SECOND: Duration = Duration::from_secs(1);

fn listed(client: &Client) -> JoinHandle<Result<Vec<Tool>, ClientError>> {
    let client = client.clone();
    tokio::spawn(async move { client.list_tools().await })
}

fn tools(ttl: &Value, scope: &Value) -> Value {
    json!({ "resultType": "complete", "ttlMs": ttl, "cacheScope": scope,
        "tools": [{ "name": "x", "inputSchema": { "type": "object" } }] })
}

async fn answer(server: &mut FakeServer, id: &Value, result: Value) {
    server.send(&json!({ "jsonrpc": "2.0", "id": id, "result": result })).await;
}

/// The client lists tools, and has to ask for them.
async fn asks(server: &mut FakeServer, client: &Client, result: Value) {
    let listing = listed(client);
    let request = server.next().await;
    assert_eq!(request["method"], "tools/list");
    answer(server, &request["id"], result).await;
    assert_eq!(listing.await.unwrap().unwrap().len(), 1);
}

/// The client lists tools without asking: nobody would answer.
async fn knows(client: &Client) {
    assert_eq!(listed(client).await.unwrap().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn results_are_kept_as_long_as_the_server_says() {
    let (mut server, client) = FakeServer::connected().await;
    let minute = tools(&json!(60_000), &json!("private"));
    asks(&mut server, &client, minute.clone()).await;
    for _ in 0..3 {
        knows(&client).await;
    }
    tokio::time::advance(Duration::from_millis(59_990)).await;
    knows(&client).await;
    tokio::time::advance(Duration::from_millis(10)).await;
    asks(&mut server, &client, minute.clone()).await;
    client.forget(&Change::Prompts);
    knows(&client).await;
    client.forget(&Change::Tools);
    asks(&mut server, &client, minute.clone()).await;
    client.forget_all();
    asks(&mut server, &client, minute.clone()).await;
    // A page for itself, which has other parameters.
    let page = tokio::spawn(client.tools_page(Some("2".into())).into_future());
    let request = server.next().await;
    assert_eq!(request["params"]["cursor"], "2");
    answer(&mut server, &request["id"], minute.clone()).await;
    page.await.unwrap().unwrap();
    client.tools_page(Some("2".into())).await.unwrap();
    // What a call says besides may matter, unless it says who called.
    client.tools_page(None).meta("traceparent", "00-0-0-00").await.unwrap();
    let odd = tokio::spawn(client.tools_page(None).meta("com.example/odd", 1).into_future());
    let request = server.next().await;
    answer(&mut server, &request["id"], minute.clone()).await;
    odd.await.unwrap().unwrap();
    // Fresh ones are kept too.
    let fresh = tokio::spawn(client.tools_page(None).fresh().into_future());
    let request = server.next().await;
    answer(&mut server, &request["id"], tools(&json!(1000), &json!("private"))).await;
    fresh.await.unwrap().unwrap();
    knows(&client).await;
    tokio::time::advance(SECOND).await;
    asks(&mut server, &client, minute).await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_is_not_kept_and_breaks_nothing() {
    let (mut server, client) = FakeServer::connected().await;
    let private = json!("private");
    for ttl in [json!(0), json!(-1), json!("NaN"), json!(null), json!(1e300), json!([1])] {
        // Of 1e300 a day is left.
        asks(&mut server, &client, tools(&ttl, &private)).await;
        client.forget_all();
    }
    for ttl in [json!(0), json!(-1), json!("NaN"), json!(null), json!(-1e300), json!("5")] {
        asks(&mut server, &client, tools(&ttl, &private)).await;
    }
    let mut silent = tools(&private, &private);
    silent.as_object_mut().unwrap().remove("ttlMs");
    asks(&mut server, &client, silent.clone()).await;
    asks(&mut server, &client, silent).await;
    for ttl in [json!(1_000_000_000_000_000_000_u64), json!(1e18), json!(u64::MAX)] {
        client.forget_all();
        asks(&mut server, &client, tools(&ttl, &json!("everybody"))).await;
        tokio::time::advance(DAY - SECOND).await;
        knows(&client).await;
        tokio::time::advance(SECOND).await;
        asks(&mut server, &client, tools(&json!(0), &private)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_notice_counts_at_once_even_for_what_is_on_its_way() {
    let (mut server, client) = FakeServer::connected().await;
    let minute = tools(&json!(60_000), &json!("public"));
    let changed = json!({ "jsonrpc": "2.0", "method": "notifications/tools/list_changed" });
    asks(&mut server, &client, minute.clone()).await;
    server.send(&changed).await;
    let listing = listed(&client);
    let request = server.next().await;
    server.send(&changed).await;
    answer(&mut server, &request["id"], minute.clone()).await;
    listing.await.unwrap().unwrap();
    asks(&mut server, &client, minute.clone()).await;
    knows(&client).await;
    // A tool that the server does not know is a reason to doubt the list.
    let call = tokio::spawn(client.call("gone", &()).into_future());
    let request = server.next().await;
    let error = json!({ "code": -32602, "message": "Unknown tool" });
    server.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "error": error })).await;
    call.await.unwrap().unwrap_err();
    asks(&mut server, &client, minute).await;
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_is_gone_makes_the_list_begin_anew() {
    let (mut server, client) = FakeServer::connected().await;
    let mut first = tools(&json!(60_000), &json!("private"));
    first["nextCursor"] = "a".into();
    let last = tools(&json!(0), &json!("private"));
    let listing = listed(&client);
    for page in [&first, &last] {
        let request = server.next().await;
        answer(&mut server, &request["id"], page.clone()).await;
    }
    assert_eq!(listing.await.unwrap().unwrap().len(), 2);
    let listing = listed(&client);
    let request = server.next().await;
    assert_eq!(request["params"]["cursor"], "a", "the first page was kept");
    let error = json!({ "code": -32602, "message": "no such cursor" });
    server.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "error": error })).await;
    let request = server.next().await;
    assert_eq!(request["params"]["cursor"], Value::Null);
    answer(&mut server, &request["id"], last).await;
    assert_eq!(listing.await.unwrap().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn answers_to_questions_are_not_kept() {
    let (mut server, reader, writer) = FakeServer::new();
    let builder = Client::builder().on_elicit(|_: Form| async { Ok(Reply::Decline) });
    let client = tokio::spawn(builder.over(reader, writer));
    let discover = server.next().await;
    let capabilities = json!({ "resultType": "complete", "supportedVersions": ["2026-07-28"],
        "capabilities": { "resources": {} } });
    answer(&mut server, &discover["id"], capabilities).await;
    let client = client.await.unwrap().unwrap();
    for _ in 0..2 {
        let read = tokio::spawn(client.read_resource("x:y").into_future());
        let request = server.next().await;
        let question = json!({ "method": "elicitation/create", "params": { "message": "?",
            "requestedSchema": { "type": "object", "properties": {} } } });
        let asked = json!({ "resultType": "input_required", "ttlMs": 60_000,
            "inputRequests": { "q": question } });
        answer(&mut server, &request["id"], asked).await;
        let request = server.next().await;
        assert_eq!(request["params"]["inputResponses"]["q"]["action"], "decline");
        let contents = json!({ "resultType": "complete", "ttlMs": 60_000,
            "cacheScope": "public", "contents": [{ "uri": "x:y", "text": "z" }] });
        answer(&mut server, &request["id"], contents).await;
        read.await.unwrap().unwrap();
    }
}

fn counting(reads: &Arc<AtomicUsize>) -> Server {
    let reads = Arc::clone(reads);
    let read = move |_| {
        reads.fetch_add(1, Ordering::SeqCst);
        async { "3 books" }
    };
    let resources = Resources::new()
        .resource(Resource::new("stock", "shop://stock"), read)
        .cache(CacheHint::public(DAY));
    Server::new("shop", "1.0.0").resources(resources)
}

#[tokio::test]
async fn both_eras_read_what_changed() {
    for (speak, kept) in [(Speak::Modern, true), (Speak::Legacy(Revision::V2025_11_25), false)] {
        let reads = Arc::new(AtomicUsize::new(0));
        let mut server = counting(&reads);
        let publisher = server.publisher();
        let client = Client::builder().era(speak).in_memory(server).await.unwrap();
        for _ in 0..3 {
            client.read_resource("shop://stock").await.unwrap();
        }
        // Sessions know no hints.
        assert_eq!(reads.swap(0, Ordering::SeqCst), if kept { 1 } else { 3 });
        let filter =
            SubscriptionFilter::new().with_resource_subscriptions(["shop://stock".to_owned()]);
        let mut changes = client.listen(filter).await.unwrap();
        publisher.resource_updated("shop://stock");
        let change = Notice::Changed(Change::Resource("shop://stock".to_owned()));
        assert_eq!(changes.next().await.unwrap().unwrap(), change);
        client.read_resource("shop://stock").await.unwrap();
        client.read_resource("shop://stock").fresh().await.unwrap();
        assert_eq!(reads.load(Ordering::SeqCst), 2);
        client.ping().await.unwrap();
        client.shutdown().await;

        let client = Client::builder().era(speak).no_cache().in_memory(counting(&reads));
        let client = client.await.unwrap();
        client.read_resource("shop://stock").await.unwrap();
        client.read_resource("shop://stock").await.unwrap();
        assert_eq!(reads.load(Ordering::SeqCst), 4);
    }
}

#[tokio::test]
async fn streams_do_not_share_what_they_keep() {
    let reads = Arc::new(AtomicUsize::new(0));
    let shared = Arc::new(MemoryCache::new());
    for _ in 0..2 {
        let builder = Client::builder().cache(Arc::clone(&shared));
        let client = builder.in_memory(counting(&reads)).await.unwrap();
        client.read_resource("shop://stock").await.unwrap();
        client.read_resource("shop://stock").await.unwrap();
        client.shutdown().await;
    }
    assert_eq!(reads.load(Ordering::SeqCst), 2, "they may be of different servers");
}

/// Takes everything and never answers.
#[derive(Debug, Default)]
struct Abyss(Mutex<Vec<String>>);

impl Abyss {
    fn swallow<T: Send + 'static>(&self, key: &str) -> BoxFuture<'static, T> {
        self.0.lock().unwrap().push(key.to_owned());
        Box::pin(std::future::pending())
    }
}

impl CacheStore for Abyss {
    fn get<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<Arc<str>>> {
        self.swallow(key)
    }

    fn put<'a>(&'a self, key: &'a str, _: Arc<str>, _: Duration) -> BoxFuture<'a, ()> {
        self.swallow(key)
    }

    fn remove<'a>(&'a self, key: &'a str) -> BoxFuture<'a, ()> {
        self.swallow(key)
    }

    fn clear<'a>(&'a self, prefix: &'a str) -> BoxFuture<'a, ()> {
        self.swallow(prefix)
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_stops_nothing() {
    let reads = Arc::new(AtomicUsize::new(0));
    let store = Arc::new(Abyss::default());
    let builder = Client::builder().cache(Arc::clone(&store));
    let client = builder.in_memory(counting(&reads)).await.unwrap();
    client.read_resource("shop://stock").await.unwrap();
    client.forget_all();
    client.read_resource("shop://stock").await.unwrap();
    assert_eq!(reads.load(Ordering::SeqCst), 2);
    assert!(!store.0.lock().unwrap().is_empty());
}
