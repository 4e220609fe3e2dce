//! What requests say of themselves.

use serde_json::json;

use crate::rows::Start::{Fresh, Session};
use crate::rows::Want::{Error, Result};
use crate::rows::{row, run, with_meta};
use crate::support::modern;

#[tokio::test]
async fn descriptions() {
    let e = |code| Error(1.into(), code);
    let version = r#""io.modelcontextprotocol/protocolVersion":"2026-07-28""#;
    let capabilities = r#""io.modelcontextprotocol/clientCapabilities":{}"#;
    let info = r#""io.modelcontextprotocol/clientInfo""#;
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
    ];
    run(rows).await;
}

#[tokio::test]
async fn versions_and_levels() {
    let e = |code| Error(1.into(), code);
    let version = r#""io.modelcontextprotocol/protocolVersion":"2026-07-28""#;
    let capabilities = r#""io.modelcontextprotocol/clientCapabilities":{}"#;
    let level = r#""io.modelcontextprotocol/logLevel""#;
    let rows = vec![
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
    ];
    run(rows).await;
}

#[tokio::test]
async fn eras() {
    let e = |code| Error(1.into(), code);
    let rows = vec![
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
