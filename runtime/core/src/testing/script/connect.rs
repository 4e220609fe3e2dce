//! Scripts and their other side.

use tokio::io::{AsyncRead, AsyncWrite};

use super::Script;
use super::peer::Peer;
use crate::client::{Client, ClientBuilder, ClientError, Speak};
use crate::error::BuildError;
use crate::server::Server;
use crate::testing::pair::forced;
use crate::testing::transcript::Side;

/// Bytes on their way, each way.
const PIPE: usize = 64 * 1024;

impl Script {
    /// Plays a server for this client. If the client may speak whatever the server speaks, it
    /// speaks the revision of the script.
    ///
    /// # Errors
    /// The client cannot connect.
    pub async fn connect(self, mut client: ClientBuilder) -> Result<(Client, Peer), ClientError> {
        if self.opens && client.speaks() == Speak::Auto {
            client = client.era(forced(self.revision));
        }
        let (here, there) = tokio::io::duplex(PIPE);
        let (input, output) = tokio::io::split(there);
        let peer = self.serve(input, output);
        let (reader, writer) = tokio::io::split(here);
        Ok((client.over(reader, writer).await?, peer))
    }

    /// Plays a client of this server.
    ///
    /// # Errors
    /// The server cannot be built.
    pub fn against(self, server: Server) -> Result<Peer, BuildError> {
        let service = server.build()?;
        let (here, there) = tokio::io::duplex(PIPE);
        let (input, output) = tokio::io::split(there);
        tokio::spawn(async move {
            if let Err(error) = service.serve(input, output).await {
                tracing::warn!(%error, "the server in memory ended badly");
            }
        });
        let (reader, writer) = tokio::io::split(here);
        Ok(self.call(reader, writer))
    }

    /// Plays a server over any byte stream.
    pub fn serve<R, W>(self, reader: R, writer: W) -> Peer
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        Peer::start(self, Side::Server, reader, writer)
    }

    /// Plays a client over any byte stream.
    pub fn call<R, W>(self, reader: R, writer: W) -> Peer
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        Peer::start(self, Side::Client, reader, writer)
    }
}
