//! What can be configured.

use std::sync::Arc;

use super::Limits;
use super::authority::{Authority, Keeper};
use super::error::Error;
use super::forwarded::Proxies;
use super::host::{self, Origin};
use super::network::Network;

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
    pub(super) proxies: Vec<String>,
    pub(super) path: Option<String>,
    pub(super) health: Option<String>,
    pub(super) sessions: bool,
    /// Paths of the stream and of its messages.
    pub(super) old: Option<(String, String)>,
    pub(super) streams: bool,
    pub(super) limits: Limits,
    pub(super) authority: Option<Keeper>,
}

impl Options {
    /// The defaults: only names of this machine itself (`localhost`, `127.0.0.1`, `[::1]`), any
    /// path, clients of every revision.
    #[must_use]
    pub fn new() -> Self {
        Self {
            hosts: Vec::new(),
            origins: Vec::new(),
            proxies: Vec::new(),
            path: None,
            health: None,
            sessions: true,
            old: None,
            streams: true,
            limits: Limits::default(),
            authority: None,
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
    /// the server's own hosts. Browsers are told so (CORS), with the headers of the protocol;
    /// without any origin they are told nothing.
    ///
    /// ```
    /// let options = toolwright_http::serve::Options::new().origin("https://app.example.com");
    /// ```
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// A proxy in front of the server that is believed what it says about requests, in
    /// `Forwarded` or `X-Forwarded-For`, `-Host` and `-Proto`: its address, or the network it is
    /// in, as in `10.0.0.0/8`. The host that clients asked for is then the one that is checked,
    /// so [`Options::host`] has the public name. The proxy has to set these headers, or to remove
    /// them: what it passes on as it came counts as its own word.
    ///
    /// Mounted services find out who sent a request by the extension [`Peer`](super::Peer).
    ///
    /// ```
    /// use toolwright_http::serve::Options;
    ///
    /// let options = Options::new().host("mcp.example.com").trusted_proxy("10.0.0.0/8");
    /// ```
    #[must_use]
    pub fn trusted_proxy(mut self, network: impl Into<String>) -> Self {
        self.proxies.push(network.into());
        self
    }

    /// A path that says whether the server serves: 200, or 503 once it was asked to stop. It
    /// answers GET and HEAD under any host name, as those who probe often know none. Default:
    /// none.
    ///
    /// ```
    /// let options = toolwright_http::serve::Options::new().health("/healthz");
    /// ```
    #[must_use]
    pub fn health(mut self, path: impl Into<String>) -> Self {
        self.health = Some(path.into());
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

    /// Also serves the transport of revision 2024-11-05, HTTP+SSE: clients open a stream at the
    /// path `stream`, and are told to send their messages to the path `messages`. Both are paths
    /// as the client sees them. Default: no.
    #[must_use]
    pub fn http_sse(mut self, stream: impl Into<String>, messages: impl Into<String>) -> Self {
        self.old = Some((stream.into(), messages.into()));
        self
    }

    /// Whether a response may be a stream of events. Without, progress is not reported. Default:
    /// yes.
    #[must_use]
    pub fn streams(mut self, streams: bool) -> Self {
        self.streams = streams;
        self
    }

    /// Lets in only those whom an authority knows, such as a protected resource of
    /// `toolwright-auth`. The server publishes its documents too: a router in front of a mounted
    /// service has to pass on what is below `/.well-known/` to it.
    ///
    /// Handlers see who it is as
    /// [`Context::principal`](toolwright_core::Context::principal), and never the credentials.
    #[must_use]
    pub fn authority(mut self, authority: impl Authority) -> Self {
        self.authority = Some(Keeper(Arc::new(authority)));
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

    /// The proxies in normal form.
    pub(super) fn checked_proxies(&self) -> Result<Proxies, Error> {
        let check = |text: &String| Network::parse(text).ok_or_else(|| Error::Proxy(text.clone()));
        self.proxies.iter().map(check).collect::<Result<_, _>>().map(Proxies::new)
    }

    /// The paths, if they are some.
    pub(super) fn checked_paths(&self) -> Result<Paths, Error> {
        let old = self.old.iter().flat_map(|(stream, messages)| [stream, messages]);
        let is_path = |path: &str| {
            path.starts_with('/')
                && path.bytes().all(|b| b.is_ascii_graphic() && b != b'?' && b != b'#')
        };
        match self.path.iter().chain(&self.health).chain(old).find(|path| !is_path(path)) {
            Some(path) => Err(Error::Path(path.clone())),
            None => Ok(Paths {
                endpoint: self.path.clone(),
                health: self.health.clone(),
                old: self.old.clone(),
            }),
        }
    }
}

/// What is served where.
#[derive(Debug)]
pub(super) struct Paths {
    /// Everywhere, if it is missing.
    pub(super) endpoint: Option<String>,
    /// Says whether the server serves.
    pub(super) health: Option<String>,
    /// Streams of revision 2024-11-05, and messages for them.
    pub(super) old: Option<(String, String)>,
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
