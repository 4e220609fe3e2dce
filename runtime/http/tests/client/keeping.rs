//! What a client keeps over HTTP: results, for whom they are, and what it knows of servers.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use toolwright_core::client::{Carrier, MemoryCache, Speak, Verdict};
use toolwright_core::{Client, ClientError};
use toolwright_http::client::{ConnectWith, Http};
use toolwright_spec::{CallToolResult, Revision};

use crate::script::Script;

fn verdict(revision: &str, carrier: &str) -> Verdict {
    let verdict = json!({ "revision": revision, "carrier": carrier, "capabilities": {} });
    serde_json::from_value(verdict).unwrap()
}

type Calling = JoinHandle<Result<CallToolResult, ClientError>>;

fn call(client: &Client) -> Calling {
    tokio::spawn(client.call("x", &()).into_future())
}

/// A client that has asked nothing yet.
async fn silent(script: &Script) -> Client {
    let builder = Client::builder().known(verdict("2026-07-28", "streamable-http"));
    builder.connect(&script.url()).await.unwrap()
}

#[tokio::test]
async fn private_results_stay_with_their_authorization() {
    let mut script = Script::start().await;
    let cache = Arc::new(MemoryCache::new());
    // Who reads, what the scope is, and whether somebody has to be asked.
    for (token, caller, uri, scope, is_asked) in [
        ("one", "", "x:mine", "private", true),
        ("one", "", "x:mine", "private", false),
        ("two", "", "x:mine", "private", true),
        ("one", "bob", "x:mine", "private", true),
        ("one", "", "x:mine", "private", false),
        ("one", "", "x:odd", "shared", true),
        ("two", "", "x:odd", "shared", true),
        ("one", "", "x:all", "public", true),
        ("two", "bob", "x:all", "public", false),
    ] {
        let http = Http::new(&script.url()).header("Authorization", &format!("Bearer {token}"));
        let builder = Client::builder().cache(Arc::clone(&cache)).caller(caller);
        let known = verdict("2026-07-28", "streamable-http");
        let client = builder.known(known).connect_http(http).await.unwrap();
        let reading = tokio::spawn(client.read_resource(uri).into_future());
        if is_asked {
            let read = script.expect("resources/read").await;
            assert_eq!(read.body["params"]["uri"], uri, "{token} {caller}");
            let contents = json!([{ "uri": uri, "text": token }]);
            let result = json!({ "resultType": "complete", "ttlMs": 60_000, "cacheScope": scope,
                "contents": contents });
            read.result(result).await;
        }
        reading.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn nothing_is_sent_to_a_known_server_before_the_first_call() {
    let mut script = Script::start().await;
    let client = silent(&script).await;
    let calling = call(&client);
    let request = script.expect("tools/call").await;
    assert_eq!(request.header("mcp-protocol-version"), Some("2026-07-28"));
    request.result(json!({ "resultType": "complete", "content": [] })).await;
    calling.await.unwrap().unwrap();
    assert_eq!(client.verdict(), verdict("2026-07-28", "streamable-http"));
}

#[tokio::test]
async fn a_server_that_changed_is_found_out_by_the_first_call() {
    for status in [400, 404, 405] {
        let mut script = Script::start().await;
        let client = silent(&script).await;
        let calling = call(&client);
        script.expect("tools/call").await.reply(status, "", "").await;
        script.expect("server/discover").await.reply(status, "", "").await;
        script.expect("initialize").await.initialized("one").await;
        script.expect("notifications/initialized").await.reply(202, "", "").await;
        let listen = script.next().await;
        assert_eq!((&*listen.method, listen.header("mcp-session-id")), ("GET", Some("one")));
        listen.reply(405, "", "").await;
        let again = script.expect("tools/call").await;
        assert_eq!(again.header("mcp-session-id"), Some("one"));
        assert_eq!(again.header("mcp-method"), None);
        let id = again.body["id"].clone();
        again.json(200, &json!({ "jsonrpc": "2.0", "id": id, "result": { "content": [] } })).await;
        calling.await.unwrap().unwrap();
        assert_eq!(client.verdict().revision(), Revision::V2025_11_25);
        assert_eq!(client.server_info().unwrap().name, "script");
    }
}

#[tokio::test]
async fn a_session_that_is_known_begins_with_the_handshake() {
    let mut script = Script::start().await;
    let url = script.url();
    let builder = Client::builder().known(verdict("2025-06-18", "streamable-http"));
    let client = tokio::spawn(async move { builder.connect(&url).await });
    let initialize = script.expect("initialize").await;
    assert_eq!(initialize.body["params"]["protocolVersion"], "2025-06-18");
    // It does not know sessions any more.
    initialize.reply(400, "", "").await;
    script.expect("server/discover").await.discovered().await;
    let verdict = client.await.unwrap().unwrap().verdict();
    assert_eq!(verdict.revision(), Revision::V2026_07_28);
    assert_eq!(verdict.carrier(), Carrier::StreamableHttp);
}

#[tokio::test]
async fn the_oldest_transport_is_remembered_too() {
    for has_moved_on in [false, true] {
        let mut script = Script::start().await;
        let url = script.url();
        let builder = Client::builder().known(verdict("2024-11-05", "http-sse"));
        let client = tokio::spawn(async move { builder.connect(&url).await });
        let listen = script.next().await;
        assert_eq!(listen.method, "GET");
        if has_moved_on {
            listen.reply(404, "", "").await;
            script.expect("server/discover").await.discovered().await;
            let verdict = client.await.unwrap().unwrap().verdict();
            assert_eq!(verdict.carrier(), Carrier::StreamableHttp);
            continue;
        }
        let stream = listen.events("event: endpoint\ndata: /messages\n\n").await;
        let initialize = script.expect("initialize").await;
        assert_eq!(initialize.path, "/messages");
        let id = initialize.body["id"].clone();
        initialize.reply(202, "", "").await;
        answered(stream, &id, &mut script).await;
        let verdict = client.await.unwrap().unwrap().verdict();
        assert_eq!(verdict.revision(), Revision::V2024_11_05);
        assert_eq!(verdict.carrier(), Carrier::HttpSse);
    }
}

/// The handshake of the oldest transport comes to its end.
async fn answered(mut stream: tokio::net::TcpStream, id: &Value, script: &mut Script) {
    use tokio::io::AsyncWriteExt;

    let result = json!({ "jsonrpc": "2.0", "id": id, "result": { "capabilities": {},
        "protocolVersion": "2024-11-05", "serverInfo": { "name": "old", "version": "0" } } });
    stream.write_all(format!("data: {result}\n\n").as_bytes()).await.unwrap();
    script.expect("notifications/initialized").await.reply(202, "", "").await;
}

#[tokio::test]
async fn a_revision_that_is_dropped_is_replaced_or_told() {
    let mut script = Script::start().await;
    let client = silent(&script).await;
    let calling = call(&client);
    for _ in 0..2 {
        let request = script.expect("tools/call").await;
        let data = json!({ "supported": ["2026-07-28"], "requested": "2026-07-28" });
        let error = json!({ "code": -32022, "message": "no", "data": data });
        let id = request.body["id"].clone();
        request.json(400, &json!({ "jsonrpc": "2.0", "id": id, "error": error })).await;
    }
    let Err(ClientError::Peer(error)) = calling.await.unwrap() else { panic!() };
    assert_eq!(error.code(), -32022);
    let http = Http::new(&script.url());
    let builder = Client::builder().era(Speak::Modern).known(verdict("2025-11-25", "other"));
    let client = tokio::spawn(builder.connect_http(http));
    script.expect("server/discover").await.discovered().await;
    client.await.unwrap().unwrap();
}
