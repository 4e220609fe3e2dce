//! What a type does not know is kept.

use serde_json::json;
use toolwright_spec::{
    CallToolResult, ContentBlock, ListToolsResult, ServerCapabilities, Tool, from_str,
};

fn again<T: serde::Serialize + serde::de::DeserializeOwned>(text: &str) -> String {
    serde_json::to_string(&from_str::<T>(text).unwrap()).unwrap()
}

#[test]
fn unknown_members_survive_at_every_level() {
    let text = r#"{"tools":[{"name":"a","inputSchema":{"x-y":1.50},"annotations":{"x-hint":[1,null]},"x-tool":{"b":1,"a":2}}],"x-list":null}"#;
    let expected: serde_json::Value = serde_json::from_str(text).unwrap();
    let written: serde_json::Value = serde_json::from_str(&again::<ListToolsResult>(text)).unwrap();
    assert_eq!(written, expected);
    let tools: ListToolsResult = from_str(text).unwrap();
    let tool: &Tool = &tools.tools[0];
    assert_eq!(tool.extra.get("x-tool"), Some(&json!({"a": 2, "b": 1})));
    assert_eq!(tools.extra.get("x-list"), Some(&json!(null)));
}

#[test]
fn an_unknown_kind_of_content_survives() {
    let text = r#"{"content":[{"type":"hologram","url":"x"}]}"#;
    assert_eq!(again::<CallToolResult>(text), text);
    let result: CallToolResult = from_str(text).unwrap();
    assert!(matches!(&result.content[0], ContentBlock::Unknown(members) if members["url"] == "x"));
}

#[test]
fn an_unknown_capability_survives() {
    let text = r#"{"tools":{"listChanged":true,"x":{}},"y":{}}"#;
    assert_eq!(again::<ServerCapabilities>(text), text);
}
