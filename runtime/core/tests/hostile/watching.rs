//! Wishes to be told what changes.

use crate::rows::Start::{Fresh, Session};
use crate::rows::Want::{Error, Notice, Result};
use crate::rows::{alone, old, reactions, row, run_with};
use crate::shop::shop;

const ACKNOWLEDGED: &str = "notifications/subscriptions/acknowledged";
const CANCEL: &str =
    r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;

fn listen(filter: &str) -> String {
    alone("subscriptions/listen", &format!(r#""notifications":{filter}"#))
}

/// A filter with this in the place of the URIs.
fn uris(uris: &str) -> String {
    listen(&format!(r#"{{"resourceSubscriptions":{uris}}}"#))
}

#[tokio::test]
async fn streams() {
    let e = |code| Error(1.into(), code);
    let refused = |name, filter: &str| row(name, Fresh, listen(filter), e(-32602));
    let told = |name, request: String| {
        reactions(name, Fresh, format!("{request}\n{CANCEL}"), vec![Notice(ACKNOWLEDGED)])
    };
    let nonsense: Vec<String> = (0..1000).map(|n| format!("\"x{n}\"")).collect();
    let many: Vec<String> = (0..5000).map(|n| format!("\"shop://books/{n}\"")).collect();
    let filters: Vec<String> = (0..1000).map(|n| format!(r#""x{n}":true"#)).collect();
    let twice = format!("{}\n{}\n{CANCEL}", listen("{}"), listen("{}"));
    let again = format!("{}\n{CANCEL}\n{}\n{CANCEL}", listen("{}"), listen("{}"));
    run_with(
        vec![
            row("no filter", Fresh, alone("subscriptions/listen", ""), e(-32602)),
            refused("null", "null"),
            refused("array", "[]"),
            refused("string", "\"all\""),
            refused("kind as text", r#"{"toolsListChanged":"yes"}"#),
            refused("kind as number", r#"{"promptsListChanged":1}"#),
            refused("kind as object", r#"{"resourcesListChanged":{}}"#),
            row("URIs as text", Fresh, uris("\"shop://hours\""), e(-32602)),
            row("URIs as object", Fresh, uris("{}"), e(-32602)),
            row("URIs of numbers", Fresh, uris("[1,2]"), e(-32602)),
            row("URIs of null", Fresh, uris("[null]"), e(-32602)),
            row("too many URIs", Fresh, uris(&format!("[{}]", many.join(","))), e(-32602)),
            told("nonsense URIs", uris(&format!("[{}]", nonsense.join(",")))),
            told("odd URIs", uris(r#"["","../","shop://books/%2e%2e","shop://books/%00","\u0000"]"#)),
            told("a URI of 1 MiB", uris(&format!("[\"shop://books/{}\"]", "x".repeat(1 << 20)))),
            told("the same URI often", uris(&format!("[{}]", vec!["\"shop://hours\""; 1000].join(",")))),
            told("unknown kinds", listen(&format!("{{{}}}", filters.join(",")))),
            reactions("the same id twice", Fresh, twice, vec![e(-32600), Notice(ACKNOWLEDGED)]),
            reactions("the id again", Fresh, again, vec![Notice(ACKNOWLEDGED), Notice(ACKNOWLEDGED)]),
            reactions("cancelled often", Fresh, {
                format!("{}\n{}", listen("{}"), vec![CANCEL; 100].join("\n"))
            }, vec![Notice(ACKNOWLEDGED)]),
            row("in a session", Session("2025-11-25"), {
                old("subscriptions/listen", r#"{"notifications":{}}"#)
            }, e(-32601)),
            row("a forged acknowledgement", Session("2025-11-25"), format!(
                r#"{{"jsonrpc":"2.0","method":"{ACKNOWLEDGED}","params":{{"notifications":{{}}}}}}"#
            ) + "\n" + &old("ping", "{}"), Result(1.into())),
        ],
        shop,
    )
    .await;
}

#[tokio::test]
async fn subscriptions_of_sessions() {
    let e = |code| Error(1.into(), code);
    let session = Session("2025-11-25");
    let wrong = |name, uri: &str, code| {
        let request = old("resources/subscribe", &format!(r#"{{"uri":{uri}}}"#));
        row(name, session, request, e(code))
    };
    let gone = |uri: &str| old("resources/unsubscribe", &format!(r#"{{"uri":{uri}}}"#));
    let long = format!("\"shop://hours/{}\"", "x".repeat(1 << 20));
    run_with(
        vec![
            row("no URI", session, old("resources/subscribe", "{}"), e(-32602)),
            wrong("number", "7", -32602),
            wrong("null", "null", -32602),
            wrong("array", "[\"shop://hours\"]", -32602),
            wrong("empty", "\"\"", -32602),
            wrong("no scheme", "\"hours\"", -32602),
            wrong("with a blank", "\"shop://a b\"", -32602),
            wrong("unknown", "\"shop://nothing\"", -32002),
            wrong("a file", "\"file:///etc/passwd\"", -32002),
            wrong("1 MiB", &long, -32602),
            row("never subscribed to", session, gone("\"shop://hours\""), Result(1.into())),
            row("unknown to begin with", session, gone("\"shop://nothing\""), Result(1.into())),
            row("out of a number", session, gone("7"), e(-32602)),
            row("out of nothing", session, old("resources/unsubscribe", "{}"), e(-32602)),
            row(
                "without a session",
                Fresh,
                alone("resources/subscribe", r#""uri":"shop://hours""#),
                e(-32601),
            ),
            row(
                "before there is a session",
                Fresh,
                old("resources/subscribe", r#"{"uri":"shop://hours"}"#),
                e(-32602),
            ),
        ],
        shop,
    )
    .await;
}
