//! A server that says what a test wants it to say of its task.

use std::future::IntoFuture as _;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::task::JoinHandle;
use toolwright_core::client::{ClientBuilder, Started, TaskHandle};
use toolwright_core::{Client, ClientError};
use toolwright_spec::CallToolResult;

use crate::support::FakeServer;

pub(super) type Answer = Result<CallToolResult, ClientError>;

/// A modern server, and a client that has met it.
pub(super) async fn modern(builder: ClientBuilder) -> (FakeServer, Client) {
    let (mut server, reader, writer) = FakeServer::new();
    let client = tokio::spawn(builder.over(reader, writer));
    let discover = server.next().await;
    let result = json!({ "resultType": "complete", "supportedVersions": ["2026-07-28"],
        "capabilities": { "tools": {} } });
    server.send(&json!({ "jsonrpc": "2.0", "id": discover["id"], "result": result })).await;
    (server, client.await.unwrap().unwrap())
}

/// A task as it stands.
pub(super) fn task(status: &str, more: Value) -> Value {
    let mut task = json!({ "resultType": "complete", "taskId": "t", "status": status,
        "createdAt": "2026-07-28T10:30:00Z", "lastUpdatedAt": "2026-07-28T10:30:00Z",
        "ttlMs": null, "pollIntervalMs": 1000 });
    for (name, value) in more.as_object().unwrap() {
        task[name] = value.clone();
    }
    task
}

pub(super) fn seed() -> Value {
    task("working", json!({ "resultType": "task" }))
}

/// A form for a person.
pub(super) fn question() -> Value {
    json!({ "method": "elicitation/create", "params": { "mode": "form", "message": "Who?",
        "requestedSchema": { "type": "object", "properties": {} } } })
}

pub(super) fn result(text: &str) -> Value {
    json!({ "resultType": "complete", "content": [{ "type": "text", "text": text }] })
}

/// What a server was asked: methods, and the parameters without `_meta`.
pub(super) type Heard = Arc<Mutex<Vec<(String, Value)>>>;

/// Answers every request; `answer` gets the method, and how often that was asked before.
pub(super) fn answering(
    mut server: FakeServer,
    answer: impl Fn(&str, usize) -> Value + Send + 'static,
) -> Heard {
    let heard = Heard::default();
    let told = Arc::clone(&heard);
    tokio::spawn(async move {
        loop {
            let request = server.next().await;
            let method = request["method"].as_str().unwrap_or_default().to_owned();
            let mut params = request["params"].clone();
            if let Some(params) = params.as_object_mut() {
                params.remove("_meta");
            }
            let before = {
                let mut told = told.lock().unwrap();
                told.push((method.clone(), params));
                told.iter().filter(|(known, _)| *known == method).count() - 1
            };
            if request.get("id").is_none() {
                continue;
            }
            let mut reply = json!({ "jsonrpc": "2.0", "id": request["id"] });
            let given = answer(&method, before);
            let member = if given.get("code").is_some() { "error" } else { "result" };
            reply[member] = given;
            server.send(&reply).await;
        }
    });
    heard
}

pub(super) fn asked(heard: &Heard, method: &str) -> Vec<Value> {
    let heard = heard.lock().unwrap();
    let of_method = heard.iter().filter(|(known, _)| known == method);
    of_method.map(|(_, params)| params.clone()).collect()
}

/// Waits until the server has heard of something.
pub(super) async fn until_asked(heard: &Heard, method: &str) {
    while asked(heard, method).is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
}

pub(super) fn call(client: &Client) -> JoinHandle<Answer> {
    tokio::spawn(client.call("x", &()).into_future())
}

/// A task in hand, of a server that says `looks` in turn, the last one again and again.
pub(super) async fn begun(builder: ClientBuilder, looks: Vec<Value>) -> (TaskHandle, Heard) {
    let (server, client) = modern(builder).await;
    let heard = answering(server, move |method, before| match method {
        "tools/call" => seed(),
        "tasks/get" => looks[before.min(looks.len() - 1)].clone(),
        _ => json!({ "resultType": "complete" }),
    });
    match client.call("x", &()).start().await.unwrap() {
        Started::Task(task) => (task, heard),
        other => panic!("{other:?}"),
    }
}
