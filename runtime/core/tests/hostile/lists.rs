//! Cursors of lists.

use crate::rows::Start::{Asked, Fresh, Paged, Session};
use crate::rows::Want::{Error, Result};
use crate::rows::{alone, old, row, run_with};
use crate::shop::shop;

fn page(cursor: &str) -> String {
    alone("tools/list", &format!(r#""cursor":{cursor}"#))
}

#[tokio::test]
async fn cursors() {
    let e = |code| Error(1.into(), code);
    let ok = || Result(1.into());
    let refused = |name, cursor: &str| row(name, Fresh, page(cursor), e(-32602));
    let learned = |name, cursor: &str| row(name, Paged, page(cursor), e(-32602));
    let huge = format!("\"{}\"", "A".repeat(1 << 20));
    let of_session = |cursor: &str| old("tools/list", &format!(r#"{{"cursor":{cursor}}}"#));
    run_with(
        vec![
            row("its own", Paged, page("\"CURSOR\""), ok()),
            row("null", Fresh, page("null"), ok()),
            refused("garbage", "\"x\""),
            refused("empty", "\"\""),
            refused("blank", "\" \""),
            refused("a page number", "\"2\""),
            refused("number", "7"),
            refused("bool", "true"),
            refused("array", "[\"x\"]"),
            refused("object", "{}"),
            refused("not ASCII", "\"\u{e9}\""),
            refused("NUL", r#""\u0000""#),
            refused("lone surrogate", r#""\ud800""#),
            refused("1 MiB", &huge),
            refused("twice", "\"x\",\"cursor\":\"x\""),
            learned("longer", "\"CURSORA\""),
            learned("padded", "\"CURSOR=\""),
            learned("blank behind", "\"CURSOR \""),
            learned("twice in one", "\"CURSORCURSOR\""),
            learned("in front", "\"ACURSOR\""),
            row("of tools", Paged, alone("prompts/list", "\"cursor\":\"CURSOR\""), e(-32602)),
            row("of tools too", Paged, alone("resources/list", "\"cursor\":\"CURSOR\""), e(-32602)),
            row("as a state", Paged, asks("CURSOR"), e(-32602)),
            row("a state as cursor", Asked, page("\"STATE\""), e(-32602)),
            row("session garbage", Session("2025-11-25"), of_session("\"x\""), e(-32602)),
            row("session number", Session("2024-11-05"), of_session("7"), e(-32602)),
            row("session 1 MiB", Session("2025-03-26"), of_session(&huge), e(-32602)),
        ],
        shop,
    )
    .await;
}

fn asks(state: &str) -> String {
    alone("tools/call", &format!(r#""name":"ask","requestState":"{state}""#))
}
