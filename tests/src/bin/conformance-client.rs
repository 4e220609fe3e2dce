//! The client that the official conformance suite runs against its servers, one scenario at a time.
//!
//! The suite names the scenario and the revision in the environment and the server's URL as the
//! last argument.

use serde_json::{Value, json};
use toolwright::client::{CheckOutput, ClientBuilder, Form, Reply, Speak};
use toolwright::http_client::{ConnectWith, Http};
use toolwright::{Client, ClientError, Error, ProtocolError};
use toolwright_spec::{Revision, Root};
use toolwright_tests::{logins, visits};

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let scenario = variable("MCP_CONFORMANCE_SCENARIO")?;
    let revision: Revision = variable("MCP_CONFORMANCE_PROTOCOL_VERSION")?.parse()?;
    let url = std::env::args().next_back().unwrap_or_default();
    // Servers of the suite may promise more in their schemas than they keep.
    let builder = Client::builder().era(speak(revision)).check_output(CheckOutput::Warn);
    match scenario.as_str() {
        "initialize" | "json-schema-ref-no-deref" => list(builder, &url).await?,
        "request-metadata" => list(declaring_everything(builder), &url).await?,
        "tools_call" => {
            one_call(builder, &url, "add_numbers", json!({ "a": 5, "b": 3 })).await?;
        }
        "elicitation-sep1034-client-defaults" => {
            let builder =
                builder.on_elicit(|form: Form| async move { Ok(Reply::Accept(form.defaults())) });
            one_call(builder, &url, "test_client_elicitation_defaults", json!({})).await?;
        }
        "sse-retry" => one_call(builder, &url, "test_reconnection", json!({})).await?,
        "json-schema-2020-12-preservation" => echo_schema(builder, &url).await?,
        "sep-2322-client-request-state" => rounds(builder, &url).await?,
        "http-standard-headers" => every_method(builder, &url).await?,
        "http-custom-headers" => calls_of_context(builder, &url).await?,
        "http-invalid-tool-headers" => listed_tools(builder, &url).await?,
        "auth/client-credentials-basic"
        | "auth/client-credentials-jwt"
        | "auth/enterprise-managed-authorization"
        | "auth/wif-jwt-bearer" => {
            let context = serde_json::from_str(&variable("MCP_CONFORMANCE_CONTEXT")?)?;
            let login = logins::machine(&scenario, &url, &context).await?;
            let client = builder.connect_http(Http::new(&url).authorize(login)).await?;
            client.list_tools().await?;
            client.call("test-tool", &()).await?;
            client.shutdown().await;
        }
        auth if auth.starts_with("auth/") => logged_in(builder, &url, auth).await?,
        other => return Err(Error::msg(format!("no way is known through `{other}`"))),
    }
    Ok(())
}

fn variable(name: &str) -> toolwright::Result<String> {
    std::env::var(name).map_err(|_| Error::msg(format!("{name} is not set")))
}

fn speak(revision: Revision) -> Speak {
    if revision.has_handshake() { Speak::Legacy(revision) } else { Speak::Modern }
}

/// With a handler for everything that a client can declare.
fn declaring_everything(builder: ClientBuilder) -> ClientBuilder {
    builder
        .on_elicit(|_: Form| async { Ok(Reply::Decline) })
        .on_sample(|_| async { Err(ProtocolError::new(-1, "there is no model here")) })
        .roots([Root::new("file:///home/user")])
}

async fn list(builder: ClientBuilder, url: &str) -> Result<(), ClientError> {
    let client = builder.connect(url).await?;
    client.list_tools().await?;
    client.shutdown().await;
    Ok(())
}

/// Lists the tools and calls one.
async fn one_call(
    builder: ClientBuilder,
    url: &str,
    tool: &str,
    arguments: Value,
) -> toolwright::Result<()> {
    let client = builder.connect(url).await?;
    client.list_tools().await?;
    client.call(tool, &arguments).await?;
    client.shutdown().await;
    Ok(())
}

/// Lists the tools and calls each, where somebody has to log in, perhaps again.
async fn logged_in(builder: ClientBuilder, url: &str, scenario: &str) -> toolwright::Result<()> {
    let context = std::env::var("MCP_CONFORMANCE_CONTEXT").unwrap_or_default();
    let context: Value = serde_json::from_str(&context).unwrap_or_default();
    let oauth = visits::oauth(scenario, &context)?;
    let client = builder.connect_http(Http::new(url).authorize(oauth)).await?;
    for tool in client.list_tools().await? {
        client.call(&tool.name, &()).await?;
    }
    client.shutdown().await;
    Ok(())
}

/// Sends a tool's schema back as it came.
async fn echo_schema(builder: ClientBuilder, url: &str) -> toolwright::Result<()> {
    let client = builder.connect(url).await?;
    let tools = client.list_tools().await?;
    let tool = tools.iter().find(|tool| tool.name == "json_schema_2020_12_tool");
    let tool = tool.ok_or_else(|| Error::msg("the tool is not listed"))?;
    let arguments = std::collections::BTreeMap::from([("schema", &tool.input_schema)]);
    client.call("json_schema_echo", &arguments).await?;
    client.shutdown().await;
    Ok(())
}

/// Rounds that a call goes through on its own, with another call in between.
async fn rounds(builder: ClientBuilder, url: &str) -> toolwright::Result<()> {
    let builder =
        builder.on_elicit(|_: Form| async move { Reply::accept(&json!({ "confirmed": true })) });
    let client = builder.connect(url).await?;
    client.list_tools().await?;
    let first = client.call("test_mrtr_echo_state", &()).round().await?;
    let toolwright::client::Round::InputRequired(asked) = first else {
        return Err(Error::msg("nothing was asked"));
    };
    client.call("test_mrtr_unrelated", &()).await?;
    let answers = client.answer(asked.input_requests.unwrap_or_default()).await?;
    client.call("test_mrtr_echo_state", &()).input(answers, asked.request_state).await?;
    client.call("test_mrtr_no_state", &()).await?;
    client.call("test_mrtr_no_result_type", &()).await?;
    client.shutdown().await;
    Ok(())
}

/// One request of every kind that has a name in its headers, or none.
async fn every_method(builder: ClientBuilder, url: &str) -> toolwright::Result<()> {
    let client = builder.connect(url).await?;
    client.list_tools().await?;
    client.call("test_headers", &()).await?;
    client.call("my-hyphenated-tool", &()).await?;
    client.list_resources().await?;
    client.read_resource("file:///path/to/file%20name.txt").await?;
    client.read_resource("https://example.com/resource?id=123").await?;
    client.list_prompts().await?;
    client.prompt("test_prompt", &()).await?;
    client.shutdown().await;
    Ok(())
}

/// The calls that the suite asks for.
async fn calls_of_context(builder: ClientBuilder, url: &str) -> toolwright::Result<()> {
    let context: Value = serde_json::from_str(&variable("MCP_CONFORMANCE_CONTEXT")?)?;
    let client = builder.connect(url).await?;
    client.list_tools().await?;
    for call in context.get("toolCalls").and_then(Value::as_array).into_iter().flatten() {
        let name = call.get("name").and_then(Value::as_str).unwrap_or_default();
        client.call(name, &call.get("arguments")).await?;
    }
    client.shutdown().await;
    Ok(())
}

/// Calls whatever tool is left after those with broken annotations are gone.
async fn listed_tools(builder: ClientBuilder, url: &str) -> Result<(), ClientError> {
    let client = builder.connect(url).await?;
    for tool in client.list_tools().await? {
        client.call(&tool.name, &json!({ "region": "us-west1" })).await?;
    }
    client.shutdown().await;
    Ok(())
}
