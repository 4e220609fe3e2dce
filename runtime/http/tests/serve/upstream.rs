//! What callers show to a server is for that server alone.

use std::sync::{Arc, Mutex};

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use toolwright_core::descriptor::Descriptor;
use toolwright_core::{Context, Server};
use toolwright_http::rest::{
    Provider, ProviderError, RestTools, Secret, Upstream, UpstreamBuilder, Wanted,
};
use toolwright_http::serve::{Serve, parts};

use super::support::{Wire, modern};

fn descriptor() -> Descriptor {
    let api = json!({
        "name": "shop", "title": "Shop", "version": "1",
        "securitySchemes": {"token": {"type": "bearer", "env": "SHOP_TOKEN"}},
    });
    let tool = json!({
        "name": "list", "inputSchema": {"type": "object"}, "annotations": {},
        "reply": {"kind": "json", "wrapped": false},
        "http": {"method": "GET", "path": "/list", "security": [[{"scheme": "token"}]]},
    });
    Descriptor { api: api.to_string().into(), tools: vec![tool.to_string().into()].into() }
}

/// A service that keeps what it was sent.
async fn service() -> (String, Arc<Mutex<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let read = stream.read(&mut request).await.unwrap();
            kept.lock().unwrap().push_str(&String::from_utf8_lossy(&request[..read]));
            let answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
                          Content-Length: 2\r\nConnection: close\r\n\r\n{}";
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, seen)
}

/// What a service sees of a call whose caller shows a token, a cookie and more.
async fn seen(configure: impl FnOnce(UpstreamBuilder) -> UpstreamBuilder) -> String {
    let (url, seen) = service().await;
    let descriptor = descriptor();
    let upstream = configure(Upstream::builder(&descriptor).base_url(url)).build().unwrap();
    let tools = RestTools::new(&descriptor, upstream);
    let bound = Server::new("site", "1").tools(tools).http("127.0.0.1:0").bind().await.unwrap();
    let address = bound.address();
    tokio::spawn(bound.serve_until(std::future::pending()));
    let request = String::from_utf8(modern(1, "tools/call", json!({"name": "list"}))).unwrap();
    let (line, rest) = request.split_once("\r\n").unwrap();
    let shown = "Authorization: Bearer canary-1\r\nCookie: sid=canary-2\r\n\
                 Proxy-Authorization: Basic canary-3\r\nX-Api-Key: canary-4";
    let mut wire = Wire::connect(address).await;
    wire.write(format!("{line}\r\n{shown}\r\n{rest}").as_bytes()).await;
    let reply = wire.reply().await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(!reply.text().contains("canary"), "{}", reply.text());
    seen.lock().unwrap().clone()
}

#[tokio::test]
async fn p15_tokens_of_callers_are_not_passed_on() {
    let own = seen(|upstream| upstream.credential("token", "our-own-token")).await;
    assert!(own.contains("authorization: Bearer our-own-token\r\n"), "{own}");
    assert!(!own.contains("canary"), "{own}");
    let anonymous = seen(UpstreamBuilder::anonymous).await;
    assert!(anonymous.starts_with("GET /list HTTP/1.1\r\n"), "{anonymous}");
    assert!(!anonymous.contains("canary") && !anonymous.contains("authorization"), "{anonymous}");
    // Nothing is sent instead of a token that is missing.
    assert_eq!(seen(|upstream| upstream).await, "");
}

/// Passes on what the caller shows: whoever wants that has to write it.
struct Passing;

impl Provider for Passing {
    async fn secret(&self, cx: &Context, _: &Wanted<'_>) -> Result<Secret, ProviderError> {
        let shown = parts(cx).and_then(|head| head.headers.get("authorization")?.to_str().ok());
        shown.map(Secret::new).ok_or_else(|| ProviderError::new("the caller shows no token"))
    }
}

#[tokio::test]
async fn a_provider_may_pass_on_what_callers_show() {
    let passed = seen(|upstream| upstream.provider("token", Passing)).await;
    assert!(passed.contains("authorization: Bearer canary-1\r\n"), "{passed}");
    for other in ["canary-2", "canary-3", "canary-4"] {
        assert!(!passed.contains(other), "{passed}");
    }
}
