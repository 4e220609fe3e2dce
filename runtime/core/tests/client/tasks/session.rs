//! Tasks as servers of 2025-11-25 have them.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright_core::client::{Reply, Round, Speak, Started};
use toolwright_core::{Client, ClientError};
use toolwright_spec::{Revision, TaskStatus};

use super::fake::{Heard, answering, asked, call, result};
use crate::support::FakeServer;

/// A server of a session with tools of each kind.
async fn session(
    revision: Revision,
    answer: impl Fn(&str, usize) -> Value + Send + 'static,
) -> (Client, Heard) {
    let (server, reader, writer) = FakeServer::new();
    let builder = Client::builder().era(Speak::Legacy(revision));
    let builder = builder.on_elicit(|_| async { Ok(Reply::Decline) });
    let client = tokio::spawn(builder.over(reader, writer));
    let heard = answering(server, move |method, before| match method {
        "initialize" => json!({ "protocolVersion": revision.as_str(),
            "serverInfo": { "name": "fake", "version": "0" },
            "capabilities": { "tools": {}, "tasks": {
                "list": {}, "cancel": {}, "requests": { "tools": { "call": {} } } } } }),
        "tools/list" => {
            let tool = |name: &str, support: &str| {
                json!({ "name": name,
                "inputSchema": { "type": "object" }, "execution": { "taskSupport": support } })
            };
            json!({ "tools": [tool("must", "required"), tool("may", "optional"),
                tool("x", "forbidden")] })
        }
        _ => answer(method, before),
    });
    (client.await.unwrap().unwrap(), heard)
}

fn task(status: &str) -> Value {
    json!({ "taskId": "t", "status": status, "createdAt": "2025-11-25T10:30:00Z",
        "lastUpdatedAt": "2025-11-25T10:30:00Z", "ttl": 60000, "pollInterval": 1000 })
}

/// A task that works for a while.
fn usual(method: &str, before: usize) -> Value {
    match (method, before) {
        ("tools/call", _) => json!({ "task": task("working") }),
        ("tasks/get", 0 | 1) => task("working"),
        ("tasks/get", _) => task("completed"),
        ("tasks/result", _) => result("done"),
        ("tasks/cancel", _) => task("cancelled"),
        _ => json!({}),
    }
}

#[tokio::test(start_paused = true)]
async fn tools_are_called_as_they_want_to_be() {
    let (client, heard) = session(Revision::V2025_11_25, usual).await;
    client.list_tools().await.unwrap();
    let result = client.call("must", &()).await.unwrap();
    assert_eq!(result.content[0].as_text(), Some("done"));
    assert_eq!(
        asked(&heard, "tools/call"),
        [json!({ "task": {}, "name": "must", "arguments": {} })]
    );
    assert_eq!(asked(&heard, "tasks/get").len(), 3);
    assert_eq!(asked(&heard, "tasks/result"), [json!({ "taskId": "t" })]);

    // Those that need not be tasks are only where the caller wants one.
    let Started::Task(begun) = client.call("may", &()).start().await.unwrap() else { panic!() };
    assert_eq!(begun.state().ttl, Some(Duration::from_secs(60)));
    let ticket = serde_json::to_string(&begun.ticket()).unwrap();
    let again = client.resume_task(serde_json::from_str(&ticket).unwrap()).await.unwrap();
    assert!(matches!(again.round().await.unwrap(), Round::Complete(_)));
    assert_eq!(begun.wait().await.unwrap().content[0].as_text(), Some("done"));
    for tool in ["may", "x"] {
        let Err(ClientError::InvalidResponse { .. }) = client.call(tool, &()).await else {
            panic!("nobody asked for a task");
        };
        assert_eq!(asked(&heard, "tools/call").last().unwrap().get("task"), None);
    }
    assert!(asked(&heard, "tasks/update").is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_not_listed_is_looked_up() {
    let (client, heard) = session(Revision::V2025_11_25, |method, before| match (method, before) {
        ("tools/call", 0) => json!({ "code": -32601, "message": "as a task, please" }),
        _ => usual(method, before),
    })
    .await;
    client.call("must", &()).await.unwrap();
    assert_eq!(asked(&heard, "tools/list").len(), 1);
    let (client, _) = session(Revision::V2025_11_25, usual).await;
    assert!(matches!(client.call("may", &()).start().await.unwrap(), Started::Task(_)));
}

#[tokio::test(start_paused = true)]
async fn older_revisions_have_none() {
    let (client, heard) = session(Revision::V2025_06_18, |_, _| result("done")).await;
    client.list_tools().await.unwrap();
    assert!(matches!(client.call("may", &()).start().await.unwrap(), Started::Done(_)));
    assert_eq!(asked(&heard, "tools/call")[0].get("task"), None);
}

#[tokio::test(start_paused = true)]
async fn a_task_that_asks_is_waited_for_where_it_asks() {
    let (client, heard) = session(Revision::V2025_11_25, |method, before| match (method, before) {
        ("tasks/get", 0) => task("input_required"),
        _ => usual(method, before),
    })
    .await;
    client.list_tools().await.unwrap();
    client.call("must", &()).await.unwrap();
    // And once more, to know how it ended.
    assert_eq!(asked(&heard, "tasks/get").len(), 2);
}

#[tokio::test(start_paused = true)]
async fn failures_are_those_of_the_call() {
    let (client, _) = session(Revision::V2025_11_25, |method, before| match method {
        "tasks/get" => task("failed"),
        "tasks/result" => json!({ "code": -32602, "message": "`n` is missing" }),
        _ => usual(method, before),
    })
    .await;
    client.list_tools().await.unwrap();
    let Err(ClientError::Peer(error)) = client.call("must", &()).await else { panic!() };
    assert_eq!(error.message(), "`n` is missing");

    let (client, heard) = session(Revision::V2025_11_25, |method, before| match method {
        "tasks/get" => task("working"),
        _ => usual(method, before),
    })
    .await;
    client.list_tools().await.unwrap();
    let must = client.call("must", &()).total_timeout(Duration::from_secs(5));
    assert!(matches!(must.await, Err(ClientError::Timeout { .. })));
    super::fake::until_asked(&heard, "tasks/cancel").await;
    let Started::Task(begun) = client.call("may", &()).start().await.unwrap() else { panic!() };
    begun.cancel().await.unwrap();
    assert_eq!(begun.state().status, TaskStatus::Working);
    assert!(matches!(call(&client).await.unwrap(), Err(ClientError::InvalidResponse { .. })));
}
