//! The ways to read and write a message that are measured.

use std::hint::black_box;

use rmcp::model as r;
use rust_mcp_schema as s;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use toolwright_spec as t;
use toolwright_spec::v2026_07_28 as exact;

/// One way to read and write a message.
pub struct Way {
    /// Heading of the row.
    pub name: &'static str,
    /// Reads the text.
    pub read: fn(&str),
    /// Reads the text and writes it again; gives the bytes written. `None` where only reading counts.
    pub both: Option<fn(&str) -> Vec<u8>>,
}

impl Way {
    fn of<T: DeserializeOwned + Serialize>(name: &'static str) -> Self {
        Self {
            name,
            read: |text| drop(black_box(read::<T>(text))),
            both: Some(|text| write(&read::<T>(text))),
        }
    }

    fn reading(name: &'static str, read: fn(&str)) -> Self {
        Self { name, read, both: None }
    }
}

/// The first is the measure of the others. `A` is what the tool reads its arguments as.
pub fn call<A: DeserializeOwned>() -> Vec<Way> {
    vec![
        Way::of::<Value>("`serde_json::Value`"),
        Way {
            name: "toolwright-spec, frame and `ClientRequest::decode`",
            read: |text| drop(black_box(our_request(text))),
            both: Some(|text| write_our_request(text)),
        },
        Way::of::<exact::CallToolRequest>("toolwright-spec, exact type"),
        Way::of::<r::ClientJsonRpcMessage>("rmcp, message enum"),
        Way::of::<r::JsonRpcRequest<r::CallToolRequest>>("rmcp, exact type"),
        Way::of::<s::ClientRequest>("rust-mcp-schema, request enum"),
        Way::of::<s::CallToolRequest>("rust-mcp-schema, exact type"),
        Way::reading("toolwright-spec, down to the tool's own arguments", |text| {
            let arguments = our_call(text).arguments.expect("the call has arguments");
            drop(black_box(arguments.parse::<A>().expect("they fit")));
        }),
        Way::reading("rmcp, message enum, down to the tool's own arguments", |text| {
            let arguments = Value::Object(rmcp_arguments(text));
            drop(black_box(serde_json::from_value::<A>(arguments).expect("they fit")));
        }),
        Way::reading("rust-mcp-schema, request enum, down to the tool's own arguments", |text| {
            let arguments = Value::Object(schema_arguments(text));
            drop(black_box(serde_json::from_value::<A>(arguments).expect("they fit")));
        }),
    ]
}

pub fn tool_list() -> Vec<Way> {
    vec![
        Way::of::<Value>("`serde_json::Value`"),
        ours::<t::ListToolsResult>(),
        Way::of::<exact::ListToolsResultResponse>("toolwright-spec, exact type"),
        Way::of::<r::ServerJsonRpcMessage>("rmcp, message enum"),
        Way::of::<r::JsonRpcResponse<r::ListToolsResult>>("rmcp, exact type"),
        Way::of::<s::ListToolsResultResponse>("rust-mcp-schema, exact type"),
    ]
}

pub fn blocks() -> Vec<Way> {
    vec![
        Way::of::<Value>("`serde_json::Value`"),
        ours::<t::CallToolResult>(),
        Way::of::<exact::CallToolResultResponse>("toolwright-spec, exact type"),
        Way::of::<r::ServerJsonRpcMessage>("rmcp, message enum"),
        Way::of::<r::JsonRpcResponse<r::CallToolResult>>("rmcp, exact type"),
        // Its own `CallToolResultResponse` loses `content`, so its result stands in a plain frame.
        Way::of::<Response<s::CallToolResult>>("rust-mcp-schema, exact result type"),
    ]
}

/// A response whose result has a known type, as it has for a client that knows the request.
#[derive(Deserialize, Serialize)]
struct Response<R> {
    jsonrpc: String,
    id: u64,
    result: R,
}

#[derive(Deserialize, Serialize)]
struct RequestFrame<'a, P> {
    #[serde(borrow)]
    jsonrpc: &'a str,
    id: u64,
    method: &'a str,
    params: P,
}

#[derive(Deserialize)]
struct ResponseFrame<'a> {
    #[serde(borrow)]
    result: &'a RawValue,
}

fn read<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).expect("the input fits the type")
}

fn write<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("the value can be written")
}

/// Reads a request in two steps: the frame first, then the parameters by method.
fn our_request(text: &str) -> t::ClientRequest {
    let frame: RequestFrame<&RawValue> =
        serde_json::from_str(text).expect("the input is a request");
    t::ClientRequest::decode(frame.method, Some(frame.params)).expect("the parameters fit")
}

fn our_call(text: &str) -> t::CallToolRequestParams {
    let t::ClientRequest::CallTool(params) = our_request(text) else {
        panic!("the input is a tools/call request")
    };
    *params
}

fn write_our_request(text: &str) -> Vec<u8> {
    let params = our_call(text);
    write(&RequestFrame { jsonrpc: "2.0", id: 42, method: "tools/call", params })
}

fn rmcp_arguments(text: &str) -> serde_json::Map<String, Value> {
    let r::ClientJsonRpcMessage::Request(r::JsonRpcRequest {
        request: r::ClientRequest::CallToolRequest(call),
        ..
    }) = read(text)
    else {
        panic!("the input is a tools/call request")
    };
    call.params.arguments.expect("the call has arguments")
}

fn schema_arguments(text: &str) -> serde_json::Map<String, Value> {
    let s::ClientRequest::CallToolRequest(call) = read(text) else {
        panic!("the input is a tools/call request")
    };
    call.params.arguments.expect("the call has arguments")
}

/// Reads a response in two steps: the frame first, then the result by what was asked.
fn our_result<T: DeserializeOwned>(text: &str) -> T {
    let frame: ResponseFrame = serde_json::from_str(text).expect("the input is a response");
    t::from_raw(frame.result).expect("the result fits")
}

fn ours<T: DeserializeOwned + Serialize>() -> Way {
    Way {
        name: "toolwright-spec, frame and result type",
        read: |text| drop(black_box(our_result::<T>(text))),
        both: Some(|text| {
            let result = our_result::<T>(text);
            write(&Response { jsonrpc: "2.0".to_owned(), id: 42, result })
        }),
    }
}
