//! What clients owe to servers, by the specification, in both eras.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright_core::client::{Form, Reply, Speak};
use toolwright_core::testing::{Pair, Script, Side};
use toolwright_core::{Client, ClientError};
use toolwright_spec::{
    CreateMessageRequestParams, CreateMessageResult, Revision, Role, SamplingMessageContentBlock,
    TextContent,
};

use crate::support::server;

const ERAS: [Revision; 2] = [Revision::V2025_11_25, Revision::LATEST];

const FORM: &str = r#"{"message":"Who?","requestedSchema":{"type":"object","properties":{}}}"#;
const SAMPLE: &str = r#"{"maxTokens":7,"messages":[{"role":"user","content":{"type":"text","text":"hi"}}],
    "modelPreferences":{"hints":[{"name":"one"},{"name":"two"}]}}"#;

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// A script in which the server asks this, as it does in either era, before it answers a call.
fn asking(revision: Revision, method: &str, params: &Value) -> Script {
    let script = Script::new().revision(revision).expect("tools/call");
    let done = json!({ "content": [] });
    if revision.has_handshake() {
        script.request(method, params.clone()).expect_result().reply(done)
    } else {
        let question = json!({ "method": method, "params": params });
        script
            .reply(json!({ "resultType": "input_required", "inputRequests": { "q": question } }))
            .expect("tools/call")
            .reply(done)
    }
}

#[tokio::test]
async fn every_request_says_who_asks_and_nothing_else_is_written() {
    for revision in Revision::ALL {
        let (client, said) = Pair::of(server()).revision(*revision).connect().await.unwrap();
        client.list_tools().await.unwrap();
        client.call("echo", &json!({ "text": "line\nend\r\n\u{2028}" })).await.unwrap();
        client.notify("notifications/x", &json!({})).await.unwrap();
        client.call("echo", &json!({ "text": "last" })).await.unwrap();
        for message in said.of(Side::Client) {
            assert_eq!(message["jsonrpc"], "2.0", "{said}");
            let is_request = message.get("id").is_some() && message["method"].is_string();
            if is_request && !revision.has_handshake() {
                let meta = &message["params"]["_meta"];
                let about = |name: &str| &meta[format!("io.modelcontextprotocol/{name}")];
                assert_eq!(*about("protocolVersion"), revision.as_str(), "{message}");
                assert!(about("clientCapabilities").is_object(), "{message}");
                assert!(about("clientInfo")["name"].is_string(), "{message}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_handshake_is_never_cancelled() {
    let builder = || Client::builder().era(Speak::Legacy(Revision::V2025_11_25));
    let script = || Script::new().unopened().expect("initialize").hang();
    // It is not answered.
    let (here, there) = tokio::io::duplex(4096);
    let (input, output) = tokio::io::split(there);
    let peer = script().serve(input, output);
    let (reader, writer) = tokio::io::split(here);
    let error = builder().over(reader, writer).await.unwrap_err();
    assert!(matches!(error, ClientError::Timeout { .. }), "{error}");
    assert_eq!(peer.finish().await.unwrap().methods(Side::Client), ["initialize"]);
    // Nobody waits for the answer.
    let (here, there) = tokio::io::duplex(4096);
    let (input, output) = tokio::io::split(there);
    let peer = script().serve(input, output);
    let (reader, writer) = tokio::io::split(here);
    let connecting = builder().over(reader, writer);
    assert!(tokio::time::timeout(Duration::from_secs(1), connecting).await.is_err());
    assert_eq!(peer.finish().await.unwrap().methods(Side::Client), ["initialize"]);
}

#[tokio::test]
async fn cursors_are_given_back_as_they_are() {
    let tool = |name: &str| json!({ "name": name, "inputSchema": { "type": "object" } });
    for revision in ERAS {
        let script = Script::new()
            .revision(revision)
            .expect("tools/list")
            .check(|params| assert_eq!(params.get("cursor"), None))
            .reply(json!({ "tools": [tool("a"), tool("b")], "nextCursor": "" }))
            .expect("tools/list")
            .with(json!({ "cursor": "" }))
            .reply(json!({ "tools": [], "nextCursor": " ä\n{}" }))
            .expect("tools/list")
            .with(json!({ "cursor": " ä\n{}" }))
            .reply(json!({ "tools": [tool("c")], "nextCursor": null }));
        let (client, peer) = script.connect(Client::builder()).await.unwrap();
        let tools = client.list_tools().await.unwrap();
        assert_eq!(tools.iter().map(|tool| &*tool.name).collect::<String>(), "abc");
        peer.finish().await.unwrap();
    }
}

#[tokio::test]
async fn what_one_call_is_asked_is_nothing_to_others() {
    let script = Script::new()
        .expect("tools/call")
        .expect("tools/call")
        .reply_to(0, json!({ "resultType": "input_required", "requestState": "of the first" }))
        .expect("tools/call")
        .with(json!({ "name": "first", "requestState": "of the first" }))
        .reply_to(2, json!({ "content": [] }))
        .reply_to(1, json!({ "resultType": "input_required", "requestState": "of the second" }))
        .expect("tools/call")
        .with(json!({ "name": "second", "requestState": "of the second" }))
        .reply(json!({ "content": [] }))
        .expect("tools/call")
        .check(|params| assert_eq!(params.get("requestState"), None))
        .reply(json!({ "content": [] }));
    let (client, peer) = script.connect(Client::builder()).await.unwrap();
    let first = tokio::spawn(client.call("first", &()).into_future());
    while peer.transcript().methods(Side::Client).len() < 2 {
        tokio::task::yield_now().await;
    }
    client.call("second", &()).await.unwrap();
    first.await.unwrap().unwrap();
    client.call("first", &()).await.unwrap();
    peer.finish().await.unwrap();
}

#[tokio::test]
async fn people_learn_who_asks_and_may_refuse() {
    for revision in ERAS {
        for (reply, action) in [(Reply::Decline, "decline"), (Reply::Cancel, "cancel")] {
            let answer = reply.clone();
            let client = Client::builder().on_elicit(move |form: Form| {
                assert_eq!(form.server.unwrap().name, "script");
                let answer = answer.clone();
                async move { Ok(answer) }
            });
            let script = asking(revision, "elicitation/create", &parsed(FORM));
            let (client, peer) = script.connect(client).await.unwrap();
            client.call("x", &()).await.unwrap();
            let said = peer.finish().await.unwrap().to_string();
            assert!(said.contains(&format!(r#""action":"{action}""#)), "{said}");
        }
    }
}

#[tokio::test]
async fn whoever_asks_a_model_learns_of_the_bounds() {
    for revision in ERAS {
        let client = Client::builder().on_sample(|params: CreateMessageRequestParams| async move {
            assert_eq!(params.max_tokens, 7);
            let hints = params.model_preferences.unwrap().hints.unwrap();
            let names: Vec<_> = hints.iter().map(|hint| hint.name.as_deref().unwrap()).collect();
            assert_eq!(names, ["one", "two"], "in order");
            let text = SamplingMessageContentBlock::from(TextContent::new("hello"));
            Ok(CreateMessageResult::new(Role::Assistant, text, "two"))
        });
        let script = asking(revision, "sampling/createMessage", &parsed(SAMPLE));
        let (client, peer) = script.connect(client).await.unwrap();
        client.call("x", &()).await.unwrap();
        let said = peer.finish().await.unwrap().to_string();
        assert!(said.contains(r#""role":"assistant""#), "{said}");
    }
}
