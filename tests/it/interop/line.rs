//! One client in one revision over one transport.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use toolwright_tests::background::Background;
use toolwright_tests::install;

/// An official client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peer {
    Python2,
    Python1,
    TypeScriptClient,
    TypeScriptSdk,
    Rmcp,
}

/// How it reaches the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Stdio,
    Http,
    HttpSse,
}

/// What is tried in one go.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) peer: Peer,
    pub(super) revision: &'static str,
    pub(super) transport: Transport,
}

/// What came of it.
pub(super) struct Found {
    pub(super) line: &'static Line,
    /// Whether a feature works; those that the revision does not have are not in it.
    pub(super) features: BTreeMap<String, bool>,
    /// What does not.
    pub(super) wrong: Vec<String>,
}

pub(super) const LINES: &[Line] = &[
    line(Peer::Python2, "2026-07-28", Transport::Stdio),
    line(Peer::Python2, "2026-07-28", Transport::Http),
    line(Peer::Python2, "2025-11-25", Transport::Stdio),
    line(Peer::Python2, "2025-11-25", Transport::Http),
    line(Peer::Python1, "2025-11-25", Transport::Stdio),
    line(Peer::Python1, "2025-11-25", Transport::Http),
    line(Peer::Python1, "2025-06-18", Transport::Http),
    line(Peer::Python1, "2025-03-26", Transport::Stdio),
    line(Peer::Python1, "2025-03-26", Transport::Http),
    line(Peer::Python1, "2024-11-05", Transport::Stdio),
    line(Peer::Python1, "2024-11-05", Transport::HttpSse),
    line(Peer::TypeScriptClient, "2026-07-28", Transport::Stdio),
    line(Peer::TypeScriptClient, "2026-07-28", Transport::Http),
    line(Peer::TypeScriptClient, "2025-11-25", Transport::Stdio),
    line(Peer::TypeScriptClient, "2025-11-25", Transport::Http),
    line(Peer::TypeScriptClient, "2025-06-18", Transport::Stdio),
    line(Peer::TypeScriptClient, "2025-06-18", Transport::Http),
    line(Peer::TypeScriptClient, "2025-03-26", Transport::Http),
    line(Peer::TypeScriptClient, "2024-11-05", Transport::Stdio),
    line(Peer::TypeScriptClient, "2024-11-05", Transport::HttpSse),
    line(Peer::TypeScriptSdk, "2025-11-25", Transport::Stdio),
    line(Peer::TypeScriptSdk, "2025-11-25", Transport::Http),
    line(Peer::Rmcp, "2026-07-28", Transport::Stdio),
    line(Peer::Rmcp, "2026-07-28", Transport::Http),
    line(Peer::Rmcp, "2025-11-25", Transport::Stdio),
    line(Peer::Rmcp, "2025-11-25", Transport::Http),
    line(Peer::Rmcp, "2025-06-18", Transport::Stdio),
    line(Peer::Rmcp, "2025-06-18", Transport::Http),
    line(Peer::Rmcp, "2025-03-26", Transport::Stdio),
    line(Peer::Rmcp, "2025-03-26", Transport::Http),
    line(Peer::Rmcp, "2024-11-05", Transport::Stdio),
    line(Peer::Rmcp, "2024-11-05", Transport::Http),
];

const fn line(peer: Peer, revision: &'static str, transport: Transport) -> Line {
    Line { peer, revision, transport }
}

impl Peer {
    /// How the peer is called in the table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Python2 => "Python `mcp` 2.3.0",
            Self::Python1 => "Python `mcp` 1.30.0",
            Self::TypeScriptClient => "TypeScript `client` 2.4.0",
            Self::TypeScriptSdk => "TypeScript `sdk` 1.32.2",
            Self::Rmcp => "Rust `rmcp` 3.11.0",
        }
    }

    /// The peer, about to try what a plan says that follows as its last argument.
    pub(super) fn install(self) -> Result<Command, String> {
        match self {
            Self::Python2 => python("mcp==2.3.0"),
            Self::Python1 => python("mcp==1.30.0"),
            Self::TypeScriptClient | Self::TypeScriptSdk => {
                let mut command = Command::new("node");
                command.arg(install::npm("peers")?.join("matrix.mjs"));
                Ok(command)
            }
            Self::Rmcp => Ok(Command::new(install::rust("rmcp", "client")?)),
        }
    }
}

fn python(package: &str) -> Result<Command, String> {
    let mut command = Command::new(install::python(package)?);
    command.args(["-W", "ignore"]);
    command.arg(toolwright_tests::place::root().join("tests/peers/matrix.py"));
    Ok(command)
}

impl Line {
    /// Tries every feature against a server of its own.
    pub(super) fn run(&'static self, binary: &Path) -> Found {
        let over_http = self.transport != Transport::Stdio;
        let server =
            over_http.then(|| Background::start(Command::new(binary).env("PORT", "0")).unwrap());
        let url = server.as_ref().map_or("", Background::first_line);
        let plan = self.plan(binary, url).to_string();
        let output = self.peer.install().unwrap().arg(plan).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let (mut features, mut wrong) = (BTreeMap::new(), Vec::new());
        let said: Vec<Value> =
            text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        for one in &said {
            let feature = one["feature"].as_str().unwrap_or_default();
            if feature == "revision" {
                assert_eq!(one["said"], self.revision, "{self:?}");
            } else {
                features.insert(feature.to_owned(), one["ok"] == true);
                if one["ok"] != true {
                    wrong.push(format!("{self:?}: {feature}: {}", one["said"]));
                }
            }
        }
        println!("{self:?}: {features:?}");
        if !output.status.success() {
            wrong.push(format!("{self:?}: {}", String::from_utf8_lossy(&output.stderr)));
        }
        Found { line: self, features, wrong }
    }

    fn plan(&self, binary: &Path, url: &str) -> Value {
        let peer = if self.peer == Peer::TypeScriptClient { "client" } else { "sdk" };
        let mut plan = json!({ "peer": peer, "revision": self.revision });
        match self.transport {
            Transport::Stdio => plan["command"] = json!([binary, "stdio"]),
            Transport::Http => plan["url"] = json!(url),
            Transport::HttpSse => plan["sse"] = json!(url.replace("/mcp", "/sse")),
        }
        plan
    }
}
