//! JSON that is no request, and requests whose envelope is wrong.

use serde_json::{Value, json};

use crate::rows::Start::{Fresh, Session};
use crate::rows::Want::{Error, Nameless, Nothing, Result};
use crate::rows::{list, row, run};
use crate::support::{connect, modern, server};

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
    ];
    run(rows).await;
}

#[tokio::test]
async fn contradictions() {
    let e = |id: i64, code| Error(id.into(), code);
    let rows = vec![
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
