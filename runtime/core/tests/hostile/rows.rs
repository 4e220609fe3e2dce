//! Rows: bytes in, and the reaction.

use serde_json::{Value, json};

use toolwright_core::Server;

use crate::support::{Peer, connect, server};

/// How a row's connection begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    Fresh,
    Session(&'static str),
    /// Without a session. `STATE` in the input is the state that the tool `ask` gave out.
    Asked,
    /// A session whose request `call`, a call of the tool `ask`, waits for the client; `QUESTION` in
    /// the input is the id of the question. It is answered after the input.
    Asking,
    /// Without a session. `CURSOR` in the input leads to the second page of the tools.
    Paged,
    /// Without a session. `TASK` in the input is a task that waits for an answer.
    Tasked,
}

use Start::{Asked, Asking, Fresh, Paged, Session, Tasked};

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
    /// A notification of this method.
    Notice(&'static str),
    /// Nothing at all.
    Nothing,
}

use Want::{Error, Nameless, Nothing, Notice, Refused, Result};

pub(crate) struct Row {
    name: &'static str,
    start: Start,
    input: Vec<u8>,
    want: Vec<Want>,
}

pub(crate) fn row(name: &'static str, start: Start, input: impl AsRef<[u8]>, want: Want) -> Row {
    reactions(name, start, input, vec![want])
}

/// A row with several reactions.
pub(crate) fn reactions(
    name: &'static str,
    start: Start,
    input: impl AsRef<[u8]>,
    want: Vec<Want>,
) -> Row {
    Row { name, start, input: input.as_ref().to_vec(), want }
}

/// Runs rows; all failures are reported, not only the first.
pub(crate) async fn run(rows: Vec<Row>) {
    run_with(rows, server).await;
}

/// Runs rows against another server.
pub(crate) async fn run_with(rows: Vec<Row>, server: fn() -> Server) {
    let mut failures = Vec::new();
    for row in rows {
        let mut peer = connect(server());
        let known = begin(&mut peer, row.start).await;
        match &known {
            None => peer.bytes(&row.input).await,
            Some((word, value)) => {
                let input = std::str::from_utf8(&row.input).unwrap();
                peer.bytes(input.replace(word, value).as_bytes()).await;
            }
        }
        if row.input.last() != Some(&b'\n') {
            peer.bytes(b"\n").await;
        }
        follow_up(&mut peer, row.start, known.as_ref().map(|(_, value)| &**value)).await;
        let mut got = Vec::new();
        loop {
            let message = peer.next().await;
            if message["id"] == "follow-up" {
                assert!(message.get("result").is_some(), "{}: {message}", row.name);
                break;
            }
            got.push(message);
        }
        let (rest, end) = peer.finish().await;
        assert!(end.is_ok(), "{}: {end:?}", row.name);
        got.extend(rest);
        let as_wanted = got.len()
            == row.want.iter().filter(|want| !matches!(want, Nothing)).count()
            && got.iter().zip(&row.want).all(|(got, want)| fits(got, want));
        if !as_wanted {
            let input: String = String::from_utf8_lossy(&row.input).chars().take(200).collect();
            failures.push(format!("{}: {input}\n  wanted {:?}\n  got {got:?}", row.name, row.want));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Begins a connection; a word that stands in the input for what it learned.
async fn begin(peer: &mut Peer, start: Start) -> Option<(&'static str, String)> {
    match start {
        Fresh => None,
        Session(revision) => {
            peer.initialize(revision).await;
            None
        }
        Asked => {
            peer.line(&with("tools/call", ASKABLE, r#""name":"ask","arguments":{}"#)).await;
            let state = peer.next().await["result"]["requestState"].take();
            Some(("STATE", state.as_str().unwrap().to_owned()))
        }
        Asking => {
            peer.line(OPEN).await;
            peer.next().await;
            peer.line(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await;
            peer.line(
                &old("tools/call", r#"{"name":"ask"}"#).replace("\"id\":1", "\"id\":\"call\""),
            )
            .await;
            Some(("QUESTION", peer.next().await["id"].to_string()))
        }
        Tasked => {
            peer.line(&with("tools/call", TASKS, r#""name":"other""#)).await;
            let task = peer.next().await["result"]["taskId"].take();
            Some(("TASK", task.as_str().unwrap().to_owned()))
        }
        Paged => {
            peer.line(&list("0")).await;
            let cursor = peer.next().await["result"]["nextCursor"].take();
            Some(("CURSOR", cursor.as_str().unwrap().to_owned()))
        }
    }
}

/// A question is answered, if there is one; then comes a normal request.
async fn follow_up(peer: &mut Peer, start: Start, known: Option<&str>) {
    let request = r#"{"jsonrpc":"2.0","id":"follow-up","method":"tools/list"}"#;
    match (start, known) {
        (Fresh | Asked | Paged | Tasked, _) => {
            peer.modern("follow-up".into(), "tools/list", json!({})).await
        }
        (Asking, Some(question)) => {
            let answer = r#"{"action":"accept","content":{"name":"Ada"}}"#;
            peer.line(&answered(question, answer)).await;
            peer.line(request).await;
        }
        _ => peer.line(request).await,
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
        Notice(method) => got["method"] == **method,
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

/// A request of a session, with the id 1.
pub(crate) fn old(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#)
}

/// A modern request with the id 1 and these members of `params` besides `_meta`.
pub(crate) fn alone(method: &str, params: &str) -> String {
    with(method, META, params)
}

/// As [`alone`], with another `_meta`.
pub(crate) fn with(method: &str, meta: &str, params: &str) -> String {
    let comma = if params.is_empty() { "" } else { "," };
    old(method, &format!(r#"{{"_meta":{meta}{comma}{params}}}"#))
}

/// The client's answer to a question.
pub(crate) fn answered(question: &str, result: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{question},"result":{result}}}"#)
}

/// The `_meta` of a client that can be asked.
pub(crate) const ASKABLE: &str = r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{}}}"#;

/// The `_meta` of a client that can be asked and speaks of tasks.
pub(crate) const TASKS: &str = r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{"elicitation":{},"extensions":{"io.modelcontextprotocol/tasks":{}}}}"#;

/// How a session of such a client begins.
const OPEN: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{"elicitation":{}},"clientInfo":{"name":"test","version":"0"}}}"#;
