//! `toolwright tools`

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use toolwright::auth::client::OAuth;
use toolwright::client::ClientError;
use toolwright::client::config::{Servers, Variables};
use toolwright::http_client::WithUrls as _;
use toolwright::{FromConfig as _, Group};

use super::block_on;
use crate::failure::Failure;
use crate::login::Login;

/// List the tools of the servers that a host's configuration names (`mcpServers`, and what VS
/// Code, Zed and others have instead), under the names that tell them apart
#[derive(Debug, Args)]
pub(crate) struct Tools {
    /// The configuration, such as .mcp.json. Variables in it are those of the environment
    #[arg(long, value_name = "FILE")]
    config: PathBuf,
    /// Only this server; may be given several times
    #[arg(long, value_name = "NAME")]
    server: Vec<String>,
    #[command(flatten)]
    login: Login,
}

impl Tools {
    /// Runs the command.
    pub(crate) fn run(self) -> Result<(), Failure> {
        let path = self.config;
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Failure::Read { path: path.clone(), error })?;
        let mut servers = Servers::read(&text)
            .map_err(|error| Failure::Other(format!("{}: {error}", path.display())))?;
        if let Some(name) = self.server.iter().find(|name| servers.find(name).is_none()) {
            let reason = format!("{} has no server `{name}`", path.display());
            return Err(Failure::Usage(reason));
        }
        if !self.server.is_empty() {
            servers.entries.retain(|entry| self.server.contains(&entry.name));
        }
        let oauth = self.login.oauth()?;
        block_on(list(servers, oauth))
    }
}

async fn list(servers: Servers, oauth: Option<OAuth>) -> Result<(), Failure> {
    let variables = Variables::of_process();
    let group = match oauth {
        None => Group::from_config(&servers, &variables).await,
        Some(oauth) => {
            let group = Group::builder().with_urls_as(move |http| http.authorize(oauth.clone()));
            group.servers(&servers, &variables).connect().await
        }
    };
    let group = group.map_err(|error| Failure::other("connecting to the servers", error))?;
    let listed = group.list_tools().await;
    let mut out = String::new();
    for item in &listed.items {
        let description = item.own.description.as_deref().unwrap_or_default();
        let line = description.lines().next().unwrap_or_default();
        out.push_str(format!("{}  {line}", item.name).trim_end());
        out.push('\n');
    }
    group.shutdown().await;
    std::io::stdout()
        .write_all(out.as_bytes())
        .map_err(|error| Failure::other("writing the list", error))?;
    match &*listed.missing {
        [] => Ok(()),
        missing => Err(Failure::Other(told(missing))),
    }
}

/// Which servers are missing, and why.
fn told(missing: &[(std::sync::Arc<str>, ClientError)]) -> String {
    let lines: Vec<String> =
        missing.iter().map(|(server, error)| format!("{server}: {error}")).collect();
    lines.join("\nerror: ")
}
