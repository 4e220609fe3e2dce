//! What can go wrong with a server.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use toolwright_spec::CallToolResult;

use crate::error::{BuildError, ProtocolError};

/// A call, or the connection, failed.
///
/// What the server said, what a tool said and what happened on the way are different variants; a
/// timeout is never dressed up as an answer. [`ClientError::origin`] sorts them.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The server answered with an error.
    #[error("the server answered: {0}")]
    Peer(ProtocolError),
    /// The server sent an error that names no request, while this was the only one waiting.
    #[error("the server answered, without saying to what: {0}")]
    Unattributed(ProtocolError),
    /// The tool said that it failed, where a value of it was wanted.
    #[error("the tool failed: {}", text(.0))]
    Tool(Box<CallToolResult>),
    /// The tool's structured content is not what its `outputSchema` promises.
    #[error("the tool broke its own output schema: {reason}")]
    Output {
        /// Where and why.
        reason: String,
        /// What it answered.
        result: Box<CallToolResult>,
    },
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
    /// The server writes what is no message of the protocol.
    #[error("this is no MCP server, it writes `{line}`")]
    Garbage {
        /// The last such line, cut short.
        line: String,
    },
    /// The answer is not what the method returns.
    #[error("the answer is not valid: {reason}")]
    InvalidResponse {
        /// Where and why.
        reason: String,
    },
    /// The answer is larger than [`Limits::line_bytes`](crate::Limits::line_bytes), a list longer
    /// than [`Limits::list_items`](crate::Limits::list_items), or there are more rounds of
    /// questions than [`Limits::retries`](crate::Limits::retries).
    #[error("the answer is too large: {what}")]
    TooLarge {
        /// What passed which limit.
        what: String,
    },
    /// The server asked for something that this client did not offer to answer.
    #[error("the server asks for {what}, for which this client has no handler")]
    NoHandler {
        /// The method and, of an elicitation, the mode.
        what: String,
    },
    /// The handler of the server's question failed.
    #[error("the server's question could not be answered: {0}")]
    Handler(ProtocolError),
    /// The call became a task, and the task was cancelled.
    #[error("the task was cancelled{}", said(.message.as_deref()))]
    TaskCancelled {
        /// What the server says of it.
        message: Option<String>,
    },
    /// The call became a task, which the server does not know, or does not any more.
    #[error("the server does not have the task: {reason}")]
    TaskGone {
        /// What the server answered.
        reason: ProtocolError,
    },
    /// Client and server have no revision of the protocol in common.
    #[error("the server speaks {}, none of which can be used", .supported.join(", "))]
    NoCommonRevision {
        /// The server's revisions.
        supported: Vec<String>,
    },
    /// The revision that is spoken does not have this.
    #[error("revision {revision} has no {what}")]
    NotInRevision {
        /// The method or feature.
        what: String,
        /// The revision.
        revision: toolwright_spec::Revision,
    },
    /// The arguments cannot be written as a JSON object.
    #[error("the arguments cannot be sent: {reason}")]
    Arguments {
        /// Why.
        reason: String,
    },
    /// The server could not be started, or a connection could not be opened.
    #[error("the server could not be started: {reason}")]
    Start {
        /// What the system said.
        reason: String,
        /// As which kind of error.
        kind: io::ErrorKind,
    },
    /// No connection to the server's host could be opened.
    #[error("the server cannot be reached: {reason}")]
    Connect {
        /// At which stage it failed. Nothing was sent to the server.
        why: Unreachable,
        /// What the system said.
        reason: String,
    },
    /// The server answered with an HTTP status that is no success, and with no error of MCP.
    #[error("the server answered with HTTP status {status}{}", detail(.body))]
    Http {
        /// The status.
        status: u16,
        /// The beginning of the body.
        body: String,
        /// How long the server asks to be left alone (`Retry-After`), if it says so.
        retry_after: Option<Duration>,
    },
    /// The server does not let this client in, or does not let it do this.
    #[error("the server refuses access: {reason}{}", advice(*.why))]
    Unauthorized {
        /// What would help.
        why: Denied,
        /// What happened.
        reason: String,
    },
    /// The server wants the request to go elsewhere, beyond its own origin.
    #[error(
        "the server redirects to `{to}`, which is another origin; connect there if you trust it"
    )]
    Redirected {
        /// The new address, as it was sent.
        to: String,
    },
    /// The stream of events ended before the answer came. The request may have had its effect.
    #[error("the connection was lost before the answer came: {reason}")]
    StreamLost {
        /// What was seen of it.
        reason: String,
    },
    /// The client was put together wrongly.
    #[error("the client cannot be used like this: {reason}")]
    Usage {
        /// What is wrong with it.
        reason: String,
    },
    /// The server in memory could not be built.
    #[error("the server could not be built: {reason}")]
    Build {
        /// What is wrong with it.
        reason: String,
    },
}

/// Why a server cannot be reached: [`ClientError::Connect`].
///
/// ```
/// use toolwright_core::ClientError;
/// use toolwright_core::client::Unreachable;
///
/// fn advice(error: &ClientError) -> &str {
///     match error {
///         ClientError::Connect { why: Unreachable::Refused, .. } => "start the server",
///         ClientError::Connect { why: Unreachable::Name, .. } => "check the name of the host",
///         ClientError::Connect { why: Unreachable::Tls, .. } => "check the certificates",
///         ClientError::StreamLost { .. } => "it may have had its effect",
///         _ => "look at the log",
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unreachable {
    /// Nobody listens there.
    Refused,
    /// The host's name has no address.
    Name,
    /// The two sides cannot agree on TLS, or the server's certificate is not trusted.
    Tls,
    /// The proxy on the way cannot be reached, or does not let through.
    Proxy,
    /// It took too long.
    Timeout,
    /// Anything else, such as a network that is down.
    Other,
}

/// What stands between a client and a server that refuses access:
/// [`ClientError::Unauthorized`].
///
/// Specification: `basic/authorization`, section "Error Handling".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Denied {
    /// The server wants credentials, and there are none, or it does not take those it got.
    Login,
    /// The credentials are good for less than this request.
    Scope,
    /// Logging in did not come to its end: it was declined, broken off, or failed on the way.
    Failed,
    /// The server, or the authorization server, breaks a rule that keeps credentials safe. Nothing
    /// was sent to it.
    Untrusted,
    /// The client has to be set up otherwise, for example registered with the authorization
    /// server.
    Setup,
}

/// Whose failure a [`ClientError`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// Nothing, or nothing usable, came through.
    Transport,
    /// The server refused or broke the protocol.
    Protocol,
    /// The tool ran and failed.
    Tool,
    /// This side: arguments, handlers, the way the client is used.
    Client,
}

impl ClientError {
    /// Whose failure it is.
    #[must_use]
    pub fn origin(&self) -> Origin {
        match self {
            Self::Timeout { .. }
            | Self::Closed { .. }
            | Self::Garbage { .. }
            | Self::Start { .. }
            | Self::Connect { .. }
            | Self::Http { .. }
            | Self::Redirected { .. }
            | Self::StreamLost { .. } => Origin::Transport,
            Self::Peer(_)
            | Self::Unattributed(_)
            | Self::InvalidResponse { .. }
            | Self::TooLarge { .. }
            | Self::NoHandler { .. }
            | Self::Unauthorized { .. }
            | Self::TaskCancelled { .. }
            | Self::TaskGone { .. }
            | Self::NoCommonRevision { .. } => Origin::Protocol,
            Self::Tool(_) | Self::Output { .. } => Origin::Tool,
            Self::Handler(_)
            | Self::NotInRevision { .. }
            | Self::Arguments { .. }
            | Self::Usage { .. }
            | Self::Build { .. } => Origin::Client,
        }
    }

    /// The connection is closed, without anything to say about it.
    #[must_use]
    pub fn closed() -> Self {
        Self::Closed { status: None, stderr: String::new() }
    }

    pub(super) fn invalid(reason: impl ToString) -> Self {
        Self::InvalidResponse { reason: reason.to_string() }
    }

    pub(super) fn arguments(reason: impl ToString) -> Self {
        Self::Arguments { reason: reason.to_string() }
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

/// What to do, where the reason does not say it.
fn advice(why: Denied) -> &'static str {
    match why {
        Denied::Login => "; log in, or give the client other credentials",
        Denied::Scope => "; ask for an access token with more scopes",
        Denied::Failed | Denied::Untrusted | Denied::Setup => "",
    }
}

fn shown(status: Option<ExitStatus>, stderr: &str) -> String {
    let status = status.map(|status| format!(" ({status})")).unwrap_or_default();
    match stderr.trim_end() {
        "" => status,
        stderr => format!("{status}; it wrote:\n{stderr}"),
    }
}

fn detail(body: &str) -> String {
    match body.trim() {
        "" => String::new(),
        body => format!(": {}", body.chars().take(512).collect::<String>()),
    }
}

fn said(message: Option<&str>) -> String {
    message
        .map(|message| format!(": {}", message.chars().take(512).collect::<String>()))
        .unwrap_or_default()
}

/// What the tool said, as far as it is text.
fn text(result: &CallToolResult) -> String {
    let texts: Vec<&str> = result.content.iter().filter_map(|block| block.as_text()).collect();
    if texts.is_empty() { "it does not say why".to_owned() } else { texts.join("\n") }
}
