//! Servers that are published on npm.

use std::path::PathBuf;
use std::process::Command;

use toolwright::client::Speak;
use toolwright::spec::Revision;
use toolwright_tests::background::Background;
use toolwright_tests::install;

use super::met::folder;
use super::row::{Reach, Row};
use super::{everything, filesystem, memory};

const NEWEST: (&str, Speak) = ("2025-11-25", Speak::Auto);
const JUNE: (&str, Speak) = ("2025-06-18", Speak::Legacy(Revision::V2025_06_18));
const MARCH: (&str, Speak) = ("2025-03-26", Speak::Legacy(Revision::V2025_03_26));
const OLDEST: (&str, Speak) = ("2024-11-05", Speak::Legacy(Revision::V2024_11_05));

/// Their rows.
pub(super) fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = [
        (NEWEST, "stdio"),
        (NEWEST, "Streamable HTTP"),
        (NEWEST, "HTTP+SSE"),
        (JUNE, "stdio"),
        (JUNE, "Streamable HTTP"),
        (MARCH, "Streamable HTTP"),
        (OLDEST, "stdio"),
        (OLDEST, "HTTP+SSE"),
    ]
    .map(everything)
    .into();
    rows.extend([NEWEST, OLDEST].map(filesystem));
    rows.extend([NEWEST, OLDEST].map(memory));
    rows
}

fn everything(((revision, speak), transport): ((&'static str, Speak), &'static str)) -> Row {
    Row {
        server: "`server-everything` 2026.8.31",
        revision,
        transport,
        speak,
        start: Box::new(move || match transport {
            "stdio" => Ok(Reach::Command(node("server-everything", "stdio")?)),
            "HTTP+SSE" => listening("sse", "/sse"),
            _ => listening("streamableHttp", "/mcp"),
        }),
        script: everything::attempt,
        lacks: everything::LACKS,
    }
}

fn filesystem((revision, speak): (&'static str, Speak)) -> Row {
    Row {
        server: "`server-filesystem` 2026.8.31",
        revision,
        transport: "stdio",
        speak,
        // What it is started with is replaced by what the client's roots say.
        start: Box::new(|| Ok(Reach::Command(node("server-filesystem", "/usr")?))),
        script: filesystem::attempt,
        lacks: filesystem::LACKS,
    }
}

fn memory((revision, speak): (&'static str, Speak)) -> Row {
    Row {
        server: "`server-memory` 2026.8.31",
        revision,
        transport: "stdio",
        speak,
        start: Box::new(move || {
            let file = PathBuf::from(folder()).join(format!("memory-{revision}.jsonl"));
            // It begins without memories.
            let _ = std::fs::remove_file(&file);
            let mut command = node("server-memory", "")?;
            command.env("MEMORY_FILE_PATH", file);
            Ok(Reach::Command(command))
        }),
        script: memory::attempt,
        lacks: memory::LACKS,
    }
}

/// The server of a package.
fn node(package: &str, argument: &str) -> Result<Command, String> {
    let home = install::npm("peers")?.join("node_modules/@modelcontextprotocol");
    let mut command = Command::new("node");
    command.arg(home.join(package).join("dist/index.js")).arg(argument);
    Ok(command)
}

/// The server with everything over HTTP, where nobody else can reach it.
fn listening(transport: &str, path: &str) -> Result<Reach, String> {
    let home = install::npm("peers")?;
    let mut command = Command::new("node");
    let package = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";
    command.arg("--import").arg(home.join("loopback.mjs"));
    command.arg(home.join(package)).arg(transport).stderr(std::process::Stdio::null());
    let server = Background::start(&mut command)?;
    Ok(Reach::Url(format!("{}{path}", server.first_line()), server))
}
