//! How a client comes to its connection.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::process::Command;
use toolwright_spec::Implementation;

use super::Client;
use super::error::ClientError;
use super::greeting::{Speak, greet};
use super::process::{Process, Started};
use super::requests::Requests;
use super::waiting::Waiting;
use super::wire::{self, Wire};
use crate::limits::Limits;
use crate::server::Server;

/// Bytes on their way between a client and a server in one process, each way.
const PIPE: usize = 64 * 1024;

/// A client in the making; see [`Client::builder`].
#[derive(Debug, Clone)]
pub struct ClientBuilder {
    speak: Speak,
    info: Implementation,
    limits: Limits,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            speak: Speak::Auto,
            info: Implementation::new("toolwright", env!("CARGO_PKG_VERSION")),
            limits: Limits::default(),
        }
    }
}

impl ClientBuilder {
    /// Which revisions to speak; all of them, by default.
    #[must_use]
    pub fn era(mut self, speak: Speak) -> Self {
        self.speak = speak;
        self
    }

    /// Who the server is told is calling.
    #[must_use]
    pub fn info(mut self, info: Implementation) -> Self {
        self.info = info;
        self
    }

    /// Other limits than the default ones, among them all timeouts.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// As [`Client::spawn`].
    ///
    /// # Errors
    /// As there.
    pub async fn spawn(self, mut command: Command) -> Result<Client, ClientError> {
        let client = self.clone().start(&mut command).await;
        match client {
            // Some servers of the older kind end at the first message that they do not know.
            Err(ClientError::Closed { .. }) if self.speak == Speak::Auto => {
                let Some(speak) = Speak::newest_session() else {
                    return client;
                };
                self.era(speak).start(&mut command).await.or(client)
            }
            client => client,
        }
    }

    /// As [`Client::in_memory`].
    ///
    /// # Errors
    /// As there.
    pub async fn in_memory(self, server: Server) -> Result<Client, ClientError> {
        let service = server.build()?;
        let (here, there) = tokio::io::duplex(PIPE);
        let (input, output) = tokio::io::split(there);
        let (from_server, to_server) = tokio::io::split(here);
        let memory = tokio::spawn(async move {
            if let Err(error) = service.serve(input, output).await {
                tracing::warn!(%error, "the server in memory ended badly");
            }
        });
        let mut client = self.over(from_server, to_server).await?;
        client.memory = Some(memory);
        Ok(client)
    }

    /// As [`Client::over`].
    ///
    /// # Errors
    /// As there.
    pub async fn over<R, W>(self, reader: R, writer: W) -> Result<Client, ClientError>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let wire = Arc::new(Wire {
            waiting: Waiting::default(),
            limits: self.limits,
            answers: AtomicBool::new(false),
        });
        let outgoing = wire::start(&wire, reader, writer);
        let mut requests = Requests { wire, outgoing, info: self.info, described: None };
        let greeting = greet(&mut requests, self.speak).await?;
        requests.settle(greeting.revision);
        Ok(Client { requests, greeting, process: None, memory: None })
    }

    async fn start(self, command: &mut Command) -> Result<Client, ClientError> {
        let Started { process, stdin, stdout } = Process::start(command)?;
        match self.over(stdout, stdin).await {
            Ok(client) => Ok(Client { process: Some(process), ..client }),
            Err(error) => Err(process.explain(error).await),
        }
    }
}
