//! Pages gathered from an upstream.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::rest::{Provider, ProviderError, Secret, Wanted, fields};

fn paged(paging: Value) -> Value {
    let mut query: Vec<Value> =
        ["after", "page", "offset"].map(|name| parameter("query", name, "form")).into();
    query.push(parameter("header", "X-Trace", "simple"));
    json!({"method": "GET", "path": "/books", "parameters": query, "paging": paging})
}

fn paging(kind: &str, more: Value) -> Value {
    let mut paging = json!({"kind": kind, "items": "/books", "argument": "pages", "max": 4});
    paging.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    paged(paging)
}

fn page(headers: &str, body: &str) -> Answer {
    Answer::head("200 OK", &format!("Content-Type: application/json\r\n{headers}"), body)
}

/// What came, what is said of it, and which targets were asked for.
async fn gathered(
    http: Value,
    answers: Vec<Answer>,
    arguments: Value,
) -> (String, String, Vec<String>) {
    let server = Recorder::script(answers).await;
    let read = call(builder(http, &server.url), arguments).await.unwrap();
    let Payload::Json(json) = read.payload else { panic!("{:?}", read.payload) };
    let target = |request: &String| request.split(' ').nth(1).unwrap().to_owned();
    let targets = server.requests().iter().map(target).collect();
    (json.get().to_owned(), read.remarks.join(" "), targets)
}

#[tokio::test]
async fn cursors_lead_from_page_to_page() {
    let by_cursor = || paging("cursor", json!({"next": "/next", "parameter": "after"}));
    let pages = vec![
        page("", r#"{"books":[1.0,2],"next":"a&b"}"#),
        page("", r#"{"books":[],"next":7}"#),
        page("", r#"{"books":[3], "next":null,"total":3}"#),
    ];
    let (json, remark, targets) = gathered(by_cursor(), pages.clone(), json!({"pages": 9})).await;
    assert_eq!(json, r#"{"books":[1.0,2,3],"next":null,"total":3}"#);
    assert_eq!(remark, "3 items of 3 pages.");
    assert_eq!(targets, ["/books", "/books?after=a%26b", "/books?after=7"]);

    let (json, remark, _) = gathered(by_cursor(), pages.clone(), json!({"pages": 2})).await;
    assert_eq!(json, r#"{"books":[1.0,2],"next":7}"#);
    assert_eq!(remark, "2 items of 2 pages. There may be more pages.");
    let (json, remark, targets) = gathered(by_cursor(), pages, json!({})).await;
    assert_eq!((json.as_str(), targets.len()), (r#"{"books":[1.0,2],"next":"a&b"}"#, 1));
    assert_eq!(remark, "");

    let circle = vec![
        page("", r#"{"books":[1],"next":"x"}"#),
        page("", r#"{"books":[2],"next":"y"}"#),
        page("", r#"{"books":[3],"next":"x"}"#),
    ];
    let (_, remark, targets) = gathered(by_cursor(), circle, json!({"pages": 4})).await;
    assert!(remark.contains("already read"), "{remark}");
    assert_eq!(targets.len(), 3);
}

#[tokio::test]
async fn numbers_and_offsets_count_up() {
    let pages = || {
        [r#"{"books":[1,2]}"#, r#"{"books":[3]}"#, r#"{"books":[]}"#]
            .map(|body| page("", body))
            .to_vec()
    };
    let numbered = paging("page", json!({"parameter": "page", "first": 1}));
    let (json, _, targets) = gathered(numbered.clone(), pages(), json!({"pages": 4})).await;
    assert_eq!(json, r#"{"books":[1,2,3]}"#);
    assert_eq!(targets, ["/books", "/books?page=2", "/books?page=3"]);
    let (_, _, targets) = gathered(numbered, pages(), json!({"pages": 2, "page": 5})).await;
    assert_eq!(targets, ["/books?page=5", "/books?page=6"]);
    let skipping = paging("offset", json!({"parameter": "offset"}));
    let arguments = json!({"pages": 4, "offset": 10});
    let (_, _, targets) = gathered(skipping.clone(), pages(), arguments).await;
    assert_eq!(targets, ["/books?offset=10", "/books?offset=12", "/books?offset=13"]);

    let same = vec![page("", r#"{"books":[1]}"#)];
    let (json, remark, targets) = gathered(skipping, same, json!({"pages": 4})).await;
    assert_eq!((json.as_str(), targets.len()), (r#"{"books":[1]}"#, 2));
    assert!(remark.contains(" of 1 page. The service gave the same page again"), "{remark}");
}

/// A search by `POST`, whose body says which page.
fn posted(kind: &str, more: Value, presets: Value) -> Value {
    let mut http = paging(kind, more);
    http["method"] = json!("POST");
    http["paging"]["inBody"] = json!(true);
    http["body"] = json!({"argument": "body", "mediaType": "application/json", "kind": "json",
                          "presets": presets});
    http
}

async fn bodies(http: Value, answers: Vec<Answer>, arguments: Value) -> (String, Vec<String>) {
    let server = Recorder::script(answers).await;
    let read = call(builder(http, &server.url), arguments).await.unwrap();
    let Payload::Json(json) = read.payload else { panic!("{:?}", read.payload) };
    let body = |request: &String| request.split_once("\r\n\r\n").unwrap().1.to_owned();
    (json.get().to_owned(), server.requests().iter().map(body).collect())
}

#[tokio::test]
async fn the_body_can_say_which_page() {
    let pages = || {
        [r#"{"books":[1,2],"next":7}"#, r#"{"books":[3],"next":"z"}"#, r#"{"books":[]}"#]
            .map(|body| page("", body))
            .to_vec()
    };
    let cursor = json!({"next": "/next", "parameter": "/page/after"});
    let http = posted("cursor", cursor, json!({"/source": {"value": "me"}}));
    let arguments = json!({"pages": 4, "body": {"q": "x", "page": {"size": 2}}});
    let (json, sent) = bodies(http, pages(), arguments).await;
    assert_eq!(json, r#"{"books":[1,2,3]}"#);
    assert_eq!(
        sent,
        [
            r#"{"page":{"size":2},"q":"x","source":"me"}"#,
            r#"{"q":"x","source":"me","page":{"size":2,"after":7}}"#,
            r#"{"q":"x","source":"me","page":{"size":2,"after":"z"}}"#,
        ]
    );
    // Where the numbers begin is said by the call, or by what is preset.
    let offset = || json!({"parameter": "/from"});
    for (presets, body, from) in [
        (json!({}), json!({"from": 10}), ["10", "12", "13"]),
        (json!({"/from": {"value": 4}}), json!({"from": 10}), ["4", "6", "7"]),
    ] {
        let http = posted("offset", offset(), presets);
        let (_, sent) = bodies(http, pages(), json!({"pages": 4, "body": body})).await;
        assert_eq!(sent, from.map(|from| format!("{{\"from\":{from}}}")));
    }
    let http = posted("page", json!({"parameter": "/page", "first": 1}), json!({}));
    let (_, sent) = bodies(http, pages(), json!({"pages": 2})).await;
    assert_eq!(sent, ["", r#"{"page":2}"#]);
}

/// Another secret each time.
struct Counted(AtomicUsize);

impl Provider for Counted {
    async fn secret(&self, _: &Context, _: &Wanted<'_>) -> Result<Secret, ProviderError> {
        Ok(Secret::new(self.0.fetch_add(1, Ordering::SeqCst).to_string()))
    }
}

#[tokio::test]
async fn a_page_asked_for_again_is_the_same() {
    // The second page is refused once, so that other credentials are tried.
    let answers = vec![
        page("", r#"{"books":[1],"next":"b"}"#),
        Answer::head("401 No", "", ""),
        page("", r#"{"books":[2]}"#),
    ];
    let cursor = json!({"next": "/next", "parameter": "/after"});
    let mut http = posted("cursor", cursor, json!({}));
    http["security"] = json!([[{"scheme": "token"}]]);
    let server = Recorder::script(answers).await;
    let builder = builder(http, &server.url).provider("token", Counted(AtomicUsize::new(0)));
    let read = call(builder, json!({"pages": 2, "body": {"q": 1}})).await.unwrap();
    let Payload::Json(json) = read.payload else { panic!("{:?}", read.payload) };
    assert_eq!(json.get(), r#"{"books":[1,2]}"#);
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests[1].ends_with(r#"{"q":1,"after":"b"}"#), "{}", requests[1]);
    assert!(requests[2].ends_with(r#"{"q":1,"after":"b"}"#), "{}", requests[2]);
}

#[tokio::test]
async fn urls_of_the_same_origin_are_followed_and_no_others() {
    let evil = Recorder::start(page("", "{}")).await;
    let elsewhere = format!("Link: <{}/books?page=2>; rel=next\r\n", evil.url);
    let link = || paging("link", json!({}));
    let pages = vec![
        page("Link: </a>; rel=prev\r\nLink: </books?page=2>; rel=\"next\"\r\n", r#"{"books":[1]}"#),
        page(&elsewhere, r#"{"books":[2]}"#),
    ];
    let (json, remark, targets) =
        gathered(link(), pages, json!({"pages": 4, "X-Trace": "t"})).await;
    assert_eq!(json, r#"{"books":[1,2]}"#);
    assert_eq!(targets, ["/books", "/books?page=2"]);
    assert!(remark.contains("not followed: it leads to another origin"), "{remark}");
    assert_eq!(evil.requests(), Vec::<String>::new());

    let next = paging("next", json!({"next": "/links/next"}));
    let pages = vec![
        page("", r#"{"books":[1],"links":{"next":"?page=2"}}"#),
        page("", r#"{"books":[2],"links":{}}"#),
    ];
    let (json, _, targets) = gathered(next, pages, json!({"pages": 4})).await;
    assert_eq!((json.as_str(), targets.len()), (r#"{"books":[1,2],"links":{}}"#, 2));
}

#[tokio::test]
async fn what_goes_wrong_later_leaves_what_came() {
    let link = || paging("link", json!({}));
    let first = || page("Link: <?page=2>; rel=next\r\n", r#"{"books":[1]}"#);
    for (second, said) in [
        (Answer::new("500 Oops", "text/html", "<pre>at x.java</pre>"), "HTTP 500"),
        (Answer::new("200 OK", "text/html", "<html>"), "no JSON"),
        (page("", r#"{"rows":[2]}"#), "no list at `/books`"),
        (Answer::Bytes(Vec::new()), "broke"),
    ] {
        let (json, remark, _) = gathered(link(), vec![first(), second], json!({"pages": 2})).await;
        assert_eq!(json, r#"{"books":[1]}"#);
        assert!(remark.contains(said) && !remark.contains("java"), "{remark}");
    }
    let server = Recorder::script(vec![first(), Answer::Hang]).await;
    let limits = Limits { total: Duration::from_millis(300), ..Limits::default() };
    let builder = builder(link(), &server.url).limits(limits);
    let read = call(builder, json!({"pages": 2})).await.unwrap();
    assert!(read.remarks[0].contains("did not answer"), "{:?}", read.remarks);
    let big = format!(r#"{{"books":["{}"]}}"#, "x".repeat(900));
    let pages = vec![
        page("Link: <?page=2>; rel=next\r\n", &big),
        page(
            "Link: <?page=3>; rel=next\r\n",
            r#"{"books":["yyyyyyyyyy","zzzzzzzzzzzzzzzzzz","zzzzzzzzzzzzzzzzzzzzzzzz","zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"]}"#,
        ),
    ];
    let server = Recorder::script(pages).await;
    let limits = Limits { reply: 1000, ..Limits::default() };
    let builder = super::builder(link(), &server.url).limits(limits);
    let read = call(builder, json!({"pages": 4})).await.unwrap();
    assert!(read.remarks[0].contains("more than 1000 bytes"), "{:?}", read.remarks);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn fields_are_kept_after_the_pages_are_gathered() {
    let mut http = paging("cursor", json!({"next": "/next", "parameter": "after"}));
    http["fields"] = json!({"keep": ["/books/id", "/books/x"], "argument": "fields"});
    let pages = vec![
        page("", r#"{"books":[{"id":1,"x":2,"y":3}],"next":"n"}"#),
        page("", r#"{"books":[{"id":2}]}"#),
    ];
    let (json, _, _) = gathered(http.clone(), pages.clone(), json!({"pages": 2})).await;
    assert_eq!(json, r#"{"books":[{"id":1,"x":2},{"id":2}]}"#);
    let arguments = json!({"pages": 2, "fields": ["/books/id", "/books/y"]});
    let (json, _, _) = gathered(http, pages, arguments).await;
    assert_eq!(json, r#"{"books":[{"id":1},{"id":2}]}"#);
    let raw = RawValue::from_string("{}".to_owned()).unwrap();
    assert!(fields::select(None, &raw, &raw).is_none());
}
