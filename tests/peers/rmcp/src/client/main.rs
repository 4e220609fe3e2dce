//! Tries every feature with the client of rmcp. Prints a line of JSON for each.
//!
//! Usage: `client {"revision": "…", "command": […], "url": "…"}`

mod features;
mod handler;
mod tasks;

use std::error::Error;
use std::time::Duration;

use rmcp::model::ProtocolVersion;
use rmcp::service::{ClientLifecycleMode, RunningService};
use rmcp::transport::{StreamableHttpClientTransport, TokioChildProcess};
use rmcp::{ClientServiceExt, RoleClient};
use serde::Deserialize;
use serde_json::json;
use tokio::process::Command;

use features::{Features, NAMES};
use handler::{Handler, Seen};

/// What to try.
#[derive(Deserialize)]
struct Plan {
    revision: ProtocolVersion,
    #[serde(default)]
    command: Vec<String>,
    url: Option<String>,
}

/// A client that is connected.
type Connected = RunningService<RoleClient, Handler>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let plan = std::env::args().nth(1).ok_or("what am I to try?")?;
    let plan: Plan = serde_json::from_str(&plan)?;
    tokio::time::timeout(Duration::from_secs(120), run(&plan)).await?
}

async fn run(plan: &Plan) -> Result<(), Box<dyn Error>> {
    let seen = Seen::default();
    let client = connect(plan, Handler::new(plan.revision.clone(), seen.clone())).await?;
    let info = client.peer_info().ok_or("the server did not introduce itself")?;
    let spoken = info.protocol_version.clone();
    println!("{}", json!({ "feature": "revision", "said": spoken }));
    let features = Features::new(&client, seen, spoken);
    for name in NAMES {
        let Some(outcome) = features.attempt(name).await else { continue };
        let said = outcome.as_ref().err().map(ToString::to_string).unwrap_or_default();
        let ok = outcome.is_ok_and(|ok| ok);
        println!("{}", json!({ "feature": name, "ok": ok, "said": said }));
    }
    client.cancel().await?;
    Ok(())
}

async fn connect(plan: &Plan, handler: Handler) -> Result<Connected, Box<dyn Error>> {
    let mode = if plan.revision.has_initialize() {
        ClientLifecycleMode::Initialize
    } else {
        ClientLifecycleMode::Discover { preferred_versions: vec![plan.revision.clone()] }
    };
    if let Some(url) = &plan.url {
        let transport = StreamableHttpClientTransport::from_uri(url.as_str());
        return Ok(handler.serve_with_lifecycle(transport, mode).await?);
    }
    let (program, arguments) = plan.command.split_first().ok_or("where is the server?")?;
    let mut command = Command::new(program);
    command.args(arguments);
    Ok(handler.serve_with_lifecycle(TokioChildProcess::new(command)?, mode).await?)
}
