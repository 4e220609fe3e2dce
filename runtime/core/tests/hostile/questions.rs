//! Answers that nobody asked for, or not like this.

use crate::rows::Start::{Asked, Asking, Fresh, Session};
use crate::rows::Want::{Error, Nothing, Notice, Refused, Result};
use crate::rows::{ASKABLE, answered, old, reactions, row, run_with, with};
use crate::shop::shop;

const GOOD: &str = r#"{"name":{"action":"accept","content":{"name":"Ada"}}}"#;

/// A retry of a tool, with these members behind its name.
fn retry(tool: &str, members: &str) -> String {
    with("tools/call", ASKABLE, &format!(r#""name":"{tool}",{members}"#))
}

#[tokio::test]
async fn states() {
    let e = |code| Error(1.into(), code);
    let ok = || Result(1.into());
    let state = |name, state: &str| {
        let members = format!(r#""arguments":{{}},"requestState":{state},"inputResponses":{GOOD}"#);
        row(name, Asked, retry("ask", &members), e(-32602))
    };
    let good = format!(r#""requestState":"STATE","inputResponses":{GOOD}"#);
    let huge = format!("\"{}\"", "A".repeat(1 << 20));
    run_with(
        vec![
            row("its own", Asked, retry("ask", &format!(r#""arguments":{{}},{good}"#)), ok()),
            state("number", "7"),
            state("bool", "false"),
            state("array", "[\"STATE\"]"),
            state("object", "{}"),
            state("empty", "\"\""),
            state("garbage", "\"x\""),
            state("longer", "\"STATEA\""),
            state("padded", "\"STATE==\""),
            state("two", "\"STATESTATE\""),
            state("not ASCII", "\"\u{e9}\""),
            state("NUL", r#""STATE\u0000""#),
            state("1 MiB", &huge),
            state("twice", "\"STATE\",\"requestState\":\"STATE\""),
            row("other tool", Asked, retry("other", &good), e(-32602)),
            row(
                "tool that asks nothing",
                Asked,
                retry("integer", &format!(r#""arguments":{{"n":1}},{good}"#)),
                e(-32602),
            ),
            row("unknown tool", Asked, retry("nothing", &good), e(-32602)),
            row(
                "other arguments",
                Asked,
                retry("ask", &format!(r#""arguments":{{"a":1}},{good}"#)),
                e(-32602),
            ),
            row(
                "other method",
                Asked,
                with("prompts/get", ASKABLE, &format!(r#""name":"recommend",{good}"#)),
                e(-32602),
            ),
        ],
        shop,
    )
    .await;
}

#[tokio::test]
async fn responses_of_a_retry() {
    let e = |code| Error(1.into(), code);
    let ok = || Result(1.into());
    let responses = |name, responses: &str, want| {
        let members =
            format!(r#""arguments":{{}},"requestState":"STATE","inputResponses":{responses}"#);
        row(name, Asked, retry("ask", &members), want)
    };
    let many: Vec<String> = (0..10_000).map(|n| format!(r#""k{n}":{{}}"#)).collect();
    let long = format!(
        r#"{{"name":{{"action":"accept","content":{{"name":"{}"}}}}}}"#,
        "x".repeat(1 << 20)
    );
    let deep =
        |levels: usize| format!(r#"{{"name":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    run_with(
        vec![
            responses("array", "[]", e(-32602)),
            responses("string", "\"accept\"", e(-32602)),
            responses("number", "7", e(-32602)),
            responses("unknown keys", &format!("{{{}}}", many.join(",")), ok()),
            responses("no object", r#"{"name":7}"#, ok()),
            responses("null inside", r#"{"name":null}"#, ok()),
            responses("unknown action", r#"{"name":{"action":"perhaps"}}"#, ok()),
            responses("of another kind", r#"{"name":{"roots":[]}}"#, ok()),
            responses("an error", r#"{"name":{"error":{"code":1,"message":"x"}}}"#, ok()),
            responses("deep", &deep(100), ok()),
            responses("too deep", &deep(200), e(-32602)),
            responses("twice", r#"{"name":{},"name":{}}"#, e(-32602)),
            responses("lone surrogate", r#"{"name":"\ud800"}"#, e(-32602)),
            responses("1 MiB", &long, ok()),
            row(
                "without a state",
                Fresh,
                retry("ask", &format!(r#""inputResponses":{GOOD}"#)),
                ok(),
            ),
            row(
                "a tool that asks nothing",
                Fresh,
                retry("integer", &format!(r#""arguments":{{"n":1}},"inputResponses":{GOOD}"#)),
                ok(),
            ),
            row(
                "a list",
                Fresh,
                with("tools/list", ASKABLE, &format!(r#""inputResponses":{GOOD}"#)),
                ok(),
            ),
        ],
        shop,
    )
    .await;
}

/// A result that the person agreed to give.
const ACCEPT: &str = r#"{"action":"accept","content":{"name":"Ada"}}"#;
const CANCEL: &str =
    r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"call"}}"#;

#[tokio::test]
async fn responses_to_no_question() {
    let ok = || Result("call".into());
    let right = answered("QUESTION", ACCEPT);
    let rights = vec![&*right; 100].join("\n");
    let long = format!("\"{}\"", "x".repeat(1 << 20));
    let session = Session("2025-11-25");
    let stateful = format!(r#"{{"requestState":"x","inputResponses":{GOOD}}}"#);
    let told = vec![Notice("notifications/cancelled")];
    run_with(
        vec![
            row("nothing", Asking, "", ok()),
            row("never asked", Asking, answered("4711", ACCEPT), ok()),
            row("never asked, in a session", session, answered("1", ACCEPT), Nothing),
            row("never asked, without", Fresh, answered("1", ACCEPT), Nothing),
            row("id of the call", Asking, answered("\"call\"", ACCEPT), ok()),
            row("id as text", Asking, answered("\"QUESTION\"", ACCEPT), ok()),
            row("id null", Asking, answered("null", ACCEPT), ok()),
            row("id of 1 MiB", Asking, answered(&long, ACCEPT), ok()),
            row("a hundred times", Asking, rights, ok()),
            reactions("cancelled first", Asking, format!("{CANCEL}\n{right}"), told),
            row("cancelled afterwards", Asking, format!("{right}\n{CANCEL}"), Nothing),
            row("cancelled by its id", Asking, CANCEL.replace("\"call\"", "QUESTION"), ok()),
            reactions(
                "as without a session",
                Asking,
                old("tools/list", &stateful),
                vec![Result(1.into()), ok()],
            ),
        ],
        shop,
    )
    .await;
}

#[tokio::test]
async fn responses_that_are_none() {
    let ok = || Result("call".into());
    let body = |body: &str| format!(r#"{{"jsonrpc":"2.0","id":QUESTION,{body}}}"#);
    let error = r#""error":{"code":-1,"message":"no"}"#;
    let refused = |name, request: String| row(name, Asking, request, Refused("call".into()));
    let result = |name, result: &str| refused(name, answered("QUESTION", result));
    let wordy =
        format!(r#""error":{{"code":-32042,"message":"{}","data":[]}}"#, "x".repeat(100_000));
    let long = answered("QUESTION", &ACCEPT.replace("Ada", &"x".repeat(1 << 20)));
    run_with(
        vec![
            refused("an error", body(error)),
            refused("an error that is none", body(r#""error":7"#)),
            refused("an error of many words", body(&wordy)),
            refused("error and result", body(&format!(r#"{error},"result":{ACCEPT}"#))),
            reactions(
                "neither",
                Asking,
                r#"{"jsonrpc":"2.0","id":QUESTION}"#,
                vec![Error(1.into(), -32600), ok()],
            ),
            result("null", "null"),
            result("number", "7"),
            result("empty", "{}"),
            result("of another kind", r#"{"roots":[]}"#),
            result("without what is required", r#"{"action":"accept","content":{}}"#),
            result("of another type", r#"{"action":"accept","content":{"name":{"a":[]}}}"#),
            result("declined", r#"{"action":"decline"}"#),
            result("too deep", &format!("{}{}", "[".repeat(5000), "]".repeat(5000))),
            row("1 MiB", Asking, long, ok()),
        ],
        shop,
    )
    .await;
}
