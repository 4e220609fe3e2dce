//! Pages gathered from an upstream.

use super::*;
use crate::rest::fields;

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
    assert!(remark.contains("same page again"), "{remark}");
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
