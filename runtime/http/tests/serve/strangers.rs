//! What strangers send to servers that have more than tools: what comes back, and that the next
//! request is served.

use serde_json::{Value, json};
use toolwright_core::completion::Partial;
use toolwright_core::{Context, Extension, Failure, Prompts, ProtocolError, Resources, Server};
use toolwright_spec::{Prompt, PromptArgument, Resource};

use super::hostile::{check, row};
use super::support::{Site, message, mirrored, post};

async fn titles(_: Context, partial: Partial) -> Result<Vec<String>, Failure> {
    Ok(partial.filter(["Dune"]))
}

async fn reserve(_: Context, _: Value) -> Result<Value, ProtocolError> {
    Ok(json!({}))
}

fn everything(server: Server) -> Server {
    let mut limits = toolwright_core::Limits::default();
    limits.page_items = 4;
    let prompt = Prompt::new("recommend").with_arguments([PromptArgument::new("liked")]);
    let prompts = Prompts::new()
        .with(prompt, |_, _: Value| async { "What should I read?" })
        .complete("liked", titles);
    let hours = Resource::new("hours", "shop://hours");
    server
        .prompts(prompts)
        .resources(Resources::new().text(hours, "nine to six"))
        .extension(Extension::new("com.example/books").method("com.example/reserve", reserve))
        .logging()
        .subscriptions(true)
        .limits(limits)
}

async fn site() -> Site {
    Site::serve(everything, |runner| runner.origin("https://app.example.com")).await
}

/// A request whose headers are not those that its body asks for.
fn unlike(header: &str, method: &str, params: Value) -> Vec<u8> {
    let version = "MCP-Protocol-Version: 2026-07-28\r\n";
    post(&format!("{version}{header}"), &message(1, method, params))
}

fn modern(method: &str, params: Value) -> Vec<u8> {
    post(&mirrored(method, &params), &message(1, method, params))
}

#[tokio::test]
async fn names_in_headers() {
    let read = |name, headers: &str, uri: Value, status, code: Option<i64>| {
        let headers = format!("Mcp-Method: resources/read\r\n{headers}");
        row(name, unlike(&headers, "resources/read", json!({ "uri": uri })), status, code)
    };
    let prompt = |name, header: &str| {
        let headers = format!("Mcp-Method: prompts/get\r\nMcp-Name: {header}\r\n");
        let params = json!({ "name": "recommend" });
        row(name, unlike(&headers, "prompts/get", params), 400, -32020)
    };
    let hours = || json!("shop://hours");
    let right = "Mcp-Name: shop://hours\r\n";
    let rows = vec![
        read("right", right, hours(), 200, None),
        read("missing", "", hours(), 400, Some(-32020)),
        read("another", "Mcp-Name: shop://other\r\n", hours(), 400, Some(-32020)),
        read("twice", &right.repeat(2), hours(), 400, Some(-32020)),
        read("of a number", "", 7.into(), 200, Some(-32602)),
        prompt("another prompt", "other"),
        prompt("other case", "Recommend"),
        prompt("empty", ""),
        prompt("10 KB", &"x".repeat(10_000)),
    ];
    check(&site().await, rows).await;
}

#[tokio::test]
async fn methods_in_headers() {
    let as_said = |name, said: &str, method: &str, params: Value| {
        let headers = format!("Mcp-Method: {said}\r\n");
        row(name, unlike(&headers, method, params), 400, -32020)
    };
    let filter = || json!({ "notifications": {} });
    let rows = vec![
        as_said("listen as a list", "tools/list", "subscriptions/listen", filter()),
        as_said("list as a listen", "subscriptions/listen", "tools/list", json!({})),
        as_said("complete as a read", "resources/read", "completion/complete", json!({})),
        as_said("extension as another", "com.example/x", "com.example/reserve", spoken()),
        as_said("in Base64", "=?base64?dG9vbHMvbGlzdA==?=", "tools/list", json!({})),
        as_said("10 KB", &"x".repeat(10_000), "tools/list", json!({})),
        as_said("empty", "", "tools/list", json!({})),
        row("unsaid", unlike("", "subscriptions/listen", filter()), 400, -32020),
    ];
    check(&site().await, rows).await;
}

/// Parameters of a client that speaks the extension.
fn spoken() -> Value {
    let capabilities = json!({ "extensions": { "com.example/books": {} } });
    json!({ "_meta": { "io.modelcontextprotocol/clientCapabilities": capabilities } })
}

#[tokio::test]
async fn requests_for_what_is_not_there() {
    let wanted = |name, params: Value, status, code| {
        row(name, modern("subscriptions/listen", params), status, code)
    };
    let many = vec!["shop://hours"; 2000];
    let task = "Mcp-Method: tasks/get\r\nMcp-Name: foreign\r\n";
    let hours = json!({ "uri": "shop://hours" });
    let rows = vec![
        wanted("nothing wanted", json!({}), 200, -32602),
        wanted("nonsense", json!({ "notifications": { "toolsListChanged": "yes" } }), 200, -32602),
        wanted("much", json!({ "notifications": { "resourceSubscriptions": many } }), 200, -32602),
        row("complete nothing", modern("completion/complete", json!({})), 200, -32602),
        row("extension", modern("com.example/reserve", spoken()), 200, None),
        row("extension not spoken", modern("com.example/reserve", json!({})), 400, -32021),
        row("extension of nobody", modern("com.example/other", spoken()), 404, -32601),
        row("subscribe", modern("resources/subscribe", hours), 404, -32601),
        row("level", modern("logging/setLevel", json!({ "level": "info" })), 404, -32601),
        row("task", unlike(task, "tasks/get", json!({ "taskId": "foreign" })), 404, -32601),
    ];
    check(&site().await, rows).await;
}

#[tokio::test]
async fn cursors_states_and_meta() {
    let list = |cursor: Value| modern("tools/list", json!({ "cursor": cursor }));
    let ask = |state: Value| {
        let capabilities = json!({ "elicitation": {} });
        let meta = json!({ "io.modelcontextprotocol/clientCapabilities": capabilities });
        modern("tools/call", json!({ "name": "ask", "requestState": state, "_meta": meta }))
    };
    let traced = |headers: &str| {
        let body = message(1, "tools/list", json!({ "_meta": { "traceparent": headers } }));
        post(&format!("{}traceparent: {headers}\r\n", mirrored("tools/list", &json!({}))), &body)
    };
    let rows = vec![
        row("cursor of garbage", list("x".into()), 200, -32602),
        row("cursor of 7", list(7.into()), 200, -32602),
        row("cursor of 1 MiB", list("A".repeat(1 << 20).into()), 200, -32602),
        row("state of garbage", ask("x".into()), 200, -32602),
        row("state of 7", ask(7.into()), 200, -32602),
        row("state of 1 MiB", ask("A".repeat(1 << 20).into()), 200, -32602),
        row("trace of garbage", traced("garbage"), 200, None),
        row(
            "trace of zeros",
            traced(&format!("00-{}-{}-00", "0".repeat(32), "0".repeat(16))),
            200,
            None,
        ),
        row("trace of 10 KB", traced(&"f".repeat(10_000)), 200, None),
    ];
    check(&site().await, rows).await;
}

/// Opens a session; its headers.
async fn open(site: &Site) -> String {
    let params = json!({ "protocolVersion": "2025-11-25", "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" } });
    let body = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params });
    let reply = site.send(&post("", &body.to_string())).await;
    format!("Mcp-Session-Id: {}\r\n", reply.header("mcp-session-id").unwrap())
}

fn on(method: &str, headers: &str) -> Vec<u8> {
    let head = format!("{method} /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream");
    format!("{head}\r\n{headers}\r\n").into_bytes()
}

#[tokio::test]
async fn sessions_of_others() {
    let site = site().await;
    let session = open(&site).await;
    let id = |id: &str| format!("Mcp-Session-Id: {id}\r\n");
    let modern = format!("{session}MCP-Protocol-Version: 2026-07-28\r\n");
    let mut rows = Vec::new();
    for method in ["GET", "DELETE"] {
        rows.extend([
            row("none", on(method, ""), 400, -32600),
            row("empty", on(method, &id("")), 404, -32600),
            row("made up", on(method, &id(&"A".repeat(32))), 404, -32600),
            row("path", on(method, &id("../../etc/passwd")), 404, -32600),
            row("10 KB", on(method, &id(&"A".repeat(10_000))), 404, -32600),
            row("not ASCII", on(method, &id("\u{e9}")), 404, -32600),
            row("other case", on(method, &session.to_uppercase()), 404, -32600),
            row("two", on(method, &session.repeat(2)), 400, -32600),
            row("of a revision without any", on(method, &modern), 400, -32600),
        ]);
    }
    // It is there in spite of it all.
    let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
    rows.push(row("its owner", post(&session, list), 200, None));
    check(&site, rows).await;
}

#[tokio::test]
async fn what_a_session_is_sent() {
    let site = site().await;
    let session = open(&site).await;
    let event = |name, event: &str| {
        row(name, on("GET", &format!("{session}Last-Event-ID: {event}\r\n")), 400, -32600)
    };
    let sent = |name, members: &str, status, code: Option<i64>| {
        row(name, post(&session, &format!(r#"{{"jsonrpc":"2.0",{members}}}"#)), status, code)
    };
    let asked = |name, method: &str, params: &str| {
        let members = format!(r#""id":1,"method":"{method}","params":{params}"#);
        sent(name, &members, 200, Some(-32602))
    };
    let cancel = r#""method":"notifications/cancelled","params":{"requestId":{}}"#;
    let response = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;
    let rows = vec![
        event("event of garbage", "x"),
        event("event of nothing", ""),
        event("event of numbers", "99999999999999999999-1"),
        event("event never sent", "0-18446744073709551615"),
        event("event below zero", "-1--1"),
        event("event of 10 KB", &"1".repeat(10_000)),
        row("answer without session", post("", response), 400, -32600),
        sent("answer never asked for", r#""id":1,"result":{}"#, 202, None),
        sent("error never asked for", r#""id":"x","error":{"code":1,"message":""}"#, 202, None),
        sent("cancelled by nonsense", cancel, 202, None),
        asked("level", "logging/setLevel", r#"{"level":"loud"}"#),
        asked("subscription", "resources/subscribe", r#"{"uri":"no"}"#),
        asked("cursor", "tools/list", r#"{"cursor":"x"}"#),
        sent("its owner", r#""id":1,"method":"tools/list""#, 200, None),
    ];
    check(&site, rows).await;
}

#[tokio::test]
async fn claims_about_where_a_request_comes_from() {
    let body = message(1, "tools/list", json!({}));
    let claim = |lines: &str| {
        let lines = format!("{lines}{}", mirrored("tools/list", &json!({})));
        post(&lines, &body)
    };
    let believed = |name, lines: &str| row(name, claim(lines), 200, None);
    let origin =
        |name, origin: &str| row(name, claim(&format!("Origin: {origin}\r\n")), 403, -32600);
    let private = "Access-Control-Request-Private-Network: true\r\n";
    let forwarded = "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\n";
    let of_itself = format!("{forwarded}Origin: https://evil.example\r\n");
    let rows = vec![
        believed("forwarded for", "X-Forwarded-For: 127.0.0.1\r\n"),
        believed("forwarded for garbage", "X-Forwarded-For: ,,;\r\n"),
        believed("forwarded garbage", "Forwarded: ;;=\"\r\n"),
        believed("forwarded 10 KB", &format!("Forwarded: {}\r\n", "for=_x,".repeat(1400))),
        believed("preflight", &format!("Access-Control-Request-Method: PUT\r\n{private}")),
        row("an origin that it forwards itself", claim(&of_itself), 403, -32600),
        origin("lookalike", "https://app.example.com.evil.example"),
        origin("with a user", "https://app.example.com@evil.example"),
        origin("with a path", "https://app.example.com/x"),
        origin("with a port", "https://app.example.com:444"),
        origin("two in one", "https://app.example.com https://evil.example"),
        origin("10 KB", &format!("https://{}.example", "x".repeat(10_000))),
    ];
    check(&site().await, rows).await;
}
