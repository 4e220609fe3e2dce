//! Answers that are none, or not to what was asked.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use toolwright_core::testing::{Script, Side};
use toolwright_core::{Client, ClientError};
use toolwright_spec::Revision;

use super::{ERAS, connect, done, text};

#[tokio::test]
async fn c05_answers_to_nothing_and_twice() {
    for revision in ERAS {
        let script = Script::new()
            .revision(revision)
            .expect("tools/call")
            .raw(r#"{"jsonrpc":"2.0","id":999,"result":{"content":[]}}"#)
            .raw(
                r#"{"jsonrpc":"2.0","id":"$id","result":{"content":[{"type":"text","text":"a"}]}}"#,
            )
            .reply(done("too late"))
            .expect("tools/call")
            .reply(done("b"));
        let (client, peer) = connect(script).await;
        assert_eq!(text(client.call("x", &())).await.unwrap(), "a");
        assert_eq!(text(client.call("x", &())).await.unwrap(), "b");
        peer.finish().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn c06_no_answer_at_all() {
    for revision in ERAS {
        let script =
            Script::new().revision(revision).expect("tools/call").expect("notifications/cancelled");
        let (client, peer) = connect(script).await;
        let start = Instant::now();
        let error = client.call("x", &()).await.unwrap_err();
        assert!(matches!(error, ClientError::Timeout { .. }), "{error}");
        assert_eq!(start.elapsed().as_secs(), 60);
        let said = peer.finish().await.unwrap().of(Side::Client);
        let [.., call, cancelled] = &said[..] else { panic!("{said:?}") };
        assert_eq!(cancelled["params"]["requestId"], call["id"]);
    }
}

#[tokio::test(start_paused = true)]
async fn c07_no_answer_to_the_first_question() {
    let opened = json!({ "protocolVersion": "2025-06-18", "capabilities": {},
        "serverInfo": { "name": "slow", "version": "0" } });
    let script =
        Script::new().unopened().expect("server/discover").expect("initialize").reply(opened);
    let start = Instant::now();
    let (client, peer) = connect(script).await;
    assert_eq!(start.elapsed(), Duration::from_secs(10));
    assert_eq!(client.revision(), Revision::V2025_06_18);
    peer.finish().await.unwrap();
}

#[tokio::test]
async fn c09_result_and_error_together() {
    for revision in ERAS {
        let script = Script::new().revision(revision).expect("tools/call").raw(
            r#"{"jsonrpc":"2.0","id":$id,"result":{"content":[]},"error":{"code":1,"message":""}}"#,
        );
        let (client, peer) = connect(script).await;
        let error = client.call("x", &()).await.unwrap_err();
        assert!(matches!(error, ClientError::InvalidResponse { .. }), "{error}");
        peer.finish().await.unwrap();
    }
}

#[tokio::test]
async fn c09_numbers_that_json_does_not_have() {
    for revision in ERAS {
        let script = Script::new()
            .revision(revision)
            .expect("tools/call")
            .raw(r#"{"jsonrpc":"2.0","id":$id,"result":{"content":[],"structuredContent":NaN}}"#);
        let (client, peer) = connect(script).await;
        let error = client.call("x", &()).await.unwrap_err();
        let ClientError::InvalidResponse { reason } = error else { panic!("{error}") };
        assert!(reason.contains("not valid JSON at byte"), "{reason}");
        peer.finish().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn c10_errors_that_name_no_request() {
    for revision in ERAS {
        for id in [r#""id":null,"#, ""] {
            let error =
                format!(r#"{{"jsonrpc":"2.0",{id}"error":{{"code":-32700,"message":"?"}}}}"#);
            let script = Script::new()
                .revision(revision)
                .expect("tools/call")
                .raw(&*error)
                .expect("tools/call")
                .expect("tools/call")
                .raw(error);
            let (client, peer) = connect(script).await;
            let alone = client.call("x", &()).await.unwrap_err();
            assert!(matches!(alone, ClientError::Unattributed(_)), "{alone}");
            // With two, it may mean either.
            let one = tokio::spawn(client.call("x", &()).into_future());
            let other = client.call("x", &()).await.unwrap_err();
            assert!(matches!(other, ClientError::Timeout { .. }), "{other}");
            let one = one.await.unwrap().unwrap_err();
            assert!(matches!(one, ClientError::Timeout { .. }), "{one}");
            peer.finish().await.unwrap();
        }
    }
}

#[tokio::test]
async fn c11_results_of_another_shape() {
    for revision in ERAS {
        for (result, place) in [
            (json!({ "content": 3 }), "/result/content"),
            (json!({ "content": [{ "type": "text", "text": 1 }] }), "/result/content/0"),
            (json!([]), "/result"),
        ] {
            let script =
                Script::new().revision(revision).expect("tools/call").reply(result.clone());
            let (client, peer) = connect(script).await;
            let error = client.call("x", &()).await.unwrap_err();
            let ClientError::InvalidResponse { reason } = error else { panic!("{error}") };
            assert!(reason.contains(place), "{result}: {reason}");
            peer.finish().await.unwrap();
        }
    }
    let result = json!({ "resultType": "surprise", "content": [] });
    let script =
        Script::new().expect("tools/call").reply(result.clone()).always("tools/list", result);
    let (client, peer) = connect(script).await;
    for error in [client.call("x", &()).await.unwrap_err(), client.list_tools().await.unwrap_err()]
    {
        let ClientError::InvalidResponse { reason } = error else { panic!("{error}") };
        assert!(reason.contains("/result/resultType") && reason.contains("surprise"), "{reason}");
    }
    peer.finish().await.unwrap();
}

#[tokio::test]
async fn c15_requests_of_a_server_that_must_not_ask() {
    let question =
        json!({ "message": "Who?", "requestedSchema": { "type": "object", "properties": {} } });
    let script = Script::new()
        .expect("tools/call")
        .request("elicitation/create", question)
        .request("ping", json!({}))
        .request("nothing", json!({}))
        .reply(done("a"))
        .expect("tools/call")
        .reply(done("b"));
    let client = Client::builder().on_elicit(|_| async { panic!("nobody may be asked") });
    let (client, peer) = script.connect(client).await.unwrap();
    assert_eq!(text(client.call("x", &())).await.unwrap(), "a");
    assert_eq!(text(client.call("x", &())).await.unwrap(), "b");
    let said = peer.finish().await.unwrap().of(Side::Client);
    assert!(said.iter().all(|message| message.get("method").is_some()), "{said:?}");
}

#[tokio::test]
async fn c23_lists_without_end() {
    for revision in ERAS {
        let again = json!({ "tools": [], "nextCursor": "again" });
        let (client, peer) =
            connect(Script::new().revision(revision).always("tools/list", again)).await;
        let error = client.list_tools().await.unwrap_err();
        assert!(matches!(error, ClientError::InvalidResponse { .. }), "{error}");
        peer.finish().await.unwrap();

        let mut script = Script::new().revision(revision);
        for page in 0..64 {
            script = script
                .expect("tools/list")
                .reply(json!({ "tools": [], "nextCursor": page.to_string() }));
        }
        let (client, peer) = connect(script).await;
        let error = client.list_tools().await.unwrap_err();
        assert!(matches!(error, ClientError::TooLarge { .. }), "{error}");
        peer.finish().await.unwrap();

        let many = vec![json!({ "name": "x", "inputSchema": { "type": "object" } }); 10_001];
        let script = Script::new().revision(revision);
        let (client, peer) = connect(script.always("tools/list", json!({ "tools": many }))).await;
        let error = client.list_tools().await.unwrap_err();
        assert!(matches!(error, ClientError::TooLarge { .. }), "{error}");
        peer.finish().await.unwrap();
    }
}

#[tokio::test]
async fn c41_errors_that_never_end() {
    let versions =
        json!({ "code": -32022, "message": "no", "data": { "supported": ["2026-07-28"] } });
    let script = Script::new()
        .unopened()
        .expect("server/discover")
        .fail_with(versions.clone())
        .expect("server/discover")
        .fail_with(versions);
    let error = script.connect(Client::builder()).await.map(drop).unwrap_err();
    let ClientError::Peer(error) = error else { panic!("{error}") };
    assert_eq!(error.code(), -32022);

    let script = Script::new()
        .always("tools/list", json!({ "tools": [] }))
        .expect("tools/call")
        .fail(-32020, "a header is missing")
        .expect("tools/call")
        .fail(-32020, "a header is missing");
    let (client, peer) = connect(script).await;
    let ClientError::Peer(error) = client.call("x", &()).await.unwrap_err() else { panic!() };
    assert_eq!(error.code(), -32020);
    let methods = peer.finish().await.unwrap().methods(Side::Client);
    let [_, rest @ ..] = &methods[..] else { panic!("{methods:?}") };
    assert_eq!(rest, ["tools/call", "tools/list", "tools/call"]);
}

#[tokio::test]
async fn c45_hints_that_make_no_sense() {
    for (ttl, scope) in [
        ("-5", "public"),
        ("1e18", "private"),
        ("0.5", "galactic"),
        ("9e99", ""),
        ("null", "private"),
        ("\"x\"", "public"),
    ] {
        let page = format!(
            r#"{{"jsonrpc":"2.0","id":$id,"result":{{"resultType":"complete","tools":[],"ttlMs":{ttl},"cacheScope":"{scope}"}}}}"#
        );
        let script = Script::new().expect("tools/list").raw(&*page).expect("tools/list").raw(page);
        let (client, peer) = connect(script).await;
        // They are stale at once, or kept for a while: no list is lost because of its hint.
        let list = client.list_tools().await;
        assert!(list.is_ok(), "{ttl} {scope}: {list:?}");
        drop(peer);
    }
}
