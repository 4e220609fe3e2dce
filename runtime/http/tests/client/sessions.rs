//! What sessions need: their name on every message, streams that are taken up again, new sessions
//! for lost ones, and an end.

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use toolwright_core::Client;
use toolwright_core::client::{ClientBuilder, Form, Reply, Speak};
use toolwright_http::client::ConnectWith;
use toolwright_spec::Revision;

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
