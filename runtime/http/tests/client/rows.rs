//! What hostile servers do over HTTP, row by row. Others are in the modules beside; the table of
//! requirements knows where.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use toolwright_core::client::{Call, CheckOutput, Speak};
use toolwright_core::{Client, ClientError};
use toolwright_http::client::ConnectWith;
use toolwright_spec::{CallToolResult, Revision};

use crate::script::{Exchange, Script};

const ERAS: [Speak; 2] = [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)];

async fn connected(speak: Speak) -> (Script, Client) {
    let mut script = Script::start().await;
    let url = script.url();
    let builder = Client::builder().era(speak).check_output(CheckOutput::Off);
    let client = tokio::spawn(async move { builder.connect(&url).await });
    if speak == Speak::Modern {
        offers_no_compression(script.expect("server/discover").await).discovered().await;
    } else {
        offers_no_compression(script.expect("initialize").await).initialized("s1").await;
        script.expect("notifications/initialized").await.reply(202, "", "").await;
        offers_no_compression(script.next().await).reply(405, "", "").await;
    }
    (script, client.await.unwrap().unwrap())
}

fn offers_no_compression(request: Exchange) -> Exchange {
    assert_eq!((request.header("accept-encoding"), request.header("te")), (None, None));
    request
}

type Outcome = tokio::task::JoinHandle<Result<CallToolResult, ClientError>>;

async fn begin(script: &mut Script, call: Call<CallToolResult>) -> (Outcome, Exchange) {
    let call = tokio::spawn(call.into_future());
    (call, script.expect("tools/call").await)
}

/// Sends the same, or what changes a little, until nobody listens any more; how many bytes.
async fn flood(mut stream: TcpStream, piece: impl Fn(usize) -> String, pause: Duration) -> usize {
    let mut sent = 0;
    for round in 0.. {
        let piece = piece(round);
        if stream.write_all(piece.as_bytes()).await.is_err() {
            break;
        }
        sent += piece.len();
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
    sent
}

#[tokio::test]
async fn c33_an_error_page_without_end() {
    for speak in ERAS {
        let (mut script, client) = connected(speak).await;
        let (call, request) = begin(&mut script, client.call("x", &())).await;
        let mut stream = request.into_stream();
        let head =
            "HTTP/1.1 500 x\r\nContent-Type: text/html\r\nContent-Length: 1000000000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let page = "<p>no</p>".repeat(10_000);
        let flooding = tokio::spawn(flood(stream, move |_| page.clone(), Duration::ZERO));
        let Err(ClientError::Http { status: 500, body, .. }) = call.await.unwrap() else {
            panic!()
        };
        assert!(body.len() <= 512);
        // Beyond what is read, buffers of the system are filled, and then nobody listens.
        assert!(flooding.await.unwrap() < 50_000_000);
    }
}

#[tokio::test]
async fn c34_compression_is_not_offered_and_not_taken() {
    for speak in ERAS {
        let (mut script, client) = connected(speak).await;
        let (call, request) = begin(&mut script, client.call("x", &())).await;
        let bomb = "Content-Type: application/json\r\nContent-Encoding: gzip\r\n";
        offers_no_compression(request).reply(200, bomb, "\u{1f}…").await;
        let error = call.await.unwrap().unwrap_err();
        assert!(matches!(error, ClientError::InvalidResponse { .. }), "{error}");
    }
}

#[tokio::test]
async fn c38_signs_of_life_and_nothing_else() {
    let (short, long) = (Duration::from_millis(50), Duration::from_millis(400));
    for speak in ERAS {
        let (mut script, client) = connected(speak).await;
        let call = client.call("x", &()).timeout(short).total_timeout(long);
        let (call, request) = begin(&mut script, call).await;
        let stream = request.events("").await;
        let living = tokio::spawn(flood(stream, |_| ": still here\n\n".to_owned(), short / 5));
        // Comments are no progress.
        let Err(ClientError::Timeout { after }) = call.await.unwrap() else { panic!() };
        assert!(after < long, "{after:?}");
        living.abort();

        let call = client.call("x", &()).timeout(short * 4).total_timeout(long);
        let call = tokio::spawn(call.into_future());
        let request = loop {
            let request = script.next().await;
            match request.body["method"].as_str() {
                Some("tools/call") => break request,
                _ => request.reply(202, "", "").await,
            }
        };
        let token = request.body["params"]["_meta"]["progressToken"].clone();
        let stream = request.events("").await;
        let progress = move |round| {
            let message = json!({ "jsonrpc": "2.0", "method": "notifications/progress",
                "params": { "progressToken": token, "progress": round } });
            format!("data: {message}\n\n")
        };
        let living = tokio::spawn(flood(stream, progress, short / 5));
        // Progress is, but there is an end to it.
        let Err(ClientError::Timeout { after }) = call.await.unwrap() else { panic!() };
        assert!(after >= long, "{after:?}");
        living.abort();
    }
}

#[tokio::test]
async fn c39_answers_to_others_and_none_of_ones_own() {
    for speak in ERAS {
        let (mut script, client) = connected(speak).await;
        let (call, request) = begin(&mut script, client.call("x", &())).await;
        let answer = |id: Value| {
            let answer = json!({ "jsonrpc": "2.0", "id": id, "result": { "content": [] } });
            format!("data: {answer}\n\n")
        };
        let others = [json!(0), json!(-1), json!(999), json!("x"), json!(1.5)];
        let events: String = others.into_iter().map(answer).collect();
        drop(request.events(&events).await);
        let error = call.await.unwrap().unwrap_err();
        assert!(matches!(error, ClientError::StreamLost { .. }), "{error}");
    }
}

#[tokio::test]
async fn f02_a_server_that_vanished_is_given_up_with_its_connection() {
    let (mut script, client) = connected(Speak::Modern).await;
    let call = client.call("x", &()).timeout(Duration::from_millis(50));
    let (call, vanished) = begin(&mut script, call).await;
    assert!(matches!(call.await.unwrap(), Err(ClientError::Timeout { .. })));
    // The next call does not wait behind it.
    let (call, request) = begin(&mut script, client.call("x", &())).await;
    request.result(json!({ "content": [] })).await;
    call.await.unwrap().unwrap();
    drop(vanished);
}

#[tokio::test]
async fn f04_a_server_that_is_killed_has_no_call_made_twice() {
    for speak in ERAS {
        let (mut script, client) = connected(speak).await;
        for events in [None, Some(""), Some("id: 0\ndata:\n\n")] {
            let (call, request) = begin(&mut script, client.call("x", &())).await;
            let id = request.body["id"].clone();
            match events {
                None => drop(request),
                Some(events) => drop(request.events(events).await),
            }
            if speak != Speak::Modern && events.is_some_and(|events| !events.is_empty()) {
                // In a session the rest of the answer is asked for, and not the call made again.
                let resumed = script.next().await;
                assert_eq!((&*resumed.method, resumed.header("last-event-id")), ("GET", Some("0")));
                resumed.reply(404, "", "").await;
            }
            let error = call.await.unwrap().unwrap_err();
            assert!(matches!(error, ClientError::StreamLost { .. }), "{error}");
            let (call, request) = begin(&mut script, client.call("x", &())).await;
            assert_ne!(request.body["id"], id);
            request.result(json!({ "content": [] })).await;
            call.await.unwrap().unwrap();
        }
    }
}
