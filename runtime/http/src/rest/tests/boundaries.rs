//! Arguments stay where the description puts them.

use super::*;
use crate::rest::{base::BaseUrl, credentials::Sent, paging::Turn, plan::Plan, request};
use std::sync::Arc;

impl Numbers {
    /// Text of what has a meaning somewhere in a request, and of anything else.
    fn text(&mut self) -> String {
        const PIECES: [&str; 40] = [
            "a", "B", "7", "-", "_", "~", ".", "..", "/", "\\", "%", "%2e", "%2F", "%5c", "%252e",
            "%25", "%00", "?", "#", "&", "=", ";", "+", ",", "@", ":", "//", "[", "]", "{id}", " ",
            "\t", "\r\n", "\0", "\"", "'", "é", "😀", "\u{202e}", "|",
        ];
        (0..self.below(6)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }

    fn value(&mut self) -> Value {
        match self.below(8) {
            0 => json!([self.text(), self.text()]),
            1 => {
                let (key, value) = (self.text(), self.text());
                json!({ key: value })
            }
            2 => json!({"a": {"b": [self.text()]}}),
            3 => json!(self.below(1000)),
            _ => json!(self.text()),
        }
    }
}

fn plan(style: &str, query: &str, explode: bool, reserved: bool) -> Plan {
    let mut path = parameter("path", "id", style);
    let mut pair = parameter("query", "q", query);
    for one in [&mut path, &mut pair] {
        one["explode"] = json!(explode);
        one["allowReserved"] = json!(reserved);
    }
    let mut cookie = parameter("cookie", "c", if reserved { "cookie" } else { "form" });
    cookie["explode"] = json!(explode);
    let http = json!({
        "method": "GET", "path": "/books/{id}/pages",
        "parameters": [path, pair, cookie, parameter("header", "X-H", "simple")],
    });
    let operation = serde_json::from_str(&tool(json!({"kind": "empty"}), http)).unwrap();
    let base = BaseUrl::operator("http://host:1/api/v1").unwrap();
    Plan::new(operation, Arc::new(base)).unwrap().unwrap()
}

/// For all values the URL stays under its prefix, and only the segment that is meant changes.
#[test]
fn p02_whatever_the_values_are_only_the_segment_meant_changes() {
    let (mut numbers, mut sent) = (Numbers(42), 0);
    for style in ["simple", "label", "matrix"] {
        for query in ["form", "spaceDelimited", "pipeDelimited", "deepObject"] {
            for flags in 0..4 {
                let plan = plan(style, query, flags & 1 == 1, flags & 2 == 2);
                for _ in 0..250 {
                    let arguments = json!({
                        "id": numbers.value(), "q": numbers.value(),
                        "c": numbers.value(), "X-H": numbers.value()});
                    let raw = serde_json::value::to_raw_value(&arguments).unwrap();
                    let credentials = Sent::default();
                    let Ok(made) = request::prepare(
                        &plan,
                        &credentials,
                        &Limits::default(),
                        &raw,
                        &Turn::First,
                    ) else {
                        continue;
                    };
                    sent += 1;
                    assert_contained(&made, &arguments);
                }
            }
        }
    }
    assert!(sent > 1000, "only {sent} requests were made at all");
}

fn assert_contained(made: &request::Prepared, arguments: &Value) {
    let what = || format!("{} for {arguments}", made.uri);
    assert_eq!(made.uri.scheme_str(), Some("http"), "{}", what());
    assert_eq!(made.uri.authority().map(|host| host.as_str()), Some("host:1"), "{}", what());
    let target = made.uri.path_and_query().unwrap().as_str();
    assert!(target.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "{}", what());
    let path = target.split('?').next().unwrap();
    // As servers see it that decode once, twice or thrice before they route.
    let mut seen = path.to_owned();
    for _ in 0..4 {
        let segments: Vec<&str> = seen.split(['/', '\\']).collect();
        assert!(
            matches!(segments[..], ["", "api", "v1", "books", id, "pages"] if !id.is_empty()),
            "{seen} of {}",
            what()
        );
        let id = segments[4].split(';').next().unwrap();
        assert!(id != "." && id != "..", "{}", what());
        seen = percent_encoding::percent_decode_str(&seen).decode_utf8_lossy().into_owned();
    }
    let names: Vec<&str> = made.headers.keys().map(http::HeaderName::as_str).collect();
    let known = ["x-h", "cookie", "accept", "user-agent"];
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    if let Some(cookie) = made.headers.get("cookie") {
        let pairs = cookie.to_str().unwrap().split("; ");
        assert!(pairs.clone().all(|pair| pair.contains('=')), "{cookie:?}");
        assert!(pairs.clone().all(|pair| !pair.contains([';', ' ', ',']) || !pair.contains(';')));
    }
}

#[tokio::test]
async fn p03_values_of_the_query_are_encoded() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{}")).await;
    for (style, value, target) in [
        ("form", json!("a&b#c+d=e"), "/?q=a%26b%23c%2Bd%3De"),
        ("form", json!(["a,b", "c&d"]), "/?q=a%2Cb,c%26d"),
        (
            "deepObject",
            json!({"a]&x[": "1", "é": {"b=": 2}}),
            "/?q%5Ba%5D%26x%5B%5D=1&q%5B%C3%A9%5D%5Bb%3D%5D=2",
        ),
    ] {
        let http =
            json!({"method": "GET", "path": "/", "parameters": [parameter("query", "q", style)]});
        call(builder(http, &server.url), json!({"q": value})).await.unwrap();
        let request = server.requests().pop().unwrap();
        assert_eq!(request.split(' ').nth(1), Some(target));
    }
}

#[tokio::test]
async fn p05_cookies_cannot_become_more() {
    let server = Recorder::start(Answer::new("200 OK", "application/json", "{}")).await;
    let http = |style: &str| json!({"method": "GET", "path": "/", "parameters": [parameter("cookie", "c", style)]});
    let arguments = json!({"c": "a; admin=1, \"x\"\r\nX: y"});
    call(builder(http("form"), &server.url), arguments.clone()).await.unwrap();
    let request = server.requests().pop().unwrap();
    assert!(
        request.contains("cookie: c=a%3B%20admin%3D1%2C%20%22x%22%0D%0AX%3A%20y\r\n"),
        "{request}"
    );
    for hostile in [
        arguments,
        json!({"c": "a;b"}),
        json!({"c": "a,b"}),
        json!({"c": "é"}),
        json!({"c": {"a;b": 1}}),
    ] {
        let text = call(builder(http("cookie"), &server.url), hostile).await.unwrap_err();
        assert!(text.contains("`c`"), "{text}");
    }
    assert_eq!(server.requests().len(), 1);
    call(builder(http("cookie"), &server.url), json!({"c": "a=b%20/c"})).await.unwrap();
    assert!(server.requests().pop().unwrap().contains("cookie: c=a=b%20/c\r\n"));
}

#[tokio::test]
async fn p06_the_document_chooses_no_private_address_and_no_value_outside_its_list() {
    let tool = tool(json!({"kind": "empty"}), json!({"method": "GET", "path": "/x"}));
    let built = |servers: Value, values: &[(&str, &str)]| {
        let api = json!({"name": "shop", "title": "", "version": "", "servers": servers});
        let builder = UpstreamBuilder::new(&api.to_string(), [tool.as_str()].into_iter());
        let builder =
            values.iter().fold(builder, |builder, (name, value)| builder.variable(*name, *value));
        builder.build().map(drop).map_err(|error| error.to_string())
    };
    let template = json!([{"url": "https://{host}/v1", "variables": {"host": {"default": "a.example.com", "enum": ["a.example.com", "b.example.com"]}}}]);
    assert_eq!(built(template.clone(), &[("host", "b.example.com")]), Ok(()));
    for value in ["evil.example", "a.example.com@evil.example", "a.example.com/../..", ""] {
        let error = built(template.clone(), &[("host", value)]).unwrap_err();
        assert!(error.contains("`host`"), "{value}: {error}");
    }
    for url in [
        "http://169.254.169.254/latest",
        "http://127.0.0.1",
        "http://[::1]",
        "http://localhost",
        "file:///etc/passwd",
        "gopher://example.com",
        "/v1",
        "",
        "//example.com",
        "https://user@example.com",
    ] {
        assert!(built(json!([{"url": url}]), &[]).is_err(), "{url}");
        let api = json!({"name": "shop", "title": "", "version": "", "servers": [{"url": url}]});
        let server = Recorder::start(Answer::head("204 No Content", "", "")).await;
        let builder = UpstreamBuilder::new(&api.to_string(), [tool.as_str()].into_iter());
        call(builder.base_url(&server.url), json!({})).await.unwrap();
        assert_eq!(server.requests().len(), 1, "{url}");
    }
    // A template in the place of the host is filled before it is judged.
    let metadata =
        json!([{"url": "http://{host}/", "variables": {"host": {"default": "169.254.169.254"}}}]);
    assert!(built(metadata, &[]).unwrap_err().contains("not public"));
}

#[tokio::test]
async fn p17_names_of_files_stay_in_their_quotes() {
    let server = Recorder::start(Answer::head("204 No Content", "", "")).await;
    let hostile = "data:text/plain;name=..%2F..%2Fx%22%0D%0AEvil: 1;base64,aGk=";
    let http = json!({"method": "POST", "path": "/", "body": {
        "argument": "body", "mediaType": "multipart/form-data", "kind": "multipart",
        "encoding": {"f": {"contentType": "*/*", "style": "form", "explode": true, "base64": true}}}});
    call(builder(http, &server.url), json!({"body": {"f": hostile, "../a\"\r\nEvil: 2": "t"}}))
        .await
        .unwrap();
    let request = server.requests().remove(0);
    assert!(
        request.contains(
            "; name=\"f\"; filename=\"x%22%0D%0AEvil: 1\"\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
        ),
        "{request}"
    );
    assert!(request.contains("; name=\"../a%22%0D%0AEvil: 2\"\r\n"), "{request}");
    assert!(!request.contains("\nEvil"), "{request}");
}
