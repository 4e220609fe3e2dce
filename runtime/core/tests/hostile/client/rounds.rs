//! Questions without end.

use serde_json::json;
use toolwright_core::ClientError;
use toolwright_core::testing::{Script, Side};

use super::connect;

#[tokio::test]
async fn c29_input_is_required_for_ever() {
    let limit = 10;
    let mut script = Script::new();
    for round in 0..=limit {
        let state = format!("{round}{}", "x".repeat(1024 * 1024));
        script = script
            .expect("tools/call")
            .reply(json!({ "resultType": "input_required", "requestState": state }));
    }
    let (client, peer) = connect(script).await;
    assert_eq!(client.limits().retries, limit);
    let error = client.call("x", &()).await.unwrap_err();
    assert!(matches!(error, ClientError::TooLarge { .. }), "{error}");
    let calls = peer.finish().await.unwrap().of(Side::Client);
    let mut ids: Vec<String> = calls.iter().map(|call| call["id"].to_string()).collect();
    ids.dedup();
    assert_eq!(ids.len(), calls.len(), "each round is a request of its own");
}
