//! Servers that tell nonsense of their tasks.

use serde_json::json;
use toolwright_core::client::Reply;
use toolwright_core::{Client, ClientError};
use toolwright_spec::TaskStatus;

use super::fake::{answering, asked, begun, call, modern, question, result, seed, task};

fn builder() -> toolwright_core::client::ClientBuilder {
    Client::builder().on_elicit(|_| async { Ok(Reply::Decline) })
}

#[tokio::test(start_paused = true)]
async fn nonsense_is_an_error_that_says_where() {
    for (look, place) in [
        (task("sleeping", json!({})), "/result/status"),
        (task("working", json!({ "taskId": "other" })), "/result/taskId"),
        (task("working", json!({ "taskId": 7 })), "expected a string, found 7"),
        (task("completed", json!({})), "`result`"),
        (task("completed", json!({ "result": { "content": 3 } })), "/content"),
        (task("completed", json!({ "result": seed() })), "result"),
        (task("completed", json!({ "result": [] })), "/result"),
        (task("failed", json!({})), "`error`"),
        (task("failed", json!({ "error": "no" })), "/result/error"),
        (task("input_required", json!({ "inputRequests": [] })), "/result/inputRequests"),
        (json!({ "resultType": "complete" }), "taskId"),
    ] {
        let (task, _) = begun(builder(), vec![look.clone()]).await;
        let error = task.wait().await.unwrap_err();
        assert!(matches!(error, ClientError::InvalidResponse { .. }), "{look} {error}");
        assert!(error.to_string().contains(place), "{look} {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_over_stays_so() {
    let done = task("completed", json!({ "result": result("done") }));
    let looks = vec![done.clone(), task("working", json!({})), done];
    let (task, _) = begun(builder(), looks).await;
    task.wait().await.unwrap();
    let error = task.refresh().await.unwrap_err();
    assert!(error.to_string().contains("`completed` already"), "{error}");
    assert_eq!(task.state().status, TaskStatus::Completed);
    assert!(task.wait().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn nobody_gets_tasks_who_did_not_ask_for_them() {
    let (server, client) = modern(builder().without_tasks()).await;
    answering(server, |_, _| seed());
    let Err(ClientError::InvalidResponse { reason }) = call(&client).await.unwrap() else {
        panic!();
    };
    assert!(reason.contains("task"), "{reason}");

    // Other methods have no tasks, whoever asks.
    let (server, client) = modern(builder()).await;
    answering(server, |_, _| seed());
    assert!(matches!(client.list_tools().await, Err(ClientError::InvalidResponse { .. })));
    assert!(matches!(client.prompt("x", &()).await, Err(ClientError::InvalidResponse { .. })));
}

#[tokio::test(start_paused = true)]
async fn questions_without_end_end() {
    let (server, client) = modern(builder()).await;
    let heard = answering(server, |method, before| match method {
        "tools/call" => seed(),
        "tasks/get" => {
            let key = format!("question {before}");
            task("input_required", json!({ "inputRequests": { key: question() } }))
        }
        _ => json!({ "resultType": "complete" }),
    });
    let Err(ClientError::TooLarge { what }) = call(&client).await.unwrap() else { panic!() };
    assert_eq!(what, "more than 10 rounds of questions");
    assert_eq!(asked(&heard, "tasks/update").len(), 10);
    super::fake::until_asked(&heard, "tasks/cancel").await;
}

#[tokio::test(start_paused = true)]
async fn a_question_is_answered_once() {
    // The server takes its time with the answer.
    let asking = task("input_required", json!({ "inputRequests": { "who": question() } }));
    let done = task("completed", json!({ "result": result("done") }));
    let looks = vec![asking.clone(), asking.clone(), asking, done];
    let (task, heard) = begun(builder(), looks).await;
    task.wait().await.unwrap();
    let answers = json!({ "taskId": "t", "inputResponses": { "who": { "action": "decline" } } });
    assert_eq!(asked(&heard, "tasks/update"), [answers]);
}

#[tokio::test(start_paused = true)]
async fn a_question_for_nobody_ends_the_call() {
    let (server, client) = modern(Client::builder()).await;
    let heard = answering(server, |method, _| match method {
        "tools/call" => seed(),
        "tasks/get" => task("input_required", json!({ "inputRequests": { "who": question() } })),
        _ => json!({ "resultType": "complete" }),
    });
    assert!(matches!(call(&client).await.unwrap(), Err(ClientError::NoHandler { .. })));
    super::fake::until_asked(&heard, "tasks/cancel").await;
    assert_eq!(asked(&heard, "tasks/cancel"), [json!({ "taskId": "t" })]);
    assert!(asked(&heard, "notifications/cancelled").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_task_that_came_to_nothing_is_told_apart() {
    let cancelled = task("cancelled", json!({ "statusMessage": "too dear" }));
    let (task_, _) = begun(builder(), vec![cancelled]).await;
    let error = task_.wait().await.unwrap_err();
    assert_eq!(error.to_string(), "the task was cancelled: too dear");

    let expired = json!({ "code": -32602, "message": "expired" });
    let (task_, _) = begun(builder(), vec![expired]).await;
    assert!(matches!(task_.wait().await, Err(ClientError::TaskGone { .. })));

    let failed = task("failed", json!({ "error": { "code": 4001, "message": "closed" } }));
    let (task_, _) = begun(builder(), vec![failed]).await;
    let Err(ClientError::Peer(error)) = task_.wait().await else { panic!() };
    assert_eq!((error.code(), error.message()), (4001, "closed"));
}
