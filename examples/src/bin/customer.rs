//! A client that starts a server, lists its tools and calls some.
//!
//! `cargo run -p toolwright-examples --bin customer` starts the shop beside it (build that first:
//! `cargo build -p toolwright-examples --bins`); `… --bin customer -- COMMAND ARGUMENTS` any other
//! server, whose tools it only lists.

use std::io::Write;

use serde_json::json;
use tokio::process::Command;
use toolwright::prelude::*;

#[tokio::main(flavor = "current_thread")]
async fn main() -> toolwright::Result<()> {
    let mut words = std::env::args_os().skip(1);
    let other = words.next();
    let is_shop = other.is_none();
    let program = match other {
        Some(program) => program.into(),
        None => std::env::current_exe()?.with_file_name("shop"),
    };
    let mut command = Command::new(program);
    command.args(words);

    let client = Client::spawn(command).await?;
    let mut out = std::io::stdout().lock();
    let name = client.server_info().map_or("a server", |info| info.name.as_str());
    writeln!(out, "connected to {name}, speaking {}", client.revision())?;
    for tool in client.list_tools().await? {
        writeln!(out, "- {}: {}", tool.name, tool.description.as_deref().unwrap_or("?"))?;
    }
    if is_shop {
        let hits = client.call("search", &json!({ "query": "dune", "order": "year" })).await?;
        writeln!(out, "search: {:?}", hits.structured_content)?;
        // What a tool refuses comes back as a result that a model can read.
        let refused = client.call("search", &json!({ "limit": 80 })).await?;
        writeln!(out, "refused: {}", serde_json::to_string(&refused.content)?)?;
    }
    client.shutdown().await;
    Ok(())
}
