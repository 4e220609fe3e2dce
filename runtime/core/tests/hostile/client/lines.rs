//! Lines that are too many, too long, or none.

use std::time::Duration;

use serde_json::json;
use toolwright_core::testing::Script;
use toolwright_core::{Client, ClientError};
use toolwright_spec::SubscriptionFilter;

use super::{ERAS, connect, done, text};
use crate::support::FakeServer;

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn c02_banners_between_messages() {
    for revision in ERAS {
        let noisy = |count| {
            let mut script = Script::new().revision(revision).expect("tools/call");
            for _ in 0..count {
                script = script.raw("\u{1b}[31mlistening on {\"port\":");
            }
            script
        };
        let (client, peer) = connect(noisy(999).reply(done("heard"))).await;
        assert_eq!(text(client.call("x", &())).await.unwrap(), "heard");
        peer.finish().await.unwrap();

        let (client, _peer) = connect(noisy(1000)).await;
        let error = client.call("x", &()).await.unwrap_err();
        let ClientError::Garbage { line } = error else { panic!("{error}") };
        assert_eq!(line, " [31mlistening on {\"port\":");
    }
}

#[tokio::test]
async fn c03_lines_that_are_no_utf_8() {
    for revision in ERAS {
        let script = Script::new()
            .revision(revision)
            .expect("tools/call")
            .bytes(b"{\"jsonrpc\":\"2.0\",\"method\":\"\xff\xfe\"}\n\x80\n".to_vec())
            .reply(done("heard"));
        let (client, peer) = connect(script).await;
        assert_eq!(text(client.call("x", &())).await.unwrap(), "heard");
        peer.finish().await.unwrap();
    }
}

#[tokio::test]
async fn c13_a_line_of_a_hundred_megabytes() {
    // In debug builds less is enough; the limit is 16 MiB.
    let pieces = if cfg!(debug_assertions) { 24 } else { 100 };
    let (mut server, client) = FakeServer::connected().await;
    let call = tokio::spawn(client.call("x", &()).into_future());
    let id = &server.next().await["id"];
    server.bytes(format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{{"x":""#).as_bytes()).await;
    let piece = vec![b'a'; MIB];
    for _ in 0..pieces {
        server.bytes(&piece).await;
    }
    server.line("\"}}").await;
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, ClientError::TooLarge { .. }), "{error}");

    // The connection goes on, and can also be lost within such a line.
    let call = tokio::spawn(client.call("x", &()).into_future());
    let request = server.next().await;
    server.send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": done("heard") })).await;
    assert!(call.await.unwrap().is_ok());
    let call = tokio::spawn(client.call("x", &()).into_future());
    server.next().await;
    for _ in 0..18 {
        server.bytes(&piece).await;
    }
    drop(server);
    let error = call.await.unwrap().unwrap_err();
    assert!(matches!(error, ClientError::Closed { .. }), "{error}");
}

#[tokio::test]
async fn c14_two_hundred_thousand_notifications() {
    let (mut server, client) = FakeServer::connected().await;
    let listening = tokio::spawn({
        let client = client.clone();
        let filter = SubscriptionFilter::new().with_resource_subscriptions(["x://".to_owned()]);
        async move { client.listen(filter).await }
    });
    let listen = server.next().await;
    let meta = json!({ "io.modelcontextprotocol/subscriptionId": listen["id"] });
    let filter = &listen["params"]["notifications"];
    server
        .send(&json!({ "jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
            "params": { "_meta": meta, "notifications": filter } }))
        .await;
    let mut notices = listening.await.unwrap().unwrap();
    let call = tokio::spawn(client.call("x", &()).into_future());
    let request = server.next().await;
    let flood = tokio::spawn(async move {
        for index in 0..20_000 {
            let mut lines = String::new();
            for part in 0..5 {
                let head = r#"{"jsonrpc":"2.0","method":"notifications/resources/updated""#;
                lines +=
                    &format!(r#"{head},"params":{{"_meta":{meta},"uri":"x://{index}/{part}"}}}}"#);
                lines += "\n{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}\n";
            }
            server.bytes(lines.as_bytes()).await;
            if index == 10_000 {
                let result = done("heard");
                server
                    .send(&json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }))
                    .await;
            }
        }
        server
    });
    assert!(call.await.unwrap().is_ok());
    drop(flood.await.unwrap());
    // Of what nobody fetched, no more is kept than there is room for.
    let mut count = 0;
    while let Some(Ok(_)) = notices.next().await {
        count += 1;
    }
    assert!((1..=1024).contains(&count), "{count}");
}

#[tokio::test(start_paused = true)]
async fn c21_a_server_that_does_not_read() {
    for revision in ERAS {
        let (client, peer) = connect(Script::new().revision(revision).stall()).await;
        peer.played().await.unwrap();
        let large = json!({ "text": "x".repeat(64 * 1024) });
        let calls: Vec<_> =
            (0..200).map(|_| tokio::spawn(client.call("x", &large).into_future())).collect();
        for call in calls {
            let error = call.await.unwrap().unwrap_err();
            assert!(matches!(error, ClientError::Timeout { .. }), "{error}");
        }
        let error = client.notify("notifications/x", &json!({})).await.unwrap_err();
        assert!(matches!(error, ClientError::Timeout { .. }), "{error}");
        client.shutdown().await;
        drop(peer);
    }
}

#[tokio::test(start_paused = true)]
async fn c22_messages_in_pieces() {
    for revision in ERAS {
        // The second piece begins within the character.
        let script = Script::new()
            .revision(revision)
            .expect("tools/call")
            .bytes(b"{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"\xc3".to_vec())
            .wait(Duration::from_secs(30))
            .bytes(b"\xa9\"}]}}".to_vec())
            .wait(Duration::from_secs(29))
            .bytes(b"\r\n".to_vec());
        let (client, peer) = connect(script).await;
        assert_eq!(text(client.call("x", &())).await.unwrap(), "é");
        peer.finish().await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn c30_progress_that_nobody_can_follow() {
    for revision in ERAS {
        let report = |token: &str, progress: u32| {
            format!(
                r#"{{"jsonrpc":"2.0","method":"notifications/progress","params":{{"progressToken":{token},"progress":{progress}}}}}"#
            ) + "\n"
        };
        let mut lines = report("999", 7) + &report("\"x\"", 8) + &report("null", 9);
        lines += &report("2", 50);
        lines += &report("2", 49);
        for progress in 51..20_000 {
            lines += &report("2", progress);
        }
        let script = Script::new()
            .revision(revision)
            .expect("tools/call")
            .with(json!({ "_meta": { "progressToken": 2 } }))
            .bytes(lines)
            .reply(done("heard"));
        let (client, peer) = connect(script).await;
        let (send, mut seen) = tokio::sync::mpsc::unbounded_channel();
        let call = client.call("x", &()).on_progress(move |report| {
            send.send(report.progress).unwrap();
        });
        assert_eq!(text(call).await.unwrap(), "heard");
        let mut reports = Vec::new();
        while let Some(progress) = seen.recv().await {
            reports.push(progress);
        }
        assert_eq!(reports.first(), Some(&50.0));
        assert_eq!(reports.last(), Some(&19_999.0));
        assert!(reports.is_sorted() && reports.len() <= 65, "{}", reports.len());
        peer.finish().await.unwrap();
    }
}

#[tokio::test]
async fn f24_a_handler_that_panics_ends_nothing_else() {
    use toolwright_core::ProtocolError;
    use toolwright_core::client::{Form, Reply};

    let question =
        json!({ "message": "Who?", "requestedSchema": { "type": "object", "properties": {} } });
    let script = Script::new()
        .revision(ERAS[0])
        .expect("tools/call")
        .notify("notifications/message", json!({ "level": "info", "data": "boo" }))
        .request("elicitation/create", question)
        .expect_error(-32603)
        .reply(done("heard"));
    let client = Client::builder()
        .on_log(|_| panic!("a canary"))
        .on_elicit(async |_: Form| -> Result<Reply, ProtocolError> { panic!("another") });
    let (client, peer) = script.connect(client).await.unwrap();
    assert_eq!(text(client.call("x", &())).await.unwrap(), "heard");
    let said = peer.finish().await.unwrap();
    assert!(!said.to_string().contains("canary"), "{said}");
}
