//! The service alone, as an application mounts it.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use toolwright_core::Server;
use toolwright_core::tool::FnTools;
use toolwright_http::serve::{Body, Error, Options, Serve, Service};
use toolwright_spec::{JsonSchema, Tool};
use tower_service::Service as _;

use super::support::message;

fn server() -> Server {
    let tool = Tool::new("hello", JsonSchema::from(json!({ "type": "object" })));
    let tools = FnTools::new().with(tool, |_, _: Value| async { "hello" });
    Server::new("mounted", "1.0.0").tools(tools)
}

fn request(uri: &str) -> Request<Full<Bytes>> {
    let body = message(1, "tools/call", json!({ "name": "hello" }));
    Request::post(uri)
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", "hello")
        .body(Full::from(body))
        .unwrap()
}

/// What axum asks of a service that is nested.
fn nested<S>(service: S) -> S
where
    S: tower_service::Service<Request<Full<Bytes>>, Response = Response<Body>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
{
    service
}

#[tokio::test]
async fn it_serves_at_any_path() {
    let mut service = nested(server().into_http_service().unwrap());
    for uri in ["/", "/mcp", "/deep/down"] {
        let response = service.call(request(uri)).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{uri}");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        let answer: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(answer["result"]["content"][0]["text"], "hello");
    }
}

#[tokio::test]
async fn its_guards_come_along() {
    let mut service = server().into_http_service().unwrap();
    let mut foreign = request("/");
    foreign.headers_mut().insert("host", "evil.example.com".parse().unwrap());
    let response = service.call(foreign).await.unwrap();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains(".host(\\\"evil.example.com\\\")"));
    let large = Request::post("/")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "*/*")
        .body(Full::<Bytes>::from(vec![b' '; (4 << 20) + 1]))
        .unwrap();
    let response = service.call(large).await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}

/// A body that counts what is taken of it.
struct Counted(Arc<AtomicUsize>);

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<Bytes>, Infallible>>> {
        let taken = self.0.fetch_add(1, Ordering::SeqCst);
        let piece = Bytes::from(vec![b' '; 1 << 20]);
        Poll::Ready((taken < 64).then(|| Ok(http_body::Frame::data(piece))))
    }
}

#[tokio::test]
async fn bodies_are_taken_no_further_than_needed() {
    let service = server().into_http_service().unwrap();
    let taken = Arc::new(AtomicUsize::new(0));
    let (head, _) = request("/").into_parts();
    let large = Request::from_parts(head, Counted(Arc::clone(&taken)));
    assert_eq!(service.handle(large).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(taken.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn what_cannot_be_served_is_said_at_once() {
    let with = |options: &Options| server().into_http_service_with(options).unwrap_err();
    let error = with(&Options::new().host("https://mcp.example.com"));
    assert!(matches!(&error, Error::Host(_)), "{error}");
    let error = with(&Options::new().origin("app.example.com"));
    assert!(matches!(&error, Error::Origin(_)), "{error}");
    let error = with(&Options::new().path("mcp"));
    assert!(matches!(&error, Error::Path(_)), "{error}");
    let schema = json!({ "type": "object", "properties": {
        "a": { "type": "number", "x-mcp-header": "A" } } });
    let tools =
        FnTools::new().with(Tool::new("bad", JsonSchema::from(schema)), |_, _: Value| async { "" });
    let error = Server::new("bad", "1").tools(tools).into_http_service().unwrap_err();
    assert!(matches!(&error, Error::ParameterHeader { .. }), "{error}");
    let error = server().http("0.0.0.0:0").bind().await.unwrap_err();
    assert!(matches!(&error, Error::NoHosts(_)), "{error}");
    let error = server().http("nowhere").bind().await.unwrap_err();
    assert!(matches!(&error, Error::Listen { .. }), "{error}");
    let bound = server().http("0.0.0.0:0").host("mcp.example.com").bind().await.unwrap();
    assert!(bound.url().ends_with("/mcp"));
}

#[test]
fn clones_are_one_service() {
    fn is_shared<T: Clone + Send + Sync + std::fmt::Debug>() {}
    is_shared::<Service>();
}
