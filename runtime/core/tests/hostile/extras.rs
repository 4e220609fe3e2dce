//! Levels, suggestions, methods of extensions, and what stands in `_meta`.

use crate::rows::Start::{Fresh, Session};
use crate::rows::Want::{Error, Nothing, Result};
use crate::rows::{META, alone, old, reactions, row, run_with, with, with_meta};
use crate::shop::shop;

#[tokio::test]
async fn levels() {
    let e = |code| Error(1.into(), code);
    let session = Session("2025-11-25");
    let level = |name, params: &str| row(name, session, old("logging/setLevel", params), e(-32602));
    let of_request = |name, level: &str| {
        let meta =
            META.replacen('{', &format!(r#"{{"io.modelcontextprotocol/logLevel":{level},"#), 1);
        row(name, Fresh, with_meta(&meta), e(-32602))
    };
    run_with(
        vec![
            level("none", "{}"),
            level("unknown", r#"{"level":"loud"}"#),
            level("other case", r#"{"level":"INFO"}"#),
            level("blank behind", r#"{"level":"info "}"#),
            level("number", r#"{"level":3}"#),
            level("null", r#"{"level":null}"#),
            level("array", r#"{"level":["info"]}"#),
            level("1 MiB", &format!(r#"{{"level":"{}"}}"#, "x".repeat(1 << 20))),
            level("twice", r#"{"level":"info","level":"debug"}"#),
            row(
                "without a session",
                Fresh,
                alone("logging/setLevel", r#""level":"info""#),
                e(-32601),
            ),
            of_request("of a request", "\"loud\""),
            of_request("of a request: number", "7"),
            of_request("of a request: array", "[]"),
            of_request("of a request: 1 MiB", &format!("\"{}\"", "x".repeat(1 << 20))),
        ],
        shop,
    )
    .await;
}

#[tokio::test]
async fn suggestions() {
    let e = |code| Error(1.into(), code);
    let ok = || Result(1.into());
    let prompt = r#"{"type":"ref/prompt","name":"recommend"}"#;
    let liked = r#"{"name":"liked","value":"d"}"#;
    let complete = |name, reference: &str, argument: &str, want| {
        let params = format!(r#""ref":{reference},"argument":{argument}"#);
        row(name, Fresh, alone("completion/complete", &params), want)
    };
    let context = |name, context: &str, want| {
        let params = format!(r#""ref":{prompt},"argument":{liked},"context":{context}"#);
        row(name, Fresh, alone("completion/complete", &params), want)
    };
    let long = "x".repeat(1 << 20);
    let many: Vec<String> = (0..10_000).map(|n| format!(r#""k{n}":"v""#)).collect();
    let template = |uri: &str| format!(r#"{{"type":"ref/resource","uri":"{uri}"}}"#);
    let title = r#"{"name":"title","value":"s"}"#;
    run_with(
        vec![
            complete("in order", prompt, liked, ok()),
            complete("of a template", &template("shop://books/{title}"), title, ok()),
            row("nothing", Fresh, alone("completion/complete", ""), e(-32602)),
            complete("reference null", "null", liked, e(-32602)),
            complete("reference as text", "\"recommend\"", liked, e(-32602)),
            complete("unknown kind", r#"{"type":"ref/tool","name":"echo"}"#, liked, e(-32602)),
            complete("no kind", r#"{"name":"recommend"}"#, liked, e(-32602)),
            complete("no name", r#"{"type":"ref/prompt"}"#, liked, e(-32602)),
            complete("unknown prompt", r#"{"type":"ref/prompt","name":"x"}"#, liked, e(-32602)),
            complete("unknown template", &template("shop://{x}"), title, e(-32602)),
            complete("an instance", &template("shop://books/1"), title, e(-32602)),
            complete("template of 1 MiB", &template(&format!("shop://{long}")), title, e(-32602)),
            complete("unknown argument", prompt, r#"{"name":"x","value":""}"#, e(-32602)),
            complete("argument without value", prompt, r#"{"name":"liked"}"#, e(-32602)),
            complete("value of 7", prompt, r#"{"name":"liked","value":7}"#, e(-32602)),
            complete("argument as array", prompt, "[]", e(-32602)),
            complete(
                "value of 1 MiB",
                prompt,
                &format!(r#"{{"name":"liked","value":"{long}"}}"#),
                ok(),
            ),
            context("context as array", "[]", e(-32602)),
            context("arguments as array", r#"{"arguments":[]}"#, e(-32602)),
            context("arguments of numbers", r#"{"arguments":{"a":1}}"#, e(-32602)),
            context("many arguments", &format!(r#"{{"arguments":{{{}}}}}"#, many.join(",")), ok()),
        ],
        shop,
    )
    .await;
}

#[tokio::test]
async fn methods_of_extensions() {
    let e = |code| Error(1.into(), code);
    let meta = |extensions: &str| {
        META.replace("ities\":{}", &format!(r#"ities":{{"extensions":{extensions}}}"#))
    };
    let spoken = meta(r#"{"com.example/books":{}}"#);
    let reserve = |name, params: &str, want| {
        row(name, Fresh, with("com.example/reserve", &spoken, params), want)
    };
    let said = |name, extensions: &str, code| {
        let request = with("com.example/reserve", &meta(extensions), r#""book":"Dune""#);
        row(name, Fresh, request, e(code))
    };
    let deep = format!(r#""book":"x","y":{}{}"#, "[".repeat(5000), "]".repeat(5000));
    run_with(
        vec![
            reserve("in order", r#""book":"Dune""#, Result(1.into())),
            reserve("nothing", "", e(-32602)),
            reserve("number", r#""book":7"#, e(-32602)),
            reserve("null", r#""book":null"#, e(-32602)),
            reserve("twice", r#""book":"a","book":"b""#, e(-32602)),
            reserve("too deep", &deep, e(-32602)),
            reserve("1 MiB", &format!(r#""book":"{}""#, "x".repeat(1 << 20)), Result(1.into())),
            row("array", Fresh, old("com.example/reserve", "[]"), e(-32602)),
            row("not spoken", Fresh, alone("com.example/reserve", r#""book":"Dune""#), e(-32021)),
            said("another is spoken", r#"{"com.example/Books":{}}"#, -32021),
            said("spoken as array", "[]", -32602),
            said("settings of 7", r#"{"com.example/books":7}"#, -32602),
            row("other case", Fresh, with("com.example/Reserve", &spoken, ""), e(-32601)),
            row(
                "in a session",
                Session("2025-11-25"),
                old("com.example/reserve", r#"{"book":"Dune"}"#),
                e(-32021),
            ),
        ],
        shop,
    )
    .await;
}

#[tokio::test]
async fn what_stands_in_meta() {
    let e = |code| Error(1.into(), code);
    let meta = |name, members: &str, want| {
        row(name, Fresh, with_meta(&META.replacen('{', &format!("{{{members},"), 1)), want)
    };
    let ok = || Result(1.into());
    let long = "x".repeat(1 << 20);
    let many: Vec<String> = (0..100_000).map(|n| format!(r#""k{n}":0"#)).collect();
    let nested = |levels: usize| format!(r#""x":{}{}"#, "[".repeat(levels), "]".repeat(levels));
    let capable =
        |capabilities: &str| META.replace("ities\":{}", &format!("ities\":{capabilities}"));
    run_with(
        vec![
            meta("traceparent of 7", r#""traceparent":7"#, ok()),
            meta("traceparent of words", r#""traceparent":"not a trace""#, ok()),
            meta("traceparent of zeros", r#""traceparent":"00-00000000000000000000000000000000-0000000000000000-00""#, ok()),
            meta("traceparent of 1 MiB", &format!(r#""traceparent":"{long}""#), ok()),
            meta("tracestate and baggage", r#""tracestate":[],"baggage":{"a":null}"#, ok()),
            meta("1 MiB", &format!(r#""com.example/x":"{long}""#), ok()),
            meta("100,000 members", &many.join(","), ok()),
            meta("deep", &nested(100), ok()),
            meta("too deep", &nested(5_000), e(-32602)),
            meta("reserved names", r#""io.modelcontextprotocol/x":1,"//":2,"":3"#, ok()),
            meta("a subscription", r#""io.modelcontextprotocol/subscriptionId":7"#, ok()),
            meta("token as object", r#""progressToken":{}"#, e(-32602)),
            meta("token as bool", r#""progressToken":true"#, e(-32602)),
            meta("token as array", r#""progressToken":[1]"#, e(-32602)),
            meta("client as text", r#""io.modelcontextprotocol/clientInfo":"me""#, e(-32602)),
            meta("client without name", r#""io.modelcontextprotocol/clientInfo":{}"#, e(-32602)),
            row("capabilities as array", Fresh, with_meta(&capable("[]")), e(-32602)),
            row("elicitation as text", Fresh, with_meta(&capable(r#"{"elicitation":"form"}"#)), e(-32602)),
            row("unknown capabilities", Fresh, with_meta(&capable(r#"{"x":7,"experimental":{}}"#)), ok()),
            reactions("cancelled by words", Fresh, {
                r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"follow-up","reason":7}}"#
            }, vec![Nothing]),
            reactions("progress of nobody", Fresh, {
                r#"{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":[],"progress":"x"}}"#
            }, vec![Nothing]),
            reactions("a stranger's message", Session("2025-11-25"), {
                r#"{"jsonrpc":"2.0","method":"notifications/elicitation/complete","params":{"elicitationId":7}}"#
            }, vec![Nothing]),
        ],
        shop,
    )
    .await;
}
