//! Reading and writing beside `serde_json::Value`: `cargo bench -p toolwright-spec`.
//!
//! Each line is the best of several rounds, in microseconds, and its ratio to the tree.
#![allow(clippy::expect_used, clippy::print_stdout, reason = "a bench reports and may fail")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json, value::RawValue};
use toolwright_spec::{CallToolResult, ClientRequest, ListToolsResult, from_str};

fn main() {
    let small = json!({
        "name": "search_issues",
        "arguments": {"query": "is:open label:bug", "limit": 20, "sort": "created"},
        "_meta": {
            "progressToken": 7,
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1.0.0"},
            "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}},
        },
    });
    let rows = (0..1000).map(|n| json!({"id": n, "title": "a row of a table", "tags": ["x", "y"]}));
    let large = json!({"name": "import", "arguments": {"rows": rows.collect::<Vec<_>>()}});
    call("tools/call", &small);
    call("tools/call, large arguments", &large);
    both::<ListToolsResult>("tools/list, 100 tools", &tools(100).to_string());
    both::<CallToolResult>("result, 20 blocks", &result(20));
}

fn tools(count: usize) -> Value {
    let property = json!({"type": "string", "description": "What to look for", "minLength": 1});
    let properties: serde_json::Map<String, Value> =
        (0..8).map(|n| (format!("member_{n}"), property.clone())).collect();
    let schema = json!({"type": "object", "properties": properties, "required": ["member_0"]});
    let tool = |n| {
        json!({
            "name": format!("tool_{n}"),
            "title": "A tool",
            "description": "Looks for something and says what it found, in a sentence or two.",
            "inputSchema": schema,
            "annotations": {"readOnlyHint": true, "openWorldHint": false},
        })
    };
    let tools: Vec<Value> = (0..count).map(tool).collect();
    json!({"resultType": "complete", "tools": tools, "ttlMs": 0, "cacheScope": "private"})
}

/// As peers write it, with `type` first; a tree would sort it to the end.
fn result(count: usize) -> String {
    let text = "Some lines of text, as a tool would answer.\\n".repeat(5);
    let annotations = r#"{"audience":["user"],"priority":0.5}"#;
    let block = format!(r#"{{"type":"text","text":"{text}","annotations":{annotations}}}"#);
    let content = vec![block; count].join(",");
    format!(
        r#"{{"resultType":"complete","content":[{content}],"structuredContent":{{"found":20}}}}"#
    )
}

fn call(name: &str, params: &Value) {
    let raw = RawValue::from_string(params.to_string()).expect("JSON");
    let text = raw.get();
    let tree = time(|| serde_json::from_str::<Value>(text).expect("JSON"));
    let own = time(|| ClientRequest::decode("tools/call", Some(&raw)).expect("a call"));
    report(name, "read", text, own, tree);
}

fn both<T: DeserializeOwned + Serialize>(name: &str, text: &str) {
    let tree = time(|| serde_json::from_str::<Value>(text).expect("JSON"));
    let own = time(|| from_str::<T>(text).expect("a value"));
    report(name, "read", text, own, tree);
    let value: Value = from_str(text).expect("a tree");
    let typed: T = from_str(text).expect("a value");
    let tree = time(|| serde_json::to_string(&value).expect("JSON"));
    let own = time(|| serde_json::to_string(&typed).expect("JSON"));
    report(name, "write", text, own, tree);
}

fn time<T>(run: impl Fn() -> T) -> Duration {
    let round = || {
        let start = Instant::now();
        for _ in 0..100 {
            black_box(run());
        }
        start.elapsed() / 100
    };
    (0..30).map(|_| round()).min().unwrap_or_default()
}

fn report(name: &str, what: &str, text: &str, own: Duration, tree: Duration) {
    let micros = own.as_secs_f64() * 1e6;
    let ratio = own.as_secs_f64() / tree.as_secs_f64();
    println!("{name:<30} {what:<6} {:>7} B {micros:>9.2} µs {ratio:>6.2} of the tree", text.len());
}
