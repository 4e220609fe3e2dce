//! Serving over standard input and output: the process is the connection.
//!
//! Specification: `basic/transports/stdio`.

mod signals;
#[cfg(unix)]
#[path = "unix.rs"]
mod streams;
#[cfg(not(unix))]
#[path = "other.rs"]
mod streams;
#[cfg(unix)]
mod thread;

pub use signals::Signals;

use crate::error::{Result, ServeError};
use crate::server::{Server, Service};

impl Server {
    /// Serves the client that started this process, over standard input and output, until it
    /// closes the input or the system asks to stop (SIGTERM, SIGINT). Requests in flight then
    /// have [`Limits::shutdown_grace`](crate::Limits::shutdown_grace) to finish. A second signal
    /// ends the process at once.
    ///
    /// The streams are claimed: from here on, what anything prints to standard output goes to
    /// standard error instead, and standard input is empty, so that neither `println!` nor a
    /// child process can get between the messages.
    ///
    /// # Errors
    /// The server cannot be built or started, a stream fails, or handlers outlast the time they have.
    pub async fn stdio(self) -> Result<()> {
        self.build()?.stdio().await
    }
}

impl Service {
    /// As [`Server::stdio`]; the service is [stopped](Service::stop) at the end.
    ///
    /// # Errors
    /// A stream fails, or handlers outlast the time they have.
    pub async fn stdio(&self) -> Result<()> {
        let (input, output) = streams::claim().map_err(ServeError::Io)?;
        let signals = Signals::listen().map_err(ServeError::Io)?;
        let served = self.serve_until(input, output, signals.first()).await;
        let stopped = self.stop().await;
        served.and(stopped)?;
        Ok(())
    }
}
