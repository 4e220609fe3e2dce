//! Messages with their envelopes, in the exact modules of revisions that come without examples.

use serde_json::{Value, json};
use toolwright_spec::oracle::roundtrip;
use toolwright_spec::{Revision, from_str, v2024_11_05 as oldest, v2025_03_26 as batches};

use super::tree;

/// A request of each revision as its union of messages and as its union of client requests.
#[test]
fn every_revision_reads_its_messages() {
    let message = json!({
        "jsonrpc": "2.0", "id": "a", "method": "tools/call", "params": {"name": "x", "_meta": {
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": {},
        }},
    });
    let notification = json!({
        "jsonrpc": "2.0", "method": "notifications/progress",
        "params": {"progressToken": 1, "progress": 1},
    });
    let result = json!({"jsonrpc": "2.0", "id": 1, "result": {"resultType": "complete"}});
    let error = json!({"jsonrpc": "2.0", "id": 1, "error": {"code": -1, "message": "x"}});
    for revision in Revision::ALL {
        for message in [&message, &notification, &result, &error] {
            same(revision.as_str(), "JSONRPCMessage", message);
        }
        same(revision.as_str(), "ClientRequest", &message);
        same(revision.as_str(), "CallToolRequest", &message);
        same(revision.as_str(), "ServerNotification", &notification);
        same(revision.as_str(), "ProgressNotification", &notification);
    }
}

fn same(revision: &str, name: &str, message: &Value) {
    let text = message.to_string();
    let again = roundtrip(revision, name, &text).unwrap_or_else(|| panic!("{revision} {name}"));
    let again = again.unwrap_or_else(|error| panic!("{revision} {name}: {error}"));
    assert_eq!(tree(&again), tree(&text), "{revision} {name}");
}

#[test]
fn a_union_of_requests_looks_at_the_method() {
    let text = r#"{"jsonrpc":"2.0","id":1,"method":"prompts/get","params":{"name":"x"}}"#;
    let request: oldest::ClientRequest = from_str(text).unwrap();
    let oldest::ClientRequest::GetPrompt(request) = request else { panic!("{request:?}") };
    assert_eq!(request.params.name, "x");
    // This revision's schema leaves the envelope's members to another definition.
    assert_eq!(request.extra.get("id"), Some(&json!(1)));

    let error = from_str::<oldest::ClientRequest>(r#"{"method":"x"}"#).unwrap_err();
    assert_eq!(error.pointer(), "/method");
    // Of the server, not of the client.
    let text = r#"{"jsonrpc":"2.0","id":1,"method":"roots/list"}"#;
    assert!(from_str::<oldest::ClientRequest>(text).is_err());
    assert!(from_str::<oldest::ServerRequest>(text).is_ok());
}

#[test]
fn a_batch_is_an_array_of_messages() {
    let text = r#"[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x/y"}]"#;
    let batch: batches::JsonRpcBatchRequest = from_str(text).unwrap();
    assert_eq!(batch.len(), 2);
    let text = r#"[{"jsonrpc":"2.0","id":1,"method":"ping"},3]"#;
    assert!(from_str::<batches::JsonRpcBatchRequest>(text).is_err());
}

#[test]
fn a_constant_error_code_is_checked() {
    let text = |code: i64| format!(r#"{{"code":{code},"message":"x"}}"#);
    assert!(roundtrip("2026-07-28", "ParseError", &text(-32700)).unwrap().is_ok());
    let error = roundtrip("2026-07-28", "ParseError", &text(-1)).unwrap().unwrap_err();
    assert_eq!(error.to_string(), "at /code: expected `-32700`, found -1");
}
