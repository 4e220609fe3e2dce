//! Finding out what a server speaks, and staying where one was sent.

use serde_json::json;
use toolwright_core::client::config::{Servers, Variables};
use toolwright_core::client::{Origin, Speak};
use toolwright_core::tool::FnTools;
use toolwright_core::{Client, ClientError, Context, Group, Server};
use toolwright_http::client::{Connect, ConnectWith, Http, WithUrls};
use toolwright_http::serve::{Serve, parts};
use toolwright_spec::Revision;

use crate::script::Script;

async fn connecting(script: &Script) -> tokio::task::JoinHandle<Result<Client, ClientError>> {
    let url = script.url();
    tokio::spawn(async move { Client::connect(&url).await })
}

#[tokio::test]
async fn modern_requests_describe_themselves() {
    let mut script = Script::start().await;
    let url = script.url();
    let http = Http::new(&url).header("Authorization", "Bearer canary");
    assert!(!format!("{http:?}").contains("canary"));
    let client = tokio::spawn(Client::builder().connect_http(http));
    let discover = script.expect("server/discover").await;
    assert_eq!(discover.header("mcp-protocol-version"), Some("2026-07-28"));
    assert_eq!(discover.header("mcp-method"), Some("server/discover"));
    assert_eq!(discover.header("mcp-name"), None);
    assert_eq!(discover.header("accept"), Some("application/json, text/event-stream"));
    assert_eq!(discover.header("content-type"), Some("application/json"));
    assert_eq!(discover.header("authorization"), Some("Bearer canary"));
    assert_eq!(discover.header("mcp-session-id"), None);
    discover.discovered().await;
    let client = client.await.unwrap().unwrap();
    for (method, name, call) in [
        (
            "tools/call",
            "my tool",
            tokio::spawn({
                let call = client.call("my tool", &());
                async move { call.await.map(drop) }
            }),
        ),
        (
            "resources/read",
            "file:///a%20b",
            tokio::spawn({
                let call = client.read_resource("file:///a%20b");
                async move { call.await.map(drop) }
            }),
        ),
        (
            "prompts/get",
            "=?base64?w6Q=?=",
            tokio::spawn({
                let call = client.prompt("ä", &());
                async move { call.await.map(drop) }
            }),
        ),
    ] {
        let request = script.expect(method).await;
        assert_eq!(request.header("mcp-method"), Some(method));
        assert_eq!(request.header("mcp-name"), Some(name));
        request.result(json!({ "content": [], "contents": [], "messages": [] })).await;
        call.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn an_unsupported_version_is_answered_with_another_try() {
    let mut script = Script::start().await;
    let client = connecting(&script).await;
    for _ in 0..2 {
        let discover = script.expect("server/discover").await;
        let id = discover.body["id"].clone();
        discover
            .json(
                400,
                &json!({ "jsonrpc": "2.0", "id": id, "error": { "code": -32022,
                "message": "no", "data": { "supported": ["2026-07-28"], "requested": "x" } } }),
            )
            .await;
    }
    let Err(ClientError::Peer(error)) = client.await.unwrap() else { panic!() };
    assert_eq!(error.code(), -32022);
}

#[tokio::test]
async fn other_refusals_mean_an_older_server() {
    let foreign = r#"{"jsonrpc":"2.0","id":"server-error","error":{"code":-32600,
        "message":"Bad Request: Missing session ID"}}"#;
    for (status, body) in [(400, ""), (400, foreign), (404, "<html>"), (405, "")] {
        let mut script = Script::start().await;
        let client = connecting(&script).await;
        script.expect("server/discover").await.reply(status, "", body).await;
        let initialize = script.expect("initialize").await;
        assert_eq!(initialize.header("mcp-method"), None);
        assert_eq!(initialize.body["params"]["protocolVersion"], "2025-11-25");
        initialize.initialized("s1").await;
        let initialized = script.expect("notifications/initialized").await;
        assert_eq!(initialized.header("mcp-session-id"), Some("s1"));
        assert_eq!(initialized.header("mcp-protocol-version"), Some("2025-11-25"));
        initialized.reply(202, "", "").await;
        let listen = script.next().await;
        assert_eq!((&*listen.method, listen.header("mcp-session-id")), ("GET", Some("s1")));
        listen.reply(405, "", "").await;
        assert_eq!(client.await.unwrap().unwrap().revision(), Revision::V2025_11_25);
    }
}

#[tokio::test]
async fn failures_that_say_nothing_about_eras_are_final() {
    for status in [403, 429, 500, 503] {
        let mut script = Script::start().await;
        let client = connecting(&script).await;
        let html = format!("<html>{}", "x".repeat(100_000));
        script.expect("server/discover").await.reply(status, "", &html).await;
        let Err(error) = client.await.unwrap() else { panic!() };
        assert_eq!(error.origin(), Origin::Transport);
        let ClientError::Http { status: told, body, .. } = error else { panic!("{error}") };
        assert_eq!(told, status);
        assert!(body.starts_with("<html>") && body.len() <= 512);
    }
    let Err(error) = Client::connect("http://127.0.0.1:1/mcp").await else { panic!() };
    assert!(matches!(error, ClientError::Connect { .. }), "{error}");
    let Err(error) = Client::connect("http://does-not-exist.invalid/").await else { panic!() };
    assert!(matches!(error, ClientError::Connect { .. }), "{error}");
    assert!(matches!(Client::connect("ftp://x/").await, Err(ClientError::Usage { .. })));
}

#[tokio::test]
async fn redirects_lead_no_further_than_the_origin() {
    for status in [301, 302, 303, 307, 308] {
        for to in ["http://127.0.0.1:1/mcp", "https://example.com/", "file:///etc/passwd", "//x/"] {
            let mut script = Script::start().await;
            let client = connecting(&script).await;
            let location = format!("Location: {to}\r\n");
            script.expect("server/discover").await.reply(status, &location, "").await;
            let Err(ClientError::Redirected { to: told }) = client.await.unwrap() else { panic!() };
            assert_eq!(told, to);
        }
    }
    let mut script = Script::start().await;
    let client = connecting(&script).await;
    script.expect("server/discover").await.reply(307, "Location: /new/\r\n", "").await;
    let moved = script.expect("server/discover").await;
    assert_eq!(moved.path, "/new/");
    moved.discovered().await;
    client.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_oldest_servers_name_their_endpoint_at_their_origin() {
    for (endpoint, is_good) in [("/messages?s=1", true), ("http://127.0.0.1:1/messages", false)] {
        let mut script = Script::start().await;
        let client = connecting(&script).await;
        script.expect("server/discover").await.reply(404, "", "").await;
        script.expect("initialize").await.reply(404, "", "").await;
        let listen = script.next().await;
        assert_eq!(listen.method, "GET");
        let stream = listen.events(&format!("event: endpoint\ndata: {endpoint}\n\n")).await;
        if !is_good {
            assert!(matches!(client.await.unwrap(), Err(ClientError::Redirected { .. })));
            continue;
        }
        let initialize = script.expect("initialize").await;
        assert_eq!(initialize.path, endpoint);
        initialize.reply(500, "", "no").await;
        assert!(matches!(client.await.unwrap(), Err(ClientError::Http { status: 500, .. })));
        drop(stream);
    }
}

#[tokio::test]
async fn a_chosen_era_is_not_left() {
    let mut script = Script::start().await;
    let url = script.url();
    let client =
        tokio::spawn(async move { Client::builder().era(Speak::Modern).connect(&url).await });
    script.expect("server/discover").await.reply(404, "", "").await;
    assert!(matches!(client.await.unwrap(), Err(ClientError::Http { status: 404, .. })));
}

#[tokio::test]
async fn servers_of_a_configuration_are_reached_under_their_urls() {
    let tools = || {
        let tool = FnTools::new().tool("who", "Who asks", |cx: Context, (): ()| async move {
            let header = parts(&cx).and_then(|parts| parts.headers.get("x-key"));
            header.and_then(|value| value.to_str().ok()).unwrap_or("nobody").to_owned()
        });
        Server::new("far", "1.0.0").tools(tool)
    };
    let bound = tools().http("127.0.0.1:0").bind().await.unwrap();
    let url = bound.url();
    let serving = tokio::spawn(bound.run());
    let text = format!(
        r#"{{ "mcpServers": {{
            "far": {{ "type": "http", "url": "{url}", "headers": {{ "X-Key": "${{KEY}}" }} }},
            "nobody": {{ "url": "http://127.0.0.1:1/mcp" }},
            "bad": {{ "url": "http://127.0.0.1:1/mcp", "headers": {{ "a b": "c" }} }},
        }} }}"#
    );
    let servers = Servers::read(&text).unwrap();
    let variables = Variables::new().set("KEY", "t0ken");
    for era in [Speak::Modern, Speak::Legacy(Revision::V2025_11_25)] {
        let group = Group::builder()
            .each(move |_, client| client.era(era))
            .with_urls()
            .servers(&servers, &variables)
            .connect()
            .await
            .unwrap();
        let answer = group.call("far_who", &()).await.unwrap();
        assert_eq!(answer.content[0].as_text(), Some("t0ken"));
        let status = group.status();
        assert!(matches!(status[1].error, Some(ClientError::Connect { .. })), "{status:?}");
        assert!(matches!(status[2].error, Some(ClientError::Usage { .. })), "{status:?}");
        group.shutdown().await;
    }
    serving.abort();
}
