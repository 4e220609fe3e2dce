//! One server of a group.

use std::fmt;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::usage;
use crate::BoxFuture;
use crate::client::{Client, ClientBuilder, ClientError};

/// Makes the connection, once and again.
pub(super) type Connect =
    Box<dyn Fn(ClientBuilder) -> BoxFuture<'static, Result<Client, ClientError>> + Send + Sync>;

/// See the module.
pub(super) struct Member {
    pub(super) name: Arc<str>,
    connect: Connect,
    builder: ClientBuilder,
    state: Mutex<Result<Client, ClientError>>,
}

impl Member {
    pub(super) fn new(name: Arc<str>, connect: Connect, builder: ClientBuilder) -> Self {
        // This is what is left if connecting panics.
        let state = Mutex::new(Err(usage("it was not connected to")));
        Self { name, connect, builder, state }
    }

    /// Connects; how that went is for [`Self::client`] to say.
    pub(super) async fn connect(&self) {
        let connected = (self.connect)(self.builder.clone()).await;
        if let Err(error) = &connected {
            tracing::warn!(server = &*self.name, %error, "a server is missing");
        }
        *self.state() = connected;
    }

    /// Its client, or why there is none.
    pub(super) fn client(&self) -> Result<Client, ClientError> {
        let client = self.state().clone()?;
        match client.closed() {
            Some(error) => Err(error),
            None => Ok(client),
        }
    }

    pub(super) async fn shutdown(&self) -> Option<ExitStatus> {
        let last = std::mem::replace(&mut *self.state(), Err(ClientError::closed()));
        last.ok()?.shutdown().await
    }

    fn state(&self) -> MutexGuard<'_, Result<Client, ClientError>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("name", &self.name)
            .field("client", &*self.state())
            .finish_non_exhaustive()
    }
}
