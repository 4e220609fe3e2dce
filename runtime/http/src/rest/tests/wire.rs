//! What goes over the wire and comes back in odd cases: names that clash, nulls, answers that are
//! broken, late, encoded, or in another character encoding.

use super::*;

fn ok() -> Answer {
    Answer::new("200 OK", "application/json", "{}")
}

/// The head and body of the only request that a call sends.
async fn sent(http: Value, arguments: Value) -> String {
    let server = Recorder::start(ok()).await;
    let builder = builder(http, &server.url).credential("session", "right");
    call(builder, arguments).await.unwrap();
    server.requests().remove(0)
}

async fn failed(answer: Answer, limits: Limits) -> String {
    let server = Recorder::start(answer).await;
    let http = json!({"method": "GET", "path": "/x"});
    call(builder(http, &server.url).limits(limits), json!({})).await.unwrap_err()
}

async fn read(answer: Answer) -> Read {
    let server = Recorder::start(answer).await;
    call(builder(json!({"method": "GET", "path": "/x"}), &server.url), json!({})).await.unwrap()
}

fn shown(read: &Read) -> &str {
    match &read.payload {
        Payload::Json(json) => json.get(),
        Payload::Text(text) => text,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn no_argument_stands_beside_a_credential_or_a_preset_of_its_name() {
    let mut cookie = parameter("cookie", "more", "form");
    cookie["explode"] = json!(true);
    let mut filter = parameter("query", "filter", "form");
    filter["explode"] = json!(true);
    let fixed = |place: &str, name: &str| {
        let mut fixed = parameter(place, name, "form");
        fixed["preset"] = json!({"value": "fixed"});
        fixed
    };
    let http = json!({"method": "GET", "path": "/x", "security": [[{"scheme": "session"}]],
        "parameters": [fixed("query", "shop"), filter, fixed("cookie", "lang"), cookie,
                       parameter("cookie", "sid", "form")]});
    let arguments = json!({"sid": "stolen", "filter": {"shop": "other", "q": "1"},
                           "more": {"sid": "stolen", "lang": "other", "c": "2"}});
    let request = sent(http, arguments).await;
    assert!(request.starts_with("GET /x?shop=fixed&q=1 HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\ncookie: lang=fixed; c=2; sid=right\r\n"), "{request}");
}

#[tokio::test]
async fn nulls_and_empty_lists_are_not_sent_but_where_null_is_the_body() {
    let required = |place: &str, name: &str| {
        let mut parameter = parameter(place, name, "simple");
        parameter["required"] = json!(true);
        parameter
    };
    let http = json!({"method": "POST", "path": "/x", "parameters": [
        required("header", "X-A"), required("header", "X-B"), required("header", "X-C"),
        required("query", "q"), required("cookie", "c")],
        "body": {"argument": "body", "mediaType": "application/json", "kind": "json",
                 "required": true}});
    let arguments = json!({"X-A": null, "X-B": [], "X-C": {}, "q": null, "c": null, "body": null});
    let request = sent(http.clone(), arguments).await;
    assert!(request.starts_with("POST /x HTTP/1.1\r\ncontent-type: application/json\r\naccept"));
    assert!(request.ends_with("\r\n\r\nnull"), "{request}");
    let server = Recorder::start(ok()).await;
    let text = call(builder(http, &server.url), json!({"X-A": "1"})).await.unwrap_err();
    assert!(text.contains("`X-B` is required"), "{text}");
}

#[tokio::test]
async fn a_url_that_is_too_long_is_refused_for_that_reason() {
    let parameters: Vec<Value> =
        (0..3).map(|n| parameter("query", &format!("q{n}"), "form")).collect();
    let http = json!({"method": "GET", "path": "/x", "parameters": parameters});
    let long = "é".repeat(4000);
    let server = Recorder::start(ok()).await;
    let text = call(builder(http, &server.url), json!({"q0": long, "q1": long, "q2": long})).await;
    let text = text.unwrap_err();
    assert!(text.contains("make a request of 72014 bytes"), "{text}");
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn limits_may_be_as_large_as_they_like() {
    let server =
        Recorder::start(Answer::head("503 Busy", "Retry-After: 18446744073709551615\r\n", ""))
            .await;
    let http = json!({"method": "GET", "path": "/x"});
    let limits = Limits {
        total: Duration::MAX,
        first_byte: Duration::MAX,
        connect: Duration::MAX,
        longest_pause: Duration::MAX,
        concurrency: usize::MAX,
        rate: u32::MAX,
        reply: usize::MAX,
        retries: 1,
        ..Limits::default()
    };
    let text = call(builder(http, &server.url).limits(limits), json!({})).await.unwrap_err();
    assert!(text.starts_with("HTTP 503"), "{text}");
}

#[tokio::test]
async fn the_status_of_an_error_counts_whatever_comes_with_it() {
    let head =
        |more: &str| format!("HTTP/1.1 404 No\r\nContent-Type: application/json\r\n{more}\r\n");
    let short = Limits { total: Duration::from_millis(300), retries: 0, ..Limits::default() };
    let broken = format!("{}{{\"a\"", head("Content-Length: 99\r\n")).into_bytes();
    let late = head("Content-Length: 99\r\n").into_bytes();
    for (what, answer) in [
        ("cut", Answer::Bytes(broken.clone())),
        ("reset", Answer::Reset(broken)),
        ("late", Answer::Stall(late)),
        ("long", Answer::Flood(head("").into_bytes(), vec![b'x'; 64 << 10])),
        ("gzip", Answer::head("404 No", "Content-Encoding: gzip\r\n", "bomb")),
        ("1 TB", Answer::Stall(head("Content-Length: 1099511627776\r\n").into_bytes())),
    ] {
        let text = failed(answer, short.clone()).await;
        assert!(text.starts_with("HTTP 404"), "{what}: {text}");
    }
    let many: String = (0..200).map(|n| format!("X-{n}: y\r\n")).collect();
    let large = format!("HTTP/1.1 200 OK\r\n{many}\r\n");
    let text = failed(Answer::Bytes(large.into_bytes()), short.clone()).await;
    assert!(text.contains("larger than is read"), "{text}");
}

#[tokio::test]
async fn what_has_no_body_has_no_encoding() {
    for answer in [
        Answer::head("204 No Content", "Content-Encoding: gzip\r\n", ""),
        Answer::head("200 OK", "Content-Encoding: identity, gzip\r\n", ""),
        Answer::head("205 Reset", "", ""),
    ] {
        assert!(matches!(read(answer).await.payload, Payload::Empty));
    }
    let two = Answer::head("200 OK", "Content-Encoding: identity\r\nContent-Encoding: br\r\n", "x");
    assert!(failed(two, Limits::default()).await.contains("`br`"));
}

#[tokio::test]
async fn odd_but_valid_http_is_read() {
    let json = "Content-Type: application/json\r\n";
    for answer in [
        format!(
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n{json}Content-Length: 2\r\n\r\n[]"
        ),
        format!(
            "HTTP/1.1 200 OK\r\n{json}Transfer-Encoding: chunked\r\n\r\n1;a=b\r\n[\r\n1\r\n]\r\n0\r\nX-Sum: 1\r\n\r\n"
        ),
        format!("HTTP/1.0 200 OK\r\n{json}\r\n[]"),
        "HTTP/1.1 200\r\ncontent-TYPE: APPLICATION/JSON;CHARSET=UTF8\r\n\r\n[]".to_owned(),
        format!("HTTP/1.1 299 Odd\r\n{json}Content-Length: 2\r\nConnection: close\r\n\r\n[]{{}}"),
    ] {
        let read = read(Answer::Bytes(answer.clone().into_bytes())).await;
        assert_eq!(shown(&read), "[]", "{answer}");
    }
    let body_of_none = b"HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\nhello".to_vec();
    assert!(matches!(read(Answer::Bytes(body_of_none)).await.payload, Payload::Empty));
}

#[tokio::test]
async fn replies_in_other_encodings_are_read() {
    let bytes = |content_type: &str, body: &[u8]| {
        let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n");
        Answer::Bytes([head.as_bytes(), body].concat())
    };
    let latin = read(bytes("application/json; charset=ISO-8859-1", b"{\"a\":\"caf\xe9\"}")).await;
    assert_eq!((shown(&latin), latin.remarks.len()), (r#"{"a":"café"}"#, 0));
    let wide = read(bytes("application/json", b"\xff\xfe[\x001\x00]\x00")).await;
    assert_eq!(shown(&wide), "[1]");
    let broken = read(bytes("application/json", b"[\"a\xff\"]")).await;
    assert_eq!(shown(&broken), "[\"a\u{fffd}\"]");
    assert!(broken.remarks[0].contains("no UTF-8"), "{:?}", broken.remarks);
    let half =
        read(bytes("application/json", br#"{"a":"\ud800","n":1e400,"b":[1,1],"b":2}"#)).await;
    assert_eq!(shown(&half), r#"{"a":"\ufffd","n":1e400,"b":[1,1],"b":2}"#);
}

#[tokio::test]
async fn hostile_links_cost_no_time_and_lead_nowhere() {
    let deep = format!("/%{}41", "25".repeat(1 << 20));
    let page = json!({"items": [1], "next": deep}).to_string();
    let server = Recorder::start(Answer::new("200 OK", "application/json", &page)).await;
    let http = json!({"method": "GET", "path": "/x", "paging":
        {"kind": "next", "next": "/next", "items": "/items", "argument": "pages", "max": 3}});
    let read = call(builder(http, &server.url), json!({"pages": 3})).await.unwrap();
    assert!(read.remarks[0].contains("it is too long"), "{:?}", read.remarks);
    let deep = format!("Location: /%{}41\r\n", "25".repeat(8000));
    let text = failed(Answer::head("302 Found", &deep, ""), Limits::default()).await;
    assert!(text.contains("redirects"), "{text}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn members_that_come_twice_hide_nothing_and_lose_nothing() {
    let body = r#"{"id":1,"secret":2,"id":3,"secret":4}"#;
    let server = Recorder::start(Answer::new("200 OK", "application/json", body)).await;
    let http = json!({"method": "GET", "path": "/x", "fields": {"keep": ["/id"]}});
    let read = call(builder(http, &server.url), json!({})).await.unwrap();
    assert_eq!(shown(&read), r#"{"id":3}"#);
}

#[tokio::test]
async fn what_a_response_says_in_its_headers_alone_is_shown() {
    let made = Answer::head("201 Created", "Location: /books/7?api_key=canary-secret\r\n", "");
    let server = Recorder::start(made).await;
    let http = json!({"method": "POST", "path": "/x", "security": [[{"scheme": "key"}]]});
    let builder = builder(http, &server.url).credential("key", "canary-secret");
    let read = call(builder, json!({})).await.unwrap();
    assert_eq!(read.remarks, ["Its headers say:\nlocation: /books/7?api_key=[redacted]"]);
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nETag: \"a\"\r\n\r\n".to_vec();
    let server = Recorder::start(Answer::Bytes(head)).await;
    let http = json!({"method": "HEAD", "path": "/x"});
    let read = call(super::builder(http, &server.url), json!({})).await.unwrap();
    assert_eq!(read.remarks, ["Its headers say:\ncontent-length: 12\netag: \"a\""]);
}
