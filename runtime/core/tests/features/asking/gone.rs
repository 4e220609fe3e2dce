//! Questions of a session that are not answered.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;
use toolwright_core::tool::FnTools;
use toolwright_core::{AskError, Context, Server, ToolError};

use super::dialogue::{Client, accept, text};
use super::server::{Any, form, server};
use crate::support::limits;

#[tokio::test]
async fn a_question_goes_out_as_a_request() {
    let mut client = Client::session(server().0).await;
    let call = client.send("tools/call", json!({ "name": "reserve", "arguments": {} })).await;
    let question = client.peer.next().await;
    assert_eq!(question["method"], "elicitation/create");
    // What is no answer to it does nothing.
    for id in [json!(question["id"].as_i64().unwrap() + 1), json!("1"), json!(null)] {
        client.respond(&id, json!({ "result": accept(json!({ "name": "Eve" })) })).await;
    }
    // Others are served meanwhile.
    let ping = client.send("ping", json!({})).await;
    assert_eq!(client.peer.next().await["id"], ping);
    let answer = json!({ "result": accept(json!({ "name": "Ada" })) });
    client.respond(&question["id"], answer.clone()).await;
    let next = client.peer.next().await;
    assert_ne!(next["id"], question["id"]);
    // The second answer to a question is one too many.
    client.respond(&question["id"], answer).await;
    client.respond(&next["id"], json!({ "result": accept(json!({ "yes": "yes" })) })).await;
    let response = client.peer.next().await;
    assert_eq!((text(&response), &response["id"]), ("seat 1", &call));
}

#[tokio::test]
async fn an_error_is_an_answer() {
    let mut client = Client::session(server().0).await;
    for (error, told) in [
        (json!({ "error": { "code": -1, "message": "the user is asleep" } }), "asleep (-1)"),
        (json!({ "error": 7 }), "refused"),
        (json!({ "result": {}, "error": {} }), "refused"),
    ] {
        client.send("tools/call", json!({ "name": "order", "arguments": {} })).await;
        let question = client.peer.next().await;
        client.respond(&question["id"], error).await;
        let response = client.peer.next().await;
        assert!(text(&response).contains(told), "{response}");
    }
}

#[tokio::test]
async fn a_call_that_is_cancelled_takes_its_questions_back() {
    let mut client = Client::session(server().0).await;
    let call = client.send("tools/call", json!({ "name": "several", "arguments": {} })).await;
    let mut asked = Vec::new();
    for _ in 0..3 {
        asked.push(client.peer.next().await["id"].take());
    }
    client.notify("notifications/cancelled", json!({ "requestId": call })).await;
    for id in asked {
        let notice = client.peer.next().await;
        assert_eq!(notice["method"], "notifications/cancelled");
        assert_eq!(notice["params"]["requestId"], id);
    }
    let ping = client.send("ping", json!({})).await;
    assert_eq!(client.peer.next().await["id"], ping);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_ever() {
    let mut client = Client::session(server().0).await;
    client.send("tools/call", json!({ "name": "order", "arguments": {} })).await;
    let question = client.peer.next().await;
    // Nothing else happens, so the clock goes on by itself. The helper that reads has a shorter
    // patience than the server.
    tokio::time::advance(Duration::from_secs(601)).await;
    let notice = client.peer.next().await;
    assert_eq!(notice["params"]["requestId"], question["id"], "{notice}");
    let response = client.peer.next().await;
    assert!(text(&response).contains("in time"), "{response}");
}

/// What a tool that asks is told, and a server with it.
fn told() -> (Server, mpsc::UnboundedReceiver<AskError>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let sender = Arc::new(sender);
    let tools = FnTools::new().tool("act", "", move |cx: Context, _: Any| {
        let sender = Arc::clone(&sender);
        async move {
            let answer = cx.elicit_form("name", "Name?", form("name")).await;
            let error = answer.unwrap_err();
            sender.send(error.clone()).unwrap();
            Err::<(), _>(ToolError::from(error))
        }
    });
    (Server::new("shop", "1").tools(tools), receiver)
}

#[tokio::test]
async fn a_client_that_hangs_up_answers_nothing() {
    let (server, mut told) = told();
    let mut client = Client::session(server).await;
    client.send("tools/call", json!({ "name": "act", "arguments": {} })).await;
    client.peer.next().await;
    let (rest, end) = client.peer.finish().await;
    assert_eq!(told.recv().await, Some(AskError::Gone));
    assert!(end.is_ok(), "{end:?}");
    assert_eq!(rest.len(), 1, "{rest:?}");
}

#[tokio::test]
async fn so_many_questions_may_wait() {
    let (server, mut told) = told();
    let server = server.limits(limits(|limits| limits.session_questions = 1));
    let mut client = Client::session(server).await;
    let params = json!({ "name": "act", "arguments": {} });
    client.send("tools/call", params.clone()).await;
    let question: Value = client.peer.next().await;
    let response = client.one("tools/call", params).await;
    assert!(text(&response).contains("too many"), "{response}");
    assert_eq!(told.recv().await, Some(AskError::TooMany));
    client.respond(&question["id"], json!({ "result": { "action": "decline" } })).await;
    assert!(text(&client.peer.next().await).contains("declined"));
}
