//! The official Python and TypeScript SDKs as clients of our servers.

use std::process::Command;

use serde_json::{Value, json};

use crate::{install, place};

/// An official client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peer {
    /// PyPI `mcp` 2.3, which speaks both eras.
    Python2,
    /// PyPI `mcp` 1.30, the last line that knows only the handshake.
    Python1,
    /// npm `@modelcontextprotocol/client` 2.4.
    TypeScript,
}

/// A server to start and what to do with it.
#[derive(Debug, Clone)]
pub struct Plan {
    /// `auto` or `legacy`.
    pub mode: &'static str,
    /// Program and arguments of a server to start, which speaks over standard streams.
    pub command: Vec<String>,
    /// Where a server is that runs already; then no other one is started.
    pub url: Option<String>,
    /// Whether the peer has to log in there.
    pub login: bool,
    /// Environment added for the server.
    pub env: Vec<(String, String)>,
    /// Tools to call with which arguments, in order.
    pub calls: Vec<(&'static str, Value)>,
}

/// What a peer saw.
#[derive(Debug, Clone)]
pub struct Transcript {
    /// The revision that was agreed on.
    pub protocol: String,
    /// `serverInfo`.
    pub server: Value,
    /// The tools as the peer's own types write them.
    pub tools: Vec<Value>,
    /// One result for each call, or `{"error": text}`.
    pub results: Vec<Value>,
    /// For each call, the progress that was reported.
    pub progress: Vec<Value>,
}

impl Transcript {
    /// Names of the tools in list order.
    pub fn tool_names(&self) -> Vec<&str> {
        self.tools.iter().filter_map(|tool| tool.get("name")?.as_str()).collect()
    }

    /// All text of the result of call `index`, joined.
    pub fn text(&self, index: usize) -> String {
        let content = self.results.get(index).and_then(|result| result.get("content")?.as_array());
        let texts = content.into_iter().flatten().filter_map(|item| item.get("text")?.as_str());
        texts.collect::<Vec<_>>().join("\n")
    }
}

impl Peer {
    /// Starts the server through this peer, carries out the plan, and returns what it saw.
    ///
    /// # Errors
    /// What the peer or its installation printed.
    pub fn run(self, plan: &Plan) -> Result<Transcript, String> {
        let plan = json!({
            "mode": plan.mode,
            "command": plan.command,
            "url": plan.url,
            "login": plan.login,
            "env": plan.env.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "calls": plan.calls,
        });
        let mut command = match self {
            Self::Python2 => python("mcp==2.3.0")?,
            Self::Python1 => python("mcp==1.30.0")?,
            Self::TypeScript => node()?,
        };
        let output = command.arg(plan.to_string()).output().map_err(|error| error.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let seen: Value = text
            .lines()
            .last()
            .and_then(|line| serde_json::from_str(line).ok())
            .ok_or_else(|| format!("{text}\n{}", String::from_utf8_lossy(&output.stderr)))?;
        let list = |name: &str| seen.get(name).and_then(Value::as_array).cloned();
        Ok(Transcript {
            protocol: seen.get("protocol").and_then(Value::as_str).unwrap_or_default().into(),
            server: seen.get("server").cloned().unwrap_or_default(),
            tools: list("tools").unwrap_or_default(),
            results: list("results").unwrap_or_default(),
            progress: list("progress").unwrap_or_default(),
        })
    }
}

fn python(package: &str) -> Result<Command, String> {
    let mut command = Command::new(install::python(package)?);
    command.arg(place::root().join("tests/peers/client.py"));
    Ok(command)
}

fn node() -> Result<Command, String> {
    let mut command = Command::new("node");
    command.arg(install::npm("peers")?.join("client.mjs"));
    Ok(command)
}
