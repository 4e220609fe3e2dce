//! A server that is protected, an authorization server, and those who log in there.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use toolwright_core::context::Principal;
use toolwright_core::{Context, Server};
use toolwright_http::serve::{Body, Options, Serve, Service};
use tower_layer::Layer;
use tower_service::Service as _;

use super::super::ProtectedResource;
use crate::testing::AuthorizationServer;
use crate::verify::{InboundToken, Verified, from_fn};

const RESOURCE: &str = "http://localhost:8000/mcp";

fn service(login: &AuthorizationServer) -> Service {
    let resource = ProtectedResource::new(RESOURCE)
        .authorization_server(login.issuer())
        .scopes(["files:read"])
        .implies("files:write", ["files:read"]);
    Server::new("files", "1")
        .tool("read", "Reads", |cx: Context, (): ()| async move {
            let client = cx.extension::<Verified>().and_then(|it| Some(it.client()?.to_owned()));
            format!("{:?} by {client:?}", cx.principal().map(|who| who.subject().to_owned()))
        })
        .tool("write", "Writes", |_cx, (): ()| async { "written" })
        .scopes("read", ["files:read"])
        .scopes("write", ["files:write"])
        .into_http_service_with(&Options::new().authority(resource))
        .unwrap()
}

async fn send(
    service: &Service,
    token: &str,
    session: Option<&str>,
    body: Value,
) -> Response<Body> {
    let mut request = Request::post("/mcp")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("authorization", format!("Bearer {token}"));
    if let Some(session) = session {
        request = request.header("mcp-session-id", session);
    }
    service.handle(request.body(Full::<Bytes>::from(body.to_string())).unwrap()).await
}

async fn json_of(response: Response<Body>) -> Value {
    serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
}

/// A call of a session.
fn call(tool: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool } })
}

#[tokio::test]
async fn a_session_goes_on_with_every_good_token_of_its_owner() {
    let login = AuthorizationServer::start().await.unwrap();
    let service = service(&login);
    let token = |scopes: &[&str]| login.access_token(RESOURCE, scopes).unwrap();
    let open = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } } });
    let reader = token(&["files:read"]);
    let opened = send(&service, &reader, None, open).await;
    assert_eq!(opened.status(), 200);
    let session = opened.headers()["mcp-session-id"].to_str().unwrap().to_owned();
    let status = async |token: &str, tool: &str| {
        send(&service, token, Some(&session), call(tool)).await.status().as_u16()
    };

    let told = json_of(send(&service, &reader, Some(&session), call("read")).await).await;
    let person = told["result"]["content"][0]["text"].as_str().unwrap().to_owned();
    assert!(person.starts_with("Some(") && person.ends_with("by Some(\"test\")"), "{person}");
    let refused = send(&service, &reader, Some(&session), call("write")).await;
    assert_eq!(refused.status(), 403);
    let challenge = refused.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains(r#"scope="files:write""#), "{challenge}");
    // A broader token of the same person.
    let writer = token(&["files:write"]);
    assert_eq!((status(&writer, "write").await, status(&writer, "read").await), (200, 200));

    // Somebody else's session is none, and tokens for other servers are none.
    login.change(|it| it.person = "mallory".to_owned());
    assert_eq!(status(&token(&["files:write"]), "read").await, 404);
    for other in
        ["http://localhost:8000", "http://localhost:8000/mcp/", "http://localhost:8001/mcp"]
    {
        let foreign = login.access_token(other, &["files:read"]).unwrap();
        assert_eq!(status(&foreign, "read").await, 401, "{other}");
    }
    assert_eq!(status(&reader, "read").await, 200);
}

/// Also where a layer lets in who has a token.
#[tokio::test(start_paused = true)]
async fn streams_end_with_the_token_behind_a_layer() {
    let verifier = from_fn(|_: InboundToken| async {
        let ann = Verified::new(Principal::new("test", "ann"));
        Ok(ann.expires_at(SystemTime::now() + Duration::from_secs(5)))
    });
    let layer = ProtectedResource::new(RESOURCE)
        .authorization_server("https://login.example.com")
        .verifier(verifier)
        .layer()
        .unwrap();
    let server = Server::new("files", "1").tool("read", "Reads", |_cx, (): ()| async { "read" });
    let mut service = layer.layer(server.into_http_service().unwrap());
    let request = |method: &str| {
        let request = Request::builder().method(method).uri("/mcp").header("host", "localhost");
        request.header("authorization", "Bearer ann").header("content-type", "application/json")
    };
    let open = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } } });
    let opening = request("POST").header("accept", "application/json, text/event-stream");
    let opening = opening.body(Full::<Bytes>::from(open.to_string())).unwrap();
    let opened = service.call(opening).await.unwrap();
    let listening = request("GET").header("accept", "text/event-stream");
    let listening = listening.header("mcp-session-id", &opened.headers()["mcp-session-id"]);
    let began = tokio::time::Instant::now();
    let stream = service.call(listening.body(Full::<Bytes>::default()).unwrap()).await.unwrap();
    assert_eq!(stream.status(), 200);
    let end = tokio::time::timeout(Duration::from_secs(3600), stream.into_body().collect()).await;
    assert!(end.is_ok(), "the stream goes on");
    assert!(began.elapsed() <= Duration::from_secs(6), "{:?}", began.elapsed());
}
