//! Tasks that are somebody else's, or none.

use crate::rows::Start::{Fresh, Session, Tasked};
use crate::rows::Want::{Error, Notice, Result};
use crate::rows::{TASKS, alone, old, reactions, row, run_with, with};
use crate::shop::shop;

fn update(responses: &str) -> String {
    with("tasks/update", TASKS, &format!(r#""taskId":"TASK","inputResponses":{responses}"#))
}

#[tokio::test]
async fn tasks_that_are_none() {
    let e = |code| Error(1.into(), code);
    let long = format!("\"{}\"", "f".repeat(1 << 20));
    let mut rows = Vec::new();
    for method in ["tasks/get", "tasks/cancel", "tasks/update"] {
        let responses = if method == "tasks/update" { r#","inputResponses":{}"# } else { "" };
        let foreign = format!("\"{}\"", "0".repeat(32));
        for task in [
            &*foreign,
            &long,
            "\"\"",
            "\"../x\"",
            r#""\u0000""#,
            "\"TASK \"",
            "\"TASKTASK\"",
            "7",
            "null",
            "{}",
            "[\"TASK\"]",
            "\"TASK\",\"taskId\":\"TASK\"",
        ] {
            let params = format!(r#""taskId":{task}{responses}"#);
            rows.push(row(method, Tasked, with(method, TASKS, &params), e(-32602)));
        }
        rows.push(row(method, Fresh, with(method, TASKS, ""), e(-32602)));
        let own = format!(r#""taskId":"TASK"{responses}"#);
        // Who does not say that it speaks of tasks has none.
        rows.push(row(method, Tasked, alone(method, &own), e(-32021)));
        let session = Session("2025-11-25");
        // Sessions have tasks too, but know no updates.
        let code = if method == "tasks/update" { -32601 } else { -32602 };
        rows.push(row(method, session, old(method, &format!("{{{own}}}")), e(code)));
    }
    for method in ["tasks/list", "tasks/result"] {
        rows.push(row(method, Tasked, with(method, TASKS, r#""taskId":"TASK""#), e(-32601)));
    }
    run_with(rows, shop).await;
}

#[tokio::test]
async fn answers_to_tasks() {
    let e = |code| Error(1.into(), code);
    let many: Vec<String> = (0..10_000).map(|n| format!(r#""k{n}":{{}}"#)).collect();
    let long = format!(r#"{{"x":"{}"}}"#, "x".repeat(1 << 20));
    let own = r#""taskId":"TASK""#;
    let cancel = with("tasks/cancel", TASKS, own);
    run_with(
        vec![
            row("array", Tasked, update("[]"), e(-32602)),
            row("text", Tasked, update("\"accept\""), e(-32602)),
            row("number", Tasked, update("7"), e(-32602)),
            row("missing", Tasked, with("tasks/update", TASKS, own), e(-32602)),
            row("twice", Tasked, update(r#"{"name":{},"name":{}}"#), e(-32602)),
            row(
                "unknown keys",
                Tasked,
                update(&format!("{{{}}}", many.join(","))),
                Result(1.into()),
            ),
            row("1 MiB", Tasked, update(&long), Result(1.into())),
            row("no answer", Tasked, update(r#"{"name":7}"#), Result(1.into())),
            reactions(
                "cancelled twice",
                Tasked,
                format!("{cancel}\n{cancel}"),
                vec![Result(1.into()), Result(1.into())],
            ),
        ],
        shop,
    )
    .await;
}

#[tokio::test]
async fn tasks_listened_to() {
    let e = |code| Error(1.into(), code);
    let listen = |tasks: &str| {
        let params = format!(r#""notifications":{{"taskIds":{tasks}}}"#);
        with("subscriptions/listen", TASKS, &params)
    };
    let cancel = r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#;
    let heard = |name, tasks: &str| {
        let acknowledged = Notice("notifications/subscriptions/acknowledged");
        reactions(name, Tasked, format!("{}\n{cancel}", listen(tasks)), vec![acknowledged])
    };
    let foreign: Vec<String> = (0..1000).map(|n| format!("\"{n:032x}\"")).collect();
    let more: Vec<String> = (0..5000).map(|n| format!("\"{n:032x}\"")).collect();
    run_with(
        vec![
            heard("foreign ones", &format!("[{}]", foreign.join(","))),
            heard("odd ones", r#"["","../","\u0000"]"#),
            row("too many", Tasked, listen(&format!("[{}]", more.join(","))), e(-32602)),
            row("text", Tasked, listen("\"TASK\""), e(-32602)),
            row("numbers", Tasked, listen("[7]"), e(-32602)),
            row("object", Tasked, listen("{}"), e(-32602)),
        ],
        shop,
    )
    .await;
}
