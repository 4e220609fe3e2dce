//! Clients that are asked: one set of handlers, in sessions and in rounds.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use toolwright_core::client::{ClientBuilder, Form, Reply, Round, Speak};
use toolwright_core::testing::Script;
use toolwright_core::{Client, ClientError, Limits, ProtocolError};
use toolwright_spec::{
    CreateMessageRequestParams, CreateMessageResult, ElicitAction, Revision, Role, Root,
    SamplingMessageContentBlock, TextContent,
};

use crate::support::FakeServer;

const FORM: &str = r#"{"method":"elicitation/create","params":{"message":"who?",
    "requestedSchema":{"type":"object","properties":{"name":{"type":"string"},
    "age":{"type":"integer","default":30}},"required":["name"]}}}"#;
const SAMPLE: &str = r#"{"method":"sampling/createMessage","params":{"maxTokens":10,
    "messages":[{"role":"user","content":{"type":"text","text":"hi"}}]}}"#;
const ROOTS: &str = r#"{"method":"roots/list"}"#;

/// A client that answers everything.
fn builder() -> ClientBuilder {
    Client::builder()
        .on_elicit(|form: Form| async move {
            assert_eq!(form.message, "who?");
            Reply::accept(&json!({ "name": "Ada" }))
        })
        .on_visit(|visit| async move {
            assert_eq!(visit.host(), Some("pay.example.com"));
            Ok(ElicitAction::Decline)
        })
        .on_sample(|_: CreateMessageRequestParams| async move {
            let text = SamplingMessageContentBlock::from(TextContent::new("hello"));
            Ok(CreateMessageResult::new(Role::Assistant, text, "a model"))
        })
        .roots([Root::new("file:///home/ada")])
}

fn answers() -> Value {
    json!({
        "who": { "action": "accept", "content": { "name": "Ada", "age": 30 } },
        "say": { "role": "assistant", "content": { "type": "text", "text": "hello" },
            "model": "a model" },
        "where": { "roots": [{ "uri": "file:///home/ada" }] },
    })
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn questions() -> Value {
    json!({ "who": parsed(FORM), "say": parsed(SAMPLE), "where": parsed(ROOTS) })
}

async fn modern(builder: ClientBuilder) -> (FakeServer, Client) {
    let (mut server, reader, writer) = FakeServer::new();
    let client = tokio::spawn(builder.over(reader, writer));
    let discover = server.next().await;
    server
        .send(&json!({ "jsonrpc": "2.0", "id": discover["id"], "result": {
            "resultType": "complete", "supportedVersions": ["2026-07-28"],
            "capabilities": { "tools": {} } } }))
        .await;
    (server, client.await.unwrap().unwrap())
}

async fn session(builder: ClientBuilder, revision: Revision) -> (FakeServer, Client, Value) {
    let (mut server, reader, writer) = FakeServer::new();
    let client = tokio::spawn(builder.era(Speak::Legacy(revision)).over(reader, writer));
    let initialize = server.next().await;
    server.accept(&initialize, revision.as_str()).await;
    let client = client.await.unwrap().unwrap();
    assert_eq!(server.next().await["method"], "notifications/initialized");
    (server, client, initialize)
}

async fn answer(server: &mut FakeServer, request: &Value, result: Value) {
    server.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": result })).await;
}

#[tokio::test]
async fn questions_of_a_round_are_answered_and_the_call_goes_on() {
    let (mut server, client) = modern(builder()).await;
    let call = tokio::spawn(client.call("order", &json!({ "book": 7 })).into_future());
    let first = server.next().await;
    assert_eq!(
        first["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"],
        json!({ "elicitation": { "form": {}, "url": {} }, "sampling": {},
            "roots": {}, "extensions": { "io.modelcontextprotocol/tasks": {} } })
    );
    let state = "\u{0} ä {\"not\": yours} \n";
    answer(
        &mut server,
        &first,
        json!({ "resultType": "input_required", "inputRequests": questions(),
            "requestState": state }),
    )
    .await;
    let second = server.next().await;
    assert_ne!(second["id"], first["id"]);
    assert_eq!(second["params"]["requestState"], state);
    assert_eq!(second["params"]["inputResponses"], answers());
    assert_eq!(second["params"]["arguments"], first["params"]["arguments"]);
    assert_eq!(second["params"]["name"], "order");

    // No questions and no state: nothing may be sent along that was not there.
    answer(&mut server, &second, json!({ "resultType": "input_required", "requestState": "x" }))
        .await;
    let third = server.next().await;
    assert_eq!(third["params"]["requestState"], "x");
    assert_eq!(third["params"].get("inputResponses"), None);
    answer(
        &mut server,
        &third,
        json!({ "resultType": "input_required", "inputRequests": { "where": parsed(ROOTS) } }),
    )
    .await;
    let fourth = server.next().await;
    assert_eq!(fourth["params"].get("requestState"), None);
    assert_eq!(fourth["params"]["inputResponses"], json!({ "where": answers()["where"] }));
    answer(&mut server, &fourth, json!({ "content": [] })).await;
    assert!(call.await.unwrap().unwrap().content.is_empty());
}

#[tokio::test]
async fn who_asks_for_a_list_gets_one_though_its_revision_has_none() {
    let builder = Client::builder().on_elicit(|form: Form| async move {
        assert_eq!(form.defaults().len(), 1);
        Reply::accept(&json!({ "days": ["mo", "tu"] }))
    });
    let (mut server, _client, _) = session(builder, Revision::V2025_06_18).await;
    let days = json!({ "type": "array", "items": { "type": "string", "enum": ["mo", "tu"] },
        "default": ["mo"] });
    let schema = json!({ "type": "object", "properties": { "days": days } });
    server
        .send(&json!({ "jsonrpc": "2.0", "id": 7, "method": "elicitation/create",
            "params": { "message": "when?", "requestedSchema": schema } }))
        .await;
    let answered = server.next().await;
    let content = json!({ "days": ["mo", "tu"] });
    assert_eq!(answered["result"], json!({ "action": "accept", "content": content }));
}

#[tokio::test]
async fn prompts_and_resources_have_rounds_too() {
    let (mut server, client) = modern(builder()).await;
    let asked = json!({ "resultType": "input_required",
        "inputRequests": { "where": parsed(ROOTS) }, "requestState": "s" });

    let read = tokio::spawn(client.read_resource("shop://1").into_future());
    let request = server.next().await;
    assert_eq!(request["params"]["uri"], "shop://1");
    answer(&mut server, &request, asked.clone()).await;
    let request = server.next().await;
    assert_eq!(request["params"]["requestState"], "s");
    answer(&mut server, &request, json!({ "contents": [{ "uri": "shop://1", "text": "t" }] }))
        .await;
    assert_eq!(read.await.unwrap().unwrap().contents.len(), 1);

    let prompt = tokio::spawn(client.prompt("greet", &json!({ "name": "Ada" })).into_future());
    let request = server.next().await;
    answer(&mut server, &request, asked).await;
    let request = server.next().await;
    assert_eq!(request["params"]["arguments"], json!({ "name": "Ada" }));
    answer(&mut server, &request, json!({ "messages": [] })).await;
    assert!(prompt.await.unwrap().unwrap().messages.is_empty());

    let list = tokio::spawn(async move { client.list_tools().await });
    let request = server.next().await;
    answer(&mut server, &request, json!({ "resultType": "input_required", "tools": [] })).await;
    assert!(matches!(list.await.unwrap(), Err(ClientError::InvalidResponse { .. })));
}

#[tokio::test]
async fn the_same_handlers_answer_in_a_session() {
    for revision in [Revision::V2025_11_25, Revision::V2025_06_18] {
        let (mut server, client, initialize) = session(builder(), revision).await;
        let elicitation = match revision {
            Revision::V2025_06_18 => json!({}),
            _ => json!({ "form": {}, "url": {} }),
        };
        assert_eq!(initialize["params"]["capabilities"]["elicitation"], elicitation);
        let call = tokio::spawn(client.call("order", &()).into_future());
        let request = server.next().await;
        for (index, (name, question)) in questions().as_object().unwrap().iter().enumerate() {
            let mut question = question.clone();
            question["jsonrpc"] = "2.0".into();
            question["id"] = format!("q{index}").into();
            server.send(&question).await;
            let told = server.next().await;
            assert_eq!(told["id"], question["id"]);
            assert_eq!(told["result"], answers()[name], "{name}");
        }
        server.line(r#"{"jsonrpc":"2.0","id":7,"method":"ping"}"#).await;
        assert_eq!(server.next().await, json!({ "jsonrpc": "2.0", "id": 7, "result": {} }));
        server.line(r#"{"jsonrpc":"2.0","id":8,"method":"roots/nothing"}"#).await;
        assert_eq!(server.next().await["error"]["code"], -32601);
        answer(&mut server, &request, json!({ "content": [] })).await;
        call.await.unwrap().unwrap();

        client.set_roots(vec![Root::new("file:///tmp")]).await.unwrap();
        assert_eq!(server.next().await["method"], "notifications/roots/list_changed");
    }
}

#[tokio::test]
async fn visits_are_offered_apart() {
    let visit = json!({ "method": "elicitation/create", "params": { "mode": "url",
        "message": "pay", "url": "https://pay.example.com/7", "elicitationId": "e" } });
    let (mut server, client) = modern(builder()).await;
    let call = tokio::spawn(client.call("pay", &()).into_future());
    let request = server.next().await;
    let asked = json!({ "resultType": "input_required", "inputRequests": { "pay": visit } });
    answer(&mut server, &request, asked.clone()).await;
    let request = server.next().await;
    assert_eq!(request["params"]["inputResponses"], json!({ "pay": { "action": "decline" } }));
    answer(&mut server, &request, json!({ "content": [] })).await;
    call.await.unwrap().unwrap();

    let forms_only = Client::builder().on_elicit(|_| async { Ok(Reply::Decline) });
    let (mut server, client) = modern(forms_only).await;
    let call = tokio::spawn(client.call("pay", &()).into_future());
    let request = server.next().await;
    answer(&mut server, &request, asked).await;
    let Err(ClientError::NoHandler { what }) = call.await.unwrap() else { panic!() };
    assert_eq!(what, "elicitation in url mode");
}

#[tokio::test]
async fn what_was_not_declared_is_refused() {
    let (mut server, client, initialize) = session(Client::builder(), Revision::V2025_11_25).await;
    assert_eq!(initialize["params"]["capabilities"], json!({}));
    for (question, code) in [(FORM, -32602), (SAMPLE, -32602), (ROOTS, -32601)] {
        let mut question = parsed(question);
        question["jsonrpc"] = "2.0".into();
        question["id"] = 1.into();
        server.send(&question).await;
        assert_eq!(server.next().await["error"]["code"], code, "{question}");
    }
    drop(client);

    // Without sessions a server must not send requests; they are not answered.
    let (mut server, client) = modern(builder()).await;
    server.line(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#).await;
    let call = tokio::spawn(client.call("x", &()).into_future());
    assert_eq!(server.next().await["method"], "tools/call");
    drop(call);
}

#[tokio::test]
async fn rounds_and_questions_are_bounded() {
    let (mut server, client) = modern(builder()).await;
    let call = tokio::spawn(client.call("x", &()).into_future());
    let rounds = Limits::default().retries;
    for round in 0..=rounds {
        let request = server.next().await;
        let state = format!("{round}{}", "x".repeat(100_000));
        answer(
            &mut server,
            &request,
            json!({ "resultType": "input_required", "requestState": state }),
        )
        .await;
    }
    let Err(ClientError::TooLarge { what }) = call.await.unwrap() else { panic!() };
    assert_eq!(what, "more than 10 rounds of questions");

    let call = tokio::spawn(client.call("x", &()).into_future());
    let request = server.next().await;
    let many: serde_json::Map<_, _> =
        (0..33).map(|index| (index.to_string(), parsed(ROOTS))).collect();
    answer(&mut server, &request, json!({ "resultType": "input_required", "inputRequests": many }))
        .await;
    assert!(matches!(call.await.unwrap(), Err(ClientError::TooLarge { .. })));
    for nothing in [json!({ "resultType": "input_required" }), json!({ "resultType": "magic" })] {
        let call = tokio::spawn(client.call("x", &()).into_future());
        let request = server.next().await;
        answer(&mut server, &request, nothing).await;
        assert!(matches!(call.await.unwrap(), Err(ClientError::InvalidResponse { .. })));
    }
}

#[tokio::test]
async fn rounds_can_be_driven_by_hand() {
    let (mut server, client) = modern(builder()).await;
    let round = tokio::spawn(client.call("x", &()).round());
    let request = server.next().await;
    let asked = json!({ "resultType": "input_required", "inputRequests": questions(),
        "requestState": "kept" });
    answer(&mut server, &request, asked.clone()).await;
    let Round::InputRequired(asked_for) = round.await.unwrap().unwrap() else { panic!() };
    // It can be stored, and taken up by another process.
    let stored = serde_json::to_string(&asked_for).unwrap();
    assert_eq!(parsed(&stored), asked);

    let responses = client.answer(asked_for.input_requests.unwrap()).await.unwrap();
    let call = client.call("x", &()).input(responses, asked_for.request_state);
    let round = tokio::spawn(call.round());
    let request = server.next().await;
    assert_eq!(request["params"]["inputResponses"], answers());
    assert_eq!(request["params"]["requestState"], "kept");
    answer(&mut server, &request, json!({ "content": [] })).await;
    assert!(matches!(round.await.unwrap().unwrap(), Round::Complete(_)));
}

#[tokio::test]
async fn a_handler_that_fails_fails_the_call() {
    let failing =
        || Client::builder().on_elicit(|_| async { Err(ProtocolError::new(-1, "nobody is here")) });
    let (mut server, client) = modern(failing()).await;
    let call = tokio::spawn(client.call("x", &()).into_future());
    let request = server.next().await;
    answer(
        &mut server,
        &request,
        json!({ "resultType": "input_required", "inputRequests": { "who": parsed(FORM) } }),
    )
    .await;
    let Err(ClientError::Handler(error)) = call.await.unwrap() else { panic!() };
    assert_eq!(error.code(), -1);

    let (mut server, _client, _) = session(failing(), Revision::V2025_11_25).await;
    let mut question = parsed(FORM);
    question["jsonrpc"] = "2.0".into();
    question["id"] = 1.into();
    server.send(&question).await;
    assert_eq!(server.next().await["error"], json!({ "code": -1, "message": "nobody is here" }));
}

#[tokio::test]
async fn a_question_that_is_cancelled_is_dropped() {
    struct Dropped(Arc<Mutex<Option<tokio::sync::oneshot::Sender<()>>>>);
    impl Drop for Dropped {
        fn drop(&mut self) {
            let _ = self.0.lock().unwrap().take().unwrap().send(());
        }
    }
    let (sender, dropped) = tokio::sync::oneshot::channel();
    let sender = Arc::new(Mutex::new(Some(sender)));
    let (asked, mut is_asked) = tokio::sync::mpsc::channel(1);
    let builder = Client::builder().on_elicit(move |_| {
        let guard = Dropped(Arc::clone(&sender));
        asked.try_send(()).unwrap();
        async move {
            let _guard = guard;
            std::future::pending().await
        }
    });
    let (mut server, _client, _) = session(builder, Revision::V2025_11_25).await;
    let mut question = parsed(FORM);
    question["jsonrpc"] = "2.0".into();
    question["id"] = "q".into();
    server.send(&question).await;
    is_asked.recv().await.unwrap();
    server
        .line(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"q"}}"#)
        .await;
    dropped.await.unwrap();
    server.line(r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#).await;
    assert_eq!(server.next().await["id"], 2);
}

#[tokio::test(start_paused = true)]
async fn the_clock_stops_while_a_person_is_asked() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let builder = Client::builder().on_elicit(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        async {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            Ok(Reply::Decline)
        }
    });
    let (mut server, client, _) = session(builder, Revision::V2025_11_25).await;
    let call = tokio::spawn(client.call("x", &()).into_future());
    let request = server.next().await;
    let mut question = parsed(FORM);
    question["jsonrpc"] = "2.0".into();
    question["id"] = "q".into();
    server.send(&question).await;
    assert_eq!(server.next().await["result"]["action"], "decline");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    answer(&mut server, &request, json!({ "content": [] })).await;
    call.await.unwrap().unwrap();
}

#[tokio::test]
async fn too_many_questions_at_once_are_refused() {
    let builder = Client::builder().on_elicit(|_| async { std::future::pending().await });
    let (mut server, _client, _) = session(builder, Revision::V2025_11_25).await;
    for index in 0..33 {
        let mut question = parsed(FORM);
        question["jsonrpc"] = "2.0".into();
        question["id"] = index.into();
        server.send(&question).await;
    }
    let refused = server.next().await;
    assert_eq!((&refused["id"], &refused["error"]["code"]), (&json!(32), &json!(-32603)));
}

/// A server that wants two pages to be visited before it answers.
fn refusing() -> Script {
    let page = |id: &str| {
        json!({ "mode": "url", "elicitationId": id, "message": "Log in",
            "url": format!("https://example.com/{id}") })
    };
    Script::new().revision(Revision::V2025_11_25).expect("tools/call").fail_with(json!({
        "code": -32042, "message": "log in first",
        "data": { "elicitations": [page("a"), page("b")] }
    }))
}

#[tokio::test(start_paused = true)]
async fn a_call_goes_on_when_the_pages_it_needs_were_visited() {
    let complete = |id: &str| json!({ "elicitationId": id });
    let script = refusing()
        .wait(Duration::from_secs(60)) // they log in
        .notify("notifications/elicitation/complete", complete("unknown"))
        .notify("notifications/elicitation/complete", complete("b"))
        .notify("notifications/elicitation/complete", complete("b"))
        .notify("notifications/elicitation/complete", complete("a"))
        .expect("tools/call")
        .reply(json!({ "content": [{ "type": "text", "text": "in" }] }));
    let visited = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&visited);
    let builder = Client::builder().on_visit(move |visit| {
        seen.lock().unwrap().push(visit.url);
        async { Ok(ElicitAction::Accept) }
    });
    let (client, peer) = script.connect(builder).await.unwrap();
    let result = client.call("open", &()).await.unwrap();
    assert_eq!(result.content[0].as_text(), Some("in"));
    assert_eq!(*visited.lock().unwrap(), ["https://example.com/a", "https://example.com/b"]);
    peer.finish().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_call_stays_refused_when_the_pages_are_not_visited() {
    let refused = |error: ClientError| match error {
        ClientError::Peer(error) => assert_eq!(error.code(), -32042),
        other => panic!("{other}"),
    };
    // Nobody there to visit them, somebody who does not want to, and somebody who never ends.
    let (client, _peer) = refusing().hang().connect(Client::builder()).await.unwrap();
    refused(client.call("open", &()).await.unwrap_err());
    for action in [ElicitAction::Decline, ElicitAction::Accept] {
        let builder = Client::builder().on_visit(move |_| async move { Ok(action) });
        let (client, _peer) = refusing().hang().connect(builder).await.unwrap();
        refused(client.call("open", &()).await.unwrap_err());
    }
}
