//! A client and a server in memory.

use toolwright_spec::Revision;

use super::faults::Faults;
use super::tap::Tap;
use super::transcript::{Side, Transcript};
use crate::client::{Client, ClientBuilder, ClientError, Speak};
use crate::era::Era;
use crate::server::Server;

/// Bytes on their way, each way.
const PIPE: usize = 64 * 1024;

/// A client and a server in one process, to be connected.
///
/// ```
/// use toolwright_core::testing::{Pair, Side};
/// use toolwright_core::{Client, Server};
/// use toolwright_spec::Revision;
///
/// # async fn run() -> toolwright_core::Result<()> {
/// for revision in Revision::ALL {
///     let pair = Pair::of(Server::new("shop", "1.0.0")).revision(*revision);
///     let (client, transcript) = pair.connect().await?;
///     assert_eq!(client.revision(), *revision);
///     let first = transcript.methods(Side::Client).remove(0);
///     assert!(["initialize", "server/discover"].contains(&&*first));
/// }
/// # Ok(())
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() { run().await.unwrap() }
/// ```
#[derive(Debug)]
#[must_use = "nothing is connected yet"]
pub struct Pair {
    server: Server,
    client: ClientBuilder,
    to_client: Faults,
    to_server: Faults,
}

impl Pair {
    /// This server, and a client with nothing set.
    pub fn of(server: Server) -> Self {
        let (to_client, to_server) = (Faults::none(), Faults::none());
        Self { server, client: Client::builder(), to_client, to_server }
    }

    /// This client. A revision that is set goes before it, if it comes later.
    pub fn client(mut self, client: ClientBuilder) -> Self {
        self.client = client;
        self
    }

    /// Only this revision is spoken.
    pub fn revision(mut self, revision: Revision) -> Self {
        self.client = self.client.era(forced(revision));
        self
    }

    /// What happens to bytes on their way to the client.
    pub fn to_client(mut self, faults: Faults) -> Self {
        self.to_client = faults;
        self
    }

    /// What happens to bytes on their way to the server.
    pub fn to_server(mut self, faults: Faults) -> Self {
        self.to_server = faults;
        self
    }

    /// Connects them. The server runs in a task and ends with the last clone of the client.
    ///
    /// # Errors
    /// The server cannot be built, or client and server do not come together.
    pub async fn connect(self) -> Result<(Client, Transcript), ClientError> {
        let service = self.server.build()?;
        let (here, there) = tokio::io::duplex(PIPE);
        let (input, output) = tokio::io::split(there);
        let input = self.to_server.reader(input);
        tokio::spawn(async move {
            if let Err(error) = service.serve(input, output).await {
                tracing::warn!(%error, "the server in memory ended badly");
            }
        });
        let transcript = Transcript::default();
        let (reader, writer) = tokio::io::split(here);
        let reader = Tap::new(self.to_client.reader(reader), Side::Server, transcript.clone());
        let writer = Tap::new(writer, Side::Client, transcript.clone());
        Ok((self.client.over(reader, writer).await?, transcript))
    }
}

/// What makes a client speak exactly this revision.
pub(super) fn forced(revision: Revision) -> Speak {
    match Era::of(revision) {
        Era::Session => Speak::Legacy(revision),
        Era::Stateless => Speak::Modern,
    }
}
