//! Streams of an upstream, folded into results.

use toolwright_core::client::Speak;
use toolwright_core::descriptor::Descriptor;
use toolwright_core::{Client, Server};
use toolwright_spec::Revision;

use super::*;
use crate::rest::{RestTools, Upstream};

fn descriptor(reply: Value, media_type: &str) -> Descriptor {
    let http = json!({"method": "GET", "path": "/events", "responses": [
        {"status": {"code": 200}, "mediaTypes": [media_type]}]});
    Descriptor { api: api().into(), tools: vec![tool(reply, http).into()].into() }
}

async fn connected(descriptor: &Descriptor, url: &str, limits: Limits) -> Client {
    let upstream = Upstream::builder(descriptor).base_url(url).limits(limits).build().unwrap();
    let server = Server::new("shop", "1").tools(RestTools::new(descriptor, upstream));
    Client::in_memory(server).await.unwrap()
}

fn streamed(media_type: &str, body: &str) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n");
    format!("{head}Connection: close\r\n\r\n{body}").into_bytes()
}

async fn folded(reply: Value, media_type: &str, answer: Answer, limits: Limits) -> Value {
    let server = Recorder::start(answer).await;
    let client = connected(&descriptor(reply, media_type), &server.url, limits).await;
    serde_json::to_value(client.call("tool", &json!({})).await.unwrap()).unwrap()
}

fn list() -> Value {
    json!({"kind": "json", "wrapped": true})
}

#[tokio::test]
async fn streams_become_lists() {
    for (media_type, body) in [
        ("application/x-ndjson", "{\"n\":1}\n{\"n\":2}\n"),
        ("application/jsonl; charset=utf-8", "{\"n\":1}\n\n{\"n\":2}"),
        ("application/json-seq", "\x1e{\"n\":1}\n\x1e{\"n\":2}\n"),
        ("text/event-stream", ": hello\ndata: {\"n\":1}\n\ndata: {\"n\":2}\n\ndata: [DONE]\n\n"),
    ] {
        let answer = Answer::Bytes(streamed(media_type, body));
        let result = folded(list(), media_type, answer, Limits::default()).await;
        let items = &result["structuredContent"]["result"];
        assert_eq!(items, &json!([{"n": 1}, {"n": 2}]), "{media_type}");
        assert_eq!(result.get("isError"), None);
    }
    let answer = Answer::Bytes(streamed("text/event-stream", "data: a\n\nevent: x\ndata: b\n\n"));
    let text = json!({"kind": "text"});
    let result = folded(text, "text/event-stream", answer, Limits::default()).await;
    assert_eq!(result["content"][0]["text"], "a\nx: b");
}

#[tokio::test]
async fn endless_streams_are_left_with_what_came() {
    let limits = Limits { total: Duration::from_millis(300), ..Limits::default() };
    let stall = Answer::Stall(streamed("text/event-stream", "data: 1\n\ndata: 2\n\ndata: 3"));
    let result = folded(list(), "text/event-stream", stall, limits.clone()).await;
    assert_eq!(result["structuredContent"]["result"], json!([1, 2]));
    let note = result["content"][0]["text"].as_str().unwrap();
    assert_eq!(note, "The stream was left after 2 items: the time for the call was up.");
    let nothing = Answer::Stall(streamed("text/event-stream", ": wait\n"));
    let result = folded(list(), "text/event-stream", nothing, limits).await;
    assert_eq!(result["isError"], true, "{result}");

    let limits = Limits { reply: 1000, ..Limits::default() };
    let flood = Answer::Flood(streamed("application/x-ndjson", ""), b"12345\n".to_vec());
    let result = folded(list(), "application/x-ndjson", flood, limits).await;
    let count = result["structuredContent"]["result"].as_array().unwrap().len();
    assert!((100..=166).contains(&count), "{count}");
    assert!(result["content"][0]["text"].as_str().unwrap().contains("more than is read"));
    let reset = Answer::Bytes(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: 99\r\n\r\n7\n8"
            .to_vec(),
    );
    let result = folded(list(), "application/x-ndjson", reset, Limits::default()).await;
    assert_eq!(result["structuredContent"]["result"], json!([7]));
    assert!(result["content"][0]["text"].as_str().unwrap().contains("broke"));
}

#[tokio::test]
async fn items_are_progress_and_cancelling_leaves_the_upstream() {
    for speak in [Speak::Legacy(Revision::V2025_11_25), Speak::Modern] {
        let stall = Answer::Stall(streamed("text/event-stream", "data: 1\n\n"));
        let server = Recorder::start(stall).await;
        let descriptor = descriptor(list(), "text/event-stream");
        let upstream = Upstream::builder(&descriptor).base_url(&server.url).build().unwrap();
        let tools = RestTools::new(&descriptor, upstream);
        let serving = Server::new("shop", "1").tools(tools);
        let client = Client::builder().era(speak).in_memory(serving).await.unwrap();
        let (told, mut progress) = tokio::sync::mpsc::unbounded_channel();
        let call = client.call("tool", &json!({})).on_progress(move |progress| {
            let _ = told.send(progress.progress);
        });
        let mut call = Box::pin(IntoFuture::into_future(call));
        tokio::select! {
            _ = &mut call => panic!("the stream does not end"),
            done = progress.recv() => assert_eq!(done, Some(1.0)),
        }
        drop(call);
        server.left().await;
    }
}
