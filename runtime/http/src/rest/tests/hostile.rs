//! Hostile arguments and hostile upstreams; `p01` and the like are rows of the table of what an API
//! proxy has to withstand.

use super::*;

#[tokio::test]
async fn p01_path_values_that_lead_elsewhere_never_reach_the_upstream() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{}")).await;
    for value in [
        "..",
        ".",
        "",
        "%2e%2e",
        ".%2E",
        "..%2f",
        "%252e%252e",
        "a/b",
        "a\\b",
        "//evil.example",
        "a\r\nHost: evil",
        "a\tb",
        "a\0b",
        "..;/admin",
        "%2F",
        "%5C..",
        "..%00",
    ] {
        let text =
            call(builder(everywhere(), &server.url), json!({"id": value})).await.unwrap_err();
        assert!(text.contains("`id`"), "{value:?}: {text}");
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn p02_other_hostile_path_values_are_data() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{}")).await;
    let values = ["?x=1", "#f", ";v=1", "@evil", ":80", "😀", "{id}", "a&b", "%", "-", "*", "~"];
    for value in values {
        call(builder(everywhere(), &server.url), json!({"id": value})).await.unwrap();
    }
    for (request, value) in server.requests().iter().zip(values) {
        let target = request.split(' ').nth(1).unwrap();
        assert!(target.starts_with("/books/") && target.ends_with("/pages"), "{value}: {target}");
        assert_eq!(target.matches('/').count(), 3, "{value}: {target}");
        assert!(!target.contains(['?', '#', '@', ';', '&']), "{value}: {target}");
    }
}

#[tokio::test]
async fn p03_values_have_limits() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{}")).await;
    let url = &server.url;
    let long = "x".repeat(64 << 10);
    for arguments in [
        json!({"id": long}),
        json!({"id": "1", "q": long}),
        json!({"id": "1", "q": vec![1; 1_000_000]}),
        json!({"id": "1", "X-Trace": long}),
    ] {
        let text = call(builder(everywhere(), url), arguments).await.unwrap_err();
        assert!(text.contains("it is longer than 8192 bytes"), "{text}");
    }
    let just = json!({"id": "x".repeat((8 << 10) - 2)});
    call(builder(everywhere(), url), just).await.unwrap();
    let small = Limits { head: 1024, ..Limits::default() };
    let text = call(builder(everywhere(), url).limits(small), json!({"id": "x".repeat(1024)}))
        .await
        .unwrap_err();
    assert!(text.contains("at most 1024 are sent"), "{text}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn headers_that_frame_the_message_cannot_be_set() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{}")).await;
    for name in ["Host", "Content-Length", "Transfer-Encoding", "X-Forwarded-For", "Cookie"] {
        let http = json!({"method": "GET", "path": "/", "parameters": [parameter("header", name, "simple")]});
        let mut arguments = serde_json::Map::new();
        arguments.insert(name.to_owned(), json!("1"));
        let text = call(builder(http, &server.url), arguments.into()).await.unwrap_err();
        assert!(text.contains("must not be set"), "{text}");
    }
    let http = json!({"method": "GET", "path": "/", "parameters": [
        parameter("header", "Authorization", "simple"), parameter("header", "X-A", "simple")]});
    let arguments = json!({"Authorization": "Bearer stolen", "X-A": "1"});
    call(builder(http.clone(), &server.url), arguments).await.unwrap();
    let split = json!({"X-A": "1\r\nX-B: 2"});
    assert!(call(builder(http, &server.url), split).await.unwrap_err().contains("`X-A`"));
    assert_eq!(server.requests().len(), 1);
    assert!(!server.requests()[0].contains("stolen"));
}

async fn failed(answer: Answer, limits: Limits) -> String {
    let limits = Limits { retries: 0, ..limits };
    let server = Recorder::start(answer).await;
    let mut http = everywhere();
    http["security"] = json!([[{"scheme": "key"}]]);
    let builder = builder(http, &server.url).limits(limits).credential("key", "canary-secret");
    let text = call(builder, json!({"id": "1"})).await.unwrap_err();
    assert!(!text.contains("canary"), "{text}");
    assert!(!text.contains("127.0.0.1"), "{text}");
    assert_eq!(server.requests().len(), 1);
    text
}

#[tokio::test]
async fn redirects_to_other_origins_are_not_followed() {
    let target = Recorder::start(Answer::new("200 OK", "text/plain", "")).await;
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let answer = Answer::head(status, &format!("Location: {}/x?secret=1\r\n", target.url), "");
        let text = failed(answer, Limits::default()).await;
        assert!(text.contains("not followed") && !text.contains("secret"), "{text}");
    }
    assert_eq!(target.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn error_pages_and_echoed_secrets_stay_out() {
    let page = Answer::new("500 Oops", "text/html", "<pre>at com.x.Y(Y.java:1)</pre>");
    let text = failed(page, Limits::default()).await;
    assert_eq!(
        text,
        "HTTP 500 Internal Server Error from GET /books/{id}/pages. \
         The service failed; trying again later may help."
    );
    let echo = r#"{"url":"/books/1/pages?api_key=canary-secret"}"#;
    let text = failed(Answer::new("400 Bad", "application/json", echo), Limits::default()).await;
    assert!(text.contains("[redacted]"), "{text}");
    let long = format!("\"{}\"", "x".repeat(100_000));
    let text = failed(Answer::new("400 Bad", "application/json", &long), Limits::default()).await;
    assert!(text.len() < 5_000, "{}", text.len());
}

#[tokio::test]
async fn endless_compressed_and_broken_answers_are_errors() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n".to_vec();
    let flood = Answer::Flood(head, vec![b'x'; 64 << 10]);
    assert!(failed(flood, Limits::default()).await.contains("more than 8388608 bytes"));
    let gzip = Answer::head("200 OK", "Content-Encoding: gzip\r\n", "bomb");
    assert!(failed(gzip, Limits::default()).await.contains("`gzip`"));
    let cut = Answer::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc".to_vec());
    assert!(failed(cut, Limits::default()).await.contains("broke"));
    let nothing = Answer::Bytes(Vec::new());
    assert!(failed(nothing, Limits::default()).await.contains("broke"));
    let garbage = Answer::Bytes(b"SSH-2.0-OpenSSH\r\n".to_vec());
    assert!(failed(garbage, Limits::default()).await.contains("not HTTP"));
}

#[tokio::test]
async fn a_hanging_upstream_times_out() {
    let limits = Limits { total: Duration::from_millis(200), ..Limits::default() };
    assert!(failed(Answer::Hang, limits).await.contains("did not answer"));
}

#[tokio::test]
async fn an_upstream_that_is_not_there_is_an_error() {
    let text =
        call(builder(everywhere(), "http://127.0.0.1:1"), json!({"id": "1"})).await.unwrap_err();
    assert!(text.contains("the connection was refused"), "{text}");
    let text = call(builder(everywhere(), "http://nowhere.invalid"), json!({"id": "1"}))
        .await
        .unwrap_err();
    assert!(text.contains("could not be reached"), "{text}");
}

#[tokio::test]
async fn names_in_the_document_do_not_lead_into_private_networks() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{}")).await;
    let port = server.url.rsplit(':').next().unwrap();
    for host in ["127.1", "0x7f.1", "2130706433"] {
        let api = json!({"name": "shop", "title": "", "version": "",
                         "servers": [{"url": format!("http://{host}:{port}")}]});
        let tool = tool(json!({"kind": "empty"}), everywhere());
        let builder = UpstreamBuilder::new(&api.to_string(), [tool.as_str()].into_iter());
        let text = call(builder, json!({"id": "1"})).await.unwrap_err();
        assert!(text.contains("could not be reached"), "{host}: {text}");
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}
