//! What reaches an upstream, for every style and body of `tests/openapi/requests.yaml`: computed from
//! the tables of the OpenAPI specification (`table`, `expand`), and the same bytes whether the tools are interpreted, those
//! of the generated proxy, or typed methods.

mod cases;
mod expand;
pub(crate) mod recorder;
mod style;
mod table;

use serde_json::{Value, json};
use toolwright::__rt::Descriptor;
use toolwright::rest::{RestTools, Upstream};
use toolwright::{Client, Server, ToolSet};
use toolwright_codegen::{Profile, pass, select::Options, source::Document};
use toolwright_tests::place;

use cases::{CASES, REFUSED};
use recorder::Recorder;
use style::Case;

toolwright::generated!("requests");

/// Every method goes through the generated types.
struct Typed(requests::Proxy);

impl requests::RequestsOverride for Typed {
    fn proxy(&self) -> &requests::Proxy {
        &self.0
    }
}

/// A document of `tests/openapi`.
pub(crate) fn document(name: &str) -> Document {
    let path = place::root().join("tests/openapi").join(name);
    let none = || std::io::Error::new(std::io::ErrorKind::NotFound, "it has no other files");
    Document::parse(name, &std::fs::read(path).unwrap()).unwrap().bundle(&mut |_| Err(none()))
}

/// What `toolwright serve` makes of a document.
pub(crate) fn descriptor(document: &Document, profile: Profile) -> Descriptor {
    let outcome = pass::lower(document, &Options { profile: Some(profile), ..Options::default() });
    let api = outcome.api.unwrap();
    let tools: Vec<_> =
        api.operations.iter().map(|one| serde_json::to_string(one).unwrap().into()).collect();
    Descriptor { api: serde_json::to_string(&api).unwrap().into(), tools: tools.into() }
}

fn interpreted() -> Descriptor {
    descriptor(&document("requests.yaml"), Profile::default())
}

fn upstream(descriptor: &Descriptor, url: &str) -> Upstream {
    Upstream::builder(descriptor)
        .base_url(format!("{url}/api"))
        .credential("key", "k&1")
        .credential("session", "s;1")
        .credential("device", "token")
        .build()
        .unwrap()
}

async fn client(tools: impl ToolSet + 'static) -> Client {
    Client::in_memory(Server::new("requests", "1").tools(tools)).await.unwrap()
}

/// Calls a tool and gives what the upstream received, or what the model is told instead.
async fn sent(client: &Client, upstream: &Recorder, tool: &str, arguments: &Value) -> String {
    let result = client.call(tool, arguments).await.unwrap();
    let result = serde_json::to_value(result).unwrap();
    let mut requests = upstream.take();
    match requests.len() {
        1 => requests.remove(0),
        0 => format!("not sent: {}", result["content"][0]["text"].as_str().unwrap_or_default()),
        more => panic!("{tool} sent {more} requests"),
    }
}

/// Those that are computed, and those that are written down.
fn all_cases() -> Vec<Case> {
    let written = CASES.iter().map(|(tool, arguments, request)| Case {
        tool: (*tool).to_owned(),
        arguments: serde_json::from_str(arguments).unwrap(),
        request: (*request).to_owned(),
    });
    style::cases().into_iter().chain(written).collect()
}

#[tokio::test]
async fn the_bytes_are_those_of_the_specification_however_the_tool_was_made() {
    let recorder = Recorder::start().await;
    let descriptor = interpreted();
    let raw = client(RestTools::new(&descriptor, upstream(&descriptor, &recorder.url))).await;
    let proxy = requests::Proxy::new(upstream(requests::descriptor(), &recorder.url));
    let proxy = client(proxy).await;
    let typed = requests::Proxy::new(upstream(requests::descriptor(), &recorder.url));
    let typed = client(requests::tools(Typed(typed))).await;
    let mut wrong = Vec::new();
    let cases = all_cases();
    for Case { tool, arguments, request: expected } in &cases {
        let got = sent(&raw, &recorder, tool, arguments).await;
        if got != *expected {
            wrong.push(format!("{tool} {arguments}\nsent:     {got:?}\nexpected: {expected:?}"));
        }
        let other = sent(&proxy, &recorder, tool, arguments).await;
        assert_eq!(other, got, "{tool} {arguments}: the proxy");
        let other = sent(&typed, &recorder, tool, arguments).await;
        assert_eq!(other, got, "{tool} {arguments}: the typed method");
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n\n"));
}

#[tokio::test]
async fn what_has_no_place_in_a_request_is_refused_by_name() {
    let recorder = Recorder::start().await;
    let descriptor = interpreted();
    let raw = client(RestTools::new(&descriptor, upstream(&descriptor, &recorder.url))).await;
    let typed = requests::Proxy::new(upstream(requests::descriptor(), &recorder.url));
    let typed = client(requests::tools(Typed(typed))).await;
    for (tool, arguments, argument) in REFUSED {
        let arguments: Value = serde_json::from_str(arguments).unwrap();
        for client in [&raw, &typed] {
            let said = sent(client, &recorder, tool, &arguments).await;
            assert!(
                said.starts_with("not sent: ") && said.contains(argument),
                "{tool} {arguments}: {said}"
            );
        }
    }
}

#[test]
fn every_operation_of_the_document_has_a_case() {
    let api = pass::lower(&document("requests.yaml"), &Options::default());
    let said: Vec<String> = api.diagnostics.iter().map(ToString::to_string).collect();
    // Names that change, and nothing else: OpenAPI 3.2 is no news.
    let news = api.diagnostics.iter().filter(|one| one.code != "TW0604" && one.code != "TW0504");
    assert_eq!(news.count(), 0, "{}", said.join("\n"));
    let cases = all_cases();
    let missing: Vec<String> = api
        .api
        .unwrap()
        .operations
        .into_iter()
        .map(|one| one.name)
        .filter(|name| !cases.iter().any(|case| case.tool == *name))
        .collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
}

#[test]
fn a_tag_stands_for_those_below_it() {
    let options = Options { include: vec!["tag:styles".parse().unwrap()], ..Options::default() };
    let api = pass::lower(&document("requests.yaml"), &options).api.unwrap();
    assert_eq!(api.operations.len(), 17);
    assert_eq!(api.operations[0].tags, ["path styles"]);
}

#[test]
fn clashing_names_are_told_apart_by_their_place() {
    let api = pass::lower(&document("requests.yaml"), &Options::default()).api.unwrap();
    let clash = api.operations.iter().find(|one| one.name == "clash").unwrap();
    let schema = clash.input_schema.value();
    let members = schema["properties"].as_object().unwrap();
    let names: Vec<&str> = members.keys().map(|name| name.as_str()).collect();
    assert_eq!(names, ["body", "body_content", "id", "id_cookie", "id_header", "id_query"]);
    assert_eq!(schema["required"], json!(["id"]));
}
