//! What can go wrong when an upstream is set up, and when it is called.

use super::redact::redact_url;

/// An [`Upstream`](super::Upstream) could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The descriptor is not what this version reads.
    #[error("the descriptor of {what} cannot be read: {source}")]
    Descriptor {
        /// Which part.
        what: String,
        /// Why.
        source: serde_json::Error,
    },
    /// Neither the operator nor the document says where the API is.
    #[error("no base URL: {reason}; set {env} to the URL of the API")]
    NoBaseUrl {
        /// What the document says instead.
        reason: String,
        /// The environment variable that sets it.
        env: String,
    },
    /// A base URL that calls cannot be sent to.
    #[error("the base URL `{}` cannot be used: {reason}", redact_url(.url))]
    BaseUrl {
        /// The URL.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A value that a server variable does not take.
    #[error("the server variable `{name}` cannot be `{value}`: {reason}")]
    Variable {
        /// Name of the variable.
        name: String,
        /// The value that was given.
        value: String,
        /// Which values it takes.
        reason: String,
    },
    /// A credential for a scheme that the API does not have.
    #[error("the API has no security scheme `{0}`")]
    UnknownScheme(String),
    /// A secret that its scheme cannot send.
    #[error("the secret of the security scheme `{scheme}` {reason}")]
    Secret {
        /// Name of the scheme.
        scheme: String,
        /// What is wrong with it; never the secret.
        reason: &'static str,
    },
    /// An operation whose request cannot be built whatever the arguments are.
    #[error("the tool `{tool}` cannot be called: {reason}")]
    Operation {
        /// Name of the tool.
        tool: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A setting of the environment that cannot be used.
    #[error("{name} {reason}")]
    Setting {
        /// The variable.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A preset names a variable that is not set, or holds what can't be sent.
    #[error("the environment variable {variable}, which the tool `{tool}` sends, {reason}")]
    Preset {
        /// Name of the tool.
        tool: String,
        /// Name of the variable.
        variable: String,
        /// What is wrong with it; never its value.
        reason: &'static str,
    },
    /// TLS could not be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(String),
}

/// A call that got no response. Its text is meant for the model: no URL, no header, no secret.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    #[error("the argument `{argument}` cannot be sent: {reason}")]
    Refused { argument: String, reason: String },
    #[error("the argument `{0}` is required")]
    Missing(String),
    #[error("the arguments cannot be read: {0}")]
    Arguments(String),
    #[error(
        "the arguments make a request of {size} bytes beside the body, at most {limit} are sent"
    )]
    TooLarge { size: usize, limit: usize },
    #[error("the request cannot be built: {0}")]
    Build(&'static str),
    #[error("the upstream service could not be reached ({0}); it may be down, try again later")]
    Connect(&'static str),
    #[error(
        "the upstream service could not be reached (the connection was refused); it may be down, try again later"
    )]
    NotSent,
    #[error(
        "the upstream service did not answer within {0} seconds; it may still have acted on the request"
    )]
    Timeout(u64),
    #[error(
        "the connection to the upstream service broke before the answer was complete; it may still have acted on the request"
    )]
    Broken,
    #[error(
        "the upstream service redirects again and again; more than {0} redirects are not followed"
    )]
    Redirects(usize),
    #[error("the upstream service sent an answer that is not HTTP")]
    Protocol,
    #[error(
        "the head of the upstream service's answer is larger than is read (100 headers, 64 KiB)"
    )]
    HeadTooLarge,
    #[error(
        "the upstream service answered with more than {0} bytes, which is the limit; ask for less, for example a smaller page"
    )]
    ReplyTooLarge(usize),
    #[error("the upstream service answered in the content encoding `{0}`, which was not asked for")]
    ContentEncoding(String),
}

impl CallError {
    /// A value of an argument that is not sent.
    pub(crate) fn refused(argument: &str, reason: impl Into<String>) -> Self {
        Self::Refused { argument: argument.to_owned(), reason: reason.into() }
    }

    /// A value that should be base64.
    pub(crate) fn no_base64(argument: &str) -> Self {
        let wanted = "it has to be base64 of the bytes to send, or a `data:` URI, such as \
                      `data:text/plain,some%20text`";
        Self::refused(argument, wanted)
    }
}
