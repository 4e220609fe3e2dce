//! Questions to the client, over every transport that there is for them.

use serde_json::{Value, json};

use super::support::{Reply, Site, Wire, message, mirrored, post, raw};

fn request(id: u32, method: &str, params: Value) -> String {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string()
}

fn initialize(version: &str) -> String {
    let client = json!({ "name": "test", "version": "1" });
    let capabilities = json!({ "elicitation": {} });
    let params =
        json!({ "protocolVersion": version, "capabilities": capabilities, "clientInfo": client });
    request(0, "initialize", params)
}

fn ask() -> String {
    request(1, "tools/call", json!({ "name": "ask" }))
}

fn name() -> Value {
    json!({ "action": "accept", "content": { "name": "Ada" } })
}

/// Opens a session; the headers that belong to it.
async fn open(site: &Site, version: &str) -> String {
    let reply = site.send(&post("", &initialize(version))).await;
    let id = reply.header("mcp-session-id").unwrap();
    format!("Mcp-Session-Id: {id}\r\nMCP-Protocol-Version: {version}\r\n")
}

/// The next message of a stream.
async fn next(stream: &mut Wire) -> Value {
    loop {
        let chunk = String::from_utf8(stream.chunk().await.unwrap()).unwrap();
        let data = chunk.lines().find_map(|line| line.strip_prefix("data: "));
        if let Some(data) = data.filter(|data| !data.is_empty()) {
            return serde_json::from_str(data).unwrap();
        }
    }
}

#[tokio::test]
async fn a_stream_carries_the_question_and_another_request_the_answer() {
    let site = Site::start().await;
    for version in ["2025-06-18", "2025-11-25"] {
        let headers = open(&site, version).await;
        let other = open(&site, version).await;
        let mut stream = site.connect().await;
        stream.write(&post(&headers, &ask())).await;
        let head = stream.head().await.unwrap();
        assert_eq!(head.header("content-type"), Some("text/event-stream"));
        let question = next(&mut stream).await;
        assert_eq!(question["method"], "elicitation/create");

        let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": name() });
        // Another session has questions of its own.
        let reply = site.send(&post(&other, &answer.to_string())).await;
        assert_eq!((reply.status, reply.body.len()), (202, 0));
        let reply = site.send(&post(&headers, &answer.to_string())).await;
        assert_eq!((reply.status, reply.body.len()), (202, 0));
        let response = next(&mut stream).await;
        assert_eq!(response["id"], 1);
        assert_eq!(response["result"]["content"][0]["text"], "Hello, Ada!", "{version}");
        assert_eq!(stream.chunk().await, None);
        let reply = site.send(&post(&headers, &answer.to_string())).await;
        assert_eq!(reply.status, 202, "too late, but harmless");
    }
}

#[tokio::test]
async fn a_cancelled_call_takes_its_question_back() {
    let site = Site::start().await;
    let headers = open(&site, "2025-11-25").await;
    let mut stream = site.connect().await;
    stream.write(&post(&headers, &ask())).await;
    stream.head().await.unwrap();
    let question = next(&mut stream).await;
    let params = json!({ "requestId": 1 });
    let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params });
    assert_eq!(site.send(&post(&headers, &cancel.to_string())).await.status, 202);
    let notice = next(&mut stream).await;
    assert_eq!(notice["method"], "notifications/cancelled");
    assert_eq!(notice["params"]["requestId"], question["id"]);
    assert_eq!(stream.chunk().await, None);
}

#[tokio::test]
async fn nothing_is_asked_where_no_stream_can_carry_it() {
    let site = Site::start_with(|runner| runner.streams(false)).await;
    let headers = open(&site, "2025-11-25").await;
    let reply = site.send(&post(&headers, &ask())).await.json();
    assert_eq!(reply["result"]["isError"], true, "{reply}");
    let told = reply["result"]["content"][0]["text"].as_str().unwrap();
    assert!(told.contains("cannot carry questions"), "{told}");
}

/// A modern call of `ask`, with what is added to its parameters.
async fn call(site: &Site, capabilities: Value, more: Value) -> Reply {
    let mut params = json!({ "name": "ask", "arguments": {}, "_meta": {
        "io.modelcontextprotocol/clientCapabilities": capabilities } });
    for (name, value) in more.as_object().unwrap() {
        params[name] = value.clone();
    }
    let headers = mirrored("tools/call", &params);
    site.send(&post(&headers, &message(1, "tools/call", params))).await
}

#[tokio::test]
async fn a_request_that_stands_alone_comes_back_with_the_answer() {
    for json_only in [false, true] {
        let configure = |runner: toolwright_http::serve::Runner| {
            if json_only { runner.streams(false) } else { runner }
        };
        let site = Site::start_with(configure).await;
        let able = json!({ "elicitation": {} });
        let reply = call(&site, able.clone(), json!({})).await;
        assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
        let result = reply.json()["result"].take();
        assert_eq!(result["resultType"], "input_required", "{result}");
        assert_eq!(result.get("ttlMs"), None);
        let state = result["requestState"].clone();

        let more = json!({ "requestState": state, "inputResponses": { "name": name() } });
        let reply = call(&site, able.clone(), more).await.json();
        assert_eq!(reply["result"]["content"][0]["text"], "Hello, Ada!", "{reply}");
        let reply = call(&site, able, json!({ "requestState": format!("{state}x") })).await;
        assert_eq!(reply.code(), Some(-32602));

        let reply = call(&site, json!({ "sampling": {} }), json!({})).await;
        assert_eq!((reply.status, reply.code()), (400, Some(-32021)));
        let required = &reply.json()["error"]["data"]["requiredCapabilities"];
        assert_eq!(*required, json!({ "elicitation": { "form": {} } }));
    }
}

#[tokio::test]
async fn the_old_transport_asks_too() {
    let site = Site::start_with(|runner| runner.http_sse("/sse", "/messages")).await;
    let mut stream = site.connect().await;
    let get = "GET /sse HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
    stream.write(get.as_bytes()).await;
    stream.head().await.unwrap();
    let endpoint = String::from_utf8(stream.chunk().await.unwrap()).unwrap();
    let target = endpoint.strip_prefix("event: endpoint\ndata: ").unwrap().trim().to_owned();
    let send = async |body: String| {
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        );
        assert_eq!(site.send(&raw(&head, body.as_bytes())).await.status, 202);
    };
    // The transport is older than the question, but serves later revisions as well.
    send(initialize("2025-06-18")).await;
    assert_eq!(next(&mut stream).await["id"], 0);
    send(ask()).await;
    let question = next(&mut stream).await;
    assert_eq!(question["method"], "elicitation/create");
    let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": name() });
    send(answer.to_string()).await;
    let response = next(&mut stream).await;
    assert_eq!(response["result"]["content"][0]["text"], "Hello, Ada!");
}
