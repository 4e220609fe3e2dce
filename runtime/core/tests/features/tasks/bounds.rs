//! What tasks may cost.

use std::time::Duration;

use serde_json::json;
use toolwright_core::task::{MemoryTasks, TaskRecord, TaskStore};
use toolwright_core::{BoxFuture, Error, Limits, Result, ServeError};

use super::server::{Client, Gates, server};
use crate::support::{connect, limits};

fn client(gates: &Gates, change: impl FnOnce(&mut Limits)) -> Client {
    Client(connect(server(gates).limits(limits(change))))
}

#[tokio::test]
async fn there_are_only_so_many() {
    let gates = Gates::default();
    for mut client in [
        client(&gates, |limits| limits.tasks = 2),
        client(&gates, |limits| limits.tasks_per_principal = 2),
    ] {
        client.begin("slow").await;
        let id = client.begin("fails").await;
        // Those that are over are kept, and count.
        client.until(&id, "completed").await;
        let full = client.ask("tools/call", json!({ "name": "slow" })).await;
        assert_eq!(full["error"]["code"], -32603, "{full}");
        client.until(&id, "completed").await;
    }
}

#[tokio::test]
async fn a_task_that_takes_too_long_is_forgotten() {
    let gates = Gates::default();
    let mut client = client(&gates, |limits| limits.task_ttl = Duration::from_millis(20));
    let id = client.begin("slow").await;
    gates.dropped.notified().await;
    assert_eq!(client.task(&id).await["error"]["code"], -32602);
    // Its place is free.
    client.begin("slow").await;
}

/// A store that knows nobody.
struct Broken;

impl TaskStore for Broken {
    fn save<'a>(&'a self, _: &'a TaskRecord) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Err(Error::msg("canary")) })
    }

    fn load<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Option<TaskRecord>>> {
        Box::pin(async { Err(Error::msg("canary")) })
    }

    fn remove<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

#[tokio::test]
async fn there_is_no_task_that_cannot_be_kept() {
    let mut client = Client(connect(server(&Gates::default()).task_store(Broken)));
    for (method, params) in
        [("tools/call", json!({ "name": "slow" })), ("tasks/get", json!({ "taskId": "x" }))]
    {
        let answer = client.ask(method, params).await;
        assert_eq!(answer["error"]["code"], -32603);
        assert!(!answer.to_string().contains("canary"), "{answer}");
    }
}

/// A store as another process would see it: through text.
#[derive(Clone, Default)]
struct Shared(std::sync::Arc<(MemoryTasks, std::sync::Mutex<Vec<String>>)>);

impl TaskStore for Shared {
    fn save<'a>(&'a self, task: &'a TaskRecord) -> BoxFuture<'a, Result<()>> {
        let text = serde_json::to_string(task).unwrap();
        self.0.1.lock().unwrap().push(text);
        self.0.0.save(task)
    }

    fn load<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<TaskRecord>>> {
        let known = self.0.1.lock().unwrap();
        let known =
            known.iter().rev().map(|text| serde_json::from_str::<TaskRecord>(text).unwrap());
        let found = known.into_iter().find(|record| record.id == id);
        Box::pin(async { Ok(found) })
    }

    fn remove<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<()>> {
        self.0.0.remove(id)
    }
}

#[tokio::test]
async fn results_outlive_the_server() {
    let (store, gates) = (Shared::default(), Gates::default());
    let mut client = Client(connect(server(&gates).task_store(store.clone())));
    let done = client.begin("fails").await;
    client.until(&done, "completed").await;
    let asking = client.begin("one").await;
    client.until(&asking, "input_required").await;
    let mut other = Client(connect(server(&gates).task_store(store)));
    let completed = other.until(&done, "completed").await;
    assert_eq!(completed["result"]["isError"], true);
    let asked = other.until(&asking, "input_required").await;
    assert_eq!(asked["inputRequests"]["name"]["params"]["message"], "name?");
}

#[tokio::test]
async fn what_a_server_leaves_unfinished_has_failed() {
    let (store, gates) = (Shared::default(), Gates::default());
    let grace = limits(|limits| limits.shutdown_grace = Duration::from_millis(20));
    let mut client = Client(connect(server(&gates).task_store(store.clone()).limits(grace)));
    let id = client.begin("slow").await;
    let (_, end) = client.0.finish().await;
    assert!(matches!(end, Err(ServeError::Unfinished { requests: 1 })), "{end:?}");
    gates.dropped.notified().await;
    let mut next = Client(connect(server(&gates).task_store(store)));
    let failed = next.until(&id, "failed").await;
    assert_eq!(failed["error"]["code"], -32603);
}
