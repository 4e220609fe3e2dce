//! Servers written with the official Python SDK: `tests/peers/server.py`.

use std::process::Command;

use toolwright::client::Speak;
use toolwright::spec::Revision;
use toolwright_tests::background::Background;
use toolwright_tests::{install, place};

use super::contract;
use super::row::{Feature, Reach, Row};

/// Their rows.
pub(super) fn rows() -> Vec<Row> {
    let newest = Speak::Auto;
    let session = Speak::Legacy(Revision::V2025_11_25);
    vec![
        two("2026-07-28", "stdio", newest),
        two("2026-07-28", "http", newest),
        two("2026-07-28", "json", newest),
        two("2025-11-25", "stdio", session),
        two("2025-11-25", "http", session),
        two("2025-11-25", "stateless", session),
        two("2025-11-25", "json", session),
        two("2025-11-25", "sse", session),
        one("2025-11-25", "stdio", newest),
        one("2025-11-25", "http", newest),
        one("2025-11-25", "stateless", newest),
        one("2025-11-25", "json", newest),
        one("2025-11-25", "sse", newest),
        one("2025-06-18", "http", Speak::Legacy(Revision::V2025_06_18)),
        one("2025-03-26", "http", Speak::Legacy(Revision::V2025_03_26)),
        one("2024-11-05", "sse", Speak::Legacy(Revision::V2024_11_05)),
        one("2024-11-05", "stdio", Speak::Legacy(Revision::V2024_11_05)),
    ]
}

fn one(revision: &'static str, mode: &'static str, speak: Speak) -> Row {
    row("Python `mcp` 1.30.0", "mcp==1.30.0", (revision, mode, speak))
}

fn two(revision: &'static str, mode: &'static str, speak: Speak) -> Row {
    row("Python `mcp` 2.3.0", "mcp==2.3.0", (revision, mode, speak))
}

fn row(
    server: &'static str,
    package: &'static str,
    (revision, mode, speak): (&'static str, &'static str, Speak),
) -> Row {
    Row {
        server,
        revision,
        transport: match mode {
            "stdio" => "stdio",
            "stateless" => "Streamable HTTP, stateless",
            "json" => "Streamable HTTP, JSON",
            "sse" => "HTTP+SSE",
            _ => "Streamable HTTP",
        },
        speak,
        start: Box::new(move || start(package, mode)),
        script: contract::attempt,
        lacks: lacks(package, revision, mode),
    }
}

/// A transport that carries nothing but answers has no place for questions or news.
fn lacks(package: &str, revision: &str, mode: &str) -> &'static [(Feature, &'static str)] {
    match (package, revision, mode) {
        ("mcp==2.3.0", "2025-11-25", "stateless") => &[
            (Feature::Elicitation, "no back-channel"),
            (Feature::Sampling, "no back-channel"),
            (Feature::Roots, "no back-channel"),
            (Feature::Subscriptions, "nothing within"),
        ],
        ("mcp==1.30.0", _, "stateless") => &[
            (Feature::Elicitation, "nobody answered"),
            (Feature::Sampling, "nobody answered"),
            (Feature::Roots, "nobody answered"),
            (Feature::Subscriptions, "nothing within"),
        ],
        ("mcp==2.3.0", "2025-11-25", "json") => &[
            (Feature::Elicitation, "no back-channel"),
            (Feature::Sampling, "no back-channel"),
            (Feature::Roots, "no back-channel"),
            (Feature::Progress, "found []"),
            (Feature::Logging, "found []"),
        ],
        // There a call goes on when its caller went away.
        (_, "2026-07-28", "json") => &[
            (Feature::Progress, "found []"),
            (Feature::Logging, "found []"),
            (Feature::Cancellation, "nothing within"),
        ],
        // Questions that belong to no call go out on the stream for such.
        ("mcp==1.30.0", _, "json") => &[
            (Feature::Elicitation, "nobody answered"),
            (Feature::Sampling, "nobody answered"),
            (Feature::Progress, "found []"),
            (Feature::Logging, "found []"),
        ],
        _ => &[],
    }
}

fn start(package: &str, mode: &str) -> Result<Reach, String> {
    let mut command = Command::new(install::python(package)?);
    command.args(["-W", "ignore"]);
    command.arg(place::root().join("tests/peers/server.py")).arg(mode);
    if mode == "stdio" {
        return Ok(Reach::Command(command));
    }
    let server = Background::start(&mut command)?;
    Ok(Reach::Url(server.first_line().to_owned(), server))
}
