//! How often is asked, and for how long.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use toolwright_core::client::Reply;
use toolwright_core::{Client, ClientError};

use super::fake::{answering, asked, begun, modern, question, result, seed, task, until_asked};

fn working(poll: &Value) -> Value {
    task("working", json!({ "pollIntervalMs": poll }))
}

#[tokio::test(start_paused = true)]
async fn intervals_are_kept_within_reason() {
    for (poll, seconds) in [
        (json!(2000), 2.0),
        (json!(0), 0.1),
        (json!(-1), 0.1),
        (json!(1e18), 60.0),
        (json!(1e300), 60.0),
        (json!(null), 1.0),
        (json!("often"), 1.0),
    ] {
        let done = task("completed", json!({ "result": result("done") }));
        let looks = vec![working(&poll), working(&poll), done];
        let (task, heard) = begun(Client::builder(), looks).await;
        task.refresh().await.unwrap();
        let start = Instant::now();
        task.wait().await.unwrap();
        assert_eq!(asked(&heard, "tasks/get").len(), 3);
        let took = start.elapsed().as_secs_f64() / 2.0;
        assert!((took - seconds).abs() < 0.01, "{poll}: {took} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_without_end_is_given_up() {
    let (server, client) = modern(Client::builder()).await;
    let heard = answering(server, |method, _| match method {
        "tools/call" => seed(),
        _ => working(&json!(1000)),
    });
    let start = Instant::now();
    let Err(ClientError::Timeout { .. }) = client.call("x", &()).await else { panic!() };
    // However often the server says the same.
    assert_eq!(start.elapsed().as_secs(), 3600);
    until_asked(&heard, "tasks/cancel").await;

    let call = client.call("x", &()).total_timeout(Duration::from_secs(10)).await;
    let Err(ClientError::Timeout { after }) = call else { panic!() };
    assert_eq!(after.as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn changes_are_signs_of_life() {
    let (server, client) = modern(Client::builder()).await;
    answering(server, |method, before| match (method, before) {
        ("tools/call", _) => seed(),
        // Something happens for a minute, then nothing.
        (_, step) => task("working", json!({ "statusMessage": step.min(60).to_string() })),
    });
    let start = Instant::now();
    let call = client.call("x", &()).timeout(Duration::from_secs(5)).await;
    assert!(matches!(call, Err(ClientError::Timeout { .. })));
    assert_eq!(start.elapsed().as_secs(), 61 + 5);
}

#[tokio::test(start_paused = true)]
async fn people_may_take_their_time() {
    let builder = Client::builder().on_elicit(|_| async {
        sleep(Duration::from_secs(7200)).await;
        Ok(Reply::Decline)
    });
    let (server, client) = modern(builder).await;
    answering(server, |method, before| match (method, before) {
        ("tools/call", _) => seed(),
        ("tasks/get", 0) => {
            task("input_required", json!({ "inputRequests": { "who": question() } }))
        }
        ("tasks/get", _) => task("completed", json!({ "result": result("done") })),
        _ => json!({ "resultType": "complete" }),
    });
    client.call("x", &()).timeout(Duration::from_secs(5)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_look_without_an_answer_is_no_end() {
    // Every look but the last is answered too late.
    let (mut server, client) = modern(Client::builder()).await;
    let call = tokio::spawn(client.call("x", &()).into_future());
    let request = server.next().await;
    server.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": seed() })).await;
    for _ in 0..3 {
        assert_eq!(server.next().await["method"], "tasks/get");
        assert_eq!(server.next().await["method"], "notifications/cancelled");
    }
    let request = server.next().await;
    let done = task("completed", json!({ "result": result("done") }));
    server.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": done })).await;
    call.await.unwrap().unwrap();
}
