//! What clients may try with the state of a request.

use serde_json::{Value, json};
use toolwright_core::context::{Extensions, Principal};
use toolwright_core::seal::Keys;
use toolwright_core::server::transport::{Arrival, Event};
use toolwright_core::tool::FnTools;
use toolwright_core::{BuildError, Context, Server, ToolError};

use super::dialogue::{Client, accept, text};
use super::server::{Any, form, server};
use crate::support::limits;

fn keyed(key: u8) -> Server {
    server().0.keys(Keys::new([key; 32]))
}

/// The state after the first round of a call.
async fn state(client: &mut Client, params: &Value) -> Value {
    client.one("tools/call", params.clone()).await["result"]["requestState"].take()
}

fn with(params: &Value, state: Value) -> Value {
    let mut params = params.clone();
    params["requestState"] = state;
    params["inputResponses"] = json!({ "1": accept(json!({ "text": "x" })) });
    params
}

/// The one answer to any state that does not count.
async fn refusal(client: &mut Client, params: Value) -> String {
    let response = client.one("tools/call", params).await;
    assert_eq!(response["error"]["code"], -32602, "{response}");
    response["error"].to_string()
}

#[tokio::test]
async fn a_state_counts_for_its_request_alone() {
    let mut client = Client::modern(keyed(1)).await;
    let params = json!({ "name": "steps", "arguments": { "a": 1, "b": { "c": "x" } } });
    let state = state(&mut client, &params).await;
    let good = state.as_str().unwrap().to_owned();

    // However it is laid out.
    let same = json!({ "name": "steps", "arguments": { "b": { "c": "\u{78}" }, "a": 1.0 } });
    let response = client.one("tools/call", with(&same, state.clone())).await;
    assert_eq!(response["result"]["inputRequests"]["2"]["params"]["message"], "After x?");
    assert_ne!(response["result"]["requestState"], state);

    let mut altered = good.clone().into_bytes();
    altered[60] ^= 1;
    let bad = [
        json!(format!("{good}-TAMPERED")),
        json!(String::from_utf8(altered).unwrap()),
        json!(good[..good.len() - 4]),
        json!(""),
        json!("x".repeat(1 << 20)),
        json!("é"),
        json!(7),
        json!({}),
    ];
    let mut told = Vec::new();
    for bad in bad {
        told.push(refusal(&mut client, with(&params, bad)).await);
    }
    for other in [
        json!({ "name": "steps", "arguments": { "a": 2, "b": { "c": "x" } } }),
        json!({ "name": "steps", "arguments": { "a": 1 } }),
        json!({ "name": "steps" }),
        json!({ "name": "order", "arguments": params["arguments"] }),
    ] {
        told.push(refusal(&mut client, with(&other, state.clone())).await);
    }
    // Another method, another key, another server.
    let prompt = client.one("prompts/get", with(&json!({ "name": "greet" }), state.clone())).await;
    told.push(prompt["error"].to_string());
    let mut other = Client::modern(keyed(2)).await;
    told.push(refusal(&mut other, with(&params, state.clone())).await);
    let renamed = keyed(1).info(toolwright_spec::Implementation::new("shop 2", "1"));
    told.push(refusal(&mut Client::modern(renamed).await, with(&params, state.clone())).await);
    assert!(told.iter().all(|error| *error == told[0]), "{told:#?}");

    // Another process with the same key, also if it has a newer one.
    for replica in [keyed(1), server().0.keys(Keys::new([2; 32]).and_accept([1; 32]))] {
        let mut replica = Client::modern(replica).await;
        let response = replica.one("tools/call", with(&params, state.clone())).await;
        assert!(response["result"]["inputRequests"]["2"].is_object(), "{response}");
    }
}

#[tokio::test]
async fn a_state_is_refused_before_anything_runs() {
    let (server, effects) = server();
    let mut client = Client::modern(server).await;
    refusal(&mut client, with(&json!({ "name": "reserve" }), json!("x"))).await;
    assert_eq!(effects.load(std::sync::atomic::Ordering::SeqCst), 0);
}

#[tokio::test]
async fn only_what_was_asked_is_answered() {
    let mut client = Client::modern(server().0).await;
    let params = json!({ "name": "steps" });
    let state = state(&mut client, &params).await;
    let mut early = with(&params, state.clone());
    // The second question was not asked yet, so this is no answer to it.
    early["inputResponses"]["2"] = accept(json!({ "text": "y" }));
    early["inputResponses"]["what"] = json!(7);
    let response = client.one("tools/call", early).await;
    assert_eq!(response["result"]["inputRequests"].as_object().unwrap().len(), 1, "{response}");
    assert!(response["result"]["inputRequests"]["2"].is_object(), "{response}");

    let mut missing = with(&params, state);
    missing["inputResponses"] = json!({});
    let response = client.one("tools/call", missing.clone()).await;
    assert!(response["result"]["inputRequests"]["1"].is_object(), "{response}");
    missing["inputResponses"] = json!([]);
    let response = client.one("tools/call", missing).await;
    assert_eq!(response["error"]["code"], -32602, "{response}");
}

#[tokio::test]
async fn answers_may_come_without_a_state() {
    let mut client = Client::modern(server().0).await;
    let mut params = json!({ "name": "steps", "inputResponses": {
        "1": accept(json!({ "text": "x" })), "2": accept(json!({ "text": "y" })) } });
    assert_eq!(text(&client.one("tools/call", params.clone()).await), "x y");
    params["inputResponses"]["2"] = json!(7);
    let response = client.one("tools/call", params).await;
    assert!(response["result"]["inputRequests"]["2"].is_object(), "{response}");
}

/// A tool that asks `words`, different each time, or something large.
fn changing(words: impl Fn() -> String + Send + Sync + 'static) -> Server {
    Server::new("shop", "1").tools(FnTools::new().tool("act", "", move |cx: Context, _: Any| {
        let words = words();
        async move {
            let answers = cx.elicit_form("sure", words, form("yes")).await?;
            Ok::<_, ToolError>(answers.field::<String>("yes")?)
        }
    }))
}

#[tokio::test]
async fn an_answer_to_other_words_does_not_count() {
    let count = std::sync::atomic::AtomicUsize::new(0);
    let server = changing(move || {
        let files = count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        format!("Delete {} files?", if files == 0 { 1 } else { 500 })
    });
    let mut client = Client::modern(server).await;
    let response = client.call("act", |_| accept(json!({ "yes": "yes" }))).await;
    assert_eq!(text(&response), "yes");
    let asked: Vec<_> = client.asked.iter().map(|asked| &asked["params"]["message"]).collect();
    assert_eq!(asked, ["Delete 1 files?", "Delete 500 files?"]);
}

#[tokio::test]
async fn rounds_questions_and_bytes_are_bounded() {
    let yes = |_: &Value| accept(json!({ "yes": "yes" }));
    let count = std::sync::atomic::AtomicUsize::new(0);
    let restless =
        changing(move || count.fetch_add(1, std::sync::atomic::Ordering::SeqCst).to_string());
    let mut client = Client::modern(restless).await;
    let response = client.call("act", yes).await;
    assert_eq!(response["error"]["code"], -32603, "{response}");
    assert!(response["error"]["message"].as_str().unwrap().contains("incident"));
    assert_eq!(client.asked.len(), 8);

    let many = FnTools::new().tool("act", "", |cx: Context, _: Any| async move {
        let ask = |key: &'static str| cx.elicit_form(key, key, form("yes"));
        let (a, b, c) = tokio::join!(ask("a"), ask("b"), ask("c"));
        let _ = (a?, b?, c?);
        Ok::<_, ToolError>("done")
    });
    let many = Server::new("shop", "1").tools(many);
    let mut client = Client::modern(many.limits(limits(|limits| limits.questions = 2))).await;
    // What is too much at once has its turn in the next round.
    assert_eq!(text(&client.call("act", yes).await), "done");
    assert_eq!((client.rounds, client.asked.len()), (3, 3));

    let mut client = Client::modern(server().0).await;
    let long = json!({ "text": "x".repeat(7000), "yes": "" });
    let response = client.call("steps", |_| accept(long.clone())).await;
    assert_eq!(response["error"]["code"], -32603, "{response}");
    assert_eq!(client.asked.len(), 1);
}

#[test]
fn a_shared_store_takes_shared_keys() {
    let store = toolwright_core::ask::MemoryStates::new;
    let server = || Server::new("shop", "1").consumed_states(store());
    assert!(matches!(server().build(), Err(BuildError::SharedWithoutKeys)));
    assert!(server().keys(Keys::new([1; 32])).build().is_ok());
}

/// The answer to a modern call of `steps` that comes from somebody whom the transport knows.
async fn call_as(
    service: &toolwright_core::Service,
    principal: Option<Principal>,
    state: Option<Value>,
) -> Value {
    let mut params = json!({ "name": "steps", "_meta": {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": { "elicitation": {} } } });
    if let Some(state) = state {
        params = with(&params, state);
    }
    let params = params.to_string();
    let mut extensions = Extensions::default();
    if let Some(principal) = principal {
        extensions.insert(principal);
    }
    let arrival = Arrival::new("tools/call", Some(&params)).with_extensions(extensions);
    let mut call = service.call(1.into(), arrival).unwrap();
    match call.event().await {
        Some(Event::Answer(answer)) => serde_json::from_slice(&answer.text).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_state_counts_for_whom_it_was_given_to() {
    let service = server().0.build().unwrap();
    let ann = || Some(Principal::new("https://login.example", "ann"));
    let bob = || Some(Principal::new("https://login.example", "bob"));
    for (giver, others) in [(ann(), [bob(), None]), (None, [ann(), bob()])] {
        let mut first = call_as(&service, giver.clone(), None).await;
        let state = first["result"]["requestState"].take();
        for other in others {
            let refused = call_as(&service, other, Some(state.clone())).await;
            assert_eq!(refused["error"]["code"], -32602, "{refused}");
        }
        let same = call_as(&service, giver, Some(state)).await;
        assert!(same["result"]["inputRequests"]["2"].is_object(), "{same}");
    }
}
