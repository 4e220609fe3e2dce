//! Upstreams that fail for a while, send elsewhere, or take their time.

use super::*;

fn ok() -> Answer {
    Answer::new("200 OK", "application/json", "{}")
}

fn status(status: &str, headers: &str) -> Answer {
    Answer::head(status, headers, "")
}

/// A tool without parameters.
fn plain(method: &str) -> Value {
    json!({"method": method, "path": "/x", "responses": [
        {"status": {"code": 200}, "mediaTypes": ["application/json"]}]})
}

fn quick() -> Limits {
    Limits { first_pause: Duration::from_millis(1), ..Limits::default() }
}

#[tokio::test]
async fn what_does_no_harm_is_sent_again() {
    let broken = || Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_vec());
    let busy = || status("503 Unavailable", "Retry-After: 0\r\n");
    for method in ["GET", "PUT", "DELETE", "HEAD"] {
        let server = Recorder::script(vec![busy(), status("502 Bad", ""), ok()]).await;
        let called = call(builder(plain(method), &server.url).limits(quick()), json!({})).await;
        // A response to HEAD has no body, and that one's length is wrong: what counts is how often.
        assert!(called.is_ok() || method == "HEAD", "{method}: {called:?}");
        assert_eq!(server.requests().len(), 3, "{method}");
    }
    let server = Recorder::script(vec![broken(), ok()]).await;
    call(builder(plain("GET"), &server.url).limits(quick()), json!({})).await.unwrap();
    assert_eq!(server.requests().len(), 2);
    for answer in [busy(), broken(), status("429 Many", "")] {
        let server = Recorder::script(vec![answer, ok()]).await;
        for method in ["POST", "PATCH"] {
            let builder = builder(plain(method), &server.url).limits(quick());
            let outcome = call(builder, json!({})).await;
            assert_eq!(outcome.is_err(), method == "POST", "{outcome:?}");
        }
        assert_eq!(server.requests().len(), 2, "one for each method");
    }
}

#[tokio::test]
async fn attempts_have_an_end() {
    let server = Recorder::start(status("503 Unavailable", "")).await;
    let text = call(builder(plain("GET"), &server.url).limits(quick()), json!({})).await;
    assert!(text.unwrap_err().starts_with("HTTP 503"));
    assert_eq!(server.requests().len(), 3);
    // A service that wants to be left alone for longer than is waited for is not asked again.
    for after in ["11", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let server =
            Recorder::start(status("429 Many", &format!("Retry-After: {after}\r\n"))).await;
        let text = call(builder(plain("GET"), &server.url).limits(quick()), json!({})).await;
        assert!(text.unwrap_err().starts_with("HTTP 429"));
        assert_eq!(server.requests().len(), 1);
    }
    // Nor one that wants more than the call has.
    let limits = Limits { total: Duration::from_secs(2), ..quick() };
    let server = Recorder::start(status("429 Many", "Retry-After: 5\r\n")).await;
    let text = call(builder(plain("GET"), &server.url).limits(limits), json!({})).await;
    assert!(text.unwrap_err().starts_with("HTTP 429"));
}

#[tokio::test]
async fn what_was_never_sent_is_sent_again_whatever_it_is() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let limits = Limits { retries: 20, longest_pause: Duration::from_millis(50), ..quick() };
    let calling =
        call(builder(plain("POST"), &format!("http://{address}")).limits(limits), json!({}));
    let later = async {
        // Some attempts fail before anybody listens.
        tokio::time::sleep(Duration::from_millis(30)).await;
        let listener = tokio::net::TcpListener::bind(address).await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        let read = tokio::io::AsyncReadExt::read(&mut stream, &mut request).await.unwrap();
        assert!(request[..read].starts_with(b"POST /x"));
        let answer = b"HTTP/1.1 204 No Content\r\n\r\n";
        tokio::io::AsyncWriteExt::write_all(&mut stream, answer).await.unwrap();
    };
    let (called, ()) = tokio::join!(calling, later);
    called.unwrap();
}

#[tokio::test]
async fn redirects_within_the_origin_are_followed_with_credentials() {
    let to = |status: &str| Answer::head(status, "Location: /y?page=2\r\n", "");
    for (method, code, leads) in [
        ("GET", "301 Moved", Some("GET")),
        ("GET", "302 Found", Some("GET")),
        ("GET", "307 Temporary", Some("GET")),
        ("POST", "303 See Other", Some("GET")),
        ("POST", "307 Temporary", Some("POST")),
        ("POST", "308 Permanent", Some("POST")),
        ("POST", "301 Moved", None),
        ("POST", "302 Found", None),
    ] {
        let server = Recorder::script(vec![to(code), ok()]).await;
        let mut http = plain(method);
        http["security"] = json!([[{"scheme": "key"}, {"scheme": "token"}]]);
        http["body"] = json!({"argument": "body", "mediaType": "text/plain", "kind": "text"});
        let builder =
            builder(http, &server.url).credential("key", "k-1").credential("token", "t-1");
        let body = if method == "GET" { json!({}) } else { json!({"body": "some"}) };
        let outcome = call(builder, body).await;
        let requests = server.requests();
        let Some(leads) = leads else {
            assert!(outcome.unwrap_err().contains("not followed"), "{method} {code}");
            assert_eq!(requests.len(), 1);
            continue;
        };
        outcome.unwrap();
        let line = format!("{leads} /y?page=2&api_key=k-1 HTTP/1.1\r\n");
        assert!(requests[1].starts_with(&line), "{code}: {}", requests[1]);
        assert!(requests[1].contains("authorization: Bearer t-1\r\n"), "{}", requests[1]);
        assert_eq!(requests[1].ends_with("some"), leads == "POST", "{}", requests[1]);
    }
}

#[tokio::test]
async fn redirects_have_an_end() {
    let server = Recorder::start(Answer::head("302 Found", "Location: /x\r\n", "")).await;
    let text = call(builder(plain("GET"), &server.url), json!({})).await.unwrap_err();
    assert!(text.contains("more than 3 redirects"), "{text}");
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn connections_are_used_again() {
    let answer =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    let server = Recorder::start(Answer::Kept(answer.to_vec())).await;
    let upstream = builder(plain("GET"), &server.url).build().unwrap();
    let nothing = RawValue::from_string("{}".to_owned()).unwrap();
    for _ in 0..5 {
        upstream.exchange(&Context::detached(), 0, &nothing).await.unwrap();
    }
    assert_eq!((server.requests().len(), server.connections()), (5, 1));
}

#[tokio::test]
async fn the_head_of_a_response_has_a_time_of_its_own() {
    let server = Recorder::start(Answer::Hang).await;
    let limits = Limits { first_byte: Duration::from_millis(50), ..quick() };
    let text = call(builder(plain("GET"), &server.url).limits(limits), json!({})).await;
    assert!(text.unwrap_err().contains("did not answer within"));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn requests_in_a_second_are_bounded() {
    let server = Recorder::start(ok()).await;
    let limits = Limits { rate: 2, total: Duration::from_millis(100), ..quick() };
    let upstream = builder(plain("GET"), &server.url).limits(limits).build().unwrap();
    let nothing = RawValue::from_string("{}".to_owned()).unwrap();
    for _ in 0..2 {
        upstream.exchange(&Context::detached(), 0, &nothing).await.unwrap();
    }
    assert!(
        upstream.exchange(&Context::detached(), 0, &nothing).await.is_err(),
        "the third waits for too long"
    );
    assert_eq!(server.requests().len(), 2);
}
