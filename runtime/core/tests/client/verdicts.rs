//! Beginning with what is known of a server, and finding out when it is not true any more.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use toolwright_core::client::{Carrier, Speak, Verdict};
use toolwright_core::{Client, ClientError, Limits};
use toolwright_spec::{CallToolResult, Revision};

use crate::support::{FakeServer, server};

fn verdict(revision: &str) -> Verdict {
    let verdict = json!({ "revision": revision, "carrier": "stream",
        "serverInfo": { "name": "known", "version": "1" },
        "capabilities": { "tools": {} }, "instructions": "be kind" });
    serde_json::from_value(verdict).unwrap()
}

type Calling = JoinHandle<Result<CallToolResult, ClientError>>;

fn call(client: &Client) -> Calling {
    tokio::spawn(client.call("x", &()).into_future())
}

/// A client that nothing was asked of yet.
async fn silent() -> (FakeServer, Client) {
    let (server, reader, writer) = FakeServer::new();
    let builder = Client::builder().known(verdict("2026-07-28"));
    (server, builder.over(reader, writer).await.unwrap())
}

async fn expect(server: &mut FakeServer, method: &str) -> Value {
    let request = server.next().await;
    assert_eq!(request["method"], method, "{request}");
    request
}

async fn refuse(server: &mut FakeServer, request: &Value, code: i64, data: Value) {
    let error = json!({ "code": code, "message": "no", "data": data });
    server.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "error": error })).await;
}

async fn done(server: &mut FakeServer, request: &Value) {
    let result = json!({ "resultType": "complete", "content": [] });
    server.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": result })).await;
}

async fn discovered(server: &mut FakeServer, request: &Value, name: &str) {
    let info = json!({ "io.modelcontextprotocol/serverInfo": { "name": name, "version": "2" } });
    let result = json!({ "resultType": "complete", "supportedVersions": ["2026-07-28"],
        "capabilities": {}, "_meta": info });
    server.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": result })).await;
}

/// The server takes a session, and the call that found out about it.
async fn takes_session(server: &mut FakeServer, client: &Client, calling: Calling) {
    let initialize = expect(server, "initialize").await;
    server.accept(&initialize, "2025-06-18").await;
    expect(server, "notifications/initialized").await;
    let request = expect(server, "tools/call").await;
    assert_eq!(request["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"], Value::Null);
    done(server, &request).await;
    calling.await.unwrap().unwrap();
    assert_eq!(client.verdict().revision(), Revision::V2025_06_18);
    assert_eq!(client.revision(), Revision::V2025_06_18);
    assert_eq!(client.server_info().unwrap().name, "fake");
}

#[tokio::test]
async fn without_sessions_nothing_is_sent_before_the_first_call() {
    let (mut server, client) = silent().await;
    assert_eq!(client.server_info().unwrap().name, "known");
    assert_eq!(client.instructions(), Some("be kind"));
    assert_eq!(client.verdict(), verdict("2026-07-28"));
    let calling = call(&client);
    let request = expect(&mut server, "tools/call").await;
    let version = &request["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"];
    assert_eq!(version, "2026-07-28");
    done(&mut server, &request).await;
    calling.await.unwrap().unwrap();
}

#[tokio::test]
async fn with_sessions_only_the_handshake_is() {
    let (mut server, reader, writer) = FakeServer::new();
    let builder = Client::builder().known(verdict("2025-06-18"));
    let client = tokio::spawn(builder.over(reader, writer));
    let initialize = expect(&mut server, "initialize").await;
    assert_eq!(initialize["params"]["protocolVersion"], "2025-06-18");
    server.accept(&initialize, "2025-06-18").await;
    expect(&mut server, "notifications/initialized").await;
    let verdict = client.await.unwrap().unwrap().verdict();
    assert_eq!((verdict.revision(), verdict.carrier()), (Revision::V2025_06_18, Carrier::Stream));
    assert_eq!(verdict.server_info().unwrap().name, "fake");
}

#[tokio::test]
async fn every_revision_is_begun_with_what_is_known() {
    for revision in Revision::ALL {
        let speak = if revision.has_handshake() { Speak::Legacy(*revision) } else { Speak::Modern };
        let first = Client::builder().era(speak).in_memory(server()).await.unwrap();
        let again = Client::builder().known(first.verdict()).in_memory(server()).await.unwrap();
        assert_eq!(again.verdict(), first.verdict());
        assert!(again.list_tools().await.unwrap().len() > 5);
        assert_eq!(again.revision(), *revision);
        // Whoever insists on another era gets it.
        let other = if revision.has_handshake() {
            Speak::Modern
        } else {
            Speak::Legacy(Revision::V2025_03_26)
        };
        let builder = Client::builder().era(other).known(first.verdict());
        let stubborn = builder.in_memory(server()).await.unwrap();
        assert_ne!(stubborn.revision(), *revision);
    }
}

#[tokio::test]
async fn a_server_that_has_sessions_now_is_asked_once_more() {
    for code in [-32601, -32602, -32600, -32000, 7] {
        let (mut server, client) = silent().await;
        let calling = call(&client);
        let request = expect(&mut server, "tools/call").await;
        refuse(&mut server, &request, code, json!(null)).await;
        let discover = expect(&mut server, "server/discover").await;
        refuse(&mut server, &discover, code, json!(null)).await;
        takes_session(&mut server, &client, calling).await;
    }
}

#[tokio::test]
async fn a_server_without_sessions_now_is_found_out_on_connecting() {
    let (mut server, reader, writer) = FakeServer::new();
    let builder = Client::builder().known(verdict("2025-11-25"));
    let client = tokio::spawn(builder.over(reader, writer));
    let initialize = expect(&mut server, "initialize").await;
    refuse(&mut server, &initialize, -32601, json!(null)).await;
    let discover = expect(&mut server, "server/discover").await;
    discovered(&mut server, &discover, "new").await;
    let client = client.await.unwrap().unwrap();
    assert_eq!(client.verdict().server_info().unwrap().name, "new");
    assert_eq!(client.revision(), Revision::V2026_07_28);
}

#[tokio::test]
async fn errors_that_are_meant_are_looked_into_once() {
    let (mut server, client) = silent().await;
    let calling = call(&client);
    let request = expect(&mut server, "tools/call").await;
    refuse(&mut server, &request, -32602, json!(null)).await;
    let discover = expect(&mut server, "server/discover").await;
    discovered(&mut server, &discover, "new").await;
    let Err(ClientError::Peer(error)) = calling.await.unwrap() else { panic!() };
    assert_eq!(error.code(), -32602);
    assert_eq!(client.server_info().unwrap().name, "new");
    let calling = call(&client);
    let request = expect(&mut server, "tools/call").await;
    refuse(&mut server, &request, -32602, json!(null)).await;
    calling.await.unwrap().unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_doubted_by_the_next_call() {
    let (mut server, reader, writer) = FakeServer::new();
    let mut limits = Limits::default();
    limits.request_idle = Duration::from_secs(1);
    let builder = Client::builder().limits(limits).known(verdict("2026-07-28"));
    let client = builder.over(reader, writer).await.unwrap();
    assert!(matches!(call(&client).await.unwrap(), Err(ClientError::Timeout { .. })));
    expect(&mut server, "tools/call").await;
    expect(&mut server, "notifications/cancelled").await;
    let calling = call(&client);
    expect(&mut server, "server/discover").await;
    expect(&mut server, "notifications/cancelled").await;
    takes_session(&mut server, &client, calling).await;
}

#[tokio::test]
async fn a_revision_that_is_dropped_later_is_replaced() {
    let (mut server, client) = FakeServer::connected().await;
    let calls = [call(&client), call(&client)];
    let supported = json!({ "supported": ["2025-06-18", "2099-01-01"], "requested": "x" });
    for _ in 0..2 {
        let request = expect(&mut server, "tools/call").await;
        refuse(&mut server, &request, -32022, supported.clone()).await;
    }
    let [one, other] = calls;
    takes_session(&mut server, &client, one).await;
    let request = expect(&mut server, "tools/call").await;
    done(&mut server, &request).await;
    other.await.unwrap().unwrap();

    let (mut server, client) = FakeServer::connected().await;
    let calling = call(&client);
    let request = expect(&mut server, "tools/call").await;
    let supported = json!({ "supported": ["2099-01-01"], "requested": "x" });
    refuse(&mut server, &request, -32022, supported).await;
    let Err(ClientError::NoCommonRevision { supported }) = calling.await.unwrap() else { panic!() };
    assert_eq!(supported, ["2099-01-01"]);
    assert_eq!(client.revision(), Revision::V2026_07_28);
}

#[tokio::test]
async fn the_same_revision_is_tried_once_more() {
    let (mut server, client) = FakeServer::connected().await;
    for _ in 0..2 {
        let calling = call(&client);
        for _ in 0..2 {
            let request = expect(&mut server, "tools/call").await;
            let supported = json!({ "supported": ["2026-07-28"], "requested": "2026-07-28" });
            refuse(&mut server, &request, -32022, supported).await;
        }
        let Err(ClientError::Peer(error)) = calling.await.unwrap() else { panic!() };
        assert_eq!(error.code(), -32022);
    }
}

#[tokio::test]
async fn who_gives_up_meanwhile_leaves_the_others_what_was_spoken() {
    let (mut server, client) = silent().await;
    let calling = call(&client);
    let request = expect(&mut server, "tools/call").await;
    refuse(&mut server, &request, -32602, json!(null)).await;
    let discover = expect(&mut server, "server/discover").await;
    refuse(&mut server, &discover, -32601, json!(null)).await;
    expect(&mut server, "initialize").await;
    calling.abort();
    assert!(calling.await.unwrap_err().is_cancelled());
    let calling = call(&client);
    let request = expect(&mut server, "tools/call").await;
    let version = &request["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"];
    assert_eq!(version, "2026-07-28");
    done(&mut server, &request).await;
    calling.await.unwrap().unwrap();
}

#[tokio::test]
async fn listening_finds_out_too() {
    let (mut server, client) = silent().await;
    let filter = toolwright_spec::SubscriptionFilter::new()
        .with_resource_subscriptions(["shop://stock".to_owned()]);
    let listening = tokio::spawn(async move { client.listen(filter).await });
    let listen = expect(&mut server, "subscriptions/listen").await;
    refuse(&mut server, &listen, -32601, json!(null)).await;
    let discover = expect(&mut server, "server/discover").await;
    refuse(&mut server, &discover, -32601, json!(null)).await;
    let initialize = expect(&mut server, "initialize").await;
    server.accept(&initialize, "2025-11-25").await;
    expect(&mut server, "notifications/initialized").await;
    // The one who listens, and whoever sees to it that everybody is heard again.
    for _ in 0..2 {
        let subscribe = expect(&mut server, "resources/subscribe").await;
        assert_eq!(subscribe["params"]["uri"], "shop://stock");
        server.send(&json!({ "jsonrpc": "2.0", "id": subscribe["id"], "result": {} })).await;
    }
    let mut changes = listening.await.unwrap().unwrap();
    server
        .send(&json!({ "jsonrpc": "2.0", "method": "notifications/resources/updated",
            "params": { "uri": "shop://stock" } }))
        .await;
    assert!(changes.next().await.unwrap().is_ok());
}
