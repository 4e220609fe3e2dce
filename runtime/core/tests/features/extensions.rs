//! Extensions and methods beyond those of the protocol.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use toolwright_core::tool::FnTools;
use toolwright_core::{BuildError, Context, Extension, ProtocolError, Server, ToolError};

use crate::both::askers;
use crate::support::{connect, modern};

const NAME: &str = "com.example/echo";

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Echo {
    #[serde(rename = "_meta", default, skip_serializing)]
    _meta: Value,
    text: String,
}

async fn echo(_: Context, params: Echo) -> Result<Echo, ProtocolError> {
    if params.text.is_empty() {
        return Err(ProtocolError::new(4001, "say something"));
    }
    Ok(params)
}

async fn nothing(_: Context, (): ()) -> Result<(), ProtocolError> {
    Ok(())
}

async fn number(_: Context, (): ()) -> Result<u8, ProtocolError> {
    Ok(7)
}

#[derive(Deserialize)]
struct Settings {
    loud: bool,
}

fn server() -> Server {
    let extension = Extension::new(NAME)
        .settings(json!({ "most": 7 }))
        .method("com.example/echo", echo)
        .method("com.example/nothing", nothing);
    let later =
        Extension::new("com.example/later").method("com.example/later", nothing).without_sessions();
    let tools = FnTools::new()
        .tool("loud", "", |cx: Context, (): ()| async move {
            cx.client_extension::<Settings>(NAME)
                .map_or("?", |set| if set.loud { "loud" } else { "low" })
        })
        .tool("needs", "", |cx: Context, (): ()| async move {
            cx.require_extension(NAME).map_err(ToolError::protocol)
        });
    Server::new("test", "1")
        .tools(tools)
        .extension(extension)
        .extension(later)
        .method("com.example/plain", nothing)
        .method("com.example/number", number)
}

/// A request of a client that speaks the extension.
fn spoken(method: &str, mut params: Value) -> String {
    params["_meta"] = json!({ "io.modelcontextprotocol/clientCapabilities":
        { "extensions": { NAME: { "loud": true }, "com.example/later": {} } } });
    modern(1.into(), method, params).to_string()
}

#[tokio::test]
async fn methods_answer_those_who_speak_the_extension() {
    let mut peer = connect(server());
    let marks = json!({ "resultType": "complete", "_meta":
        { "io.modelcontextprotocol/serverInfo": { "name": "test", "version": "1" } } });
    for (method, params, mut expected) in [
        (NAME, json!({ "text": "hi" }), json!({ "text": "hi" })),
        ("com.example/nothing", json!({}), json!({})),
        ("com.example/later", json!({}), json!({})),
        ("com.example/plain", json!({}), json!({})),
    ] {
        expected["resultType"] = marks["resultType"].clone();
        expected["_meta"] = marks["_meta"].clone();
        peer.line(&spoken(method, params)).await;
        assert_eq!(peer.next().await["result"], expected, "{method}");
    }
    for (method, params, code) in [
        (NAME, json!({ "text": "" }), 4001),
        (NAME, json!({ "text": 7 }), -32602),
        (NAME, json!({}), -32602),
        ("com.example/other", json!({}), -32601),
        ("com.example/number", json!({}), -32603),
        ("tasks/get", json!({}), -32601),
    ] {
        peer.line(&spoken(method, params)).await;
        assert_eq!(peer.next().await["error"]["code"], code, "{method}");
    }
}

#[tokio::test]
async fn others_are_told_what_they_lack() {
    for mut asker in askers(server).await {
        let lacks = json!({ "requiredCapabilities": { "extensions": { NAME: {} } } });
        for (method, params) in
            [(NAME, json!({ "text": "hi" })), ("tools/call", json!({ "name": "needs" }))]
        {
            let answer = asker.ask(method, params).await;
            assert_eq!(answer["error"]["code"], -32021, "{answer}");
            assert_eq!(answer["error"]["data"], lacks);
        }
        // What belongs to no extension is for everybody.
        asker.ask("com.example/plain", json!({})).await;
        assert_eq!(asker.code("com.example/number", json!({})).await, -32603);
        let later = if asker.is_modern() { -32021 } else { -32601 };
        assert_eq!(asker.code("com.example/later", json!({})).await, later);
        let answer = asker.ask("tools/call", json!({ "name": "loud" })).await;
        assert_eq!(answer["result"]["content"][0]["text"], "?");
    }
}

#[tokio::test]
async fn both_sides_say_what_they_speak() {
    let mut peer = connect(server());
    peer.modern(1.into(), "server/discover", json!({})).await;
    let told = peer.next().await["result"]["capabilities"]["extensions"].take();
    assert_eq!(told, json!({ NAME: { "most": 7 }, "com.example/later": {} }));
    peer.line(&spoken("tools/call", json!({ "name": "loud" }))).await;
    assert_eq!(peer.next().await["result"]["content"][0]["text"], "loud");

    for revision in crate::both::OLD {
        let mut peer = connect(server());
        let open = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
            "protocolVersion": revision, "clientInfo": { "name": "test", "version": "0" },
            "capabilities": { "extensions": { NAME: { "loud": false } } } } });
        peer.line(&open.to_string()).await;
        let told = peer.next().await["result"]["capabilities"]["extensions"].take();
        assert_eq!(told, json!({ NAME: { "most": 7 } }));
        for (method, params) in
            [(NAME, json!({ "text": "hi" })), ("tools/call", json!({ "name": "loud" }))]
        {
            let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
            peer.line(&request.to_string()).await;
            let result = peer.next().await["result"].take();
            let expected = match method {
                NAME => json!({ "text": "hi" }),
                _ => json!({ "content": [{ "type": "text", "text": "low" }] }),
            };
            assert_eq!(result, expected);
        }
    }
}

#[test]
fn what_cannot_be_offered_is_refused_at_build() {
    let plain = || Server::new("test", "1");
    for server in [
        plain().extension(Extension::new("echo")),
        plain().extension(Extension::new("com.mcp.x/echo")),
        plain().extension(Extension::new(NAME)).extension(Extension::new(NAME)),
        plain().extension(Extension::new(NAME).settings(7)),
    ] {
        let error = server.build().unwrap_err();
        assert!(matches!(error, BuildError::Extension { .. }), "{error}");
    }
    for name in [
        "tools/call",
        "initialize",
        "tasks/get",
        "tasks/mine",
        "rpc.x",
        "sampling/createMessage",
        "notifications/x",
        "",
        "two words",
        "grüße",
    ] {
        let error = plain().method(name, nothing).build().unwrap_err();
        assert!(matches!(error, BuildError::MethodName { .. }), "{error}");
    }
    let twice = plain().method("x/y", nothing).method("x/y", nothing).build().unwrap_err();
    assert!(matches!(twice, BuildError::MethodName { .. }), "{twice}");
}
