//! Whole calls against a loopback server that keeps raw requests.

mod boundaries;
mod files;
mod hostile;
mod login;
mod odd;
mod pages;
mod recorder;
mod robust;
mod served;
mod streams;
mod traced;
mod whatever;
mod wire;

use std::time::Duration;

use serde_json::value::RawValue;
use serde_json::{Value, json};
use toolwright_core::Context;

use super::builder::UpstreamBuilder;
use super::limits::Limits;
use super::reply::{Payload, Read};
use recorder::{Answer, Recorder};

/// Numbers that look random and are the same each time (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(limit).unwrap()).unwrap()
    }
}

/// The descriptor's API part with a scheme of each kind.
fn api() -> String {
    json!({
        "name": "shop", "title": "Shop", "version": "1",
        "servers": [{"url": "https://api.example.com/v1"}],
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "query", "name": "api_key", "env": "SHOP_KEY"},
            "token": {"type": "bearer", "env": "SHOP_TOKEN"},
            "session": {"type": "apiKey", "in": "cookie", "name": "sid", "env": "SHOP_SESSION"},
        },
    })
    .to_string()
}

fn tool(reply: Value, http: Value) -> String {
    json!({"name": "tool", "inputSchema": {"type": "object"}, "reply": reply, "http": http,
           "annotations": {}})
    .to_string()
}

fn builder(http: Value, url: &str) -> UpstreamBuilder {
    let tool = tool(json!({"kind": "json", "wrapped": false}), http);
    UpstreamBuilder::new(&api(), [tool.as_str()].into_iter())
        .base_url(url)
        .timeout(Duration::from_secs(5))
}

async fn call(builder: UpstreamBuilder, arguments: Value) -> Result<Read, String> {
    let arguments: Box<RawValue> = serde_json::value::to_raw_value(&arguments).unwrap();
    let upstream = builder.build().unwrap();
    Ok(upstream.exchange(&Context::detached(), 0, &arguments).await?.1)
}

fn parameter(place: &str, name: &str, style: &str) -> Value {
    json!({"argument": name, "name": name, "in": place, "style": style, "explode": false})
}

/// `GET /api/books/{id}` with a parameter in every place.
fn everywhere() -> Value {
    json!({
        "method": "GET", "path": "/books/{id}/pages",
        "parameters": [
            parameter("path", "id", "simple"), parameter("query", "q", "form"),
            parameter("header", "X-Trace", "simple"), parameter("cookie", "c", "form"),
        ],
        "responses": [{"status": {"code": 200}, "mediaTypes": ["application/json"]}],
    })
}

#[tokio::test]
async fn a_call_reaches_the_upstream_as_described() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{\"n\": 1.50}")).await;
    let builder = builder(everywhere(), &format!("{}/api/", server.url));
    let arguments = json!({"id": "a b", "q": ["x&y", "z"], "X-Trace": "t", "c": "1;2"});
    let read = call(builder, arguments).await.unwrap();
    match read.payload {
        Payload::Json(json) => assert_eq!(json.get(), r#"{"n":1.50}"#),
        other => panic!("{other:?}"),
    }
    let host = server.url.trim_start_matches("http://").to_owned();
    let agent = concat!("toolwright/", env!("CARGO_PKG_VERSION"));
    assert_eq!(
        server.requests(),
        [format!(
            "GET /api/books/a%20b/pages?q=x%26y,z HTTP/1.1\r\nx-trace: t\r\ncookie: c=1%3B2\r\n\
             accept: application/json\r\nuser-agent: {agent}\r\nhost: {host}\r\n\r\n"
        )]
    );
}

#[tokio::test]
async fn bodies_are_sent_with_their_media_type() {
    let server = Recorder::start(Answer::head("204 No Content", "", "")).await;
    let http = json!({"method": "POST", "path": "/books", "body": {
        "argument": "body", "mediaType": "application/json", "kind": "json", "required": true}});
    let arguments = json!({"body": {"title": "x"}});
    let read = call(builder(http.clone(), &server.url), arguments).await.unwrap();
    assert!(matches!(read.payload, Payload::Empty));
    assert_eq!(read.note, None);
    let request = server.requests().remove(0);
    assert!(request.contains("content-type: application/json\r\n"), "{request}");
    assert!(request.ends_with("\r\n\r\n{\"title\":\"x\"}"), "{request}");
    let missing = call(builder(http, &server.url), json!({})).await.unwrap_err();
    assert_eq!(missing, "tool: the argument `body` is required");
}

#[tokio::test]
async fn credentials_go_where_their_scheme_says() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{}")).await;
    let mut http = everywhere();
    http["security"] = json!([[{"scheme": "key"}, {"scheme": "token"}, {"scheme": "session"}]]);
    let builder = builder(http, &server.url)
        .credential("key", "k&1")
        .credential("token", "t-canary")
        .credential("session", "s;1");
    call(builder, json!({"id": "1", "c": "2"})).await.unwrap();
    let request = server.requests().remove(0);
    assert!(request.starts_with("GET /books/1/pages?api_key=k%261 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Bearer t-canary\r\n"), "{request}");
    assert!(request.contains("cookie: c=2; sid=s%3B1\r\n"), "{request}");
}

#[tokio::test]
async fn an_error_is_text_that_helps() {
    let answer = Answer::new("404 Not Found", "application/problem+json", r#"{"title":"No"}"#);
    let server = Recorder::start(answer).await;
    let text = call(builder(everywhere(), &server.url), json!({"id": "1"})).await.unwrap_err();
    assert!(text.starts_with("HTTP 404 Not Found from GET /books/{id}/pages."), "{text}");
    assert!(text.ends_with("\nNo"), "{text}");
    assert!(!text.contains(&server.url), "{text}");
}

#[tokio::test]
async fn no_more_calls_than_allowed_are_under_way() {
    let server = Recorder::start(Answer::Hang).await;
    let limits = Limits { concurrency: 2, total: Duration::from_millis(400), ..Limits::default() };
    let builder = || builder(everywhere(), &server.url).limits(limits.clone());
    let upstream = builder().build().unwrap();
    let arguments = serde_json::value::to_raw_value(&json!({"id": "1"})).unwrap();
    let cx = Context::detached();
    let one = || upstream.exchange(&cx, 0, &arguments);
    let all = tokio::join!(one(), one(), one(), one());
    for text in [all.0, all.1, all.2, all.3].map(|outcome| outcome.err().unwrap()) {
        assert!(text.contains("did not answer"), "{text}");
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn dropping_a_call_frees_its_slot() {
    let server = Recorder::start(Answer::Hang).await;
    let limits = Limits { concurrency: 1, ..Limits::default() };
    let upstream = builder(everywhere(), &server.url).limits(limits).build().unwrap();
    let arguments = serde_json::value::to_raw_value(&json!({"id": "1"})).unwrap();
    let cx = Context::detached();
    for expected in 1..=3 {
        let mut call = Box::pin(upstream.exchange(&cx, 0, &arguments));
        while server.requests().len() < expected {
            let step = tokio::time::timeout(Duration::from_millis(5), &mut call).await;
            assert!(step.is_err(), "the call ended");
        }
    }
}
