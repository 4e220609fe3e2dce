//! What is no JSON.

use crate::rows::Start::Fresh;
use crate::rows::Want::{Error, Nameless, Nothing, Result};
use crate::rows::{call, list, row, run};

#[tokio::test]
async fn syntax() {
    let mut truncated = call("echo", r#"{"text":"x"}"#);
    truncated.truncate(truncated.len() - 5);
    let mut s34 = list("1").into_bytes();
    s34.truncate(s34.len() - 1);
    s34.extend(b",\"x\":\"\xff\"}");
    let s34_first = [b"{\"x\":\"\xc3\",", &list("1").into_bytes()[1..]].concat();
    let utf16: Vec<u8> = list("1").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rows = vec![
        row("S01 word", Fresh, "hello", Nameless(-32700)),
        row("S01 brace", Fresh, "{", Nameless(-32700)),
        row("S01 truncated", Fresh, r#"{"jsonrpc":"2.0","met"#, Nameless(-32700)),
        row(
            "S01 broken behind the id",
            Fresh,
            r#"{"jsonrpc":"2.0","id":1,"met"#,
            Error(1.into(), -32700),
        ),
        row("S01 truncated call", Fresh, truncated, Error(1.into(), -32700)),
        row("S02 blank", Fresh, "\n\r\n  \n", Nothing),
        row("S02 CRLF", Fresh, format!("{}\r\n", list("1")), Result(1.into())),
        row("S03 NUL", Fresh, "\0\0\0", Nameless(-32700)),
        row("S05 UTF-16", Fresh, utf16, Nameless(-32700)),
        row("S34 UTF-8 behind the id", Fresh, s34, Error(1.into(), -32700)),
        row("S34 UTF-8 before the id", Fresh, s34_first, Error(1.into(), -32700)),
        row(
            "S38 behind the id",
            Fresh,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"x\":\"\u{1}\"}",
            Error(1.into(), -32700),
        ),
        row("S38 before the id", Fresh, "{\"x\":\"\u{1}\",\"id\":1}", Nameless(-32700)),
    ];
    run(rows).await;
}
