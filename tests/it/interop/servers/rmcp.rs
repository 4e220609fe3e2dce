//! A server made with rmcp, in every revision and over every transport that it has.

use std::process::Command;

use toolwright::client::Speak;
use toolwright::spec::Revision;
use toolwright_tests::background::Background;
use toolwright_tests::install;

use super::contract;
use super::row::{Reach, Row};

/// Its rows.
pub(super) fn rows() -> Vec<Row> {
    let old = [
        ("2025-11-25", Revision::V2025_11_25),
        ("2025-06-18", Revision::V2025_06_18),
        ("2025-03-26", Revision::V2025_03_26),
        ("2024-11-05", Revision::V2024_11_05),
    ];
    let old = old.map(|(name, revision)| (name, Speak::Legacy(revision)));
    let mut rows = Vec::new();
    for (revision, speak) in [("2026-07-28", Speak::Auto)].into_iter().chain(old) {
        rows.push(row(revision, "stdio", speak, &["stdio"]));
        rows.push(row(revision, "Streamable HTTP", speak, &["http"]));
    }
    rows
}

fn row(
    revision: &'static str,
    transport: &'static str,
    speak: Speak,
    arguments: &'static [&'static str],
) -> Row {
    Row {
        server: "Rust `rmcp` 3.11.0",
        revision,
        transport,
        speak,
        start: Box::new(move || start(arguments)),
        script: contract::attempt,
        lacks: &[],
    }
}

fn start(arguments: &[&str]) -> Result<Reach, String> {
    let mut command = Command::new(install::rust("rmcp", "server")?);
    command.args(arguments);
    if arguments == ["stdio"] {
        return Ok(Reach::Command(command));
    }
    let server = Background::start(&mut command)?;
    Ok(Reach::Url(server.first_line().to_owned(), server))
}
