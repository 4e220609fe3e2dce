//! Schemas that promise too much.

use serde_json::{Value, json};
use toolwright_core::client::CheckOutput;
use toolwright_core::testing::Script;
use toolwright_core::{Client, ClientError};

use super::ERAS;

/// What becomes of structured content under a schema.
async fn checked(schema: &Value, content: &Value) -> Vec<Result<(), String>> {
    let mut results = Vec::new();
    for revision in ERAS {
        let tool =
            json!({ "name": "x", "inputSchema": { "type": "object" }, "outputSchema": schema });
        let script = Script::new()
            .revision(revision)
            .always("tools/list", json!({ "tools": [tool] }))
            .expect("tools/call")
            .reply(json!({ "content": [], "structuredContent": content }));
        let (client, peer) = script.connect(Client::builder()).await.unwrap();
        client.list_tools().await.unwrap();
        results.push(match client.call("x", &()).await {
            Ok(_) => Ok(()),
            Err(ClientError::Output { reason, result }) => {
                assert_eq!(result.structured_content.unwrap().to_value(), *content);
                Err(reason)
            }
            Err(other) => panic!("{other}"),
        });
        peer.finish().await.unwrap();
    }
    results
}

#[tokio::test]
async fn c25_schemas_that_cannot_be_used() {
    let many = vec![json!({}); 1_000_000];
    let mut deep = json!({});
    for _ in 0..60 {
        deep = json!({ "not": deep });
    }
    for (schema, named) in [
        // A listener on this machine would be the first to notice.
        (json!({ "type": "object", "$ref": "http://127.0.0.1:1/schema.json" }), "127.0.0.1:1"),
        (json!({ "type": "object", "$ref": "file:///etc/passwd" }), "file:///etc/passwd"),
        (json!({ "type": "object", "$ref": "#" }), ""),
        (
            json!({ "type": "object", "$ref": "#/$defs/a",
            "$defs": { "a": { "$ref": "#/$defs/b" }, "b": { "$ref": "#/$defs/a" } } }),
            "",
        ),
        (json!({ "type": "object", "allOf": many }), ""),
    ] {
        for refused in checked(&schema, &json!({ "a": "a" })).await {
            let Err(reason) = refused else {
                panic!("{} is taken", schema.to_string().chars().take(99).collect::<String>())
            };
            assert!(
                reason.starts_with("the schema cannot be used") && reason.contains(named),
                "{reason}"
            );
            assert!(reason.len() < 1000, "{reason}");
        }
    }
    // A pattern that takes too much room asserts nothing.
    let large = json!({ "type": "object",
        "properties": { "a": { "pattern": "(((a{99}){99}){99}){99}" } } });
    assert!(checked(&large, &json!({ "a": "a" })).await.iter().all(Result::is_ok));
    // These are harmless, as patterns take linear time, and recursion is bounded by the content.
    let pattern = json!({ "type": "object", "properties": { "a": { "pattern": "^(a+)+$" } } });
    let content = json!({ "a": "a".repeat(100_000) + "!" });
    for refused in checked(&pattern, &content).await {
        assert!(refused.unwrap_err().contains("/a"));
    }
    let tree = json!({ "type": "object", "properties": { "a": { "$ref": "#" } } });
    assert!(checked(&tree, &json!({ "a": { "a": { "a": {} } } })).await.iter().all(Result::is_ok));
    assert!(checked(&tree, &json!({ "a": { "a": { "a": 1 } } })).await.iter().all(Result::is_err));
}

#[tokio::test]
async fn c26_content_that_breaks_its_schema() {
    let schema = json!({ "type": "object", "required": ["x"] });
    for refused in checked(&schema, &json!({ "y": 1 })).await {
        assert!(refused.unwrap_err().contains('x'));
    }
    let tool = json!({ "name": "x", "inputSchema": { "type": "object" }, "outputSchema": schema });
    for (check, content) in [(CheckOutput::Warn, json!({})), (CheckOutput::Off, json!({}))] {
        let script = Script::new()
            .always("tools/list", json!({ "tools": [tool] }))
            .expect("tools/call")
            .reply(json!({ "content": [], "structuredContent": content }));
        let (client, peer) = script.connect(Client::builder().check_output(check)).await.unwrap();
        client.list_tools().await.unwrap();
        assert!(client.call("x", &()).await.unwrap().structured_content.is_some());
        peer.finish().await.unwrap();
    }
}
