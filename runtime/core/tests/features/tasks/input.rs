//! What tasks ask.

use serde_json::json;
use toolwright_spec::ext_tasks::GetTaskResult;

use super::server::{Client, Gates, filled};

#[tokio::test]
async fn questions_stand_in_the_task() {
    let mut client = Client::new(&Gates::default());
    let id = client.begin("one").await;
    for _ in 0..2 {
        let asking = client.until(&id, "input_required").await;
        let question = &asking["inputRequests"]["name"];
        assert_eq!(question["method"], "elicitation/create");
        assert_eq!(question["params"]["message"], "name?");
        let read: GetTaskResult = serde_json::from_value(asking).unwrap();
        assert!(matches!(read, GetTaskResult::InputRequired(_)));
    }
    let answer = client.update(&id, json!({ "name": filled("Ann") })).await;
    let result = answer["result"].as_object().unwrap();
    assert_eq!(result.len(), 2, "{answer}");
    assert_eq!(result["resultType"], "complete");
    let completed = client.until(&id, "completed").await;
    assert_eq!(completed["result"]["content"][0]["text"], "Ann");
}

#[tokio::test]
async fn answers_may_come_one_by_one() {
    let mut client = Client::new(&Gates::default());
    let id = client.begin("two").await;
    loop {
        let asking = client.until(&id, "input_required").await;
        if asking["inputRequests"].as_object().unwrap().len() == 2 {
            break;
        }
    }
    // Of keys that are unknown nothing is made, nor of those that were answered.
    client.update(&id, json!({ "unknown": filled("x") })).await;
    client.update(&id, json!({ "first": filled("Ann") })).await;
    client.update(&id, json!({ "first": filled("Bob") })).await;
    let asking = client.until(&id, "input_required").await;
    let open: Vec<&String> = asking["inputRequests"].as_object().unwrap().keys().collect();
    assert_eq!(open, ["last"]);
    client.update(&id, json!({ "last": filled("Lee"), "more": 7 })).await;
    let completed = client.until(&id, "completed").await;
    assert_eq!(completed["result"]["content"][0]["text"], "Ann Lee");
    assert!(client.update(&id, json!({ "last": filled("x") })).await["result"].is_object());
    let malformed = client.update(&id, json!([])).await;
    assert_eq!(malformed["error"]["code"], -32602);
}

#[tokio::test]
async fn a_call_may_ask_before_it_becomes_a_task() {
    let mut client = Client::new(&Gates::default());
    let asked = client.ask("tools/call", json!({ "name": "later" })).await;
    assert_eq!(asked["result"]["resultType"], "input_required", "{asked}");
    let params = json!({ "name": "later", "requestState": asked["result"]["requestState"],
        "inputResponses": { "name": filled("Ann") } });
    let begun = client.ask("tools/call", params).await;
    assert_eq!(begun["result"]["resultType"], "task", "{begun}");
    let id = begun["result"]["taskId"].as_str().unwrap();
    // What was told the request is known to the task; what it asks now it asks by itself.
    let asking = client.until(id, "input_required").await;
    assert_eq!(asking["inputRequests"]["city"]["params"]["message"], "city?");
    client.update(id, json!({ "city": filled("Bern") })).await;
    let completed = client.until(id, "completed").await;
    assert_eq!(completed["result"]["content"][0]["text"], "Ann, Bern");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_stops_waits_for_no_answer() {
    let mut client = Client::new(&Gates::default());
    let id = client.begin("one").await;
    client.until(&id, "input_required").await;
    let begun = tokio::time::Instant::now();
    let (rest, end) = client.0.finish().await;
    assert!(rest.is_empty(), "{rest:?}");
    end.unwrap();
    assert_eq!(begun.elapsed(), std::time::Duration::ZERO);
}
