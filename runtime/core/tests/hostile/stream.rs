//! Lines, long and many.

use serde_json::json;

use crate::rows::Start::Fresh;
use crate::rows::Want::{Error, Nameless, Result};
use crate::rows::{META, call, list, row, run};
use crate::support::{connect, limits, server};

#[tokio::test]
async fn long_lines() {
    let padded = |size: usize, last: bool| {
        let id = if last { "" } else { "\"id\":1," };
        let end = if last { ",\"id\":1" } else { "" };
        let frame = format!(
            r#"{{"jsonrpc":"2.0",{id}"method":"tools/list","params":{{"_meta":{META},"x":""}}{end}}}"#
        );
        frame.replace("\"x\":\"\"", &format!("\"x\":\"{}\"", "y".repeat(size - frame.len())))
    };
    let limit = 16 * 1024 * 1024;
    run(vec![
        row("S42 less", Fresh, padded(limit - 1, false), Result(1.into())),
        row("S42 exact", Fresh, padded(limit, false), Result(1.into())),
        row("S42 more", Fresh, padded(limit + 1, false), Error(1.into(), -32600)),
        row("S43", Fresh, padded(20_000_000, false), Error(1.into(), -32600)),
        row("S43 id last", Fresh, padded(20_000_000, true), Error(1.into(), -32600)),
        row("S43 no object", Fresh, "z".repeat(20_000_000), Nameless(-32600)),
    ])
    .await;
}

#[tokio::test]
async fn writes_of_any_size_are_the_same() {
    let mut peer = connect(server());
    let message = call("echo", r#"{"text":"größer 😀"}"#);
    for byte in format!("{message}\n").as_bytes() {
        peer.bytes(&[*byte]).await;
    }
    assert_eq!(peer.next().await["result"]["content"][0]["text"], "größer 😀");
    let many: String = (0..1000).map(|id| list(&id.to_string()) + "\n").collect();
    peer.bytes(many.as_bytes()).await;
    for id in 0..1000 {
        assert_eq!(peer.next().await["id"], id);
    }
}

#[tokio::test]
async fn garbage_is_answered_ten_times_a_second_at_most() {
    let mut peer = connect(server());
    peer.bytes("garbage\n".repeat(500).as_bytes()).await;
    peer.modern(1.into(), "tools/list", json!({})).await;
    let mut errors = 0;
    while peer.next().await.get("id").is_none() {
        errors += 1;
    }
    assert!((10..=20).contains(&errors), "{errors}");
}

#[tokio::test]
async fn floods_of_notifications_cost_nothing() {
    let mut peer = connect(server());
    let line = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/unknown\",\"params\":{}}\n";
    for _ in 0..100 {
        peer.bytes(line.repeat(1000).as_bytes()).await;
    }
    peer.modern(1.into(), "tools/list", json!({})).await;
    assert_eq!(peer.next().await["id"], 1);
}

#[tokio::test]
async fn a_batch_is_a_message_in_one_revision_only() {
    let item =
        |id: &str, method: &str| format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}"}}"#);
    let mut peer = connect(server());
    peer.initialize("2025-03-26").await;
    let notification = r#"{"jsonrpc":"2.0","method":"notifications/x"}"#;
    let slow = r#"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"sleep","arguments":{"ms":30}}}"#;
    let initialize = item("4", "initialize");
    peer.line(&format!(
        "[{slow},{},{notification},{},3,{},{initialize}]",
        item("1", "ping"),
        item("2", "no/such"),
        item("9", "ping"),
    ))
    .await;
    let batch = peer.next_batch().await;
    let by_id = |id: i64| batch.iter().filter(|answer| answer["id"] == id).collect::<Vec<_>>();
    assert_eq!(batch.len(), 5, "{batch:?}");
    assert!(by_id(1)[0].get("result").is_some());
    assert_eq!(by_id(2)[0]["error"]["code"], -32601);
    assert_eq!(by_id(4)[0]["error"]["code"], -32600);
    assert_eq!(by_id(9).len(), 2);

    peer.line(&format!("[{notification}]")).await;
    peer.line(&format!("[{}]", vec![item("1", "ping"); 101].join(","))).await;
    peer.line(&item("5", "ping")).await;
    assert_eq!(peer.next().await["id"], 5);
}

#[tokio::test]
async fn limits_are_limits() {
    let mut peer = connect(server().limits(limits(|limits| {
        limits.line_bytes = 1000;
        limits.depth = 6;
    })));
    peer.line(&list(&format!("\"{}\"", "x".repeat(1000)))).await;
    assert_eq!(peer.next().await["error"]["code"], -32600);
    peer.line(&call("echo", r#"{"text":"x","y":[[[]]]}"#)).await;
    assert!(peer.next().await.get("result").is_some());
    peer.line(&call("echo", r#"{"text":"x","y":[[[[]]]]}"#)).await;
    assert_eq!(peer.next().await["error"]["code"], -32602);
}
