//! Subscriptions and log messages, with sessions and without.

use serde_json::json;
use tokio::sync::mpsc;
use toolwright_core::client::{Notice, Speak};
use toolwright_core::watch::Change;
use toolwright_core::{Client, ClientError, Resources, Server};
use toolwright_spec::{LoggingLevel, Resource, Revision, SubscriptionFilter};

use crate::support::FakeServer;

fn filter() -> SubscriptionFilter {
    SubscriptionFilter::new()
        .with_resources_list_changed(true)
        .with_resource_subscriptions(["shop://stock".to_owned()])
}

fn stock() -> Notice {
    Notice::Changed(Change::Resource("shop://stock".to_owned()))
}

#[tokio::test]
async fn changes_are_heard_in_both_eras() {
    for speak in [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)] {
        let resource = Resource::new("stock", "shop://stock");
        let mut server = Server::new("shop", "1.0.0")
            .resources(Resources::new().resource(resource, |_cx| async { "3 books" }));
        let publisher = server.publisher();
        let client = Client::builder().era(speak).in_memory(server).await.unwrap();
        let mut one = client.listen(filter()).await.unwrap();
        let mut other = client.listen(filter()).await.unwrap();
        publisher.resource_updated("shop://stock");
        assert_eq!(one.next().await.unwrap().unwrap(), stock());
        assert_eq!(other.next().await.unwrap().unwrap(), stock());
        drop(other);
        publisher.resource_updated("shop://stock");
        assert_eq!(one.next().await.unwrap().unwrap(), stock());
        client.shutdown().await;
        match one.next().await {
            None | Some(Err(ClientError::Closed { .. })) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn streams_are_told_apart_and_end_kindly() {
    let (mut server, client) = FakeServer::connected().await;
    let listening = tokio::spawn({
        let client = client.clone();
        async move { client.listen(filter()).await }
    });
    let listen = server.next().await;
    assert_eq!(
        listen["params"]["notifications"],
        json!({ "resourcesListChanged": true, "resourceSubscriptions": ["shop://stock"] })
    );
    let meta = json!({ "io.modelcontextprotocol/subscriptionId": listen["id"] });
    server
        .send(&json!({ "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
            "params": { "_meta": meta, "notifications": { "resourcesListChanged": true } } }))
        .await;
    let mut changes = listening.await.unwrap().unwrap();
    assert_eq!(changes.agreed(), SubscriptionFilter::new().with_resources_list_changed(true));
    let changed = |kind: &str, meta: &serde_json::Value| {
        let method = format!("notifications/{kind}/list_changed");
        json!({ "jsonrpc": "2.0", "method": method, "params": { "_meta": meta } })
    };
    let foreign = json!({ "io.modelcontextprotocol/subscriptionId": 999 });
    server.send(&changed("resources", &foreign)).await;
    server.send(&changed("tools", &meta)).await;
    server.send(&changed("resources", &json!({}))).await;
    for _ in 0..3 {
        server.send(&changed("resources", &meta)).await;
    }
    server
        .send(&json!({ "jsonrpc": "2.0", "id": listen["id"], "result": {
            "resultType": "complete", "_meta": meta } }))
        .await;
    let next = changes.next().await.unwrap().unwrap();
    assert_eq!(next, Notice::Changed(Change::Resources));
    while let Some(more) = changes.next().await {
        assert_eq!(more.unwrap(), Notice::Changed(Change::Resources));
    }
}

#[tokio::test]
async fn a_dropped_subscription_is_cancelled() {
    let (mut server, client) = FakeServer::connected().await;
    let listening = tokio::spawn(async move { client.listen(filter()).await });
    let listen = server.next().await;
    let meta = json!({ "io.modelcontextprotocol/subscriptionId": listen["id"] });
    server
        .send(&json!({ "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
            "params": { "_meta": meta, "notifications": {} } }))
        .await;
    drop(listening.await.unwrap().unwrap());
    let cancelled = server.next().await;
    assert_eq!(cancelled["method"], "notifications/cancelled");
    assert_eq!(cancelled["params"]["requestId"], listen["id"]);
}

#[tokio::test]
async fn a_server_that_refuses_to_be_listened_to_is_an_error() {
    let (mut server, client) = FakeServer::connected().await;
    let listening = tokio::spawn(async move { client.listen(filter()).await });
    let listen = server.next().await;
    server
        .send(&json!({ "jsonrpc": "2.0", "id": listen["id"],
            "error": { "code": -32601, "message": "no" } }))
        .await;
    assert!(matches!(listening.await.unwrap(), Err(ClientError::Peer(_))));
}

#[tokio::test]
async fn log_messages_arrive_and_levels_are_asked_for() {
    let (sender, mut messages) = mpsc::unbounded_channel();
    let (mut server, reader, writer) = FakeServer::new();
    let builder = Client::builder().on_log(move |message| {
        let _ = sender.send(message);
    });
    let client = tokio::spawn(builder.over(reader, writer));
    let discover = server.next().await;
    server
        .send(&json!({ "jsonrpc": "2.0", "id": discover["id"], "result": {
            "supportedVersions": ["2026-07-28"], "capabilities": {} } }))
        .await;
    let client = client.await.unwrap().unwrap();
    client.log_level(LoggingLevel::Warning).await.unwrap();
    let call = tokio::spawn(client.call("x", &()).into_future());
    let request = server.next().await;
    assert_eq!(request["params"]["_meta"]["io.modelcontextprotocol/logLevel"], "warning");
    server
        .send(&json!({ "jsonrpc": "2.0", "method": "notifications/message",
            "params": { "level": "error", "data": "it burns" } }))
        .await;
    assert_eq!(messages.recv().await.unwrap().data, "it burns");
    drop(call);
}
