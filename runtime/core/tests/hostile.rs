//! What a server owes to input from a stranger: one row is bytes in and the reaction. Each has a
//! connection of its own, which has to serve a normal request afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod support;

use serde_json::{Value, json};
use support::{Peer, connect, limits, modern, server};

/// How a row's connection begins.
#[derive(Clone, Copy, Debug)]
enum Start {
    Fresh,
    Session(&'static str),
}

use Start::{Fresh, Session};

/// What has to come back.
#[derive(Debug)]
enum Want {
    /// An error with this id and code.
    Error(Value, i64),
    /// An error without an id.
    Nameless(i64),
    /// A result.
    Result(Value),
    /// A result with `isError`.
    Refused(Value),
    /// Nothing at all.
    Nothing,
}

use Want::{Error, Nameless, Nothing, Refused, Result};

struct Row {
    name: &'static str,
    start: Start,
    input: Vec<u8>,
    want: Vec<Want>,
}

fn row(name: &'static str, start: Start, input: impl AsRef<[u8]>, want: Want) -> Row {
    Row { name, start, input: input.as_ref().to_vec(), want: vec![want] }
}

/// Runs rows; all failures are reported, not only the first.
async fn run(rows: Vec<Row>) {
    let mut failures = Vec::new();
    for row in rows {
        let mut peer = connect(server());
        if let Session(revision) = row.start {
            peer.initialize(revision).await;
        }
        peer.bytes(&row.input).await;
        if row.input.last() != Some(&b'\n') {
            peer.bytes(b"\n").await;
        }
        follow_up(&mut peer, row.start).await;
        let mut got = Vec::new();
        loop {
            let message = peer.next().await;
            if message["id"] == "follow-up" {
                assert!(message.get("result").is_some(), "{}: {message}", row.name);
                break;
            }
            got.push(message);
        }
        let as_wanted = got.len()
            == row.want.iter().filter(|want| !matches!(want, Nothing)).count()
            && got.iter().zip(&row.want).all(|(got, want)| fits(got, want));
        if !as_wanted {
            let input: String = String::from_utf8_lossy(&row.input).chars().take(200).collect();
            failures.push(format!("{}: {input}\n  wanted {:?}\n  got {got:?}", row.name, row.want));
        }
        let (rest, end) = peer.finish().await;
        assert!(rest.is_empty() && end.is_ok(), "{}: {rest:?} {end:?}", row.name);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

async fn follow_up(peer: &mut Peer, start: Start) {
    match start {
        Fresh => peer.modern("follow-up".into(), "tools/list", json!({})).await,
        Session(_) => {
            peer.line(r#"{"jsonrpc":"2.0","id":"follow-up","method":"tools/list"}"#).await
        }
    }
}

fn fits(got: &Value, want: &Want) -> bool {
    let code = got["error"]["code"].as_i64();
    match want {
        Error(id, wanted) => got["id"] == *id && code == Some(*wanted),
        Nameless(wanted) => got.get("id").is_none() && code == Some(*wanted),
        Result(id) => {
            got["id"] == *id && got.get("result").is_some() && got["result"]["isError"] != true
        }
        Refused(id) => got["id"] == *id && got["result"]["isError"] == true,
        Nothing => false,
    }
}

/// A modern `tools/call` of `echo`-like tools with raw arguments.
fn call(tool: &str, arguments: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"_meta":{META},"name":"{tool}","arguments":{arguments}}}}}"#
    )
}

/// A modern `tools/list` with a piece added to the envelope.
fn list(id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/list","params":{{"_meta":{META}}}}}"#)
}

const META: &str = r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

fn with_meta(meta: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{"_meta":{meta}}}}}"#)
}

#[tokio::test]
async fn syntax() {
    let mut truncated = call("echo", r#"{"text":"x"}"#);
    truncated.truncate(truncated.len() - 5);
    let mut s34 = list("1").into_bytes();
    s34.truncate(s34.len() - 1);
    s34.extend(b",\"x\":\"\xff\"}");
    let s34_first = [b"{\"x\":\"\xc3\",", &list("1").into_bytes()[1..]].concat();
    let utf16: Vec<u8> = list("1").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rows = vec![
        row("S01 word", Fresh, "hello", Nameless(-32700)),
        row("S01 brace", Fresh, "{", Nameless(-32700)),
        row("S01 truncated", Fresh, r#"{"jsonrpc":"2.0","met"#, Nameless(-32700)),
        row(
            "S01 broken behind the id",
            Fresh,
            r#"{"jsonrpc":"2.0","id":1,"met"#,
            Error(1.into(), -32700),
        ),
        row("S01 truncated call", Fresh, truncated, Error(1.into(), -32700)),
        row("S02 blank", Fresh, "\n\r\n  \n", Nothing),
        row("S02 CRLF", Fresh, format!("{}\r\n", list("1")), Result(1.into())),
        row("S03 NUL", Fresh, "\0\0\0", Nameless(-32700)),
        row("S05 UTF-16", Fresh, utf16, Nameless(-32700)),
        row("S34 UTF-8 behind the id", Fresh, s34, Error(1.into(), -32700)),
        row("S34 UTF-8 before the id", Fresh, s34_first, Error(1.into(), -32700)),
        row(
            "S38 behind the id",
            Fresh,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"x\":\"\u{1}\"}",
            Error(1.into(), -32700),
        ),
        row("S38 before the id", Fresh, "{\"x\":\"\u{1}\",\"id\":1}", Nameless(-32700)),
    ];
    run(rows).await;
}

#[tokio::test]
async fn envelopes() {
    let e = |id: i64, code| Error(id.into(), code);
    let rows = vec![
        row("S06", Fresh, "[]", Nameless(-32600)),
        row("S06 session", Session("2025-11-25"), "[]", Nameless(-32600)),
        row("S06 old session", Session("2025-06-18"), "[]", Nothing),
        row("S07", Fresh, format!("[{},{}]", list("1"), list("2")), Nameless(-32600)),
        row("scalar", Fresh, "17", Nameless(-32600)),
        row("empty object", Fresh, "{}", Nameless(-32600)),
        row("S09 missing", Fresh, r#"{"id":1,"method":"tools/list"}"#, e(1, -32600)),
        row("S09 1.0", Fresh, list("1").replace("\"2.0\"", "\"1.0\""), e(1, -32600)),
        row("S09 number", Fresh, list("1").replace("\"2.0\"", "2.0"), e(1, -32600)),
        row("S10", Fresh, list("null"), Nameless(-32600)),
        row("S11 fraction", Fresh, list("1.5"), Nameless(-32600)),
        row("S11 object", Fresh, list("{}"), Nameless(-32600)),
        row("S11 array", Fresh, list("[1]"), Nameless(-32600)),
        row("S11 bool", Fresh, list("true"), Nameless(-32600)),
        row("S17", Fresh, modern(1.into(), "no/such", json!({})).to_string(), e(1, -32601)),
        row("S17 case", Fresh, modern(1.into(), "Tools/List", json!({})).to_string(), e(1, -32601)),
        row("S17 bare", Fresh, r#"{"jsonrpc":"2.0","id":1,"method":"no/such"}"#, e(1, -32601)),
        row(
            "S17 session",
            Session("2025-11-25"),
            r#"{"jsonrpc":"2.0","id":1,"method":"x"}"#,
            e(1, -32601),
        ),
        row("S18 case", Fresh, list("1").replace("method", "METHOD"), e(1, -32600)),
        row(
            "S18 folding",
            Fresh,
            list("1").replace("params", "param\u{17f}").replace("method", "met\u{212a}od"),
            e(1, -32600),
        ),
        row("S18 NUL", Fresh, list("1").replace("\"method\"", "\"method\\u0000\""), e(1, -32600)),
        row(
            "escaped name",
            Fresh,
            list("1").replace("\"method\"", "\"\\u006dethod\""),
            Result(1.into()),
        ),
        row("method is no string", Fresh, r#"{"jsonrpc":"2.0","id":1,"method":5}"#, e(1, -32600)),
        row(
            "S19 array",
            Fresh,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":[]}"#,
            e(1, -32602),
        ),
        row(
            "S19 string",
            Fresh,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":"x"}"#,
            e(1, -32602),
        ),
        row(
            "S31 method",
            Fresh,
            list("1").replace("\"method\"", "\"method\":\"ping\",\"method\""),
            e(1, -32600),
        ),
        row(
            "S31 params",
            Fresh,
            list("1").replace("\"params\"", "\"params\":{},\"params\""),
            e(1, -32600),
        ),
        row(
            "S31 jsonrpc",
            Fresh,
            list("1").replace("{\"jsonrpc\"", "{\"jsonrpc\":\"2.0\",\"jsonrpc\""),
            e(1, -32600),
        ),
        row("S31 id", Fresh, list("1").replace("\"id\"", "\"id\":2,\"id\""), Nameless(-32600)),
        row("S49", Fresh, r#"{"jsonrpc":"2.0","id":9,"result":{}}"#, Nothing),
        row(
            "S50 cancelled",
            Fresh,
            r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
            Nothing,
        ),
        row("S50 other", Fresh, r#"{"jsonrpc":"2.0","method":"notifications/x"}"#, Nothing),
        row("malformed notification", Fresh, r#"{"method":"notifications/x"}"#, Nothing),
        row("S51 no id", Fresh, r#"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#, Nothing),
        row(
            "S51 object",
            Fresh,
            r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}"#,
            Nothing,
        ),
        row("S53 both", Fresh, r#"{"jsonrpc":"2.0","id":1,"result":{},"error":{}}"#, Nothing),
        row(
            "S53 method",
            Fresh,
            list("1").replace("\"method\"", "\"result\":{},\"method\""),
            e(1, -32600),
        ),
        row("S53 method, no id", Fresh, r#"{"jsonrpc":"2.0","method":"x","error":{}}"#, Nothing),
    ];
    run(rows).await;
}

#[tokio::test]
async fn ids_are_echoed_digit_for_digit() {
    for id in [
        "-1",
        "0",
        "9007199254740992",
        "9223372036854775808",
        "123456789012345678901234567890",
        "-12345678901234567890123456789012",
        "\"\"",
        "\"a\\\"b\\u00e9\"",
        "\"1\"",
    ] {
        let mut peer = connect(server());
        peer.line(&list(id)).await;
        let got = peer.next_text().await;
        let value: Value = serde_json::from_str(id).unwrap();
        if value.is_string() {
            assert_eq!(serde_json::from_str::<Value>(&got).unwrap()["id"], value);
        } else {
            assert!(got.contains(&format!("\"id\":{id},")), "{id}: {got}");
        }
    }
    let long = |count: usize| format!("\"{}\"", "x".repeat(count));
    run(vec![
        row("S13 33 digits", Fresh, list(&"1".repeat(33)), Nameless(-32600)),
        row("S14 10 KB", Fresh, list(&long(10_000)), Result("x".repeat(10_000).into())),
        row("S14 16 KiB", Fresh, list(&long(16 * 1024)), Result("x".repeat(16 * 1024).into())),
        row("S14 more", Fresh, list(&long(16 * 1024 + 1)), Nameless(-32600)),
        row("S14 1 MB", Fresh, list(&long(1_000_000)), Nameless(-32600)),
    ])
    .await;
}

#[tokio::test]
async fn descriptions() {
    let e = |code| Error(1.into(), code);
    let version = r#""io.modelcontextprotocol/protocolVersion":"2026-07-28""#;
    let capabilities = r#""io.modelcontextprotocol/clientCapabilities":{}"#;
    let info = r#""io.modelcontextprotocol/clientInfo""#;
    let level = r#""io.modelcontextprotocol/logLevel""#;
    let rows = vec![
        row(
            "S21 no _meta",
            Fresh,
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}"#,
            e(-32602),
        ),
        row("S21 empty", Fresh, with_meta("{}"), e(-32602)),
        row("S21 array", Fresh, with_meta("[]"), e(-32602)),
        row("S21 no version", Fresh, with_meta(&format!("{{{capabilities}}}")), e(-32602)),
        row("S21 no capabilities", Fresh, with_meta(&format!("{{{version}}}")), e(-32602)),
        row(
            "S21 version is a number",
            Fresh,
            with_meta(&format!(
                r#"{{"io.modelcontextprotocol/protocolVersion":3,{capabilities}}}"#
            )),
            e(-32602),
        ),
        row(
            "S21 capabilities are an array",
            Fresh,
            with_meta(&format!(r#"{{{version},"io.modelcontextprotocol/clientCapabilities":[]}}"#)),
            e(-32602),
        ),
        row(
            "S21 info is a string",
            Fresh,
            with_meta(&format!(r#"{{{version},{capabilities},{info}:"x"}}"#)),
            e(-32602),
        ),
        row(
            "S22 unknown",
            Fresh,
            with_meta(&format!(
                r#"{{"io.modelcontextprotocol/protocolVersion":"1900-01-01",{capabilities}}}"#
            )),
            e(-32022),
        ),
        row(
            "S22 absurd",
            Fresh,
            with_meta(&format!(
                r#"{{"io.modelcontextprotocol/protocolVersion":"\u0000{}",{capabilities}}}"#,
                "x".repeat(5000)
            )),
            e(-32022),
        ),
        row(
            "S22 of a session",
            Fresh,
            with_meta(&format!(
                r#"{{"io.modelcontextprotocol/protocolVersion":"2025-11-25",{capabilities}}}"#
            )),
            e(-32022),
        ),
        row(
            "S23 grammar",
            Fresh,
            with_meta(&format!(
                r#"{{{version},{capabilities},"..//":1,"io.modelcontextprotocol/new":[]}}"#
            )),
            Result(1.into()),
        ),
        row(
            "S25",
            Fresh,
            with_meta(&format!(r#"{{{version},{capabilities},{level}:"loud"}}"#)),
            e(-32602),
        ),
        row(
            "log level",
            Fresh,
            with_meta(&format!(r#"{{{version},{capabilities},{level}:"info"}}"#)),
            Result(1.into()),
        ),
        row(
            "progress token",
            Fresh,
            with_meta(&format!(r#"{{{version},{capabilities},"progressToken":1.5}}"#)),
            e(-32602),
        ),
        row("S58 request", Fresh, r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#, e(-32600)),
        row("S58 ping", Fresh, r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, Result(1.into())),
        row(
            "S57",
            Session("2025-11-25"),
            r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}"#,
            e(-32600),
        ),
        row(
            "initialize without parameters",
            Fresh,
            r#"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#,
            e(-32602),
        ),
        row(
            "modern method in a session",
            Session("2025-11-25"),
            r#"{"jsonrpc":"2.0","id":1,"method":"server/discover"}"#,
            e(-32601),
        ),
        row(
            "legacy method without one",
            Fresh,
            modern(1.into(), "ping", json!({})).to_string(),
            e(-32601),
        ),
        row(
            "logging is not offered",
            Session("2025-11-25"),
            r#"{"jsonrpc":"2.0","id":1,"method":"logging/setLevel","params":{"level":"info"}}"#,
            e(-32601),
        ),
        row(
            "no cursor was given out",
            Fresh,
            modern(1.into(), "tools/list", json!({ "cursor": "x" })).to_string(),
            e(-32602),
        ),
    ];
    run(rows).await;
}

#[tokio::test]
async fn calls() {
    let e = |code| Error(1.into(), code);
    let nested = |levels: usize| {
        format!(r#"{{"text":"x","y":{}{}}}"#, "[".repeat(levels), "]".repeat(levels))
    };
    let mut rows = vec![
        row("S26", Fresh, call("nothing", "{}"), e(-32602)),
        row("no name", Fresh, modern(1.into(), "tools/call", json!({})).to_string(), e(-32602)),
        row("S27", Fresh, call("echo", "[]"), e(-32602)),
        row("S27 string", Fresh, call("echo", "\"x\""), e(-32602)),
        row(
            "no arguments",
            Fresh,
            modern(1.into(), "tools/call", json!({ "name": "echo" })).to_string(),
            Refused(1.into()),
        ),
        row("S29", Fresh, call("integer", r#"{"n":1.0}"#), Result(1.into())),
        row("S30", Fresh, call("integer", r#"{"n":1180591620717411303424}"#), Refused(1.into())),
        row("S33 arguments", Fresh, call("echo", r#"{"text":"a","text":"b"}"#), e(-32602)),
        row("S33 deep", Fresh, call("echo", r#"{"text":"a","x":[{"y":1,"y":1}]}"#), e(-32602)),
        row("S33 _meta", Fresh, with_meta(&META.replacen('{', r#"{"a":1,"a":1,"#, 1)), e(-32602)),
        row("S35", Fresh, call("echo", r#"{"text":"\ud800"}"#), e(-32602)),
        row("S37", Fresh, call("echo", r#"{"text":"x","n":1e400}"#), e(-32602)),
        row("S39 allowed", Fresh, call("echo", &nested(120)), Result(1.into())),
        row("wrong type", Fresh, call("echo", r#"{"text":1}"#), Refused(1.into())),
    ];
    for levels in [129, 1_000, 100_000, 5_000_000] {
        rows.push(row("S39", Fresh, call("echo", &nested(levels)), e(-32602)));
    }
    run(rows).await;
}

#[tokio::test]
async fn violations_are_all_named() {
    let mut peer = connect(server());
    peer.call(1, "echo", json!({ "text": 1 })).await;
    let told = peer.next().await["result"]["content"][0]["text"].as_str().unwrap().to_owned();
    assert!(told.contains("/text") && told.contains("echo"), "{told}");
}

#[tokio::test]
async fn long_lines() {
    let padded = |size: usize, last: bool| {
        let id = if last { "" } else { "\"id\":1," };
        let end = if last { ",\"id\":1" } else { "" };
        let frame = format!(
            r#"{{"jsonrpc":"2.0",{id}"method":"tools/list","params":{{"_meta":{META},"x":""}}{end}}}"#
        );
        frame.replace("\"x\":\"\"", &format!("\"x\":\"{}\"", "y".repeat(size - frame.len())))
    };
    let limit = 16 * 1024 * 1024;
    run(vec![
        row("S42 less", Fresh, padded(limit - 1, false), Result(1.into())),
        row("S42 exact", Fresh, padded(limit, false), Result(1.into())),
        row("S42 more", Fresh, padded(limit + 1, false), Error(1.into(), -32600)),
        row("S43", Fresh, padded(20_000_000, false), Error(1.into(), -32600)),
        row("S43 id last", Fresh, padded(20_000_000, true), Error(1.into(), -32600)),
        row("S43 no object", Fresh, "z".repeat(20_000_000), Nameless(-32600)),
    ])
    .await;
}

#[tokio::test]
async fn writes_of_any_size_are_the_same() {
    let mut peer = connect(server());
    let message = call("echo", r#"{"text":"größer 😀"}"#);
    for byte in format!("{message}\n").as_bytes() {
        peer.bytes(&[*byte]).await;
    }
    assert_eq!(peer.next().await["result"]["content"][0]["text"], "größer 😀");
    let many: String = (0..1000).map(|id| list(&id.to_string()) + "\n").collect();
    peer.bytes(many.as_bytes()).await;
    for id in 0..1000 {
        assert_eq!(peer.next().await["id"], id);
    }
}

#[tokio::test]
async fn garbage_is_answered_ten_times_a_second_at_most() {
    let mut peer = connect(server());
    peer.bytes("garbage\n".repeat(500).as_bytes()).await;
    peer.modern(1.into(), "tools/list", json!({})).await;
    let mut errors = 0;
    while peer.next().await.get("id").is_none() {
        errors += 1;
    }
    assert!((10..=20).contains(&errors), "{errors}");
}

#[tokio::test]
async fn floods_of_notifications_cost_nothing() {
    let mut peer = connect(server());
    let line = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unknown\",\"params\":{}}\n";
    for _ in 0..100 {
        peer.bytes(line.repeat(1000).as_bytes()).await;
    }
    peer.modern(1.into(), "tools/list", json!({})).await;
    assert_eq!(peer.next().await["id"], 1);
}

#[tokio::test]
async fn a_batch_is_a_message_in_one_revision_only() {
    let item =
        |id: &str, method: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}"}}"#);
    let mut peer = connect(server());
    peer.initialize("2025-03-26").await;
    let notification = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;
    let slow = r#"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"sleep","arguments":{"ms":30}}}"#;
    let initialize = item("4", "initialize");
    peer.line(&format!(
        "[{slow},{},{notification},{},3,{},{initialize}]",
        item("1", "ping"),
        item("2", "no/such"),
        item("9", "ping"),
    ))
    .await;
    let batch = peer.next_batch().await;
    let by_id = |id: i64| batch.iter().filter(|answer| answer["id"] == id).collect::<Vec<_>>();
    assert_eq!(batch.len(), 5, "{batch:?}");
    assert!(by_id(1)[0].get("result").is_some());
    assert_eq!(by_id(2)[0]["error"]["code"], -32601);
    assert_eq!(by_id(4)[0]["error"]["code"], -32600);
    assert_eq!(by_id(9).len(), 2);

    peer.line(&format!("[{notification}]")).await;
    peer.line(&format!("[{}]", vec![item("1", "ping"); 101].join(","))).await;
    peer.line(&item("5", "ping")).await;
    assert_eq!(peer.next().await["id"], 5);
}

#[tokio::test]
async fn limits_are_limits() {
    let mut peer = connect(server().limits(limits(|limits| {
        limits.line_bytes = 1000;
        limits.depth = 6;
    })));
    peer.line(&list(&format!("\"{}\"", "x".repeat(1000)))).await;
    assert_eq!(peer.next().await["error"]["code"], -32600);
    peer.line(&call("echo", r#"{"text":"x","y":[[[]]]}"#)).await;
    assert!(peer.next().await.get("result").is_some());
    peer.line(&call("echo", r#"{"text":"x","y":[[[[]]]]}"#)).await;
    assert_eq!(peer.next().await["error"]["code"], -32602);
}
