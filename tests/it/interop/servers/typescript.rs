//! Servers written with the official TypeScript SDKs: `tests/peers/server.mjs`.

use std::process::Command;

use toolwright::client::Speak;
use toolwright::spec::Revision;
use toolwright_tests::background::Background;
use toolwright_tests::install;

use super::contract;
use super::row::{Feature, Reach, Row};

/// Their rows.
pub(super) fn rows() -> Vec<Row> {
    let newest = Speak::Auto;
    let session = Speak::Legacy(Revision::V2025_11_25);
    vec![
        row("server", "2026-07-28", "stdio", newest),
        row("server", "2026-07-28", "http", newest),
        row("server", "2026-07-28", "json", newest),
        row("server", "2025-11-25", "stdio", session),
        row("server", "2025-11-25", "http", session),
        row("server", "2025-11-25", "stateless", session),
        row("sdk", "2025-11-25", "stdio", newest),
        row("sdk", "2025-11-25", "http", newest),
        row("sdk", "2025-11-25", "stateless", newest),
        row("sdk", "2025-11-25", "json", newest),
        row("sdk", "2025-11-25", "sse", newest),
    ]
}

fn row(sdk: &'static str, revision: &'static str, mode: &'static str, speak: Speak) -> Row {
    Row {
        server: match sdk {
            "sdk" => "TypeScript `sdk` 1.32.2",
            _ => "TypeScript `server` 2.4.0",
        },
        revision,
        transport: match mode {
            "stdio" => "stdio",
            "stateless" => "Streamable HTTP, stateless",
            "json" => "Streamable HTTP, JSON",
            "sse" => "HTTP+SSE",
            _ => "Streamable HTTP",
        },
        speak,
        start: Box::new(move || start(sdk, mode)),
        script: contract::attempt,
        lacks: lacks(sdk, revision, mode),
    }
}

/// A transport that carries nothing but answers has no place for questions or news.
fn lacks(sdk: &str, revision: &str, mode: &str) -> &'static [(Feature, &'static str)] {
    match (sdk, revision, mode) {
        ("server", "2026-07-28", "json") => {
            &[(Feature::Progress, "found []"), (Feature::Logging, "found []")]
        }
        ("server", "2025-11-25", "stateless") => &[
            (Feature::Elicitation, "cannot receive server-to-client requests"),
            (Feature::Sampling, "cannot receive server-to-client requests"),
            (Feature::Roots, "cannot receive server-to-client requests"),
            (Feature::Subscriptions, "nothing within"),
        ],
        ("sdk", _, "stateless") => &[
            (Feature::Elicitation, "timed out"),
            (Feature::Sampling, "timed out"),
            (Feature::Roots, "timed out"),
            (Feature::Subscriptions, "nothing within"),
        ],
        ("sdk", _, "json") => &[
            (Feature::Elicitation, "timed out"),
            (Feature::Sampling, "timed out"),
            (Feature::Roots, "timed out"),
            (Feature::Progress, "found []"),
            (Feature::Logging, "found []"),
        ],
        _ => &[],
    }
}

fn start(sdk: &str, mode: &str) -> Result<Reach, String> {
    let mut command = Command::new("node");
    command.arg(install::npm("peers")?.join("server.mjs")).args([sdk, mode]);
    if mode == "stdio" {
        return Ok(Reach::Command(command));
    }
    let server = Background::start(&mut command)?;
    Ok(Reach::Url(server.first_line().to_owned(), server))
}
