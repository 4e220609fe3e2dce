//! What sessions need: their name on every message, streams that are taken up again, new sessions
//! for lost ones, and an end.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use toolwright_core::Client;
use toolwright_core::client::{ClientBuilder, Form, Notice, Reply, Speak};
use toolwright_core::watch::Change;
use toolwright_http::client::ConnectWith;
use toolwright_spec::{Revision, SubscriptionFilter};

use crate::script::Script;

/// A session, and the stream on which its client listens if there is one.
async fn opened(builder: ClientBuilder, listens: bool) -> (Script, Client, Option<TcpStream>) {
    let mut script = Script::start().await;
    let url = script.url();
    let builder = builder.era(Speak::Legacy(Revision::V2025_11_25));
    let client = tokio::spawn(async move { builder.connect(&url).await });
    script.expect("initialize").await.initialized("one").await;
    script.expect("notifications/initialized").await.reply(202, "", "").await;
    let listen = script.next().await;
    assert_eq!(listen.method, "GET");
    let listening = match listens {
        true => Some(listen.events("").await),
        false => {
            listen.reply(405, "", "").await;
            None
        }
    };
    (script, client.await.unwrap().unwrap(), listening)
}

fn answer(id: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "result": { "content": [] } })
}

#[tokio::test]
async fn the_server_may_ask_on_either_stream() {
    let builder = Client::builder().on_elicit(|_: Form| async { Ok(Reply::Decline) });
    let (mut script, client, listening) = opened(builder, true).await;
    let mut listening = listening.unwrap();
    let question = json!({ "jsonrpc": "2.0", "id": "q", "method": "elicitation/create", "params": {
        "message": "?", "requestedSchema": { "type": "object", "properties": {} } } });
    listening.write_all(format!("data: {question}\n\n").as_bytes()).await.unwrap();
    let told = script.next().await;
    assert_eq!(
        told.body,
        json!({ "jsonrpc": "2.0", "id": "q", "result": { "action": "decline" } })
    );
    assert_eq!(told.header("mcp-session-id"), Some("one"));
    told.reply(202, "", "").await;

    let call = tokio::spawn(client.call("x", &()).into_future());
    let request = script.expect("tools/call").await;
    assert_eq!(request.header("mcp-protocol-version"), Some("2025-11-25"));
    assert_eq!(request.header("mcp-name"), None);
    let id = request.body["id"].clone();
    let mut stream = request.events(&format!("data: {question}\n\n")).await;
    let told = script.next().await;
    assert_eq!(told.body["result"]["action"], "decline");
    told.reply(202, "", "").await;
    stream.write_all(format!("data: {}\n\n", answer(&id)).as_bytes()).await.unwrap();
    call.await.unwrap().unwrap();

    listening.write_all(b":\n\n").await.unwrap();
    let shutdown = tokio::spawn(client.shutdown());
    let delete = script.next().await;
    assert_eq!((&*delete.method, delete.header("mcp-session-id")), ("DELETE", Some("one")));
    delete.reply(405, "", "").await;
    shutdown.await.unwrap();
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_taken_up_again() {
    let (mut script, client, _) = opened(Client::builder(), false).await;
    let call = tokio::spawn(client.call("x", &()).into_future());
    let request = script.expect("tools/call").await;
    let id = request.body["id"].clone();
    drop(request.events("id: e1\nretry: 20\ndata:\n\n").await);
    for last in ["e1", "e2"] {
        let resume = script.next().await;
        assert_eq!((&*resume.method, resume.header("last-event-id")), ("GET", Some(last)));
        assert_eq!(resume.header("mcp-session-id"), Some("one"));
        match last {
            "e1" => drop(resume.events("id: e2\ndata:\n\n").await),
            _ => drop(resume.events(&format!("data: {}\n\n", answer(&id))).await),
        }
    }
    call.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_lost_session_is_replaced_once_for_all() {
    let (mut script, client, _) = opened(Client::builder(), false).await;
    let calls = [(); 2].map(|()| tokio::spawn(client.call("x", &()).into_future()));
    let lost = [script.expect("tools/call").await, script.expect("tools/call").await];
    for request in lost {
        assert_eq!(request.header("mcp-session-id"), Some("one"));
        request.reply(404, "", "").await;
    }
    let initialize = script.expect("initialize").await;
    assert_eq!(initialize.header("mcp-session-id"), None);
    initialize.initialized("two").await;
    script.expect("notifications/initialized").await.reply(202, "", "").await;
    for _ in 0..2 {
        let again = script.expect("tools/call").await;
        assert_eq!(again.header("mcp-session-id"), Some("two"));
        let id = again.body["id"].clone();
        again.json(200, &answer(&id)).await;
    }
    for call in calls {
        call.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn giving_up_is_told_to_a_session() {
    let (mut script, client, _) = opened(Client::builder(), false).await;
    let call = tokio::spawn(client.call("x", &()).into_future());
    let request = script.expect("tools/call").await;
    call.abort();
    let cancelled = script.expect("notifications/cancelled").await;
    assert_eq!(cancelled.body["params"]["requestId"], request.body["id"]);
    assert_eq!(cancelled.header("mcp-session-id"), Some("one"));
}

fn stock() -> SubscriptionFilter {
    SubscriptionFilter::new().with_resource_subscriptions(["x:stock".to_owned()])
}

/// The client tells the session again what it listens to, and listens to it; in whichever order.
async fn restored(script: &mut Script, session: &str) -> TcpStream {
    let mut stream = None;
    for _ in 0..2 {
        let request = script.next().await;
        assert_eq!(request.header("mcp-session-id"), Some(session));
        assert_eq!(request.header("last-event-id"), None);
        if request.method == "GET" {
            stream = Some(request.events("").await);
        } else {
            assert_eq!(request.body["method"], "resources/subscribe");
            assert_eq!(request.body["params"]["uri"], "x:stock");
            request.result(json!({})).await;
        }
    }
    stream.unwrap()
}

#[tokio::test]
async fn a_new_session_is_told_what_is_listened_to() {
    let (mut script, client, listening) = opened(Client::builder(), true).await;
    let subscribing = tokio::spawn({
        let client = client.clone();
        async move { client.listen(stock()).await }
    });
    script.expect("resources/subscribe").await.result(json!({})).await;
    let mut changes = subscribing.await.unwrap().unwrap();
    let call = tokio::spawn(client.call("x", &()).into_future());
    script.expect("tools/call").await.reply(404, "", "").await;
    script.expect("initialize").await.initialized("two").await;
    script.expect("notifications/initialized").await.reply(202, "", "").await;
    let mut requests = vec![script.next().await, script.next().await, script.next().await];
    let again = requests.iter().position(|request| request.body["method"] == "tools/call").unwrap();
    let again = requests.remove(again);
    let id = again.body["id"].clone();
    again.json(200, &answer(&id)).await;
    call.await.unwrap().unwrap();
    let mut stream = None;
    for request in requests {
        assert_eq!(request.header("mcp-session-id"), Some("two"));
        match &*request.method {
            "GET" => stream = Some(request.events("").await),
            _ => {
                assert_eq!(request.body["method"], "resources/subscribe");
                request.result(json!({})).await;
            }
        }
    }
    assert_eq!(changes.next().await.unwrap().unwrap(), Notice::Missed);
    let update = json!({ "jsonrpc": "2.0", "method": "notifications/resources/updated",
        "params": { "uri": "x:stock" } });
    let event = format!("data: {update}\n\n");
    stream.unwrap().write_all(event.as_bytes()).await.unwrap();
    let changed = Notice::Changed(Change::Resource("x:stock".to_owned()));
    assert_eq!(changes.next().await.unwrap().unwrap(), changed);
    drop(listening);
}

#[tokio::test]
async fn who_only_listens_finds_the_next_session_too() {
    let (mut script, client, listening) = opened(Client::builder(), true).await;
    let subscribing = tokio::spawn(async move { client.listen(stock()).await });
    script.expect("resources/subscribe").await.result(json!({})).await;
    let mut changes = subscribing.await.unwrap().unwrap();
    let mut listening = listening.unwrap();
    // The next attempt is not long in coming.
    listening.write_all(b"retry: 10\ndata:\n\n").await.unwrap();
    drop(listening);
    let listen = script.next().await;
    assert_eq!((&*listen.method, listen.header("mcp-session-id")), ("GET", Some("one")));
    let gone = json!({ "jsonrpc": "2.0", "id": null, "error": { "code": -32001, "message": "?" } });
    listen.json(404, &gone).await;
    script.expect("initialize").await.initialized("two").await;
    script.expect("notifications/initialized").await.reply(202, "", "").await;
    let stream = restored(&mut script, "two").await;
    assert_eq!(changes.next().await.unwrap().unwrap(), Notice::Missed);
    drop(stream);
}

#[tokio::test]
async fn a_client_that_is_dropped_ends_its_session() {
    let (mut script, client, _) = opened(Client::builder(), false).await;
    drop(client);
    let delete = script.next().await;
    assert_eq!((&*delete.method, delete.header("mcp-session-id")), ("DELETE", Some("one")));
    delete.reply(200, "", "").await;

    let (mut script, client, _) = opened(Client::builder(), false).await;
    let shutdown = tokio::spawn(client.shutdown());
    script.next().await.reply(200, "", "").await;
    shutdown.await.unwrap();
    // Once is enough: what comes next is another client's.
    let url = script.url();
    let connecting = tokio::spawn(async move { Client::builder().connect(&url).await });
    script.expect("server/discover").await.discovered().await;
    connecting.await.unwrap().unwrap();
}
