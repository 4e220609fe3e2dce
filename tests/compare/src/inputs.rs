//! The messages that are read and written, made in code: the same bytes in each run.
//!
//! They are put together as text, so that members stand in the order in which the SDKs write them.

use serde::Deserialize;

/// Arguments of the small call, as its tool reads them.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read, never looked at")]
pub struct Search {
    query: String,
    fields: Vec<String>,
    limit: u32,
    exact: bool,
    range: Range,
    note: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read, never looked at")]
struct Range {
    from: f64,
    to: f64,
}

/// Arguments of the large call, as its tool reads them.
#[derive(Deserialize)]
#[expect(dead_code, reason = "read, never looked at")]
pub struct Stock {
    rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "read, never looked at")]
struct Row {
    id: u64,
    sku: String,
    label: String,
    price: f64,
    in_stock: bool,
    tags: Vec<String>,
    size: Size,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "read, never looked at")]
struct Size {
    w: u32,
    h: u32,
    unit: String,
}

/// A message and its name.
pub struct Input {
    /// Heading of the table.
    pub name: &'static str,
    /// The message's text.
    pub text: String,
}

/// A `tools/call` request with metadata and a handful of arguments.
pub fn small_call() -> Input {
    let arguments = format!(
        r#"{{"query":"the left hand of darkness","fields":["title","author","year"],"limit":20,"exact":false,"range":{{"from":1966,"to":1974.5}},"note":"{}"}}"#,
        words(3, 9),
    );
    Input { name: "tools/call, small", text: call(&arguments) }
}

/// A `tools/call` request with some 80 KB of nested arguments.
pub fn large_call() -> Input {
    let rows = list(420, |i| {
        format!(
            r#"{{"id":{i},"sku":"SKU-{i:05}","label":"{}","price":{},"inStock":{},"tags":["{}","{}"],"size":{{"w":{},"h":{},"unit":"mm"}}}}"#,
            words(i, 8),
            f64::from(i) * 1.25 + 0.05,
            i % 3 == 0,
            words(i, 1),
            words(i + 3, 1),
            i % 40,
            i % 17,
        )
    });
    Input { name: "tools/call, large", text: call(&format!(r#"{{"rows":[{rows}]}}"#)) }
}

/// A `tools/list` response with 100 tools of three to nine arguments each.
pub fn tool_list() -> Input {
    let tools = list(100, tool);
    let result = format!(
        r#"{{"resultType":"complete","tools":[{tools}],"ttlMs":60000,"cacheScope":"public"}}"#
    );
    Input { name: "tools/list, 100 tools", text: response(&result) }
}

/// A `tools/call` response with 20 content blocks of four kinds.
pub fn blocks() -> Input {
    let content = list(20, block);
    let ids = list(20, |i| i.to_string());
    let result = format!(
        r#"{{"resultType":"complete","content":[{content}],"structuredContent":{{"hits":20,"took":3.5,"ids":[{ids}]}},"isError":false}}"#
    );
    Input { name: "tools/call result, 20 blocks", text: response(&result) }
}

fn call(arguments: &str) -> String {
    let meta = concat!(
        r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#,
        r#""io.modelcontextprotocol/clientInfo":"#,
        r#"{"name":"example-client","title":"Example Client","version":"1.4.2"},"#,
        r#""io.modelcontextprotocol/clientCapabilities":{"elicitation":{"form":{}}},"#,
        r#""progressToken":"call-42","#,
        r#""traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}"#,
    );
    format!(
        r#"{{"jsonrpc":"2.0","id":42,"method":"tools/call","params":{{"_meta":{meta},"name":"search_catalogue","arguments":{arguments}}}}}"#
    )
}

fn response(result: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":42,"result":{result}}}"#)
}

fn tool(i: u32) -> String {
    let properties = list(3 + i % 7, |k| {
        let kind = ["string", "integer", "boolean", "number"][(k % 4) as usize];
        let (name, description) = (words(i + k, 1), words(i + k, 9));
        format!(r#""{name}_{k}":{{"type":"{kind}","description":"{description}"}}"#)
    });
    let required = list(2, |k| format!(r#""{}_{k}""#, words(i + k, 1)));
    format!(
        r#"{{"name":"tool_{i}","title":"{}","description":"{}","inputSchema":{{"type":"object","properties":{{{properties}}},"required":[{required}]}},"annotations":{{"title":"{}","readOnlyHint":{}}}}}"#,
        words(i, 3),
        words(i, 24),
        words(i, 3),
        i % 2 == 0,
    )
}

fn block(i: u32) -> String {
    match i % 5 {
        0 => {
            let bytes = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk".repeat(3);
            format!(r#"{{"type":"image","data":"{bytes}","mimeType":"image/png"}}"#)
        }
        1 => format!(
            r#"{{"type":"resource_link","uri":"file:///books/{i}","name":"{}","mimeType":"text/plain","size":{}}}"#,
            words(i, 2),
            1000 + i,
        ),
        2 => format!(
            r#"{{"type":"resource","resource":{{"uri":"file:///notes/{i}","mimeType":"text/plain","text":"{}"}}}}"#,
            words(i, 30),
        ),
        _ => format!(
            r#"{{"type":"text","text":"{}","annotations":{{"audience":["user"],"priority":0.5}}}}"#,
            words(i, 40),
        ),
    }
}

fn list(count: u32, item: impl Fn(u32) -> String) -> String {
    (0..count).map(item).collect::<Vec<_>>().join(",")
}

/// Deterministic filler: `count` words, the first of which `seed` chooses.
fn words(seed: u32, count: u32) -> String {
    const WORDS: [&str; 13] = [
        "harbour", "window", "quiet", "copper", "lantern", "orchard", "signal", "paper", "winter",
        "garden", "mirror", "thread", "river",
    ];
    let word = |k| WORDS[((seed * 7 + k * 5) % 13) as usize];
    (0..count).map(word).collect::<Vec<_>>().join(" ")
}
