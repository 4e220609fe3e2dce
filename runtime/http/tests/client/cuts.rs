//! Connections that break at every byte: the same result, or an error that says so, and no call
//! is made twice.

use serde_json::json;
use socket2::SockRef;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use toolwright_core::client::{CheckOutput, Speak};
use toolwright_core::{Client, ClientError};
use toolwright_http::client::ConnectWith;
use toolwright_spec::Revision;

use crate::script::{Exchange, Script};

async fn connected(speak: Speak) -> (Script, Client) {
    let mut script = Script::start().await;
    let url = script.url();
    let builder = Client::builder().era(speak).check_output(CheckOutput::Off);
    let client = tokio::spawn(async move { builder.connect(&url).await });
    if speak == Speak::Modern {
        script.expect("server/discover").await.discovered().await;
    } else {
        script.expect("initialize").await.initialized("s1").await;
        script.expect("notifications/initialized").await.reply(202, "", "").await;
        script.next().await.reply(405, "", "").await;
    }
    (script, client.await.unwrap().unwrap())
}

fn as_json(request: &Exchange) -> Vec<u8> {
    let body = json!({ "jsonrpc": "2.0", "id": request.body["id"], "result": { "content": [] } });
    let body = body.to_string();
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn as_events(request: &Exchange) -> Vec<u8> {
    let body = json!({ "jsonrpc": "2.0", "id": request.body["id"], "result": { "content": [] } });
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n\
         : hello\n\nevent: message\ndata: {body}\n\n"
    )
    .into_bytes()
}

/// How a connection ends.
#[derive(Debug, Clone, Copy)]
enum End {
    Finished,
    Reset,
}

async fn end(mut stream: TcpStream, bytes: &[u8], end: End) {
    stream.write_all(bytes).await.unwrap();
    if let End::Reset = end {
        SockRef::from(&stream).set_linger(Some(std::time::Duration::ZERO)).unwrap();
    }
    drop(stream);
}

async fn sweep(speak: Speak, response: fn(&Exchange) -> Vec<u8>, how: End) {
    let (mut script, client) = connected(speak).await;
    let mut seen = Vec::new();
    let mut sent = 0;
    loop {
        let call = tokio::spawn(client.call("x", &()).into_future());
        let request = script.expect("tools/call").await;
        assert!(!seen.contains(&request.body["id"]), "a call was made twice");
        seen.push(request.body["id"].clone());
        let bytes = response(&request);
        end(request.into_stream(), &bytes[..sent], how).await;
        match call.await.unwrap() {
            Ok(result) => {
                // Only a reset may overtake what was sent before it.
                assert!(sent == bytes.len(), "{sent} of {}: {result:?}", bytes.len());
                return;
            }
            Err(ClientError::StreamLost { .. }) => {}
            Err(error) => panic!("{sent} of {}, {how:?}: {error}", bytes.len()),
        }
        assert!(sent < bytes.len() || matches!(how, End::Reset), "the whole answer was lost");
        if sent == bytes.len() {
            return;
        }
        sent += 1;
    }
}

#[tokio::test]
async fn connections_that_end_at_any_byte_lose_the_call_and_nothing_else() {
    for speak in [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)] {
        sweep(speak, as_json, End::Finished).await;
        sweep(speak, as_events, End::Finished).await;
    }
}

#[tokio::test]
async fn connections_that_are_reset_at_any_byte_lose_the_call_and_nothing_else() {
    sweep(Speak::Modern, as_json, End::Reset).await;
    sweep(Speak::Modern, as_events, End::Reset).await;
}

#[tokio::test]
async fn answers_in_two_pieces_are_the_same_answer() {
    let (mut script, client) = connected(Speak::Modern).await;
    let mut cut = 1;
    loop {
        let call = tokio::spawn(client.call("x", &()).into_future());
        let request = script.expect("tools/call").await;
        let bytes = as_events(&request);
        let mut stream = request.into_stream();
        stream.set_nodelay(true).unwrap();
        stream.write_all(&bytes[..cut]).await.unwrap();
        tokio::task::yield_now().await;
        stream.write_all(&bytes[cut..]).await.unwrap();
        assert!(call.await.unwrap().unwrap().content.is_empty(), "cut at {cut}");
        cut += 1;
        if cut == bytes.len() {
            return;
        }
    }
}
