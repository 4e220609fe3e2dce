//! Requests that are not what they should be: what comes back, and that the next one is served.

use serde_json::json;
use toolwright_core::tool::FnTools;
use toolwright_core::{Context, Server, ToolError};
use toolwright_http::serve::Limits;
use toolwright_spec::{CallToolResult, RawJson};

use super::support::{Site, USUAL, Wire, message, mirrored, modern, post, raw};

/// What is sent, and what has to come back.
pub(super) struct Row {
    name: &'static str,
    request: Vec<u8>,
    status: u16,
    code: Option<i64>,
}

pub(super) fn row(
    name: &'static str,
    request: Vec<u8>,
    status: u16,
    code: impl Into<Option<i64>>,
) -> Row {
    Row { name, request, status, code: code.into() }
}

pub(super) async fn check(site: &Site, rows: Vec<Row>) {
    for Row { name, request, status, code } in rows {
        let mut wire = site.connect().await;
        wire.write(&request).await;
        let reply = wire.reply().await;
        assert_eq!(reply.status, status, "{name}: {}", reply.text());
        assert_eq!(reply.header("access-control-allow-origin"), None, "{name}");
        if let Some(code) = code {
            assert_eq!(reply.code(), Some(code), "{name}: {}", reply.text());
        }
        if status == 405 {
            assert!(reply.header("allow").is_some(), "{name}");
        }
        site.still_serves(name).await;
    }
}

/// A good request with another line of its head, or without it.
fn with(line: &str, instead: &str) -> Vec<u8> {
    let head = format!("{USUAL}{}", mirrored("tools/list", &json!({})));
    assert!(head.contains(line), "{line}");
    raw(&head.replace(line, instead), message(1, "tools/list", json!({})).as_bytes())
}

fn and(lines: &str) -> Vec<u8> {
    with("Host: localhost\r\n", &format!("Host: localhost\r\n{lines}"))
}

fn host(host: &str) -> Vec<u8> {
    with("Host: localhost\r\n", &format!("Host: {host}\r\n"))
}

#[tokio::test]
async fn hosts_and_origins() {
    let site = Site::start().await;
    check(
        &site,
        vec![
            row("foreign host", host("evil.example.com"), 403, -32600),
            row("lookalike host", host("localhost.evil.example.com"), 403, -32600),
            row("user in host", host("localhost@evil.example.com"), 400, -32600),
            row("two hosts", and("Host: localhost\r\n"), 400, -32600),
            row("two different hosts", and("Host: evil.example.com\r\n"), 400, -32600),
            row("no host", with("Host: localhost\r\n", ""), 400, -32600),
            row("empty host", host(""), 400, -32600),
            row("upper case", host("LOCALHOST"), 200, None),
            row("port", host("localhost:8000"), 200, None),
            row("trailing dot", host("localhost.:80"), 200, None),
            row("IPv6", host("[::1]:8000"), 200, None),
            row("long IPv6", host("[0:0:0:0:0:0:0:1]"), 200, None),
            row("IPv4", host("127.0.0.1"), 200, None),
            row("target with host", with("/mcp", "http://localhost/mcp"), 200, None),
            row(
                "target with another host",
                with("/mcp", "http://evil.example.com/mcp"),
                400,
                -32600,
            ),
            row("good origin", and("Origin: http://localhost:5173\r\n"), 200, None),
            row("foreign origin", and("Origin: http://evil.example.com\r\n"), 403, -32600),
            row("origin null", and("Origin: null\r\n"), 403, -32600),
            row("empty origin", and("Origin:\r\n"), 403, -32600),
            row("garbage origin", and("Origin: localhost\r\n"), 403, -32600),
            row(
                "two origins",
                and("Origin: http://localhost\r\nOrigin: http://localhost\r\n"),
                403,
                -32600,
            ),
            row("forwarded host", and("X-Forwarded-Host: evil.example.com\r\n"), 200, None),
            row("forwarded", and("Forwarded: host=evil.example.com\r\n"), 200, None),
            row(
                "forwarded good host",
                with("Host: localhost", "Host: evil.example.com\r\nX-Forwarded-Host: localhost"),
                403,
                -32600,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn guards_stand_before_every_method() {
    let site = Site::start().await;
    let mut rows = Vec::new();
    for method in ["GET", "DELETE", "OPTIONS", "HEAD", "PUT", "TRACE"] {
        let line = format!("{method} /mcp");
        let bad = with("POST /mcp", &line);
        let bad = String::from_utf8(bad).unwrap();
        let bad = bad.replace("Host: localhost", "Host: evil.example.com");
        if method != "HEAD" {
            rows.push(row("method with foreign host", bad.into_bytes(), 403, -32600));
            let origin = and("Origin: null\r\n");
            let origin = String::from_utf8(origin).unwrap().replace("POST /mcp", &line);
            rows.push(row("method with foreign origin", origin.into_bytes(), 403, -32600));
        }
    }
    check(&site, rows).await;
}

#[tokio::test]
async fn a_server_with_a_name_of_its_own() {
    let site = Site::start_with(|runner| {
        runner.host("mcp.example.com").host("localhost").origin("https://app.example.com")
    })
    .await;
    let named = |origin: &str| {
        let lines = format!("Host: mcp.example.com:8443\r\nOrigin: {origin}\r\n");
        with("Host: localhost\r\n", &lines)
    };
    check(
        &site,
        vec![
            row("its name", host("mcp.example.com"), 200, None),
            row("not configured", host("127.0.0.1"), 403, -32600),
            row("same origin", named("https://mcp.example.com:8443"), 200, None),
            row("other port", named("https://mcp.example.com:9"), 403, -32600),
            row("other scheme", named("http://app.example.com"), 403, -32600),
        ],
    )
    .await;
    assert_eq!(site.send(&named("https://app.example.com")).await.status, 200);
}

#[tokio::test]
async fn media_types_methods_and_paths() {
    let site = Site::start().await;
    let kind = |kind: &str| with("application/json\r\n", &format!("{kind}\r\n"));
    let accept = |accept: &str| with("application/json, text/event-stream", accept);
    let method = |method: &str| with("POST", method);
    let path = |path: &str| with("/mcp", path);
    check(
        &site,
        vec![
            row("no type", with("Content-Type: application/json\r\n", ""), 415, -32600),
            row("text", kind("text/plain"), 415, -32600),
            row("form", kind("application/x-www-form-urlencoded"), 415, -32600),
            row("multipart", kind("multipart/form-data; boundary=x"), 415, -32600),
            row("jsonx", kind("application/jsonx"), 415, -32600),
            row("json-evil", kind("application/json-evil"), 415, -32600),
            row("charset", kind("application/json; charset=utf-8"), 200, None),
            row("UTF-16", kind("application/json; charset=utf-16"), 415, -32600),
            row("gzip", and("Content-Encoding: gzip\r\n"), 415, -32600),
            row("br", and("Content-Encoding: br\r\n"), 415, -32600),
            row("accept json only", accept("application/json"), 406, -32600),
            row("accept events only", accept("text/event-stream"), 406, -32600),
            row(
                "accept nothing",
                with("Accept: application/json, text/event-stream\r\n", ""),
                406,
                -32600,
            ),
            row("accept all", accept("*/*"), 200, None),
            row("accept applications", accept("application/*"), 200, None),
            row(
                "accept applications and events",
                accept("application/*, text/event-stream"),
                200,
                None,
            ),
            row("PUT", method("PUT"), 405, -32600),
            row("PATCH", method("PATCH"), 405, -32600),
            row("TRACE", method("TRACE"), 405, -32600),
            row("OPTIONS", method("OPTIONS"), 405, -32600),
            row("upgrade", and("Connection: Upgrade\r\nUpgrade: websocket\r\n"), 200, None),
            row("h2c", and("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"), 200, None),
            row("dots", path("/mcp/../admin"), 404, -32600),
            row("slashes", path("//mcp"), 404, -32600),
            row("encoded", path("/%6dcp"), 404, -32600),
            row("below", path("/mcp/x"), 404, -32600),
            row("query", path("/mcp?x=1"), 200, None),
            row("long target", path(&format!("/mcp?{}", "x".repeat(9000))), 414, None),
            row("longer target", path(&format!("/{}", "x".repeat(65536))), 414, None),
        ],
    )
    .await;
}

#[tokio::test]
async fn methods_without_sessions() {
    let site = Site::start_with(|runner| runner.sessions(false)).await;
    for method in ["GET", "DELETE", "PUT", "PATCH", "TRACE", "OPTIONS"] {
        let reply = site.send(&with("POST", method)).await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")), "{method}");
    }
    let head = site.connect().await;
    assert_eq!(head_of(head, "HEAD").await, 405);
    let initialize = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#;
    let reply = site.send(&post("", initialize)).await;
    assert_eq!((reply.status, reply.code()), (400, Some(-32022)));
    assert_eq!(reply.json()["error"]["data"]["supported"], json!(["2026-07-28"]));
    site.still_serves("initialize").await;
}

async fn head_of(mut wire: Wire, method: &str) -> u16 {
    wire.write(&with("POST", method)).await;
    wire.head().await.unwrap().status
}

#[tokio::test]
async fn bodies() {
    let site = Site::start().await;
    let headers = mirrored("tools/call", &json!({ "name": "echo" }));
    let body = |body: &str| post(&headers, body);
    let bytes = |body: &[u8]| raw(&format!("{USUAL}{headers}"), body);
    let good = message(1, "tools/call", json!({ "name": "echo" }));
    let twice = |first: &str, last: &str| {
        let methods = format!("\"method\":\"{first}\",\"method\":\"{last}\"");
        body(&good.replace("\"method\":\"tools/call\"", &methods))
    };
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(
        &site,
        vec![
            row("empty", body(""), 400, -32700),
            row("cut", body(&good[..good.len() - 1]), 400, -32700),
            row("two values", body("{} {}"), 400, -32700),
            row("UTF-8 broken", bytes(b"{\"id\":1,\"x\":\"\xff\"}"), 400, -32700),
            row("UTF-16", bytes(&utf16), 400, -32700),
            row("BOM", bytes(format!("\u{feff}{good}").as_bytes()), 400, -32700),
            row("number", body("1"), 400, -32600),
            row("empty array", body("[]"), 400, -32600),
            row("batch", body(&format!("[{good}]")), 400, -32600),
            row("id null", body(&good.replace("\"id\":1", "\"id\":null")), 400, -32600),
            row("no jsonrpc", body(&good.replace("\"jsonrpc\":\"2.0\",", "")), 400, -32600),
            row(
                "params array",
                body(r#"{"jsonrpc":"2.0","id":1,"method":"x","params":[]}"#),
                400,
                -32602,
            ),
            row("response", body(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#), 400, -32600),
            row("malformed notification", body(r#"{"jsonrpc":"2.0","method":1}"#), 400, -32600),
            row("method twice, first right", twice("tools/call", "tools/list"), 400, -32600),
            row("method twice, last right", twice("tools/list", "tools/call"), 400, -32600),
            row(
                "deep",
                body(&format!("{}{}", "[".repeat(200_000), "]".repeat(200_000))),
                400,
                -32600,
            ),
        ],
    )
    .await;
    let reply = site.send(&body(r#"{"method":"x","id":"here"}"#)).await;
    assert_eq!(reply.json()["id"], "here");
    let reply = site.send(&body("{")).await;
    assert_eq!(reply.json().get("id"), None);
}

#[tokio::test]
async fn the_size_of_bodies() {
    let site = Site::start().await;
    let headers = mirrored("tools/call", &json!({ "name": "echo" }));
    let padded = |size: usize| {
        let good = message(1, "tools/call", json!({ "name": "echo" }));
        format!("{good}{}", " ".repeat(size - good.len()))
    };
    let limit = 4 << 20;
    for (size, status) in [(limit - 1, 200), (limit, 200), (limit + 1, 413)] {
        let reply = site.send(&post(&headers, &padded(size))).await;
        assert_eq!(reply.status, status, "{size}");
    }
    let chunked = |chunk: &str, count: usize| {
        let head = format!("{USUAL}{headers}Transfer-Encoding: chunked\r\n\r\n");
        let chunks = format!("{:x}\r\n{chunk}\r\n", chunk.len()).repeat(count);
        format!("{head}{chunks}0\r\n\r\n").into_bytes()
    };
    check(
        &site,
        vec![
            row("one chunk", chunked(&padded(1000), 1), 200, None),
            row("64 MiB in chunks", chunked(&" ".repeat(1 << 20), 64), 413, -32600),
        ],
    )
    .await;
    let mut limits = Limits::default();
    limits.body_bytes = 10_000;
    let small = Site::start_with(|runner| runner.limits(limits)).await;
    check(&small, vec![row("chunks of one byte", chunked(" ", 10_001), 413, -32600)]).await;
    // Nobody is told to go on who will be refused.
    let mut wire = site.connect().await;
    let huge = format!("{USUAL}{headers}Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
    wire.write(huge.as_bytes()).await;
    assert_eq!(wire.reply().await.status, 413);
    let mut wire = site.connect().await;
    let bad = huge.replace("localhost", "evil.example.com").replace("99999999", "2");
    wire.write(bad.as_bytes()).await;
    assert_eq!(wire.reply().await.status, 403);
    let mut wire = site.connect().await;
    let good = padded(1000);
    wire.write(huge.replace("99999999", "1000").as_bytes()).await;
    assert_eq!(wire.head().await.unwrap().status, 100);
    wire.write(good.as_bytes()).await;
    assert_eq!(wire.reply().await.status, 200);
}

#[tokio::test]
async fn framing_that_two_servers_read_differently() {
    let site = Site::start().await;
    let length = |value: &str| {
        let request = with("Host", &format!("Content-Length: {value}\r\nHost"));
        // Without the right one.
        let text = String::from_utf8(request).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let (head, _) = head.rsplit_once("\r\n").unwrap();
        format!("{head}\r\n\r\n{body}").into_bytes()
    };
    let both = with("Host", "Transfer-Encoding: chunked\r\nHost");
    let both = String::from_utf8(both).unwrap();
    let (head, _) = both.split_once("\r\n\r\n").unwrap();
    let both = format!("{head}\r\n\r\n0\r\n\r\n");
    let extension = format!(
        "{USUAL}Transfer-Encoding: chunked\r\n\r\n1;{}\r\n{{\r\n0\r\n\r\n",
        "x".repeat(1 << 20)
    );
    for (name, request) in [
        ("both", both.clone().into_bytes()),
        (
            "both, the other way",
            both.replace("Content-Length", "X")
                .replace("Host", "content-length: 5\r\nHost")
                .into_bytes(),
        ),
        ("two lengths", with("Host", "Content-Length: 5\r\nHost")),
        ("plus", length("+5")),
        ("minus", length("-1")),
        ("list", length("5,5")),
        ("chunk extension", extension.into_bytes()),
        ("not chunked", with("Host", "Transfer-Encoding: gzip\r\nHost")),
        ("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec()),
        ("HTTP/0.9", b"GET /mcp\r\n\r\n".to_vec()),
    ] {
        let mut wire = site.connect().await;
        wire.write(&request).await;
        let reply = wire.reply().await;
        assert_eq!(reply.status, 400, "{name}: {}", reply.text());
        assert!(wire.is_closed().await, "{name}");
        site.still_serves(name).await;
    }
    let mut wire = site.connect().await;
    wire.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(wire.head().await.is_none_or(|reply| reply.status == 400));
    site.still_serves("HTTP/2").await;
}

#[tokio::test]
async fn headers_without_end() {
    let site = Site::start().await;
    let many: String = (0..500).map(|n| format!("X-{n}: 1\r\n")).collect();
    let medium: String = (0..9).map(|n| format!("X-{n}: {}\r\n", "x".repeat(10_000))).collect();
    check(
        &site,
        vec![
            row("one of 100 KB", and(&format!("X: {}\r\n", "x".repeat(100_000))), 431, None),
            row("one of 20 KB", and(&format!("X: {}\r\n", "x".repeat(20_000))), 431, None),
            row("90 KB in nine", and(&medium), 431, None),
            row("1 MB", and(&format!("X: {}\r\n", "x".repeat(1_000_000))), 431, None),
            row("500", and(&many), 431, None),
            row("one of 10 KB", and(&format!("X: {}\r\n", "x".repeat(10_000))), 200, None),
        ],
    )
    .await;
}

/// Says what would be a header, a response and an event if it got out as it is.
const SPLIT: &str = "\r\nX-Evil: 1\r\n\r\nHTTP/1.1 200 OK\r\n\r\ndata: {}\n\ndata: evil";

fn splitting(server: Server) -> Server {
    let tools = FnTools::new()
        .tool("says", "Says it", |cx: Context, (): ()| async move {
            cx.progress_of(0.5, 1.0, SPLIT).await;
            SPLIT
        })
        .tool("fails", "Fails with it", |cx: Context, (): ()| async move {
            cx.progress_of(0.5, 1.0, SPLIT).await;
            Err::<(), _>(ToolError::new(SPLIT))
        })
        .tool("raw", "Writes JSON of its own", |_cx, (): ()| async {
            let json = RawJson::new("{\r\n\"a\"\r\n:\n\n1\r}").unwrap();
            CallToolResult::new([]).with_structured_content(json)
        });
    server.tools(tools)
}

/// H70: what handlers say stays in the body, and there in its place.
#[tokio::test]
async fn handlers_cannot_split_responses() {
    let site = Site::serve(splitting, |runner| runner).await;
    let hello = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":
        "2025-11-25","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}"#;
    let opened = site.send(&post("", hello)).await;
    let session = format!("Mcp-Session-Id: {}\r\n", opened.header("mcp-session-id").unwrap());
    for (tool, token) in
        [("says", false), ("says", true), ("fails", false), ("fails", true), ("raw", false)]
    {
        let mut params = json!({ "name": tool, "arguments": {} });
        if token {
            params["_meta"] = json!({ "progressToken": "p" });
        }
        let old = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        for request in [modern(1, "tools/call", params.clone()), post(&session, &old.to_string())] {
            let mut wire = site.connect().await;
            // The second is answered by itself, behind a first that is whole.
            wire.write(&[request.clone(), request].concat()).await;
            for _ in 0..2 {
                let reply = wire.reply().await;
                assert_eq!(reply.status, 200, "{tool}: {}", reply.text());
                assert_eq!(reply.header("x-evil"), None, "{tool}");
                let streams = reply.header("content-type") == Some("text/event-stream");
                let messages = if streams { reply.events() } else { vec![reply.json()] };
                let (answer, before) = messages.split_last().unwrap();
                assert_eq!(before.len(), usize::from(token), "{tool}: {}", reply.text());
                assert!(before.iter().all(|notice| notice["params"]["message"] == SPLIT));
                let result = &answer["result"];
                if tool == "raw" {
                    assert_eq!(result["structuredContent"], json!({ "a": 1 }), "{answer}");
                } else {
                    assert_eq!(result["content"][0]["text"], SPLIT, "{answer}");
                }
            }
        }
    }
    site.still_serves("responses that were to be split").await;
}
