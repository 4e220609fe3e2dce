//! The generator's descriptor and the runtime's reading of it agree: the bundled document,
//! lowered, written and read back, makes exactly these requests.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use toolwright::__rt::Descriptor;
use toolwright::rest::{RestTools, Upstream};
use toolwright::{Client, Server};
use toolwright_codegen::ir::{Fields, Paging, PagingKind};
use toolwright_codegen::pass;
use toolwright_codegen::select::{Filter, Options};
use toolwright_codegen::source::Document;

use crate::bookshop;

/// The descriptor as generated code carries it.
fn descriptor() -> Descriptor {
    descriptor_with(&Options::default())
}

fn descriptor_with(options: &Options) -> Descriptor {
    let bytes = std::fs::read(bookshop()).unwrap();
    let document = Document::parse("bookshop.yaml", &bytes).unwrap();
    let lowered = pass::lower(&document, options);
    let api = lowered.api.unwrap();
    let tools: Vec<_> = api
        .operations
        .iter()
        .map(|operation| serde_json::to_string(operation).unwrap().into())
        .collect();
    Descriptor { api: serde_json::to_string(&api).unwrap().into(), tools: tools.into() }
}

/// A server that keeps requests and answers each with 204.
async fn recorder() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let requests = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let request = exchange(stream).await;
            kept.lock().unwrap().push(request);
        }
    });
    (url, requests)
}

async fn exchange(mut stream: TcpStream) -> String {
    let mut request = String::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).await.unwrap();
        request.push_str(std::str::from_utf8(&chunk[..count]).unwrap());
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            break;
        }
    }
    let answer = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    stream.write_all(answer).await.unwrap();
    request
}

/// The request line, the headers that come from the description, and the body.
fn essence(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let dull = ["host:", "user-agent:", "content-length:"];
    let mut lines: Vec<&str> =
        head.lines().filter(|line| !dull.iter().any(|dull| line.starts_with(dull))).collect();
    lines[1..].sort_unstable();
    let line = lines[0].trim_end_matches(" HTTP/1.1").to_owned();
    lines[0] = &line;
    if !body.is_empty() {
        lines.push(body);
    }
    lines.join(" | ")
}

/// Calls with what they have to send.
fn calls() -> Vec<(&'static str, Value, &'static str)> {
    let isbn = "9780141439518";
    vec![
        (
            "searchBooks",
            json!({"words": "a&b", "subjects": ["x|y", "z"], "price": {"min": 5, "max": 9.0},
                   "X-Currency": "GBP"}),
            "GET /v1/books?words=a%26b&subjects=x%7Cy%7Cz&price%5Bmax%5D=9&price%5Bmin%5D=5 | \
             accept: application/json | x-currency: GBP",
        ),
        (
            "deleteBook",
            json!({"isbn": isbn}),
            "DELETE /v1/books/9780141439518 | accept: */* | x-shop-key: k1",
        ),
        (
            "setCover",
            json!({"isbn": isbn, "body": "aGk="}),
            "PUT /v1/books/9780141439518/cover | accept: */* | content-type: image/png | \
             x-shop-key: k1 | hi",
        ),
        (
            "addReview",
            json!({"isbn": isbn, "body": {"stars": 5, "text": "a=b", "moods": ["x", "y"]}}),
            "POST /v1/books/9780141439518/reviews | accept: application/json | \
             content-type: application/x-www-form-urlencoded | x-shop-key: k1 | \
             moods=x&moods=y&stars=5&text=a%3Db",
        ),
        (
            "placeOrder",
            json!({"Idempotency-Key": "12345678", "campaign": "a;b", "body": {
                "items": [{"isbn": isbn, "quantity": 2}],
                "ship_to": {"name": "A", "street": "B", "city": "C", "country": "DE"}}}),
            "POST /v1/orders | accept: application/json | content-type: application/json | \
             cookie: campaign=a%3Bb | idempotency-key: 12345678 | x-shop-key: k1 | \
             {\"items\":[{\"isbn\":\"9780141439518\",\"quantity\":2}],\
             \"ship_to\":{\"city\":\"C\",\"country\":\"DE\",\"name\":\"A\",\"street\":\"B\"}}",
        ),
        (
            "setOrderNote",
            json!({"order_id": 7, "body": "é"}),
            "PUT /v1/orders/7/note | accept: text/plain | \
             content-type: text/plain; charset=utf-8 | x-shop-key: k1 | é",
        ),
    ]
}

#[tokio::test]
async fn both_sides_read_the_descriptor_alike() {
    let descriptor = descriptor();
    let (url, requests) = recorder().await;
    let upstream =
        Upstream::builder(&descriptor).base_url(url).credential("shopKey", "k1").build().unwrap();
    let server = Server::new("bookshop", "1").tools(RestTools::new(&descriptor, upstream));
    let client = Client::in_memory(server).await.unwrap();
    for (name, arguments, expected) in calls() {
        // The answers, all 204, are beside the point.
        client.call(name, &arguments).await.unwrap();
        let request = requests.lock().unwrap().pop().unwrap();
        assert_eq!(essence(&request), expected, "{name}");
    }
}

/// A server with these answers, one for each request; keeps the request lines.
async fn answering(bodies: Vec<&'static str>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    tokio::spawn(async move {
        for body in bodies {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut chunk = [0; 4096];
            let count = stream.read(&mut chunk).await.unwrap();
            let request = String::from_utf8_lossy(&chunk[..count]).into_owned();
            kept.lock().unwrap().push(request.lines().next().unwrap().to_owned());
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
            let answer = format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (url, lines)
}

#[tokio::test]
async fn pages_and_fields_are_read_alike() {
    let search: Filter = "id:searchBooks".parse().unwrap();
    let kind = PagingKind::Cursor { next: "/next".to_owned(), parameter: "cursor".to_owned() };
    let keep = vec!["/books/title".to_owned(), "/books/isbn".to_owned()];
    let fields = Fields { keep, argument: Some("fields".to_owned()) };
    let options = Options {
        paging: vec![(search.clone(), Paging::new(kind, "/books"))],
        fields: vec![(search, fields)],
        ..Options::default()
    };
    let descriptor = descriptor_with(&options);
    let (url, lines) = answering(vec![
        r#"{"books": [{"isbn": "1", "title": "Emma", "genre": "fiction"}], "next": "n 2"}"#,
        r#"{"books": [{"isbn": "2", "title": "Persuasion", "genre": "fiction"}]}"#,
    ])
    .await;
    let upstream = Upstream::builder(&descriptor).base_url(url).build().unwrap();
    let server = Server::new("bookshop", "1").tools(RestTools::new(&descriptor, upstream));
    let client = Client::in_memory(server).await.unwrap();
    let arguments = json!({"words": "austen", "pages": 5, "fields": ["/books/title"]});
    let result = client.call("searchBooks", &arguments).await.unwrap();
    let result = serde_json::to_value(result).unwrap();
    let books = json!({"books": [{"title": "Emma"}, {"title": "Persuasion"}]});
    assert_eq!(result["structuredContent"], books, "{result}");
    assert_eq!(
        *lines.lock().unwrap(),
        ["GET /v1/books?words=austen HTTP/1.1", "GET /v1/books?words=austen&cursor=n%202 HTTP/1.1"]
    );
}
