//! Using the built server as any MCP client would.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::process::Command;
use toolwright::Client;
use toolwright::spec::{ContentBlock, Tool};
use toolwright_codegen::ir::Api;

use super::screen::Screen;
use crate::failure::Failure;
use crate::mock::Mock;

/// Starts the mock and the server, and calls some tools.
pub(super) async fn run(screen: &mut Screen, api: Arc<Api>, program: &Path) -> Result<(), Failure> {
    screen.step("Start a mock of the API, and the server in front of it")?;
    let mock = Mock::start(Arc::clone(&api), 0, false)
        .await
        .map_err(|error| Failure::other("starting the mock", error))?;
    let client = connect(screen, &api, &mock, program).await?;

    screen.step("List the tools")?;
    let tools =
        client.list_tools().await.map_err(|error| Failure::other("listing the tools", error))?;
    for tool in &tools {
        screen.line(&entry(tool))?;
    }

    screen.step("Call some")?;
    for (name, arguments) in calls() {
        call(screen, &client, name, &arguments, false).await?;
    }

    screen.step("See what goes wrong")?;
    screen.line("a book that is not there (the API says 404):")?;
    call(screen, &client, "getBook", &json!({"isbn": "0000000000000"}), true).await?;
    screen.line("arguments that the tool's schema does not allow (the API is not called):")?;
    call(screen, &client, "searchBooks", &json!({"limit": 0, "genre": "cooking"}), true).await?;

    screen.step("Stop")?;
    let status = client.shutdown().await;
    if !status.is_some_and(|status| status.success()) {
        return Err(Failure::Other("the server did not end well".to_owned()));
    }
    screen.line("the server has ended, and so has the mock")?;
    screen.line("try your own document: toolwright serve api.yaml --mock")
}

async fn connect(
    screen: &Screen,
    api: &Api,
    mock: &Mock,
    program: &Path,
) -> Result<Client, Failure> {
    let prefix = api.name.to_uppercase();
    let mut command = Command::new(program);
    command.env(format!("{prefix}_BASE_URL"), mock.url());
    for scheme in api.security_schemes.values() {
        command.env(&scheme.env, "demo-key");
    }
    screen.line(&format!("the mock listens on {}", mock.url()))?;
    let client = Client::spawn(command)
        .await
        .map_err(|error| Failure::other("starting the server", error))?;
    screen.line(&format!(
        "the server speaks MCP {} over its standard input and output",
        client.revision()
    ))?;
    Ok(client)
}

fn calls() -> [(&'static str, Value); 5] {
    let isbn = "9780141439518";
    [
        (
            "searchBooks",
            json!({"words": "austen", "price": {"max": 1000}, "subjects": ["class", "love"]}),
        ),
        ("getBook", json!({"isbn": isbn})),
        ("readExcerpt", json!({"isbn": isbn})),
        ("addReview", json!({"isbn": isbn, "body": {"stars": 5, "text": "Again!"}})),
        ("getCover", json!({"isbn": isbn})),
    ]
}

async fn call(
    screen: &Screen,
    client: &Client,
    name: &str,
    arguments: &Value,
    fails: bool,
) -> Result<(), Failure> {
    screen.line(&format!("{name} {arguments}"))?;
    let result = client
        .call(name, arguments)
        .await
        .map_err(|error| Failure::other(&format!("calling {name}"), error))?;
    for block in &result.content {
        show(screen, block, fails)?;
    }
    if result.is_error.unwrap_or(false) != fails {
        let what = if fails { "did not fail" } else { "failed" };
        return Err(Failure::Other(format!("{name} {what}")));
    }
    Ok(())
}

fn show(screen: &Screen, block: &ContentBlock, whole: bool) -> Result<(), Failure> {
    match block {
        ContentBlock::Text(text) if whole => screen.text(&format!("→ {}", text.text), "  "),
        ContentBlock::Text(text) => screen.line(&format!("  → {}", text.text)),
        ContentBlock::Image(image) => {
            let (media_type, length) = (&image.mime_type, image.data.len());
            screen.line(&format!("  → an image: {media_type}, {length} characters of base64"))
        }
        other => screen.line(&serde_json::to_string(other).unwrap_or_default()),
    }
}

/// A tool on one line.
fn entry(tool: &Tool) -> String {
    let description = tool.description.as_deref().unwrap_or_default();
    let first = description.lines().next().unwrap_or_default();
    let hint = match &tool.annotations {
        Some(hints) if hints.read_only_hint == Some(true) => " (read only)",
        Some(hints) if hints.destructive_hint == Some(true) => " (destructive)",
        _ => "",
    };
    format!("{:<16}{first}{hint}", tool.name)
}
