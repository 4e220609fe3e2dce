//! Servers that break off, break rules, or flood. Every call ends in an error of its own kind, and
//! the client goes on.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use toolwright_core::client::{CheckOutput, Notice};
use toolwright_core::{Client, ClientError, Limits};
use toolwright_http::client::ConnectWith;
use toolwright_spec::{CallToolResult, SubscriptionFilter};

use crate::script::{Exchange, Script};

async fn connected() -> (Script, Client) {
    let mut script = Script::start().await;
    let url = script.url();
    let mut limits = Limits::default();
    limits.line_bytes = 100_000;
    let builder = Client::builder().limits(limits).check_output(CheckOutput::Off);
    let client = tokio::spawn(async move { builder.connect(&url).await });
    script.expect("server/discover").await.discovered().await;
    (script, client.await.unwrap().unwrap())
}

type Call = tokio::task::JoinHandle<Result<CallToolResult, ClientError>>;

async fn called(script: &mut Script, client: &Client) -> (Call, Exchange) {
    let call = tokio::spawn(client.call("x", &()).into_future());
    (call, script.expect("tools/call").await)
}

fn event(message: &Value) -> String {
    format!("data: {message}\n\n")
}

fn answer(id: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": { "content": [] } })
}

#[tokio::test]
async fn streams_bring_the_answer_whatever_comes_before() {
    let (mut script, client) = connected().await;
    let (call, request) = called(&mut script, &client).await;
    let id = request.body["id"].clone();
    let mut events = String::from(":\r\n\r\nid: 1\ndata:\n\nevent: other\ndata: {}\n\n");
    events.push_str("data: no message\n\n");
    events.push_str(&event(&json!({ "jsonrpc": "2.0", "id": 999, "result": {} })));
    events.push_str(&event(&json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" })));
    events.push_str(&event(&answer(&id)));
    let mut stream = request.events("").await;
    for byte in events.as_bytes() {
        stream.write_all(&[*byte]).await.unwrap();
    }
    call.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stream_that_ends_loses_the_call() {
    let (mut script, client) = connected().await;
    for events in ["", ":\n\n", "data: {\"jsonrpc\":", "id: 7\nretry: 1\ndata:\n\n"] {
        let (call, request) = called(&mut script, &client).await;
        drop(request.events(events).await);
        let Err(error) = call.await.unwrap() else { panic!() };
        assert!(matches!(error, ClientError::StreamLost { .. }), "{events:?}: {error}");
    }
    let (call, request) = called(&mut script, &client).await;
    drop(request);
    assert!(matches!(call.await.unwrap(), Err(ClientError::StreamLost { .. })));
    let (call, request) = called(&mut script, &client).await;
    request.result(json!({ "content": [] })).await;
    call.await.unwrap().unwrap();
}

#[tokio::test]
async fn what_is_too_large_is_not_read() {
    let (mut script, client) = connected().await;
    let large = "x".repeat(200_000);
    let (call, request) = called(&mut script, &client).await;
    request.reply(200, "Content-Type: application/json\r\n", &large).await;
    assert!(matches!(call.await.unwrap(), Err(ClientError::TooLarge { .. })));
    let (call, request) = called(&mut script, &client).await;
    let _stream = request.events(&format!("data: {large}")).await;
    assert!(matches!(call.await.unwrap(), Err(ClientError::TooLarge { .. })));
}

#[tokio::test]
async fn bodies_that_are_no_answer_are_errors() {
    let (mut script, client) = connected().await;
    for (status, media, body) in [
        (200, "text/html", "<html>"),
        (200, "application/json", "{"),
        (200, "application/json", r#"{"jsonrpc":"2.0","id":999,"result":{}}"#),
        (202, "text/plain", ""),
    ] {
        let (call, request) = called(&mut script, &client).await;
        request.reply(status, &format!("Content-Type: {media}\r\n"), body).await;
        let Err(error) = call.await.unwrap() else { panic!() };
        assert!(matches!(error, ClientError::InvalidResponse { .. }), "{body}: {error}");
    }
    let (call, request) = called(&mut script, &client).await;
    let headers = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
    request.reply(200, headers, "bomb").await;
    assert!(matches!(call.await.unwrap(), Err(ClientError::InvalidResponse { .. })));

    // An error of MCP counts, whatever the status and whichever id it names.
    let (call, request) = called(&mut script, &client).await;
    let error = json!({ "jsonrpc": "2.0", "id": null, "error": { "code": 7, "message": "no" } });
    request.json(500, &error).await;
    let Err(ClientError::Peer(error)) = call.await.unwrap() else { panic!() };
    assert_eq!(error.code(), 7);
}

#[tokio::test]
async fn a_header_mismatch_is_tried_once_more_with_fresh_tools() {
    let (mut script, client) = connected().await;
    let (call, request) = called(&mut script, &client).await;
    let mismatch = |id: &Value| json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32020, "message": "no" } });
    let id = request.body["id"].clone();
    request.json(400, &mismatch(&id)).await;
    let list = script.expect("tools/list").await;
    list.result(json!({ "tools": [{ "name": "x", "inputSchema": { "type": "object" } }] })).await;
    let again = script.expect("tools/call").await;
    assert_ne!(again.body["id"], id);
    let id = again.body["id"].clone();
    again.json(400, &mismatch(&id)).await;
    let Err(ClientError::Peer(error)) = call.await.unwrap() else { panic!() };
    assert_eq!(error.code(), -32020);
}

#[tokio::test]
async fn a_lost_subscription_is_opened_again() {
    let (mut script, client) = connected().await;
    let filter = SubscriptionFilter::new().with_tools_list_changed(true);
    let listening = tokio::spawn(async move { client.listen(filter).await });
    let acknowledged = |request: &Exchange| {
        event(&json!({ "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
            "params": { "notifications": { "toolsListChanged": true },
                "_meta": { "io.modelcontextprotocol/subscriptionId": request.body["id"] } } }))
    };
    let request = script.expect("subscriptions/listen").await;
    let events = acknowledged(&request);
    drop(request.events(&events).await);
    let mut changes = listening.await.unwrap().unwrap();
    let request = script.expect("subscriptions/listen").await;
    let events = acknowledged(&request);
    let stream = request.events(&events).await;
    assert_eq!(changes.next().await.unwrap().unwrap(), Notice::Missed);
    drop(changes);
    let mut stream = stream;
    // The end of the subscription is the end of the stream.
    assert_eq!(stream.read(&mut [0; 16]).await.unwrap_or_default(), 0);
}
