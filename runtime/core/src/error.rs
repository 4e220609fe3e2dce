//! Errors, by concern.

use std::fmt;
use std::io;

use serde::Serialize;
use toolwright_spec::{ClientCapabilities, ErrorObject, RawJson, code};

/// [`std::result::Result`] with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Any error, for `main`: every error type converts into it with `?`.
///
/// It prints itself and its causes. Like the errors of `anyhow` it does not implement
/// [`std::error::Error`] itself.
pub struct Error(Box<dyn std::error::Error + Send + Sync>);

impl Error {
    /// An error that is only text.
    pub fn msg(text: impl Into<String>) -> Self {
        Self(text.into().into())
    }

    /// The error inside, if it is an `E`.
    #[must_use]
    pub fn downcast_ref<E: std::error::Error + 'static>(&self) -> Option<&E> {
        self.0.downcast_ref()
    }
}

impl<E: std::error::Error + Send + Sync + 'static> From<E> for Error {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, "\n  because: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// A server was put together wrongly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Two tools have one name.
    #[error("two tools are called `{name}`; rename one of them or prefix one set")]
    DuplicateTool {
        /// The name.
        name: String,
    },
    /// Two servers that were put together have something of one name.
    #[error("{first} and {second} both have a {kind} `{name}`; choose another prefix")]
    Clash {
        /// `tool`, `resource` or `prompt`.
        kind: &'static str,
        /// The name, URI or template.
        name: String,
        /// Who has it.
        first: String,
        /// Who has it, too.
        second: String,
    },
    /// Middleware was added for a tool that there is not.
    #[error(
        "there is middleware for the tool `{name}`, but no such tool; add it, or correct the name"
    )]
    NoSuchTool {
        /// The name.
        name: String,
    },
    /// A name is not 1 to 128 of `A-Z a-z 0-9 _ . -`.
    #[error("the tool name `{name}` is not 1 to 128 letters, digits, `_`, `.` or `-` of ASCII")]
    ToolName {
        /// The name.
        name: String,
    },
    /// Two resources have one URI, or two templates are the same.
    #[error("two resources or templates have the URI `{uri}`; leave one of them out")]
    DuplicateResource {
        /// The URI, or the template.
        uri: String,
    },
    /// A resource is not under a URI.
    #[error("`{uri}` is not an absolute URI; write it like `shop://books/1` (RFC 3986)")]
    ResourceUri {
        /// What is there instead.
        uri: String,
    },
    /// A template of URIs cannot be used.
    #[error("the URI template `{template}` is not usable: {reason}")]
    UriTemplate {
        /// The template.
        template: String,
        /// Why.
        reason: crate::resource::TemplateError,
    },
    /// An extension cannot be offered.
    #[error("the extension `{identifier}` cannot be offered: {reason}")]
    Extension {
        /// What it is called.
        identifier: String,
        /// Why.
        reason: String,
    },
    /// A page of an app cannot be offered, or a tool names one that is not there.
    #[error("the page `{uri}` cannot be shown: {reason}")]
    App {
        /// Where it is, or would be.
        uri: String,
        /// Why.
        reason: String,
    },
    /// A tool that does not exist was said to have to do with tasks.
    #[error("there is no tool `{name}` whose calls could become tasks")]
    TaskTool {
        /// The name.
        name: String,
    },
    /// A method cannot be called that.
    #[error("`{name}` cannot be the name of a method: {reason}")]
    MethodName {
        /// The name.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// Two prompts have one name.
    #[error("two prompts are called `{name}`; rename one of them")]
    DuplicatePrompt {
        /// The name.
        name: String,
    },
    /// Completion was asked for where there is nothing to complete.
    #[error("nothing is called `{name}` in {owner}, so it cannot be completed; {known}")]
    NothingToComplete {
        /// The name of the argument or variable.
        name: String,
        /// The prompt or template.
        owner: String,
        /// What there is instead, in words.
        known: String,
    },
    /// There are no random numbers to make a key of.
    #[error("the system has no random numbers ({0}); give the server its keys: `Server::keys`")]
    Random(#[source] io::Error),
    /// Several processes are to know which states were used, but each has a key of its own.
    #[error("a shared store of consumed states needs shared keys; give them: `Server::keys`")]
    SharedWithoutKeys,
    /// What is to take a scope takes something else.
    #[error(
        "`{name}` takes the scope `{scope}`, which is none: write visible characters of ASCII \
         without spaces, `\"` and `\\`"
    )]
    Scope {
        /// The tool, prompt, resource or template.
        name: String,
        /// What is there instead.
        scope: String,
    },
    /// Scopes were said of what is not there.
    #[error(
        "nothing is called `{name}` that could take scopes; add it, or correct the name; what is \
         behind a search takes them by its own definition"
    )]
    NothingScoped {
        /// The name of a tool or prompt, a URI or a template.
        name: String,
    },
    /// Scopes were said of one URI of many that a template makes. It may be spelled in many ways,
    /// and only the handler knows which of them mean the same.
    #[error(
        "`{uri}` cannot take scopes by itself, as only the template `{template}` makes it: say \
         them of the template, list the resource, or check them in the handler \
         (`Context::require_scopes`)"
    )]
    InstanceScoped {
        /// The URI.
        uri: String,
        /// A template that makes it.
        template: String,
    },
    /// A tool's schema cannot be used to validate anything.
    #[error("the {which} of the tool `{tool}` is not usable: {reason}")]
    ToolSchema {
        /// The tool.
        tool: String,
        /// `inputSchema` or `outputSchema`.
        which: &'static str,
        /// Where and why.
        reason: String,
    },
}

/// Serving a connection ended badly.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServeError {
    /// The server cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// Reading or writing failed.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    /// A part of the server's state could not be made, so nothing was served.
    #[error("the server cannot start: {0}")]
    Start(Error),
    /// A part of the server's state did not end well.
    #[error("the server did not stop well: {0}")]
    Stop(Error),
    /// Handlers were still running when the time to finish was over; they were dropped.
    #[error("{requests} requests were still running when the time to shut down was over")]
    Unfinished {
        /// How many.
        requests: usize,
    },
}

/// An error answer as JSON-RPC carries it.
///
/// Specification: `basic/index`, section "Error Responses".
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message} ({code})")]
pub struct ProtocolError {
    code: i64,
    message: String,
    data: Option<RawJson>,
    /// Those that the caller would have to have.
    scopes: Option<Box<[String]>>,
}

impl ProtocolError {
    /// One with any code. Codes of your own lie outside -32768 to -32000.
    pub fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None, scopes: None }
    }

    /// Adds `data`; a value that cannot be written as JSON is left out.
    #[must_use]
    pub fn with_data(mut self, data: &impl Serialize) -> Self {
        self.data = RawJson::from_value(data).ok();
        self
    }

    /// What the caller has to be allowed, besides what was said before.
    pub(crate) fn with_scopes(mut self, scopes: Vec<String>) -> Self {
        self.scopes = Some(scopes.into());
        self
    }

    /// -32700: the message is not JSON.
    pub fn parse(message: impl Into<String>) -> Self {
        Self::new(code::PARSE_ERROR, message)
    }

    /// -32600: JSON, but no request.
    pub fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(code::INVALID_REQUEST, message)
    }

    /// -32601: no such method here.
    #[must_use]
    pub fn method_not_found(method: &str) -> Self {
        let shown: String = method.chars().take(128).collect();
        Self::new(code::METHOD_NOT_FOUND, format!("method not found: {shown}"))
    }

    /// -32602: the parameters are not what the method takes.
    pub fn invalid_params(message: impl Into<String>) -> Self {
        Self::new(code::INVALID_PARAMS, message)
    }

    /// -32021: the request needs what the client did not say it can do.
    #[must_use]
    pub fn missing_capability(required: &ClientCapabilities) -> Self {
        #[derive(Serialize)]
        struct Data<'a> {
            #[serde(rename = "requiredCapabilities")]
            required: &'a ClientCapabilities,
        }
        let message = "the request needs a capability that the client did not declare";
        Self::new(code::MISSING_REQUIRED_CLIENT_CAPABILITY, message).with_data(&Data { required })
    }

    /// -32022: the request is in a revision that is not spoken here.
    pub(crate) fn unsupported_version(requested: &str, supported: &[&str]) -> Self {
        #[derive(Serialize)]
        struct Data<'a> {
            supported: &'a [&'a str],
            requested: &'a str,
        }
        Self::new(code::UNSUPPORTED_PROTOCOL_VERSION, "unsupported protocol version")
            .with_data(&Data { supported, requested })
    }

    /// -32603. Details belong into the log, not into the message.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(code::INTERNAL_ERROR, message)
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> i64 {
        self.code
    }

    /// The message.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// All scopes that the request takes, if the caller lacks some: over HTTP that is said in the
    /// response's head. See [`scopes`](crate::scopes).
    #[must_use]
    pub fn required_scopes(&self) -> &[String] {
        self.scopes.as_deref().unwrap_or_default()
    }

    /// More about it, if the sender said more.
    #[must_use]
    pub fn data(&self) -> Option<&RawJson> {
        self.data.as_ref()
    }
}

impl From<ErrorObject> for ProtocolError {
    fn from(error: ErrorObject) -> Self {
        Self {
            code: error.code,
            message: error.message,
            data: error.data.map(RawJson::from),
            scopes: None,
        }
    }
}
