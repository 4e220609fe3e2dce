//! Being told how tasks stand.

use serde_json::{Value, json};

use super::server::{Client, Gates, TASKS, filled};
use crate::support::modern;

/// Listens to tasks under the request id 9; what is acknowledged.
async fn listen(client: &mut Client, ids: Value) -> Value {
    let params = json!({ "notifications": { "taskIds": ids }, "_meta": {
        "io.modelcontextprotocol/clientCapabilities": { "extensions": { TASKS: {} } } } });
    client.0.line(&modern(9.into(), "subscriptions/listen", params).to_string()).await;
    client.0.next().await
}

/// The next notice, and the next answer, whichever comes first.
async fn both(client: &mut Client) -> (Value, Value) {
    let (one, other) = (client.0.next().await, client.0.next().await);
    if one["id"].is_null() { (one, other) } else { (other, one) }
}

#[tokio::test]
async fn those_who_listen_are_told() {
    let mut client = Client::new(&Gates::default());
    let id = client.begin("one").await;
    client.until(&id, "input_required").await;
    let told = listen(&mut client, json!([id, "unknown"])).await;
    assert_eq!(told["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(told["params"]["notifications"], json!({ "taskIds": [id] }));

    let params = json!({ "taskId": id, "inputResponses": { "name": filled("Ann") }, "_meta": {
        "io.modelcontextprotocol/clientCapabilities": { "extensions": { TASKS: {} } } } });
    client.0.line(&modern(1.into(), "tasks/update", params).to_string()).await;
    let (mut notice, _) = both(&mut client).await;
    while notice["params"]["status"] != "completed" {
        assert_eq!(notice["params"]["status"], "working", "{notice}");
        notice = client.0.next().await;
    }
    assert_eq!(notice["method"], "notifications/tasks");
    let params = &notice["params"];
    assert_eq!(params["_meta"], json!({ "io.modelcontextprotocol/subscriptionId": 9 }));
    assert_eq!(params["result"]["content"][0]["text"], "Ann");
    let task = client.until(&id, "completed").await;
    for member in ["taskId", "createdAt", "lastUpdatedAt", "ttlMs", "pollIntervalMs"] {
        assert_eq!(params[member], task[member]);
    }
}

#[tokio::test]
async fn only_those_who_speak_of_tasks_may_listen() {
    let mut client = Client::new(&Gates::default());
    let params = json!({ "notifications": { "taskIds": [] } });
    client.0.modern(9.into(), "subscriptions/listen", params).await;
    let error = client.0.next().await["error"].take();
    assert_eq!(error["code"], -32021);
    assert_eq!(error["data"], json!({ "requiredCapabilities": { "extensions": { TASKS: {} } } }));
    for wrong in [json!("x"), json!([7])] {
        assert_eq!(listen(&mut client, wrong).await["error"]["code"], -32602);
    }
}
