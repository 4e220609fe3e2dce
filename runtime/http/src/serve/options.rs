//! What can be configured.

use super::Limits;
use super::error::Error;
use super::host::{self, Origin};

/// How a server is offered over HTTP.
///
/// ```
/// use toolwright_http::serve::Options;
///
/// let options = Options::new().host("mcp.example.com").origin("https://app.example.com");
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    pub(super) hosts: Vec<String>,
    pub(super) origins: Vec<String>,
    pub(super) path: Option<String>,
    pub(super) sessions: bool,
    pub(super) streams: bool,
    pub(super) limits: Limits,
}

impl Options {
    /// The defaults: only names of this machine itself (`localhost`, `127.0.0.1`, `[::1]`), any
    /// path, clients of every revision.
    #[must_use]
    pub fn new() -> Self {
        Self {
            hosts: Vec::new(),
            origins: Vec::new(),
            path: None,
            sessions: true,
            streams: true,
            limits: Limits::default(),
        }
    }

    /// A host name under which clients reach the server, without port. With the first one, the
    /// names of this machine itself are no longer accepted unless they are given too.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// A web origin, such as `https://app.example.com`, whose pages may send requests, besides
    /// the server's own hosts.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// The one path that is served. Without it, every path is: leave it out where a router has
    /// chosen already.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Whether clients up to revision 2025-11-25 are served, which takes sessions. Default: yes.
    #[must_use]
    pub fn sessions(mut self, sessions: bool) -> Self {
        self.sessions = sessions;
        self
    }

    /// Whether a response may be a stream of events. Without, progress is not reported. Default:
    /// yes.
    #[must_use]
    pub fn streams(mut self, streams: bool) -> Self {
        self.streams = streams;
        self
    }

    /// Other limits than the default ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The hosts in normal form.
    pub(super) fn checked_hosts(&self) -> Result<Vec<String>, Error> {
        if self.hosts.is_empty() {
            return Ok(host::LOOPBACK.map(str::to_owned).to_vec());
        }
        let check = |text: &String| match host::parse(text) {
            Some(host) if host.port.is_none() => Ok(host.name),
            _ => Err(Error::Host(text.clone())),
        };
        self.hosts.iter().map(check).collect()
    }

    /// The origins in normal form.
    pub(super) fn checked_origins(&self) -> Result<Vec<Origin>, Error> {
        let check = |text: &String| host::origin(text).ok_or_else(|| Error::Origin(text.clone()));
        self.origins.iter().map(check).collect()
    }

    /// The path, if it is one.
    pub(super) fn checked_path(&self) -> Result<Option<String>, Error> {
        match &self.path {
            Some(path) if !path.starts_with('/') || path.contains(['?', '#']) => {
                Err(Error::Path(path.clone()))
            }
            path => Ok(path.clone()),
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
