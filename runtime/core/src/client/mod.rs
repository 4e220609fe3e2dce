//! Clients.

/// A client.
#[derive(Debug)]
pub struct Client;

/// What can go wrong with a call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The connection is closed.
    #[error("the connection is closed")]
    Closed,
}
