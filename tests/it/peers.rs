//! The official clients against our servers, in both eras.

use std::process::Command;

use serde_json::{Value, json};
use toolwright_tests::background::Background;
use toolwright_tests::peer::{Peer, Plan, Transcript};
use toolwright_tests::place;

/// Each official client, in each era it speaks, and the revision it then has to agree on.
const LINES: &[(Peer, &str, &str)] = &[
    (Peer::Python2, "auto", "2026-07-28"),
    (Peer::Python2, "legacy", "2025-11-25"),
    (Peer::Python1, "legacy", "2025-11-25"),
    (Peer::TypeScript, "auto", "2026-07-28"),
    (Peer::TypeScript, "legacy", "2025-11-25"),
];

fn on_every_line(plan: &Plan, check: impl Fn(&Transcript)) {
    for &(peer, mode, protocol) in LINES {
        let plan = Plan { mode, ..plan.clone() };
        let seen = peer.run(&plan).unwrap_or_else(|error| panic!("{peer:?} {mode}: {error}"));
        println!("{peer:?} {mode}: {:?}", seen.results);
        assert_eq!(seen.protocol, protocol, "{peer:?} {mode}");
        check(&seen);
    }
}

fn server(package: &str, name: &str, arguments: &[&str]) -> Vec<String> {
    let binary = place::binary(package, name).unwrap_or_else(|error| panic!("{error}"));
    let arguments = arguments.iter().map(|argument| (*argument).to_owned());
    std::iter::once(binary.display().to_string()).chain(arguments).collect()
}

fn start(command: &[String]) -> Background {
    Background::start(Command::new(&command[0]).args(&command[1..])).unwrap()
}

fn plan(command: Vec<String>, calls: Vec<(&'static str, Value)>) -> Plan {
    Plan { mode: "auto", command, url: None, login: false, env: Vec::new(), calls }
}

#[test]
fn a_server_written_with_the_tools_attribute() {
    let calls = vec![
        ("search", json!({"query": "dune", "order": "price"})),
        ("search", json!({"query": "", "limit": 51, "order": "size"})),
        ("book", json!({"title": "Nemesis"})),
        ("stocktake", json!({})),
    ];
    let plan = plan(server("toolwright-examples", "shop", &[]), calls);
    on_every_line(&plan, |seen| {
        assert_eq!(seen.server["name"], "shop");
        assert_eq!(seen.tool_names(), ["search", "book", "buy", "stocktake"]);
        let hits = &seen.results[0]["structuredContent"]["result"];
        assert_eq!(hits[0]["title"], "Dune Messiah");
        assert_eq!(seen.results[1]["isError"], true);
        for member in ["query", "limit", "order"] {
            assert!(seen.text(1).contains(member), "{member} is not named: {}", seen.text(1));
        }
        assert_eq!(seen.results[2]["isError"], true);
        assert!(seen.text(2).contains("Nemesis"));
        assert_eq!(seen.text(3), "13");
    });
}

#[test]
fn a_server_over_http() {
    let command = server("toolwright-examples", "shop_http", &["127.0.0.1:0"]);
    let shop = start(&command);
    let calls = vec![
        ("search", json!({"artist": "simone"})),
        ("search", json!({"artist": ""})),
        ("listen", json!({"title": "Ege Bamyasi"})),
        ("listen", json!({"title": "Unreleased"})),
    ];
    let plan = Plan { url: Some(shop.first_line().to_owned()), ..plan(Vec::new(), calls) };
    on_every_line(&plan, |seen| {
        assert_eq!(seen.server["name"], "records");
        assert_eq!(seen.tool_names(), ["search", "listen"]);
        let hits = &seen.results[0]["structuredContent"]["result"];
        assert_eq!(hits[1]["title"], "Wild Is the Wind");
        assert_eq!(seen.results[1]["isError"], true);
        assert_eq!(seen.text(2), "Ege Bamyasi by Can is good");
        let progress = seen.progress[2].as_array().unwrap();
        let progress: Vec<_> = progress.iter().filter_map(Value::as_f64).collect();
        assert_eq!(progress, [1.0, 2.0, 3.0, 4.0]);
        assert!(seen.text(3).contains("Unreleased"));
    });
}

#[test]
fn a_server_that_takes_access_tokens() {
    let protected = start(&server("toolwright-tests", "protected-server", &[]));
    let calls = vec![("whoami", json!({})), ("write", json!({})), ("whoami", json!({}))];
    let url = Some(protected.first_line().to_owned());
    let plan = Plan { url, login: true, ..plan(Vec::new(), calls) };
    on_every_line(&plan, |seen| {
        assert_eq!(seen.tool_names(), ["whoami", "write"]);
        assert_eq!(seen.text(0), "ann may files:read");
        // The client asked its person for more, and was given it.
        assert_eq!(seen.text(1), "written");
        assert!(seen.text(2).contains("files:write"), "{}", seen.text(2));
    });
}

#[test]
fn a_server_that_takes_access_tokens_over_http_sse() {
    let protected = start(&server("toolwright-tests", "protected-server", &["sse"]));
    let calls = vec![("whoami", json!({})), ("write", json!({})), ("whoami", json!({}))];
    let url = Some(protected.first_line().to_owned());
    let plan = Plan { url, login: true, mode: "legacy", ..plan(Vec::new(), calls) };
    for peer in [Peer::Python2, Peer::Python1, Peer::TypeScript] {
        let seen = peer.run(&plan).unwrap_or_else(|error| panic!("{peer:?}: {error}"));
        assert_eq!(seen.tool_names(), ["whoami", "write"], "{peer:?}");
        assert_eq!(seen.text(0), "ann may files:read", "{peer:?}");
        // The stream has the scopes of its token, and answers on it have no status.
        let refused = seen.results[1].to_string();
        assert!(refused.contains("files:write"), "{peer:?}: {refused}");
        assert_eq!(seen.text(2), "ann may files:read", "{peer:?}");
    }
}

#[test]
fn an_interpreted_document() {
    let document = place::root().join("cli/assets/bookshop.yaml").display().to_string();
    let command = server("toolwright-cli", "toolwright", &["serve", &document, "--mock"]);
    let plan = plan(command, bookshop_calls());
    on_every_line(&plan, |seen| {
        assert_eq!(seen.tools.len(), 12);
        check_bookshop(seen);
    });
}

/// Calls whose results are the same for the interpreter and for the generated server.
fn bookshop_calls() -> Vec<(&'static str, Value)> {
    vec![
        ("searchBooks", json!({"words": "austen", "limit": 2})),
        ("getBook", json!({"isbn": "9780141439518"})),
        ("getCover", json!({"isbn": "9780141439518"})),
        ("getBook", json!({"isbn": ".."})),
    ]
}

fn check_bookshop(seen: &Transcript) {
    assert_eq!(seen.results[0]["structuredContent"]["books"][0]["isbn"], "9780141439518");
    assert_eq!(seen.results[1]["structuredContent"]["isbn"], "9780141439518");
    assert_eq!(seen.results[2]["content"][0]["type"], "image");
    assert_eq!(seen.results[3]["isError"], true);
    assert!(seen.text(3).contains("isbn"), "{}", seen.text(3));
    let read_only = |tool: &Value| tool["annotations"]["readOnlyHint"] == true;
    let search = seen.tools.iter().find(|tool| tool["name"] == "searchBooks");
    assert!(search.is_some_and(read_only));
}

#[test]
fn a_generated_server_with_one_method_replaced() {
    let document = place::root().join("cli/assets/bookshop.yaml").display().to_string();
    let mock = server("toolwright-cli", "toolwright", &["mock", &document]);
    let service = start(&mock);
    let mut calls = bookshop_calls();
    calls.push(("deleteBook", json!({"isbn": "9780141439518"})));
    let command = server("toolwright-tests", "bookshop", &[]);
    let mut plan = plan(command, calls);
    plan.env = vec![
        ("BOOKSHOP_BASE_URL".into(), service.first_line().to_owned()),
        ("BOOKSHOP_SHOP_KEY".into(), "secret".into()),
    ];
    on_every_line(&plan, |seen| {
        assert_eq!(seen.tools.len(), 12);
        check_bookshop(seen);
        assert_eq!(seen.results[4]["isError"], true);
        assert!(seen.text(4).contains("ask a person"), "{}", seen.text(4));
    });
}
