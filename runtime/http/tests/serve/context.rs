//! What handlers know of the HTTP around their requests.

use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use toolwright_core::context::{Extensions, Principal};
use toolwright_core::middleware::RateLimit;
use toolwright_core::tool::FnTools;
use toolwright_core::{Context, Resources, Server, ToolError};
use toolwright_http::serve::{Limits, Options, Peer, Serve, Service, client_ip, parts, peer_ip};
use toolwright_spec::ResourceTemplate;

use super::support::message;

struct Tenant(u32);
struct Started(u32);

fn service() -> Service {
    let tools = FnTools::new()
        .tool("who", "Who asks", |cx: Context, (): ()| async move {
            let agent = parts(&cx).and_then(|parts| parts.headers.get("user-agent"));
            let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or("?");
            let tenant = cx.extension::<Tenant>().map_or(0, |tenant| tenant.0);
            let address = peer_ip(&cx).map(|ip| ip.to_string());
            let subject = cx.principal().map(Principal::subject);
            let told = json!([agent, tenant, address, subject, cx.principal_key()]);
            told.to_string()
        })
        .tool("started", "What the server made", |cx: Context, (): ()| async move {
            cx.info("looking").await;
            Ok::<_, ToolError>(cx.state::<Started>()?.0)
        });
    let server = Server::new("context", "1").tools(tools).logging();
    let server = server.lifespan(|| async { Ok(Started(7)) }, |_| async { Ok(()) });
    server.into_http_service().unwrap()
}

fn post() -> http::request::Builder {
    Request::post("/")
        .header("host", "localhost")
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("user-agent", "test/1")
}

fn modern(tool: &str, meta: Value) -> Request<Full<Bytes>> {
    let mut body: Value =
        serde_json::from_str(&message(1, "tools/call", json!({ "name": tool }))).unwrap();
    for (name, value) in meta.as_object().into_iter().flatten() {
        body["params"]["_meta"][name] = value.clone();
    }
    post()
        .header("mcp-protocol-version", "2026-07-28")
        .header("mcp-method", "tools/call")
        .header("mcp-name", tool)
        .body(Full::from(body.to_string()))
        .unwrap()
}

async fn text(service: &Service, request: Request<Full<Bytes>>) -> String {
    let response = service.handle(request).await;
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

fn told(answer: &str) -> Value {
    let answer: Value = serde_json::from_str(answer).unwrap();
    serde_json::from_str(answer["result"]["content"][0]["text"].as_str().unwrap()).unwrap()
}

/// What the application's middleware puts into requests.
fn known(mut request: Request<Full<Bytes>>) -> Request<Full<Bytes>> {
    let mut extensions = Extensions::default();
    extensions.insert(Tenant(12));
    let known = request.extensions_mut();
    known.insert(extensions);
    known.insert(Peer(([10, 1, 2, 3], 50000).into()));
    known.insert(Principal::new("https://login.example", "ann"));
    request
}

#[tokio::test]
async fn handlers_see_the_head_of_their_request() {
    let service = service();
    let answer = text(&service, modern("who", json!({}))).await;
    assert_eq!(told(&answer), json!(["test/1", 0, null, null, ""]));
    let answer = text(&service, known(modern("who", json!({})))).await;
    let expected = json!(["test/1", 12, "10.1.2.3", "ann", "21:https://login.exampleann"]);
    assert_eq!(told(&answer), expected);
}

#[tokio::test]
async fn requests_of_a_session_each_have_their_own() {
    let service = service();
    let open = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "0" } } });
    let open = post().body(Full::<Bytes>::from(open.to_string())).unwrap();
    let opened = service.handle(open).await;
    let session = opened.headers()["mcp-session-id"].clone();
    let who = || {
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": { "name": "who" } });
        let request = post().header("mcp-session-id", &session);
        request.body(Full::from(call.to_string())).unwrap()
    };
    let anonymous = json!(["test/1", 0, null, null, ""]);
    let ann = json!(["test/1", 12, "10.1.2.3", "ann", "21:https://login.exampleann"]);
    for (request, expected) in [(who(), &anonymous), (known(who()), &ann), (who(), &anonymous)] {
        let answer = text(&service, request).await;
        assert_eq!(told(&answer), *expected);
    }
}

#[tokio::test]
async fn the_first_request_starts_the_server() {
    let service = service();
    let answer = text(&service, modern("started", json!({}))).await;
    assert_eq!(told(&answer), 7);
}

#[tokio::test]
async fn log_messages_make_a_stream_of_an_answer() {
    let service = service();
    let meta = json!({ "io.modelcontextprotocol/logLevel": "info" });
    let answer = text(&service, modern("started", meta)).await;
    let events: Vec<Value> = answer
        .lines()
        .filter_map(|line| serde_json::from_str(line.strip_prefix("data: ")?).ok())
        .collect();
    let [log, answer] = &events[..] else { panic!("{answer}") };
    assert_eq!(log["params"], json!({ "level": "info", "data": "looking" }));
    assert_eq!(answer["result"]["content"][0]["text"], "7");
}

#[tokio::test]
async fn a_server_that_cannot_start_says_so() {
    let server = Server::new("broken", "1").lifespan(
        || async { Err::<(), _>(toolwright_core::Error::msg("canary")) },
        |_| async { Ok(()) },
    );
    let service = server.into_http_service().unwrap();
    for _ in 0..2 {
        let response = service.handle(modern("who", json!({}))).await;
        assert_eq!(response.status(), http::StatusCode::SERVICE_UNAVAILABLE);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(!String::from_utf8_lossy(&body).contains("canary"));
    }
}

fn server(tool: fn(&Context) -> String) -> Server {
    let tools =
        FnTools::new().tool("who", "Who asks", move |cx: Context, (): ()| async move { tool(&cx) });
    Server::new("context", "1").tools(tools)
}

#[tokio::test]
async fn a_trusted_proxy_says_who_the_client_is() {
    let told = |cx: &Context| format!("{:?} by {:?}", client_ip(cx), peer_ip(cx));
    let options = Options::new().trusted_proxy("10.0.0.0/8");
    let service = server(told).into_http_service_with(&options).unwrap();
    for (from, expected) in [
        ([10, 1, 2, 3], "Some(192.0.2.7) by Some(10.1.2.3)"),
        ([11, 1, 2, 3], "Some(11.1.2.3) by Some(11.1.2.3)"),
    ] {
        let mut request = modern("who", json!({}));
        request.extensions_mut().insert(Peer((from, 50000).into()));
        request.headers_mut().insert("x-forwarded-for", "6.6.6.6, 192.0.2.7".parse().unwrap());
        let answer = text(&service, request).await;
        assert!(answer.contains(expected), "{answer}");
    }
}

/// A request that a proxy passes on from a client.
fn from(client: &str, mut request: Request<Full<Bytes>>) -> Request<Full<Bytes>> {
    request.extensions_mut().insert(Peer(([10, 1, 2, 3], 50000).into()));
    request.headers_mut().insert("x-forwarded-for", client.parse().unwrap());
    request
}

#[tokio::test]
async fn requests_that_stand_alone_are_limited_by_address() {
    let limited = || {
        let limit = RateLimit::new(1, Duration::from_secs(3600));
        server(|_| "ok".to_owned()).middleware(limit)
    };
    let trusting = Options::new().trusted_proxy("10.0.0.0/8");
    let service = limited().into_http_service_with(&trusting).unwrap();
    for (client, principal, allowed) in [
        ("192.0.2.1", None, true),
        ("192.0.2.1", None, false),
        ("::ffff:192.0.2.1", None, false),
        ("192.0.2.2", None, true),
        ("2001:db8::1", None, true),
        ("2001:db8::2", None, false),
        ("192.0.2.1", Some("ann"), true),
        ("192.0.2.3", Some("ann"), false),
    ] {
        let answer = text(&service, of(principal, from(client, modern("who", json!({}))))).await;
        assert_eq!(answer.contains("\"ok\""), allowed, "{client}: {answer}");
        assert_eq!(answer.contains("429"), !allowed, "{client}: {answer}");
    }
    // Nobody gets another allowance by writing headers.
    let service = limited().into_http_service().unwrap();
    for (client, allowed) in [("192.0.2.1", true), ("192.0.2.2", false)] {
        let answer = text(&service, from(client, modern("who", json!({})))).await;
        assert_eq!(answer.contains("\"ok\""), allowed, "{client}: {answer}");
    }
}

#[tokio::test]
async fn suggestions_for_requests_that_stand_alone_are_limited_by_address() {
    let resources = Resources::new()
        .template(ResourceTemplate::new("page", "book://{page}"), |_cx, (): ()| async { "" })
        .complete("page", |_cx: Context, _| async { Ok(vec!["Ann".to_owned()]) });
    let mut limits = toolwright_core::Limits::default();
    limits.completions_per_second = 1;
    let server = Server::new("context", "1").resources(resources).limits(limits);
    let options = Options::new().trusted_proxy("10.0.0.0/8");
    let service = server.into_http_service_with(&options).unwrap();
    let params = json!({ "ref": { "type": "ref/resource", "uri": "book://{page}" },
        "argument": { "name": "page", "value": "" } });
    let request = || {
        post()
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "completion/complete")
            .body(Full::from(message(1, "completion/complete", params.clone())))
            .unwrap()
    };
    // All of it within the second for which one allowance lasts.
    for client in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        let answer = text(&service, from(client, request())).await;
        assert!(answer.contains("Ann"), "{client}: {answer}");
    }
}

fn of(principal: Option<&str>, mut request: Request<Full<Bytes>>) -> Request<Full<Bytes>> {
    if let Some(subject) = principal {
        let principal = Principal::new("https://login.example", subject);
        request.extensions_mut().insert(principal);
    }
    request
}

fn initialize() -> Request<Full<Bytes>> {
    let open = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "0" } } });
    post().body(Full::from(open.to_string())).unwrap()
}

#[tokio::test]
async fn sessions_belong_to_who_opened_them() {
    let service = server(|_| "ok".to_owned()).into_http_service().unwrap();
    let opened = service.handle(of(Some("ann"), initialize())).await;
    let session = opened.headers()["mcp-session-id"].clone();
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    for (principal, status) in [(Some("ann"), 200), (Some("bob"), 404), (None, 404)] {
        let request = || post().header("mcp-session-id", &session);
        let sent = service.handle(of(principal, request().body(Full::from(ping)).unwrap())).await;
        assert_eq!(sent.status(), status, "{principal:?}");
        let listen = request().method("GET").body(Full::default()).unwrap();
        assert_eq!(service.handle(of(principal, listen)).await.status(), status, "{principal:?}");
    }
    for (principal, status) in [(Some("bob"), 404), (Some("ann"), 204), (Some("ann"), 404)] {
        let end = post().method("DELETE").header("mcp-session-id", &session);
        let ended = service.handle(of(principal, end.body(Full::default()).unwrap())).await;
        assert_eq!(ended.status(), status, "{principal:?}");
    }
}

#[tokio::test]
async fn nobody_has_too_many_sessions() {
    let mut limits = Limits::default();
    limits.sessions_per_principal = 2;
    let options = Options::new().limits(limits);
    let service = server(|_| "ok".to_owned()).into_http_service_with(&options).unwrap();
    let open = |principal| service.handle(of(principal, initialize()));
    let first = open(Some("ann")).await;
    assert_eq!(open(Some("ann")).await.status(), 200);
    let refused = open(Some("ann")).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
    // Others have theirs, and who is nobody in particular shares what there is in all.
    assert_eq!(open(Some("bob")).await.status(), 200);
    for _ in 0..3 {
        assert_eq!(open(None).await.status(), 200);
    }
    let end = post().method("DELETE").header("mcp-session-id", &first.headers()["mcp-session-id"]);
    let ended = service.handle(of(Some("ann"), end.body(Full::default()).unwrap())).await;
    assert_eq!(ended.status(), 204);
    assert_eq!(open(Some("ann")).await.status(), 200);
    assert_eq!(open(Some("ann")).await.status(), 429);
}
