//! How tasks begin, go on and end.

use serde_json::{Value, json};
use toolwright_spec::ext_tasks::{CreateTaskResult, GetTaskResult};

use super::server::{Client, Gates};

fn assert_empty(answer: &Value) {
    let result = answer["result"].as_object().unwrap_or_else(|| panic!("{answer}"));
    let keys: Vec<&str> = result.keys().map(String::as_str).collect();
    assert_eq!(keys, ["_meta", "resultType"], "{answer}");
    assert_eq!(answer["result"]["resultType"], "complete");
}

#[tokio::test]
async fn a_task_is_there_at_once_and_has_a_result_later() {
    let gates = Gates::default();
    let mut client = Client::new(&gates);
    let answer = client.ask("tools/call", json!({ "name": "slow" })).await;
    let created: CreateTaskResult = serde_json::from_value(answer["result"].clone()).unwrap();
    assert!(created.extra.is_empty(), "{answer}");
    assert_eq!((created.ttl_ms, created.poll_interval_ms), (Some(3_600_000), Some(1000)));
    assert_eq!(created.task_id.len(), 32);
    assert!(answer["result"]["_meta"]["io.modelcontextprotocol/serverInfo"].is_object());
    let working = client.task(&created.task_id).await["result"].take();
    assert_eq!(working["status"], "working");
    gates.open.notify_one();
    let completed = client.until(&created.task_id, "completed").await;
    let expected = json!({ "resultType": "complete",
        "content": [{ "type": "text", "text": "done" }],
        "_meta": { "io.modelcontextprotocol/serverInfo": { "name": "test", "version": "1" } } });
    assert_eq!(completed["result"], expected);
    assert!(matches!(serde_json::from_value(completed).unwrap(), GetTaskResult::Completed(_)));
    // It can be looked at again, and ended without effect.
    assert_empty(&client.ask("tasks/cancel", json!({ "taskId": created.task_id })).await);
    client.until(&created.task_id, "completed").await;
}

#[tokio::test]
async fn only_errors_of_the_protocol_fail_a_task() {
    let mut client = Client::new(&Gates::default());
    let id = client.begin("fails").await;
    let completed = client.until(&id, "completed").await;
    assert_eq!(completed["result"]["isError"], true);
    assert_eq!(completed["result"]["content"][0]["text"], "no luck");

    let id = client.begin("breaks").await;
    let failed = client.until(&id, "failed").await;
    assert_eq!(failed["error"], json!({ "code": 4001, "message": "closed" }));
    assert!(failed.get("result").is_none() && failed["statusMessage"].is_string());
    assert!(matches!(serde_json::from_value(failed).unwrap(), GetTaskResult::Failed(_)));

    let id = client.begin("panics").await;
    let failed = client.until(&id, "failed").await;
    assert_eq!(failed["error"]["code"], -32603);
    assert!(!failed.to_string().contains("canary"));
}

#[tokio::test]
async fn a_client_ends_a_task() {
    let gates = Gates::default();
    let mut client = Client::new(&gates);
    let id = client.begin("slow").await;
    for _ in 0..2 {
        assert_empty(&client.ask("tasks/cancel", json!({ "taskId": id })).await);
        let cancelled = client.until(&id, "cancelled").await;
        assert!(cancelled.get("result").is_none() && cancelled.get("error").is_none());
    }
    gates.dropped.notified().await;
    client.until(&id, "cancelled").await;
}

#[tokio::test]
async fn arguments_are_checked_before_there_is_a_task() {
    let mut client = Client::new(&Gates::default());
    let answer = client.ask("tools/call", json!({ "name": "slow", "arguments": [] })).await;
    assert_eq!(answer["error"]["code"], -32602);
    // What older clients called a task is passed over.
    let params = json!({ "name": "plain", "task": { "ttl": 1 } });
    let answer = client.ask("tools/call", params).await;
    assert_eq!(answer["result"]["content"][0]["text"], "at once");
    assert_eq!(answer["result"]["resultType"], "complete");
}

#[tokio::test]
async fn a_task_that_nobody_has_is_unknown() {
    let mut client = Client::new(&Gates::default());
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let params = json!({ "taskId": "0".repeat(32), "inputResponses": {} });
        assert_eq!(client.ask(method, params).await["error"]["code"], -32602, "{method}");
        assert_eq!(client.ask(method, json!({})).await["error"]["code"], -32602, "{method}");
    }
    for method in ["tasks/list", "tasks/result"] {
        let params = json!({ "taskId": "x" });
        assert_eq!(client.ask(method, params).await["error"]["code"], -32601, "{method}");
    }
}
