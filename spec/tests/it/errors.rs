//! An error says where, what was expected, and what was there.

use serde::de::DeserializeOwned;
use toolwright_spec::{
    CallToolRequestParams, CallToolResult, DecodeError, ElicitResult, ListToolsResult, from_raw,
    from_slice, from_str, v2026_07_28 as exact,
};

fn error<T: DeserializeOwned>(text: &str) -> DecodeError {
    from_str::<T>(text).err().unwrap_or_else(|| panic!("read without an error: {text}"))
}

fn message<T: DeserializeOwned>(text: &str) -> String {
    error::<T>(text).to_string()
}

#[test]
fn a_wrong_type_is_named_with_its_place() {
    let error = error::<ListToolsResult>(
        r#"{"tools":[{"name":"a","inputSchema":{}},{"name":"b","inputSchema":{},"annotations":{"readOnlyHint":"no"}}]}"#,
    );
    assert_eq!(error.pointer(), "/tools/1/annotations/readOnlyHint");
    assert_eq!(error.expected(), "a boolean");
    let text = "at /tools/1/annotations/readOnlyHint: expected a boolean, found \"no\"";
    assert_eq!(error.to_string(), text);
}

#[test]
fn a_missing_member_is_named() {
    let error = error::<CallToolResult>(r#"{"content":[{"type":"image","data":""}]}"#);
    assert_eq!(error.pointer(), "/content/0");
    assert_eq!(error.expected(), "member `mimeType`");
    assert_eq!(error.to_string(), "at /content/0: missing member `mimeType`");
    assert_eq!(message::<CallToolRequestParams>("{}"), "at the root: missing member `name`");
}

#[test]
fn a_wrong_kind_of_value_is_named_as_json() {
    for (text, found) in [("[]", "an array"), ("\"x\"", "\"x\""), ("null", "null"), ("1.5", "1.5")]
    {
        let expected = format!("at the root: expected an object (CallToolResult), found {found}");
        assert_eq!(message::<CallToolResult>(text), expected);
    }
}

#[test]
fn the_place_is_right_behind_members_held_back() {
    // `text` stands in front of the discriminator and is read from what was held back.
    let text = r#"{"content":[{"text":["x"],"type":"text"}]}"#;
    assert_eq!(
        message::<CallToolResult>(text),
        "at /content/0/text: expected a string, found an array"
    );
}

#[test]
fn a_member_occurs_once() {
    for text in [
        r#"{"name":"a","name":"b"}"#,
        r#"{"name":"a","x":1,"x":2}"#,
        r#"{"name":"a","_meta":{"x":1,"x":2}}"#,
    ] {
        assert!(message::<CallToolRequestParams>(text).ends_with("occurs twice"), "{text}");
    }
    let text = r#"{"content":[{"type":"text","text":"","type":"text"}]}"#;
    assert_eq!(message::<CallToolResult>(text), "at /content/0: member `type` occurs twice");
    let text = r#"{"content":[{"x":1,"x":2,"type":"text","text":""}]}"#;
    assert_eq!(message::<CallToolResult>(text), "at /content/0: member `x` occurs twice");
}

#[test]
fn a_constant_is_checked() {
    let error = error::<exact::TextContent>(r#"{"type":"image","text":""}"#);
    assert_eq!(error.to_string(), "at /type: expected `text`, found \"image\"");
    let text = r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#;
    assert_eq!(
        message::<exact::JsonRpcRequest>(text),
        "at /jsonrpc: expected `2.0`, found \"1.0\""
    );
}

#[test]
fn a_closed_enum_lists_what_it_takes() {
    let expected = "at /action: expected one of `accept`, `decline`, `cancel`, found \"maybe\"";
    assert_eq!(message::<ElicitResult>(r#"{"action":"maybe"}"#), expected);
}

#[test]
fn a_union_by_json_type_says_which() {
    let text = r#"{"action":"accept","content":{"x":{}}}"#;
    let error = error::<ElicitResult>(text);
    assert_eq!(error.pointer(), "/content/x");
    assert!(error.expected().starts_with("a string, "), "{error}");
}

#[test]
fn arguments_have_to_be_an_object() {
    let text = r#"{"name":"a","arguments":[1]}"#;
    let expected = "at /arguments: expected an object, found an array";
    assert_eq!(message::<CallToolRequestParams>(text), expected);
}

#[test]
fn garbage_is_syntax_and_trailing_text_is_refused() {
    for text in ["", "{", r#"{"content":[]} x"#, r#"{"content":[]}{}"#, r#"{"content":[],}"#] {
        assert!(error::<CallToolResult>(text).is_syntax(), "{text}");
    }
    assert!(from_slice::<CallToolResult>(b"{\"content\":[],\"x\":\"\xff\"}").is_err());
}

#[test]
fn all_entry_points_report_alike() {
    let text = r#"{"content":3}"#;
    let expected = error::<CallToolResult>(text);
    assert_eq!(from_slice::<CallToolResult>(text.as_bytes()), Err(expected.clone()));
    let raw = serde_json::value::RawValue::from_string(text.into()).unwrap();
    assert_eq!(from_raw::<CallToolResult>(&raw), Err(expected));
}

#[test]
fn an_error_that_was_not_drained_leaves_no_trace() {
    // Read through serde_json alone, whose error has no place for a pointer.
    assert!(serde_json::from_str::<CallToolResult>(r#"{"content":3}"#).is_err());
    assert_eq!(message::<CallToolRequestParams>("{}"), "at the root: missing member `name`");
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = "[".repeat(100_000);
    assert!(from_str::<CallToolResult>(&format!(r#"{{"x":{deep}"#)).is_err());
    assert!(from_str::<CallToolResult>(&format!(r#"{{"structuredContent":{deep}"#)).is_err());
}
