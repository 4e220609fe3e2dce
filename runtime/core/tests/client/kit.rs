//! The testing kit, tested with itself.

use std::time::Duration;

use serde_json::json;
use toolwright_core::client::{Reply, Speak};
use toolwright_core::testing::{Faults, Pair, Script, Side, WallClock};
use toolwright_core::{Client, ClientError};
use toolwright_spec::Revision;

use crate::support::{limits, server};

const ERAS: [Revision; 2] = [Revision::V2025_11_25, Revision::LATEST];

#[tokio::test]
async fn scripts_play_servers_of_every_revision() {
    for revision in Revision::ALL {
        let script = Script::new()
            .revision(*revision)
            .always("prompts/list", json!({ "prompts": [{ "name": "greet" }] }))
            .expect("tools/call")
            .with(json!({ "name": "first" }))
            .expect("tools/call")
            .check(|params| assert_eq!(params["name"], "second"))
            .reply(json!({ "content": [{ "type": "text", "text": "two" }] }))
            .reply_to(0, json!({ "content": [{ "type": "text", "text": "one" }] }));
        let (client, peer) = script.connect(Client::builder()).await.unwrap();
        assert_eq!(client.revision(), *revision);
        assert_eq!(client.list_prompts().await.unwrap().len(), 1);
        let first = tokio::spawn(client.call("first", &()).into_future());
        while !peer.transcript().methods(Side::Client).contains(&"tools/call".to_owned()) {
            tokio::task::yield_now().await;
        }
        let second = client.call("second", &()).await.unwrap();
        assert_eq!(second.content[0].as_text(), Some("two"));
        let first = first.await.unwrap().unwrap();
        assert_eq!(first.content[0].as_text(), Some("one"));
        peer.finish().await.unwrap();
    }
}

#[tokio::test]
async fn scripts_play_clients_of_every_revision() {
    for revision in Revision::ALL {
        Script::new()
            .revision(*revision)
            .request("tools/call", json!({ "name": "echo", "arguments": { "text": "hi" } }))
            .expect_result()
            .with(json!({ "content": [{ "text": "hi" }] }))
            .request("tools/call", json!({ "name": "sleep", "arguments": { "ms": 1 } }))
            .request("nothing", json!({}))
            .expect_result()
            .expect_error(-32601)
            .against(server())
            .unwrap()
            .finish()
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_server_may_ask_in_a_script_of_a_session() {
    let script = Script::new()
        .revision(Revision::V2025_11_25)
        .request(
            "elicitation/create",
            json!({ "message": "Who?",
                "requestedSchema": { "type": "object", "properties": {} } }),
        )
        .expect_result()
        .with(json!({ "action": "decline" }));
    let client = Client::builder().on_elicit(|_| async { Ok(Reply::Decline) });
    let (_client, peer) = script.connect(client).await.unwrap();
    peer.finish().await.unwrap();
}

#[tokio::test]
async fn what_differs_is_shown_from_both_sides() {
    for revision in ERAS {
        let script = Script::new()
            .revision(revision)
            .expect("tools/call")
            .with(json!({ "name": "add", "arguments": { "a": [1, 2] } }))
            .reply(json!({ "content": [] }));
        let (client, peer) = script.connect(Client::builder()).await.unwrap();
        // The call is told too, so that a test fails there with the same words.
        let error = client.call("add", &json!({ "a": [1, 3] })).await.unwrap_err().to_string();
        let mismatch = peer.finish().await.unwrap_err();
        assert!(error.contains(mismatch.received()), "{error}");
        let told = format!("{mismatch:?}");
        let expected = "expected: `tools/call` with {\"arguments\":{\"a\":[1,2]},\"name\":\"add\"}";
        assert!(told.contains(expected), "{told}");
        assert!(told.contains("tests/client/kit.rs:"), "{told}");
        assert!(told.contains("in which `/arguments/a/1` is 3 and not 2"), "{told}");
        assert!(told.contains("    client: {"), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_way_to_differ_is_a_mismatch() {
    let cases = [
        (Script::new().expect("prompts/get"), "`prompts/get`", "\"method\":\"tools/call\""),
        (Script::new(), "nothing more", "\"method\":\"tools/call\""),
        (Script::new().expect("tools/call").expect("x").hang(), "`x`", "nothing in 10s"),
        (Script::new().check(|_| ()), "`check` directly after what it is about", "something else"),
        (Script::new().reply(json!({})), "a request before its answer", "none so far"),
        (Script::new().expect("tools/call").check(|_| panic!("as it must")), "", "as it must"),
    ];
    for (script, expected, received) in cases {
        let (client, peer) = script.connect(Client::builder()).await.unwrap();
        let call = client.call("x", &()).into_future();
        let call = tokio::spawn(call);
        let told = loop {
            match peer.played().await {
                // A script that is over may still have more to hear.
                Ok(()) => tokio::task::yield_now().await,
                Err(mismatch) => break mismatch,
            }
        };
        assert!(told.expected().contains(expected), "{told}");
        assert!(told.received().contains(received), "{told}");
        drop(peer);
        assert!(call.await.unwrap().is_err());
    }
    let script = Script::new().request("tools/list", json!({})).expect_error(-32601);
    let told = script.against(server()).unwrap().finish().await.unwrap_err();
    assert!(told.received().contains("in which there is no such error"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn scripts_can_misbehave() {
    for revision in ERAS {
        let builder = || Client::builder().era(Speak::Auto);
        let script = |script: fn(Script) -> Script| {
            script(Script::new().revision(revision).expect("tools/call")).connect(builder())
        };
        let (client, peer) = script(Script::hang).await.unwrap();
        assert!(matches!(client.call("x", &()).await, Err(ClientError::Timeout { .. })));
        peer.finish().await.unwrap();

        let (client, peer) = script(Script::close).await.unwrap();
        assert!(matches!(client.call("x", &()).await, Err(ClientError::Closed { .. })));
        peer.finish().await.unwrap();

        let both =
            |script: Script| script.raw(r#"{"jsonrpc":"2.0","id":$id,"result":{},"error":{}}"#);
        let (client, peer) = script(both).await.unwrap();
        assert!(matches!(client.call("x", &()).await, Err(ClientError::InvalidResponse { .. })));
        peer.finish().await.unwrap();

        let late =
            |script: Script| script.wait(Duration::from_secs(59)).reply(json!({ "content": [] }));
        let (client, peer) = script(late).await.unwrap();
        client.call("x", &()).await.unwrap();
        peer.finish().await.unwrap();
    }
}

#[tokio::test]
async fn pairs_speak_any_revision_and_are_written_down() {
    for revision in Revision::ALL {
        let (client, transcript) = Pair::of(server()).revision(*revision).connect().await.unwrap();
        client.call("echo", &json!({ "text": "hi" })).await.unwrap();
        let last = transcript.entries().pop().unwrap();
        assert_eq!(last.from, Side::Server);
        assert_eq!(last.message()["result"]["content"][0]["text"], "hi");
        let said = transcript.redacted(&["text"]).to_string();
        assert!(said.contains(r#""text":"[text]""#) && !said.contains("hi\""), "{said}");
        assert_eq!(said.lines().count(), transcript.entries().len());
    }
}

#[tokio::test(start_paused = true)]
async fn faults_come_from_their_seed() {
    let run = async |seed| {
        let faults =
            |seed| Faults::seeded(seed).pieces(9).twice(0.5).delays(Duration::from_millis(20));
        let pair = Pair::of(server()).to_client(faults(seed)).to_server(faults(seed + 1));
        let (client, transcript) = pair.connect().await.unwrap();
        for index in 0..20 {
            let text = index.to_string();
            let result = client.call("echo", &json!({ "text": text })).await.unwrap();
            assert_eq!(result.content[0].as_text(), Some(&*text));
        }
        transcript.to_string()
    };
    let (one, other) = (run(7).await, run(8).await);
    assert_eq!(one, run(7).await);
    assert_ne!(one, other);
}

#[tokio::test(start_paused = true)]
async fn the_time_of_day_goes_by_the_clock_of_tokio() {
    let clock = WallClock::simulated();
    let start = clock.now();
    tokio::time::advance(Duration::from_secs(90)).await;
    assert_eq!(clock.now().duration_since(start).unwrap().as_secs(), 90);
    clock.set_back(Duration::from_secs(3600));
    assert_eq!(start.duration_since(clock.now()).unwrap().as_secs(), 3510);
    clock.set_forward(Duration::from_secs(7200));
    assert_eq!(clock.now().duration_since(start).unwrap().as_secs(), 3690);
}

#[tokio::test(start_paused = true)]
async fn what_is_sealed_expires_in_simulated_time() {
    let _clock = WallClock::simulated();
    for revision in ERAS {
        let server = server().limits(limits(|limits| limits.page_items = 1));
        let (client, _) = Pair::of(server).revision(revision).connect().await.unwrap();
        let cursor = client.tools_page(None).await.unwrap().next_cursor;
        tokio::time::advance(Duration::from_secs(3000)).await;
        assert!(client.tools_page(cursor.clone()).await.is_ok());
        tokio::time::advance(Duration::from_secs(1000)).await;
        let error = client.tools_page(cursor).await.unwrap_err();
        assert!(matches!(error, ClientError::Peer(_)), "{error}");
    }
}
