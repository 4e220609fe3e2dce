//! Replies that are not what was promised, as clients see them: whatever comes is a result.

use toolwright_core::client::Speak;
use toolwright_core::descriptor::Descriptor;
use toolwright_core::{Client, Server};
use toolwright_spec::Revision;

use super::*;
use crate::rest::{RestTools, Upstream};

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

/// Results of a tool that promises a book, in the eras with and without sessions.
async fn results(answer: Answer, limits: Limits) -> Value {
    let server = Recorder::start(answer).await;
    let http = json!({"method": "GET", "path": "/book", "responses": [
        {"status": {"code": 200}, "mediaTypes": ["application/json"]}]});
    let tool = tool(json!({"kind": "json", "wrapped": false}), http);
    let mut tool: Value = serde_json::from_str(&tool).unwrap();
    tool["outputSchema"] = json!({"type": "object", "required": ["id"]});
    let descriptor = Descriptor { api: api().into(), tools: vec![tool.to_string().into()].into() };
    let mut all = Vec::new();
    for speak in [Speak::Legacy(Revision::V2025_11_25), Speak::Modern] {
        let upstream = Upstream::builder(&descriptor).base_url(&server.url);
        let upstream = upstream.limits(limits.clone()).build().unwrap();
        let serving = Server::new("shop", "1").tools(RestTools::new(&descriptor, upstream));
        let client = Client::builder().era(speak).in_memory(serving).await.unwrap();
        let mut result =
            serde_json::to_value(client.call("tool", &json!({})).await.unwrap()).unwrap();
        if let Some(meta) = result["_meta"].as_object_mut() {
            meta.retain(|name, _| name.contains("toolwright"));
        }
        result.as_object_mut().unwrap().retain(|name, _| name != "resultType");
        all.push(result);
    }
    let (first, second) = (all[0].clone(), all[1].clone());
    for part in ["isError", "content", "structuredContent"] {
        assert_eq!(first.get(part), second.get(part));
    }
    second
}

fn body(body: &str) -> Answer {
    Answer::new("200 OK", "application/json", body)
}

#[tokio::test]
async fn hostile_upstreams_make_errors_for_the_model() {
    let short = Limits { total: Duration::from_millis(300), ..Limits::default() };
    let full = Limits::default();
    let head = |more: &str| format!("{HEAD}{more}\r\n").into_bytes();
    let trace = "<html>at com.shop.Db(Db.java:7) password=hunter2</html>";
    let cases = [
        (
            "redirect",
            Answer::head("302 Found", "Location: http://169.254.169.254/\r\n", ""),
            &full,
            "HTTP 302",
        ),
        ("1 GB", Answer::Stall(head("Content-Length: 1073741824\r\n")), &full, "more than 8388608"),
        ("flood", Answer::Flood(head(""), vec![b' '; 64 << 10]), &full, "more than 8388608 bytes"),
        ("gzip", Answer::head("200 OK", "Content-Encoding: gzip\r\n", "bomb"), &full, "`gzip`"),
        ("trace", Answer::new("500 Oops", "text/html", trace), &full, "HTTP 500"),
        ("hang", Answer::Hang, &short, "did not answer"),
        (
            "hang in the body",
            Answer::Stall(head("Content-Length: 9\r\n")),
            &short,
            "did not answer",
        ),
        ("reset", Answer::Reset(head("Content-Length: 9\r\n")), &full, "broke"),
    ];
    for (what, answer, limits, said) in cases {
        let result = results(answer, limits.clone()).await;
        assert_eq!(result["isError"], true, "{what}: {result}");
        let text = result["content"][0]["text"].as_str().unwrap();
        assert!(text.contains(said), "{what}: {text}");
        for secret in ["java", "hunter2", "169.254", "bomb"] {
            assert!(!text.contains(secret), "{what}: {text}");
        }
        assert!(text.len() < 5000, "{what}");
    }
}

#[tokio::test]
async fn replies_that_break_their_promise_get_through_with_a_warning() {
    for (answer, shown, warned) in [
        (Answer::new("200 OK", "text/html", "<html>x"), "<html>x", "text/html"),
        (body("{\"id\":"), "{\"id\":", "claims to be JSON"),
        (body("{\"n\":1}"), "{\"n\":1}", "does not fit"),
        (Answer::new("200 OK", "application/json", ""), "Done", "no content"),
    ] {
        let result = results(answer, Limits::default()).await;
        assert_eq!(result["isError"], true, "{result}");
        let content = result["content"].as_array().unwrap();
        assert!(content[0]["text"].as_str().unwrap().contains("do not repeat"), "{result}");
        let last = content.last().unwrap()["text"].as_str().unwrap();
        assert!(last.starts_with(shown), "{result}");
        let warning = &result["_meta"]["io.toolwright/warnings"][0];
        assert!(warning.as_str().unwrap().contains(warned), "{result}");
    }
    let fine = Answer::new("200 OK", "text/plain", "{\"id\": 1}");
    let result = results(fine, Limits::default()).await;
    assert_eq!(result["structuredContent"], json!({"id": 1}));
    assert_eq!(result.get("isError"), None);
}

#[tokio::test]
async fn an_empty_success_is_no_failure() {
    let server = Recorder::start(Answer::head("204 No Content", "", "")).await;
    let http = json!({"method": "DELETE", "path": "/book"});
    let read = call(builder(http, &server.url), json!({})).await.unwrap();
    assert!(matches!(read.payload, Payload::Empty) && read.note.is_none());
}

#[tokio::test]
async fn long_replies_are_cut_with_a_note() {
    let items: Vec<String> = (0..1000).map(|n| format!("{{\"n\":{n}}}")).collect();
    let long = format!("{{\"id\":1,\"items\":[{}]}}", items.join(","));
    let limits = Limits { shown: 500, ..Limits::default() };
    let result = results(body(&long), limits).await;
    assert_eq!(result.get("isError"), None, "{result}");
    let kept = result["structuredContent"]["items"].as_array().unwrap().len();
    assert!((20..60).contains(&kept), "{kept}");
    let note = result["content"][0]["text"].as_str().unwrap();
    assert!(note.contains(&format!("`/items` the first {kept} of 1000 items")), "{note}");
    assert_eq!(result["structuredContent"]["items"][kept - 1]["n"], kept - 1);
}

#[tokio::test]
async fn parts_of_a_content_say_which() {
    let headers = "Content-Type: text/plain\r\nContent-Range: bytes 0-3/100\r\n";
    let server = Recorder::start(Answer::head("206 Partial Content", headers, "abcd")).await;
    let read = call(builder(everywhere(), &server.url), json!({"id": "1"})).await.unwrap();
    assert_eq!(read.remarks, ["This is a part of the content: bytes 0-3/100."]);
}
