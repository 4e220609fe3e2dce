//! Rows: bytes in, and the reaction.

use serde_json::{Value, json};

use crate::support::{Peer, connect, server};

/// How a row's connection begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    Fresh,
    Session(&'static str),
}

use Start::{Fresh, Session};

/// What has to come back.
#[derive(Debug)]
pub(crate) enum Want {
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

pub(crate) struct Row {
    name: &'static str,
    start: Start,
    input: Vec<u8>,
    want: Vec<Want>,
}

pub(crate) fn row(name: &'static str, start: Start, input: impl AsRef<[u8]>, want: Want) -> Row {
    Row { name, start, input: input.as_ref().to_vec(), want: vec![want] }
}

/// Runs rows; all failures are reported, not only the first.
pub(crate) async fn run(rows: Vec<Row>) {
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
pub(crate) fn call(tool: &str, arguments: &str) -> String {
    format!(
        r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"_meta":{META},"name":"{tool}","arguments":{arguments}}}}}"#
    )
}

/// A modern `tools/list` with a piece added to the envelope.
pub(crate) fn list(id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/list","params":{{"_meta":{META}}}}}"#)
}

pub(crate) const META: &str = r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

pub(crate) fn with_meta(meta: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{{"_meta":{meta}}}}}"#)
}
