//! Running a server at a Unix socket.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::{UnixListener, UnixStream};
use toolwright_core::ServeError;
use toolwright_core::stdio::Signals;

use super::accept;
use super::connection::Server;
use super::error::Error;
use super::runner::Runner;
use super::service::Service;

impl Runner {
    /// Listens at a Unix socket instead of the address. A socket there that nobody listens at any
    /// more is replaced. Who may connect is decided by the permissions of its directory. Clients
    /// count as ones on this machine; TLS is not spoken.
    ///
    /// ```no_run
    /// use toolwright_core::Server;
    /// use toolwright_http::serve::Serve;
    ///
    /// # async fn run() -> toolwright_core::Result<()> {
    /// // In one go, and as steps:
    /// Server::new("shop", "1.0.0").http("unix:/run/shop/mcp.sock").await?;
    /// let bound = Server::new("shop", "1.0.0").http("").bind_unix("/run/shop/mcp.sock").await?;
    /// println!("{}", bound.url()); // unix:/run/shop/mcp.sock:/mcp
    /// bound.run().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The server or its options are not in order, or the socket cannot be listened at.
    pub async fn bind_unix(self, socket: impl AsRef<Path>) -> Result<BoundUnix, Error> {
        let socket = socket.as_ref().to_owned();
        let (service, path, grace) = self.service()?;
        let listener = listen(&socket).await.map_err(|source| {
            let address = socket.display().to_string();
            Error::Listen { address, source }
        })?;
        Ok(BoundUnix { listener, path, service, grace, socket: Left(socket) })
    }
}

/// A server that listens at a Unix socket. The socket is removed with this value, or when serving
/// ends.
pub struct BoundUnix {
    listener: UnixListener,
    path: String,
    service: Service,
    grace: Duration,
    socket: Left,
}

impl BoundUnix {
    /// Where clients on this machine find the server: `unix:`, the path of the socket, a colon,
    /// and that of the server behind it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("unix:{}:{}", self.socket.0.display(), self.path)
    }

    /// As [`Bound::run`](super::Bound::run).
    ///
    /// # Errors
    /// As there.
    pub async fn run(self) -> Result<(), ServeError> {
        tracing::info!(url = self.url(), "serving");
        let signals = Signals::listen()?;
        self.serve_until(signals.first()).await
    }

    /// As [`Bound::serve_until`](super::Bound::serve_until).
    ///
    /// # Errors
    /// As there.
    pub async fn serve_until(
        self,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<(), ServeError> {
        let server = Server { service: self.service, handshake: None };
        let _socket = self.socket;
        accept::run(self.listener, server, self.grace, stop).await
    }
}

impl fmt::Debug for BoundUnix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundUnix").field("url", &self.url()).finish_non_exhaustive()
    }
}

/// A socket's file, which goes with this value.
struct Left(PathBuf);

impl Drop for Left {
    fn drop(&mut self) {
        // It may be gone, which is as well.
        let _ = std::fs::remove_file(&self.0);
    }
}

async fn listen(socket: &Path) -> io::Result<UnixListener> {
    match UnixListener::bind(socket) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            let end = UnixStream::connect(socket).await.err().map(|error| error.kind());
            if end != Some(io::ErrorKind::ConnectionRefused) {
                return Err(error);
            }
            std::fs::remove_file(socket)?;
            UnixListener::bind(socket)
        }
        bound => bound,
    }
}
