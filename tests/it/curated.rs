//! A curated document, `tests/openapi/shelf`: pages, fields, presets in lists and resources, the same
//! whether the tools are interpreted, those of the generated proxy, or typed methods, in both eras.

use serde_json::{Value, json};
use toolwright::__rt::Descriptor;
use toolwright::client::Speak;
use toolwright::rest::{RestTools, Upstream};
use toolwright::{Client, Server};
use toolwright_codegen::source::Document;
use toolwright_codegen::{curate, pass, select::Options};
use toolwright_tests::place;

use super::requests::recorder::{Recorder, Reply};

toolwright::generated!("shelf");
toolwright::openapi!(
    "openapi/shelf/shelf.yaml",
    name = "small",
    config = "openapi/shelf/small.toml",
    overlay = ["openapi/shelf/more.overlay.yaml"],
);

/// Every method goes through the generated types.
struct Typed(shelf::Proxy);

impl shelf::ShelfOverride for Typed {
    fn proxy(&self) -> &shelf::Proxy {
        &self.0
    }
}

/// What `toolwright serve` makes of the document and the file beside it.
fn interpreted() -> Descriptor {
    let read = |name: &str| std::fs::read(place::root().join("tests/openapi/shelf").join(name));
    let rules = curate::parse(curate::FILE, &read(curate::FILE).unwrap()).unwrap();
    let document = Document::parse("shelf.yaml", &read("shelf.yaml").unwrap()).unwrap();
    let outcome = pass::lower(&document, &Options { rules, ..Options::default() });
    assert_eq!(outcome.diagnostics, []);
    let api = outcome.api.unwrap();
    let tools: Vec<_> =
        api.operations.iter().map(|one| serde_json::to_string(one).unwrap().into()).collect();
    Descriptor { api: serde_json::to_string(&api).unwrap().into(), tools: tools.into() }
}

fn book(id: usize) -> Value {
    json!({"id": id, "title": "T", "shelf": {"room": "a", "row": 1}})
}

/// Three pages, two of a book each, the last one empty.
fn reply(request: &str) -> Reply {
    let line = request.lines().next().unwrap();
    let path = line.split([' ', '?']).nth(1).unwrap();
    let marks = match path {
        "/cursor" => ["after=c1", "after=c2"],
        "/page" => ["page=1", "page=2"],
        "/offset" => ["skip=1", "skip=2"],
        "/search" => ["\"after\":1", "\"after\":2"],
        "/form" => ["from=1", "from=2"],
        _ => ["p=1", "p=2"],
    };
    let turn = marks.iter().position(|mark| request.contains(mark)).map_or(0, |at| at + 1);
    let list = if turn == 2 { json!([]) } else { json!([book(turn)]) };
    let next = match path {
        "/cursor" => json!(format!("c{}", turn + 1)),
        "/next" => json!(format!("?p={}", turn + 1)),
        _ => json!(turn + 1),
    };
    let json = match path {
        "/page" | "/offset" | "/link" => list,
        "/books/7" => book(7),
        _ if turn == 2 => json!({ "books": list }),
        _ => json!({ "books": list, "next": next }),
    };
    let is_linked = path == "/link" && turn < 2;
    let link = format!("link: </api/link?p={}>; rel=\"next\"\r\n", turn + 1);
    Reply { head: if is_linked { link } else { String::new() }, body: json.to_string() }
}

fn upstream(descriptor: &Descriptor, url: &str) -> Upstream {
    Upstream::builder(descriptor).base_url(format!("{url}/api")).build().unwrap()
}

/// A client of each kind of tools, in each era, and what it is called.
async fn clients(url: &str) -> Vec<(String, Client)> {
    let descriptor = interpreted();
    let proxy = || shelf::Proxy::new(upstream(shelf::descriptor(), url));
    let mut clients = Vec::new();
    for (era, speak) in
        [("stateless", Speak::Modern), ("session", Speak::newest_session().unwrap())]
    {
        let server = || Server::new("shelf", "1");
        let raw = std::sync::Arc::new(RestTools::new(&descriptor, upstream(&descriptor, url)));
        let typed = std::sync::Arc::new(shelf::tools(Typed(proxy())));
        let own = std::sync::Arc::new(proxy());
        for (kind, server) in [
            ("interpreted", server().tools(raw.clone()).resources(raw)),
            ("proxy", server().tools(own.clone()).resources(own)),
            ("typed", server().tools(typed.clone()).resources(typed)),
        ] {
            let client = Client::builder().era(speak).in_memory(server).await.unwrap();
            clients.push((format!("{kind} in the {era} era"), client));
        }
    }
    clients
}

/// Tool, arguments, what it says, what was sent.
type Case = (&'static str, Value, Value, &'static [&'static str]);

fn cases() -> Vec<Case> {
    let short = |id: usize| json!({"id": id, "title": "T"});
    let room = |id: usize| json!({"id": id, "shelf": {"room": "a"}});
    let id = |id: usize| json!({ "id": id });
    vec![
        (
            "byCursor",
            json!({"pages": 3, "limit": 1}),
            json!({"books": [room(0), room(1)]}),
            &[
                "GET /cursor?limit=1",
                "GET /cursor?limit=1&after=c1",
                "GET /cursor?limit=1&after=c2",
            ],
        ),
        ("byCursor", json!({}), json!({"books": [room(0)], "next": "c1"}), &["GET /cursor"]),
        (
            "byPage",
            json!({"pages": 3}),
            json!({"result": [short(0), short(1)]}),
            &["GET /page", "GET /page?page=1", "GET /page?page=2"],
        ),
        (
            "byPage",
            json!({"pages": 2, "page": 1, "only": ["/id"]}),
            json!({"result": [id(1)]}),
            &["GET /page?page=1", "GET /page?page=2"],
        ),
        (
            "byOffset",
            json!({"times": 3, "fields": ["/id"]}),
            json!({"result": [id(0), id(1)]}),
            &["GET /offset", "GET /offset?skip=1", "GET /offset?skip=2"],
        ),
        (
            "byLink",
            json!({"pages": 2}),
            json!({"result": [book(0), book(1)]}),
            &["GET /link", "GET /link?p=1"],
        ),
        (
            "byNext",
            json!({"pages": 3}),
            json!({"books": [book(0), book(1)]}),
            &["GET /next", "GET /next?p=1", "GET /next?p=2"],
        ),
        (
            "search",
            json!({"pages": 3, "body": {"words": "w", "terms": [{"field": "f", "strict": false}], "page": {"size": 2}}}),
            json!({"books": [book(0), book(1)]}),
            &[
                r#"{"page":{"size":2},"terms":[{"field":"f","strict":true}],"words":"w"}"#,
                r#"{"page":{"size":2,"after":1},"terms":[{"field":"f","strict":true}],"words":"w"}"#,
                r#"{"page":{"size":2,"after":2},"terms":[{"field":"f","strict":true}],"words":"w"}"#,
            ],
        ),
        (
            "form",
            json!({"pages": 3, "body": {"q": "x y"}}),
            json!({"books": [book(0), book(1)]}),
            &["q=x%20y", "q=x%20y&from=1", "q=x%20y&from=2"],
        ),
    ]
}

/// A request's first line, or its body: JSON with its members in order.
fn shown(request: &str) -> String {
    match request.split_once("\n\n") {
        None => request.lines().next().unwrap().to_owned(),
        Some((_, body)) => in_order(body),
    }
}

fn in_order(text: &str) -> String {
    let Ok(mut json) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    json.sort_all_objects();
    json.to_string()
}

#[tokio::test]
async fn pages_and_fields_are_the_same_however_the_tool_was_made() {
    let recorder = Recorder::answering(reply).await;
    let clients = clients(&recorder.url).await;
    for (tool, arguments, expected, sent) in cases() {
        let sent: Vec<String> = sent.iter().map(|text| in_order(text)).collect();
        let mut first = None;
        for (kind, client) in &clients {
            let result = client.call(tool, &arguments).await.unwrap();
            let result = serde_json::to_value(result).unwrap();
            let requests = recorder.take();
            let seen: Vec<String> = requests.iter().map(|request| shown(request)).collect();
            assert_eq!(seen, sent, "{kind}: {tool} {arguments}: {result}");
            assert_eq!(&requests, first.get_or_insert(requests.clone()), "{kind}: {tool}");
            assert_eq!(result["structuredContent"], expected, "{kind}: {tool} {arguments}");
        }
    }
}

#[tokio::test]
async fn what_is_a_resource_is_read_whoever_has_the_tools() {
    let recorder = Recorder::answering(reply).await;
    for (kind, client) in clients(&recorder.url).await {
        let tools = client.list_tools().await.unwrap();
        assert!(tools.iter().all(|tool| tool.name != "getBook"), "{kind}");
        let templates = client.list_templates().await.unwrap();
        assert_eq!(templates[0].uri_template, "shelf://books/{id}", "{kind}");
        let read = client.read_resource("shelf://books/7").await.unwrap();
        let read = serde_json::to_value(read).unwrap();
        let text = read["contents"][0]["text"].as_str().unwrap();
        assert_eq!(serde_json::from_str::<Value>(text).unwrap(), book(7), "{kind}");
        assert_eq!(recorder.take(), ["GET /books/7\naccept: application/json"], "{kind}");
    }
}

#[test]
fn the_macro_applies_overlays_of_the_file_and_its_own_after_them() {
    let tools = small::descriptor().tools();
    let said: Vec<_> =
        tools.iter().map(|tool| (&*tool.name, tool.description.as_deref())).collect();
    assert_eq!(said, [("byNext", Some("From the macro"))]);
    let arguments = serde_json::to_value(&tools[0].input_schema).unwrap();
    assert_eq!(arguments["properties"]["pages"]["maximum"], 2, "{arguments}");
}
