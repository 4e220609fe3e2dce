//! Tool calls.

use serde_json::json;

use crate::rows::Start::Fresh;
use crate::rows::Want::{Error, Refused, Result};
use crate::rows::{META, call, row, run, with_meta};
use crate::support::{connect, modern, server};

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
