//! The seam between a client and whatever carries its messages.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use toolwright_spec::{Revision, Tool};

use super::cache::Partition;
use super::error::ClientError;
use crate::BoxFuture;

/// Carries messages to a server and back.
///
/// What comes back goes to the [`Inbox`](super::Inbox) that the transport was made with, message by message;
/// the client finds out for itself which request an answer belongs to.
///
/// This is for transports. Whoever only wants to talk over a stream of bytes calls
/// [`Client::over`](super::Client::over).
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends a request, and works on it as long as there is something to do for its answer to
    /// reach the inbox. The client waits for the answer itself; an error here means that there
    /// will be none. When the future is dropped, nobody waits any more.
    fn request<'a>(&'a self, request: &'a Outgoing) -> BoxFuture<'a, Result<(), ClientError>>;

    /// Sends a notification or a response.
    fn send(&self, message: Vec<u8>) -> BoxFuture<'_, Result<(), ClientError>>;

    /// Sends a notification or a response without waiting. It is lost where there is no room.
    fn offer(&self, message: Vec<u8>);

    /// A request is given up; `notification` tells the server so. Transports on which the end of
    /// a stream says it already do nothing.
    fn cancel(&self, notification: Vec<u8>) {
        self.offer(notification);
    }

    /// The revision that both sides agreed on.
    fn settle(&self, revision: Revision) {
        let _ = revision;
    }

    /// The server listed these tools. Removes those that cannot be called over this transport.
    fn learn(&self, tools: &mut Vec<Tool>) {
        let _ = tools;
    }

    /// Which kind of transport it is, for [`Verdict`](super::Verdict).
    fn carrier(&self) -> Carrier {
        Carrier::Other
    }

    /// Whose results may be kept together. Without that, this client keeps what it is told for
    /// itself.
    fn partition(&self) -> Option<Partition> {
        None
    }

    /// Ends the connection, kindly if that is possible.
    fn close(&self) -> BoxFuture<'_, ()>;
}

/// What carries a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Carrier {
    /// A stream of bytes, such as the standard input and output of a process.
    Stream,
    /// Streamable HTTP.
    StreamableHttp,
    /// HTTP+SSE, as in 2024-11-05.
    HttpSse,
    /// Something else.
    #[serde(other)]
    Other,
}

/// A request on its way.
#[derive(Debug)]
pub struct Outgoing {
    pub(super) id: i64,
    pub(super) method: String,
    pub(super) revision: Revision,
    pub(super) is_stateless: bool,
    pub(super) line: Vec<u8>,
    pub(super) params: Range<usize>,
}

impl Outgoing {
    /// Its id, by which [`Inbox::awaits`](super::Inbox::awaits) knows it.
    #[must_use]
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Its method.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The revision it is written in.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// Whether it stands alone, as requests do since 2026-07-28, and is no part of a session.
    #[must_use]
    pub fn is_stateless(&self) -> bool {
        self.is_stateless
    }

    /// The whole message, with a line end.
    #[must_use]
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    /// The text of its parameters.
    #[must_use]
    pub fn params(&self) -> &str {
        self.line
            .get(self.params.clone())
            .and_then(|text| str::from_utf8(text).ok())
            .unwrap_or_default()
    }
}
