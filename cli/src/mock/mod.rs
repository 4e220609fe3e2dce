//! A REST service that answers as an API's description says it would.
//!
//! Listens on the loopback interface. Answers come from the document's examples,
//! else from its schemas, always the same for the same request; members of a posted object
//! come back in the answer where they fit. Nothing is stored. Parameters
//! and bodies that the document does not allow are answered with 400, bodies of another media type
//! with 415, and requests without the credentials that it wants, whatever these are, with 401. An
//! argument in the path that is all zeros, or says `missing`, is answered with 404. What can be read
//! in several ways is allowed: empty lists, values whose schema has no type.

mod answer;
mod body;
mod check;
mod credentials;
mod echo;
mod judge;
mod multipart;
mod pattern;
pub(crate) mod presets;
mod problem;
mod reply;
mod route;
mod sample;
mod scalar;
mod server;
#[cfg(test)]
mod tests;
mod wire;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::task::JoinHandle;
use toolwright_codegen::ir::Api;

/// A running mock; stops when dropped.
#[derive(Debug)]
pub(crate) struct Mock {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl Mock {
    /// Starts a mock of `api` on a port of the loopback interface; 0 takes a free one. It asks for
    /// `credentials` or for none.
    ///
    /// # Errors
    /// The port cannot be listened on.
    pub(crate) async fn start(api: Arc<Api>, port: u16, credentials: bool) -> io::Result<Self> {
        let (address, task) = server::start(api, port, credentials).await?;
        Ok(Self { address, task })
    }

    /// Its base URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        self.task.abort();
    }
}
