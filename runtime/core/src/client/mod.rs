//! Clients: speaking to a server.

mod builder;
mod error;
mod greeting;
mod process;
mod requests;
mod waiting;
mod wire;

use std::process::ExitStatus;

use serde::Serialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::process::Command;
use tokio::task::JoinHandle;
use toolwright_spec::{
    CallToolResult, Cursor, Implementation, ListToolsResult, Revision, ServerCapabilities, Tool,
};

use crate::server::Server;

pub use builder::ClientBuilder;
pub use error::ClientError;
pub use greeting::Speak;

use greeting::Greeting;
use process::Process;
use requests::Requests;

/// A connection to a server of any revision.
///
/// ```
/// use toolwright_core::{Client, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toolwright_core::Result<()> {
/// let client = Client::in_memory(Server::new("shop", "1.0.0")).await?;
/// assert_eq!(client.server_info().map(|info| &*info.name), Some("shop"));
/// client.shutdown().await;
/// # Ok(())
/// # }
/// ```
///
/// Calls may run at the same time; dropping one cancels it. A server that was started by the
/// client is killed when the client is dropped; [`Client::shutdown`] is the kinder way.
#[derive(Debug)]
pub struct Client {
    requests: Requests,
    greeting: Greeting,
    process: Option<Process>,
    /// The server, if it lives here.
    memory: Option<JoinHandle<()>>,
}

impl Client {
    /// More choices: revisions, identity, limits.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Starts a server and connects to its standard input and output. Its standard error is
    /// inherited unless the command says otherwise; if it is a pipe, its end is kept for
    /// [`ClientError::Closed`].
    ///
    /// # Errors
    /// The command cannot be started, or the server is none.
    pub async fn spawn(command: Command) -> Result<Self, ClientError> {
        Self::builder().spawn(command).await
    }

    /// Connects to a server in this process, which runs in a task of its own.
    ///
    /// # Errors
    /// The server cannot be built.
    pub async fn in_memory(server: Server) -> Result<Self, ClientError> {
        Self::builder().in_memory(server).await
    }

    /// Connects over any byte stream, one message per line.
    ///
    /// # Errors
    /// Who is at the other end is no server.
    pub async fn over<R, W>(reader: R, writer: W) -> Result<Self, ClientError>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        Self::builder().over(reader, writer).await
    }

    /// The revision that is spoken.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.greeting.revision
    }

    /// What the server calls itself, if it says so. For display only: nobody checks it.
    #[must_use]
    pub fn server_info(&self) -> Option<&Implementation> {
        self.greeting.info.as_ref()
    }

    /// What the server can do.
    #[must_use]
    pub fn server_capabilities(&self) -> &ServerCapabilities {
        &self.greeting.capabilities
    }

    /// How to use the server, written for the model.
    #[must_use]
    pub fn instructions(&self) -> Option<&str> {
        self.greeting.instructions.as_deref()
    }

    /// All tools of the server, over all pages.
    ///
    /// # Errors
    /// The call fails, a page leads back to one before, or the list passes
    /// [`Limits::list_pages`](crate::Limits::list_pages) or
    /// [`Limits::list_items`](crate::Limits::list_items).
    pub async fn list_tools(&self) -> Result<Vec<Tool>, ClientError> {
        #[derive(Serialize)]
        struct Params<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            cursor: Option<&'a Cursor>,
        }
        let limits = &self.requests.wire.limits;
        let mut tools = Vec::new();
        let mut cursors: Vec<Cursor> = Vec::new();
        for _ in 0..limits.list_pages {
            let params = Params { cursor: cursors.last() };
            let page: ListToolsResult = self.request("tools/list", &params).await?;
            tools.extend(page.tools);
            if tools.len() > limits.list_items {
                let what = format!("a list of more than {} items", limits.list_items);
                return Err(ClientError::TooLarge { what });
            }
            match page.next_cursor {
                None => return Ok(tools),
                Some(cursor) if cursors.contains(&cursor) => {
                    return Err(ClientError::invalid("a page leads back to one before"));
                }
                Some(cursor) => cursors.push(cursor),
            }
        }
        Err(ClientError::TooLarge { what: format!("more than {} pages", limits.list_pages) })
    }

    /// Calls a tool. The arguments have to be written as a JSON object; `&()` stands for none.
    ///
    /// A tool that fails answers with [`CallToolResult::is_error`], which is no error here.
    ///
    /// # Errors
    /// The server refuses the call, does not answer in time, or goes away.
    pub async fn call(
        &self,
        name: &str,
        arguments: &(impl Serialize + ?Sized),
    ) -> Result<CallToolResult, ClientError> {
        #[derive(Serialize)]
        struct Params<'a> {
            name: &'a str,
            arguments: &'a serde_json::value::RawValue,
        }
        let reason =
            |error: &dyn std::fmt::Display| ClientError::Arguments { reason: error.to_string() };
        let mut arguments =
            serde_json::value::to_raw_value(arguments).map_err(|error| reason(&error))?;
        if arguments.get() == "null" {
            arguments = serde_json::value::to_raw_value(&serde_json::Map::new())
                .map_err(|error| reason(&error))?;
        }
        if !arguments.get().starts_with('{') {
            return Err(reason(&"they are no JSON object"));
        }
        self.request("tools/call", &Params { name, arguments: &arguments }).await
    }

    /// Ends the connection: closes the server's input, waits for it to finish, and makes it end
    /// if it does not. Returns how its process ended, if it is one.
    pub async fn shutdown(self) -> Option<ExitStatus> {
        let Self { requests, process, memory, .. } = self;
        drop(requests);
        if let Some(server) = memory {
            // How it ended is its own affair.
            let _ = server.await;
        }
        match process {
            Some(process) => process.end().await,
            None => None,
        }
    }

    async fn request<T: serde::de::DeserializeOwned>(
        &self,
        method: &'static str,
        params: &impl Serialize,
    ) -> Result<T, ClientError> {
        let idle = self.requests.wire.limits.request_idle;
        match (self.requests.request(method, params, idle).await, &self.process) {
            (Err(error), Some(process)) => Err(process.explain(error).await),
            (result, _) => result,
        }
    }
}
