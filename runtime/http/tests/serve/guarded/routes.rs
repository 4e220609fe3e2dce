//! Every way in is watched, and what strangers may know is told to them.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Full;
use serde_json::json;
use toolwright_http::serve::{Error, ExpiresIn, Options, RequiredScopes, Serve};

use super::door::{Caller, Door, Told, next, read, server, service};

fn empty(request: http::request::Builder) -> Request<Full<Bytes>> {
    request.header("accept", "text/event-stream").body(Full::default()).unwrap()
}

fn is_sent_away(told: &Told) {
    assert_eq!((told.status, told.challenge.as_deref()), (401, Some("Bearer")), "{told:?}");
    assert_eq!(told.json()["error"]["message"], "knock first");
}

#[tokio::test]
async fn strangers_are_sent_away_on_every_route() {
    let service = service();
    let ann = Caller::new(&service, Some("ann")).open("2025-11-25").await;
    let stranger = Caller { token: None, ..ann.clone() };
    let call = json!({ "name": "who" });
    for request in [
        stranger.modern("tools/call", call.clone()),
        stranger.old(1, "tools/call", &call),
        Caller::new(&service, None).old(0, "initialize", &json!({})),
        stranger.post("no JSON, which nobody looks at"),
        empty(stranger.request("GET", "/mcp")),
        empty(stranger.request("DELETE", "/mcp")),
        empty(stranger.request("GET", "/sse")),
        stranger
            .request("POST", "/messages?session_id=1")
            .header("content-type", "application/json")
            .body(Full::default())
            .unwrap(),
    ] {
        is_sent_away(&stranger.told(request).await);
    }
    // The session is still there.
    assert_eq!(ann.told(ann.old(1, "ping", &json!({}))).await.status, 200);
    let health = Caller::new(&service, None);
    assert_eq!(health.told(empty(health.request("GET", "/healthz"))).await.status, 200);
}

#[tokio::test]
async fn a_body_is_not_waited_for() {
    /// Never comes.
    struct Stuck;
    impl http_body::Body for Stuck {
        type Data = Bytes;
        type Error = std::convert::Infallible;
        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
            panic!("somebody reads the body of a stranger")
        }
    }
    let service = service();
    let stranger = Caller::new(&service, None);
    let (head, _) = stranger.post("").into_parts();
    let response = service.handle(Request::from_parts(head, Stuck)).await;
    is_sent_away(&read(response).await);
}

#[tokio::test]
async fn documents_are_for_everybody() {
    let service = service();
    let caller = Caller::new(&service, None);
    let ask = |method: &str, path: &str, host: &str| {
        Request::builder()
            .method(method)
            .uri(path)
            .header("host", host)
            .header("origin", "https://inspector.example")
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "mcp-protocol-version")
            .body(Full::<Bytes>::default())
            .unwrap()
    };
    let path = "/.well-known/door";
    let read = caller.send(ask("GET", path, "localhost")).await;
    assert_eq!(read.status(), 200);
    assert_eq!(read.headers()["access-control-allow-origin"], "*");
    assert_eq!(read.headers()["content-type"], "application/json");
    assert_eq!(super::door::read(read).await.json(), json!({ "knock": true }));
    let head = caller.send(ask("HEAD", path, "localhost")).await;
    assert_eq!(
        (head.status().as_u16(), &head.headers()["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    let asked = caller.send(ask("OPTIONS", path, "localhost")).await;
    assert_eq!(asked.status(), 204);
    assert_eq!(asked.headers()["access-control-allow-origin"], "*");
    let allowed = asked.headers()["access-control-allow-headers"].to_str().unwrap();
    assert!(allowed.contains("mcp-protocol-version"), "{allowed}");
    assert_eq!(caller.send(ask("POST", path, "localhost")).await.status(), 405);
    assert_eq!(caller.send(ask("GET", path, "evil.example")).await.status(), 403);
    let other = caller.request("GET", "/.well-known/other").body(Full::default()).unwrap();
    assert_eq!(caller.send(other).await.status(), 404);
}

#[tokio::test]
async fn handlers_know_who_asks_and_nothing_of_the_credentials() {
    let service = service();
    let ann = Caller::new(&service, Some("ann"));
    let session = ann.clone().open("2025-11-25").await;
    let call = json!({ "name": "who" });
    for request in [ann.modern("tools/call", call.clone()), session.old(1, "tools/call", &call)] {
        let response = ann.send(request).await;
        assert_eq!(response.headers()["x-door"], "seen");
        let told = read(response).await.json();
        assert_eq!(told["result"]["content"][0]["text"], "[\"ann\",false,false]");
    }
}

#[tokio::test]
async fn who_lacks_scopes_is_told_in_the_head_of_the_response() {
    let service = service();
    let ann = Caller::new(&service, Some("ann"));
    let session = ann.clone().open("2025-11-25").await;
    let call = json!({ "name": "write" });
    for request in [ann.modern("tools/call", call.clone()), session.old(1, "tools/call", &call)] {
        let told = ann.told(request).await;
        assert_eq!(told.status, 403);
        assert_eq!(told.challenge.as_deref(), Some("Bearer scope=\"write\""));
        let answer = told.json();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(1), &json!(403)));
    }
    // Whoever comes back with more goes on in the same session.
    let more = session.stolen_by("ann+write");
    assert_eq!(more.told(more.old(2, "tools/call", &call)).await.status, 200);
    assert_eq!(more.told(more.modern("tools/call", call)).await.status, 200);
}

#[tokio::test]
async fn what_has_begun_is_told_in_its_stream() {
    let service = service();
    let ann = Caller::new(&service, Some("ann"));
    let session = ann.clone().open("2025-11-25").await;
    let call = json!({ "name": "begins" });
    let old = json!({ "name": "begins", "_meta": { "progressToken": 1 } });
    for request in [ann.modern("tools/call", call), session.old(1, "tools/call", &old)] {
        let told = ann.told(request).await;
        assert_eq!((told.status, &told.challenge), (200, &None), "{told:?}");
        assert_eq!(told.last()["error"]["data"]["scope"], "write more");
    }
}

#[tokio::test]
async fn batches_are_answered_as_ever() {
    let service = service();
    let ann = Caller::new(&service, Some("ann")).open("2025-03-26").await;
    let call = |id: u32, name: &str| {
        json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": { "name": name } })
    };
    let told = ann.told(ann.post(&json!([call(1, "write"), call(2, "who")]).to_string())).await;
    assert_eq!((told.status, &told.challenge), (200, &None));
    assert!(told.body.contains("insufficient_scope") && told.body.contains("ann"), "{told:?}");
}

#[tokio::test]
async fn layers_around_a_service_learn_what_is_lacking() {
    let service = server().into_http_service_with(&Options::new()).unwrap();
    let caller = Caller::new(&service, None);
    let response = caller.send(caller.modern("tools/call", json!({ "name": "write" }))).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let required: &RequiredScopes = response.extensions().get().unwrap();
    assert_eq!(required.0, ["write"]);
    assert!(!response.headers().contains_key("www-authenticate"));
}

#[tokio::test(start_paused = true)]
async fn streams_that_only_listen_end_with_the_token() {
    let service = service();
    let short = Caller::new(&service, Some("ann~3000"));
    let session = short.clone().open("2025-11-25").await;
    let listen = json!({ "notifications": { "toolsListChanged": true } });
    for request in [
        short.modern("subscriptions/listen", listen.clone()),
        empty(session.request("GET", "/mcp")),
        empty(short.request("GET", "/sse")),
    ] {
        let began = tokio::time::Instant::now();
        let mut stream = short.send(request).await;
        assert_eq!(stream.status(), 200);
        while next(&mut stream).await.is_some() {}
        assert_eq!(began.elapsed().as_secs(), 3);
    }
    // The same by the word of a layer; the sooner end counts.
    for (token, time, seconds) in [("ann~3000", 2, 2), ("ann~3000", 4, 3), ("ann", 2, 2)] {
        let began = tokio::time::Instant::now();
        let caller = Caller::new(&service, Some(token));
        let mut request = caller.modern("subscriptions/listen", listen.clone());
        request.extensions_mut().insert(ExpiresIn(std::time::Duration::from_secs(time)));
        let mut stream = caller.send(request).await;
        while next(&mut stream).await.is_some() {}
        assert_eq!(began.elapsed().as_secs(), seconds);
    }
    // A call that was let in is served to its end, however long that takes.
    let hang = json!({ "name": "hang", "_meta": { "progressToken": 1 } });
    let mut stream = short.send(session.old(1, "tools/call", &hang)).await;
    let hour = std::time::Duration::from_secs(3600);
    let end = tokio::time::timeout(hour, async { while next(&mut stream).await.is_some() {} });
    assert!(end.await.is_err(), "the call was cut off");
}

#[test]
fn what_is_set_up_wrongly_is_said_before_anything_is_served() {
    struct Broken;
    impl toolwright_http::serve::Authority for Broken {
        fn authorize<'a>(
            &'a self,
            _: &'a http::request::Parts,
        ) -> toolwright_core::BoxFuture<
            'a,
            Result<toolwright_http::serve::Access, toolwright_http::serve::Denied>,
        > {
            unreachable!()
        }
        fn check(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
            Err("no lock".into())
        }
    }
    let error = server().into_http_service_with(&Options::new().authority(Broken)).unwrap_err();
    assert!(matches!(&error, Error::Authority(_)) && error.to_string() == "no lock", "{error}");
    server().into_http_service_with(&Options::new().authority(Door)).unwrap();
}
