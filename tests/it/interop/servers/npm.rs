//! Servers that are published on npm.

use std::process::Command;

use toolwright::client::Speak;
use toolwright_tests::install;

use super::everything;
use super::row::{Reach, Row};

/// Their rows.
pub(super) fn rows() -> Vec<Row> {
    vec![Row {
        server: "`server-everything` 2026.8.31",
        revision: "2025-11-25",
        transport: "stdio",
        speak: Speak::Auto,
        start: Box::new(|| Ok(Reach::Command(node("server-everything", &["stdio"])?))),
        script: everything::attempt,
        lacks: everything::LACKS,
    }]
}

/// The server of a package.
fn node(package: &str, arguments: &[&str]) -> Result<Command, String> {
    let home = install::npm("peers")?.join("node_modules/@modelcontextprotocol");
    let mut command = Command::new("node");
    command.arg(home.join(package).join("dist/index.js")).args(arguments);
    Ok(command)
}
