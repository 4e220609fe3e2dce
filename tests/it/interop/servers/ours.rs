//! Our own server, to try what is tried.

use std::process::Command;

use toolwright::client::Speak;
use toolwright::spec::Revision;
use toolwright_tests::background::Background;
use toolwright_tests::place;

use super::contract;
use super::row::{Feature, Reach, Row};

/// It keeps to its schemas, and its list of tools is one page.
const LACKS: &[(Feature, &str)] =
    &[(Feature::Pages, "on one page"), (Feature::Output, "broken_output")];

/// A row for each kind of transport, and each era.
pub(super) fn rows() -> Vec<Row> {
    vec![
        Row {
            server: "ours",
            revision: "2026-07-28",
            transport: "stdio",
            speak: Speak::Auto,
            start: Box::new(|| {
                let mut command = Command::new(binary()?);
                command.arg("stdio");
                Ok(Reach::Command(command))
            }),
            script: contract::attempt,
            lacks: LACKS,
        },
        Row {
            server: "ours",
            revision: "2025-11-25",
            transport: "Streamable HTTP",
            speak: Speak::Legacy(Revision::V2025_11_25),
            start: Box::new(|| {
                let server = Background::start(Command::new(binary()?).env("PORT", "0"))?;
                Ok(Reach::Url(server.first_line().to_owned(), server))
            }),
            script: contract::attempt,
            lacks: LACKS,
        },
    ]
}

fn binary() -> Result<std::path::PathBuf, String> {
    place::binary("toolwright-tests", "conformance-server")
}
