//! Tools, as far as they are no matter of calls alone.

use serde_json::json;
use toolwright_core::Server;
use toolwright_core::tool::FnTools;
use toolwright_spec::{CallToolResult, JsonSchema, RawJson, Tool};

use crate::both::askers;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Greet {
    name: String,
}

#[tokio::test]
async fn a_closure_is_a_tool() {
    let server = || {
        let greet = |_, greet: Greet| async move { format!("Hello, {}!", greet.name) };
        Server::new("test", "1").tool("greet", "Says hello", greet).tool(
            "ping",
            "Does nothing",
            |_, (): ()| async {},
        )
    };
    for mut asker in askers(server).await {
        let params = json!({ "name": "greet", "arguments": { "name": "Ann" } });
        let answer = asker.ask("tools/call", params).await;
        assert_eq!(answer["result"]["content"][0]["text"], "Hello, Ann!");
        let listed = asker.ask("tools/list", json!({})).await["result"]["tools"].take();
        assert_eq!((&listed[0]["name"], &listed[1]["name"]), (&json!("greet"), &json!("ping")));
        assert_eq!(listed[0]["inputSchema"]["required"], json!(["name"]));
    }
}

#[tokio::test]
async fn results_are_held_to_their_schema_on_request() {
    for (validate, code) in [(true, -32603), (false, 0)] {
        let server = || {
            let schema = JsonSchema::from(json!({ "type": "object", "required": ["x"] }));
            let tool = Tool::new("broken", JsonSchema::empty_object()).with_output_schema(schema);
            let broken = |_, (): ()| async {
                let structured = RawJson::new(r#"{"secret":"canary"}"#).unwrap();
                CallToolResult::new([]).with_structured_content(structured)
            };
            let tools = FnTools::new().with(tool, broken);
            Server::new("test", "1").tools(tools).validate_output(validate)
        };
        for mut asker in askers(server).await {
            let answer = asker.ask("tools/call", json!({ "name": "broken" })).await;
            assert_eq!(answer["error"]["code"].as_i64().unwrap_or_default(), code, "{answer}");
            assert_eq!(answer.to_string().contains("canary"), !validate, "{answer}");
        }
    }
}
