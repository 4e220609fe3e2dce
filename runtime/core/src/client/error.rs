//! What can go wrong with a server.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use crate::error::{BuildError, ProtocolError};

/// A call, or the connection, failed.
///
/// What the server said and what happened here are different variants; a timeout is never
/// dressed up as an answer.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The server answered with an error.
    #[error("the server answered: {0}")]
    Peer(ProtocolError),
    /// The server sent an error that names no request, while this was the only one waiting.
    #[error("the server answered, without saying to what: {0}")]
    Unattributed(ProtocolError),
    /// There was no answer in time. The request was cancelled.
    #[error("no answer within {after:?}")]
    Timeout {
        /// How long it was waited for.
        after: Duration,
    },
    /// The connection is closed: the server ended, closed its output, or was shut down.
    #[error("the connection to the server is closed{}", shown(*.status, .stderr))]
    Closed {
        /// How the server's process ended, if it is one and it did.
        status: Option<ExitStatus>,
        /// The end of what it wrote to standard error, if that was captured.
        stderr: String,
    },
    /// The answer is not what the method returns.
    #[error("the answer is not valid: {reason}")]
    InvalidResponse {
        /// Where and why.
        reason: String,
    },
    /// The answer is larger than [`Limits::line_bytes`](crate::Limits::line_bytes), or a list
    /// longer than [`Limits::list_items`](crate::Limits::list_items).
    #[error("the answer is too large: {what}")]
    TooLarge {
        /// What passed which limit.
        what: String,
    },
    /// Client and server have no revision of the protocol in common.
    #[error("the server speaks {}, none of which can be used", .supported.join(", "))]
    NoCommonRevision {
        /// The server's revisions.
        supported: Vec<String>,
    },
    /// The arguments cannot be written as a JSON object.
    #[error("the arguments cannot be sent: {reason}")]
    Arguments {
        /// Why.
        reason: String,
    },
    /// The server could not be started.
    #[error("the server could not be started: {reason}")]
    Start {
        /// What the system said.
        reason: String,
        /// As which kind of error.
        kind: io::ErrorKind,
    },
    /// The server in memory could not be built.
    #[error("the server could not be built: {reason}")]
    Build {
        /// What is wrong with it.
        reason: String,
    },
}

impl ClientError {
    pub(super) fn closed() -> Self {
        Self::Closed { status: None, stderr: String::new() }
    }

    pub(super) fn invalid(reason: impl ToString) -> Self {
        Self::InvalidResponse { reason: reason.to_string() }
    }

    pub(super) fn start(error: &io::Error) -> Self {
        Self::Start { reason: error.to_string(), kind: error.kind() }
    }
}

impl From<BuildError> for ClientError {
    fn from(error: BuildError) -> Self {
        Self::Build { reason: error.to_string() }
    }
}

fn shown(status: Option<ExitStatus>, stderr: &str) -> String {
    let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
    match stderr.trim_end() {
        "" => status,
        stderr => format!("{status}; it wrote:\n{stderr}"),
    }
}
