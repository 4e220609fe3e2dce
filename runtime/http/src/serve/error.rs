//! What can be wrong with a server before it serves.

use std::io;
use std::net::SocketAddr;

use toolwright_core::{BuildError, ServeError};

/// A server cannot be offered over HTTP.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server itself cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A name given to [`Options::host`](super::Options::host) is none.
    #[error("`{0}` is no host name: give it without scheme, port or path, as in `mcp.example.com`")]
    Host(String),
    /// A text given to [`Options::origin`](super::Options::origin) is none.
    #[error("`{0}` is no origin: write it as in `https://app.example.com:8443`")]
    Origin(String),
    /// A text given to [`Options::trusted_proxy`](super::Options::trusted_proxy) is none.
    #[error("`{0}` is no address and no network: write it as in `10.0.0.1` or `10.0.0.0/8`")]
    Proxy(String),
    /// A path given to [`Options::path`](super::Options::path) is none.
    #[error("`{0}` is no path: it has to begin with `/` and have neither `?` nor `#`")]
    Path(String),
    /// What [`Options::authority`](super::Options::authority) was given is not in order.
    #[error(transparent)]
    Authority(Box<dyn std::error::Error + Send + Sync>),
    /// A tool's `x-mcp-header` breaks the rules.
    #[error("the tool `{tool}` cannot be offered over HTTP: `x-mcp-header` at {pointer} {reason}")]
    ParameterHeader {
        /// The tool.
        tool: String,
        /// Where in its `inputSchema`.
        pointer: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The address is open to others, but nothing says which host names are ours.
    #[error(
        "{0} can be reached from other machines: say under which host names, with \
         `.host(\"mcp.example.com\")`, or listen on 127.0.0.1"
    )]
    NoHosts(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// As it was given.
        address: String,
        /// Why.
        source: io::Error,
    },
    /// Serving ended badly.
    #[error(transparent)]
    Serve(#[from] ServeError),
}
