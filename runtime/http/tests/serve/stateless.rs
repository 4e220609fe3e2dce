//! Revision 2026-07-28 over HTTP.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::{Value, json};
use toolwright_http::serve::Limits;

use super::support::{Reply, Site, message, mirrored, modern, post};

/// A call of `echo` with other headers.
async fn echo(site: &Site, headers: &str) -> Reply {
    site.send(&post(headers, &message(7, "tools/call", json!({ "name": "echo" })))).await
}

#[tokio::test]
async fn a_call_is_answered_with_json() {
    let site = Site::start().await;
    let params = json!({ "name": "echo", "arguments": { "text": "hello\nyou" } });
    let reply = site.call("tools/call", params).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("mcp-session-id"), None);
    assert!(!reply.text().contains('\n'));
    let answer = reply.json();
    assert_eq!(answer["id"], 1);
    assert_eq!(answer["result"]["resultType"], "complete");
    assert_eq!(answer["result"]["content"][0]["text"], "hello\nyou");
}

#[tokio::test]
async fn a_session_that_is_named_is_ignored() {
    let site = Site::start().await;
    let headers = mirrored("tools/list", &json!({}));
    let headers = format!("{headers}Mcp-Session-Id: never-issued\r\nLast-Event-ID: 1\r\n");
    let reply = site.send(&post(&headers, &message(1, "tools/list", json!({})))).await;
    assert_eq!((reply.status, reply.header("mcp-session-id")), (200, None));
}

#[tokio::test]
async fn headers_have_to_say_what_the_body_says() {
    let site = Site::start().await;
    let version = "MCP-Protocol-Version: 2026-07-28\r\n";
    let method = "Mcp-Method: tools/call\r\n";
    let name = "Mcp-Name: echo\r\n";
    for (what, headers) in [
        ("no version", format!("{method}{name}")),
        ("other version", format!("MCP-Protocol-Version: 2025-11-25\r\n{method}{name}")),
        ("unknown version", format!("MCP-Protocol-Version: x\r\n{method}{name}")),
        ("two versions", format!("{version}{version}{method}{name}")),
        ("no method", format!("{version}{name}")),
        ("other method", format!("{version}Mcp-Method: tools/list\r\n{name}")),
        ("method in another case", format!("{version}Mcp-Method: Tools/Call\r\n{name}")),
        ("two methods", format!("{version}{method}{method}{name}")),
        ("no name", format!("{version}{method}")),
        ("other name", format!("{version}{method}Mcp-Name: other\r\n")),
        ("two names", format!("{version}{method}{name}{name}")),
        ("name that is no text", format!("{version}{method}Mcp-Name: \u{e9}\r\n")),
        ("name that looks encoded", format!("{version}{method}Mcp-Name: =?base64?!?=\r\n")),
    ] {
        let reply = echo(&site, &headers).await;
        assert_eq!((reply.status, reply.code()), (400, Some(-32020)), "{what}: {}", reply.text());
        assert_eq!(reply.json()["id"], 7, "{what}");
        site.still_serves(what).await;
    }
    for headers in [
        format!("{version}{method}Mcp-Name:   echo  \r\n"),
        format!("{version}{method}Mcp-Name: =?base64?ZWNobw==?=\r\n"),
        "mcp-protocol-VERSION: 2026-07-28\r\nMCP-METHOD: tools/call\r\nmcp-name: echo\r\n"
            .to_owned(),
    ] {
        let reply = echo(&site, &headers).await;
        assert_eq!(reply.status, 200, "{headers}: {}", reply.text());
    }
}

#[tokio::test]
async fn what_requests_say_of_themselves() {
    let site = Site::start().await;
    let headers = mirrored("tools/list", &json!({}));
    let good: Value = serde_json::from_str(&message(3, "tools/list", json!({}))).unwrap();
    let without = |name: &str| {
        let mut body = good.clone();
        body["params"]["_meta"].as_object_mut().unwrap().remove(name);
        post(&headers, &body.to_string())
    };
    let prefix = "io.modelcontextprotocol";
    let mut no_meta = good.clone();
    no_meta["params"] = json!({});
    for (request, status, code) in [
        (post(&headers, &no_meta.to_string()), 400, Some(-32602)),
        (without(&format!("{prefix}/protocolVersion")), 400, Some(-32602)),
        (without(&format!("{prefix}/clientCapabilities")), 400, Some(-32602)),
        (without(&format!("{prefix}/clientInfo")), 200, None),
    ] {
        let reply = site.send(&request).await;
        assert_eq!((reply.status, reply.code()), (status, code), "{}", reply.text());
        assert_eq!(reply.json()["id"], 3);
    }
    let future = String::from_utf8(modern(4, "tools/list", json!({}))).unwrap();
    let reply = site.send(future.replace("2026-07-28", "2999-07-28").as_bytes()).await;
    assert_eq!((reply.status, reply.code()), (400, Some(-32022)));
    let data = &reply.json()["error"]["data"];
    assert_eq!(data["supported"], json!(["2026-07-28"]));
    assert_eq!(data["requested"], "2999-07-28");
}

#[tokio::test]
async fn methods_that_are_not_there() {
    let site = Site::start().await;
    for method in ["no/such", "initialize", "ping", "logging/setLevel", "resources/subscribe"] {
        let reply = site.call(method, json!({})).await;
        assert_eq!((reply.status, reply.code()), (404, Some(-32601)), "{method}");
        assert_eq!(reply.json()["id"], 1, "{method}");
    }
    let reply = site.call("tools/call", json!({ "name": "none" })).await;
    assert_eq!((reply.status, reply.code()), (200, Some(-32602)));
    let reply = site.call("tools/call", json!({ "name": "panic" })).await;
    assert_eq!((reply.status, reply.code()), (200, Some(-32603)));
    assert!(!reply.text().contains("on purpose"));
    site.still_serves("a panic").await;
}

#[tokio::test]
async fn notifications_are_accepted_and_say_nothing() {
    let site = Site::start().await;
    let body = r#"{"jsonrpc":"2.0","method":"notifications/whatever"}"#;
    let version = "MCP-Protocol-Version: 2026-07-28\r\n";
    let reply = site.send(&post(version, body)).await;
    assert_eq!((reply.status, reply.body.len()), (202, 0));
    let method = format!("{version}Mcp-Method: notifications/whatever\r\n");
    assert_eq!(site.send(&post(&method, body)).await.status, 202);
    let wrong = format!("{version}Mcp-Method: tools/list\r\n");
    let reply = site.send(&post(&wrong, body)).await;
    assert_eq!((reply.status, reply.code()), (400, Some(-32020)));
}

#[tokio::test]
async fn parameters_in_headers() {
    let site = Site::start().await;
    let call = async |arguments: Value, lines: &str| {
        let params = json!({ "name": "region", "arguments": arguments });
        let headers = format!("{}{lines}", mirrored("tools/call", &params));
        site.send(&post(&headers, &message(1, "tools/call", params))).await
    };
    let region = "Mcp-Param-Region: eu\r\n";
    for (arguments, lines) in [
        (json!({}), ""),
        (json!({}), "Mcp-Param-Unknown: x\r\n"),
        (json!({ "region": null }), ""),
        (json!({ "region": "eu" }), region),
        (json!({ "region": "eu" }), "mcp-param-REGION: =?base64?ZXU=?=\r\n"),
        (json!({ "count": 42 }), "Mcp-Param-Count: 42.0\r\n"),
    ] {
        let reply = call(arguments, lines).await;
        assert_eq!((reply.status, reply.code()), (200, None), "{lines}");
    }
    for (arguments, lines) in [
        (json!({ "region": "us" }), region),
        (json!({ "region": "eu" }), ""),
        (json!({ "region": "eu" }), "Mcp-Param-Region: eu\r\nMcp-Param-Region: eu\r\n"),
        (json!({ "region": "eu" }), "Mcp-Param-Region: =?base64?ZXU?=\r\n"),
        (json!({ "count": 9_007_199_254_740_993_u64 }), "Mcp-Param-Count: 9007199254740993\r\n"),
    ] {
        let reply = call(arguments, lines).await;
        assert_eq!((reply.status, reply.code()), (400, Some(-32020)), "{lines}");
    }
}

fn reporting(ms: u64, token: bool) -> Vec<u8> {
    let mut params = json!({ "name": "report", "arguments": { "ms": ms } });
    if token {
        params["_meta"] = json!({ "progressToken": "p" });
    }
    modern(5, "tools/call", params)
}

#[tokio::test]
async fn progress_makes_it_a_stream() {
    let site = Site::start().await;
    let reply = site.send(&reporting(5, false)).await;
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let reply = site.send(&reporting(5, true)).await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("x-accel-buffering"), Some("no"));
    let events = reply.events();
    let (answer, progress) = events.split_last().unwrap();
    assert_eq!(answer["id"], 5);
    assert_eq!(answer["result"]["content"][0]["text"], "reported");
    assert!(!progress.is_empty());
    for progress in progress {
        assert_eq!(progress["method"], "notifications/progress");
        assert_eq!(progress["params"]["progressToken"], "p");
    }
}

#[tokio::test]
async fn a_server_may_do_without_streams() {
    let site = Site::start_with(|runner| runner.streams(false)).await;
    let reply = site.send(&reporting(5, true)).await;
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.json()["result"]["content"][0]["text"], "reported");
}

#[tokio::test]
async fn a_long_silence_makes_it_a_stream_with_comments() {
    let mut limits = Limits::default();
    limits.keep_alive = Duration::from_millis(20);
    let site = Site::start_with(|runner| runner.limits(limits)).await;
    let reply =
        site.call("tools/call", json!({ "name": "slow", "arguments": { "ms": 200 } })).await;
    assert!(
        reply.text().starts_with(":\n\n") || reply.text().contains("\n:\n"),
        "{}",
        reply.text()
    );
    assert_eq!(reply.events().len(), 1);
}

#[tokio::test]
async fn who_goes_away_is_not_worked_for() {
    let site = Site::start().await;
    let slow = modern(1, "tools/call", json!({ "name": "slow", "arguments": { "ms": 600_000 } }));
    // Before the answer; when only half of the connection is closed, too.
    let mut wire = site.connect().await;
    wire.write(&slow).await;
    site.wait(|counts| &counts.began, 1).await;
    drop(wire);
    site.wait(|counts| &counts.dropped, 1).await;
    let mut wire = site.connect().await;
    wire.write(&slow).await;
    site.wait(|counts| &counts.began, 2).await;
    wire.half_close().await;
    site.wait(|counts| &counts.dropped, 2).await;
    // In the middle of a stream.
    let mut wire = site.connect().await;
    wire.write(&reporting(600_000, true)).await;
    assert_eq!(wire.head().await.unwrap().status, 200);
    assert!(wire.chunk().await.is_some());
    drop(wire);
    site.wait(|counts| &counts.dropped, 3).await;
    // Before the end of the head, and of the body: nothing begins.
    for part in [100, slow.len() - 5] {
        let mut wire = site.connect().await;
        wire.write(&slow[..part]).await;
        drop(wire);
    }
    site.still_serves("disconnects").await;
    assert_eq!(site.counts.began.load(Ordering::SeqCst), 3);
    assert_eq!(site.counts.ended.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn equal_ids_do_not_meet() {
    let site = Site::start().await;
    let mut calls = Vec::new();
    for number in 0..64 {
        let address = site.address;
        calls.push(tokio::spawn(async move {
            let text = format!("payload {number}");
            let params = json!({ "name": "echo", "arguments": { "text": text } });
            let mut wire = super::support::Wire::connect(address).await;
            wire.write(&modern(1, "tools/call", params)).await;
            assert_eq!(wire.reply().await.json()["result"]["content"][0]["text"], text);
        }));
    }
    for call in calls {
        call.await.unwrap();
    }
}
