//! Servers that run: what they say of their tools, as a document.

use serde_json::json;
use tokio::process::Command;
use toolwright::Client;
use toolwright::auth::client::OAuth;
use toolwright::http_client::{ConnectWith as _, Http};

use crate::failure::Failure;

/// A server and the way to it.
#[derive(Debug)]
pub(crate) enum Live {
    /// A program and its arguments, quoted as in a shell, that speaks over its standard input and
    /// output.
    Command(String),
    /// An address of HTTP, and who logs in there if that is wanted.
    Url { url: String, oauth: Option<OAuth> },
}

/// What a server lists.
#[derive(Debug)]
pub(crate) struct Listed {
    /// What it calls itself.
    pub(crate) name: String,
    /// What findings and the head of the module call it.
    pub(crate) source: String,
    /// The description of its tools, in JSON.
    pub(crate) description: Vec<u8>,
}

impl Live {
    /// Connects, lists the tools, and ends the connection.
    pub(crate) async fn describe(self) -> Result<Listed, Failure> {
        let client = self.connect().await?;
        let listed = listed(&client).await;
        client.shutdown().await;
        listed
    }

    async fn connect(self) -> Result<Client, Failure> {
        match self {
            Self::Command(line) => {
                let words = shlex::split(&line).unwrap_or_default();
                let Some((program, arguments)) = words.split_first() else {
                    let reason = format!("`{line}` is no command: look at its quotes");
                    return Err(Failure::Usage(reason));
                };
                let mut command = Command::new(program);
                command.args(arguments);
                let client = Client::spawn(command).await;
                client.map_err(|error| Failure::other(&format!("starting `{line}`"), error))
            }
            Self::Url { url, oauth } => {
                let http = Http::new(&url);
                let http = match oauth {
                    Some(oauth) => http.authorize(oauth),
                    None => http,
                };
                let client = Client::builder().connect_http(http).await;
                client.map_err(|error| Failure::other("connecting to the server", error))
            }
        }
    }
}

async fn listed(client: &Client) -> Result<Listed, Failure> {
    let tools = client.list_tools().await;
    let tools = tools.map_err(|error| Failure::other("listing the tools", error))?;
    let info = client.server_info();
    let name = info.map_or("server", |info| &info.name).to_owned();
    let description = json!({
        "title": info.and_then(|info| info.title.as_ref()).unwrap_or(&name),
        "version": info.map(|info| &info.version),
        "instructions": client.instructions(),
        "tools": tools,
    });
    let description = serde_json::to_vec(&description)
        .map_err(|error| Failure::other("writing down the tools", error))?;
    // The generator takes what follows a slash for a file's name.
    let source = format!("the tools of {}", name.replace(['/', '\\'], "-"));
    Ok(Listed { name, source, description })
}
