//! Running a server on an address.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use toolwright_core::stdio::Signals;
use toolwright_core::{BuildError, ServeError};

use super::accept;
use super::authority::Authority;
use super::connection::Server;
use super::error::Error;
use super::handshake::Handshake;
use super::limits::Limits;
use super::options::Options;
use super::service::Service;

/// Where a server is found unless [`Runner::path`] says otherwise.
const PATH: &str = "/mcp";

/// A server that is about to be run on an address. Await it to run it until the system asks to
/// stop (SIGTERM, SIGINT), or [`Runner::bind`] it first.
///
/// It serves HTTP/1, with TLS if the feature `tls` is on and it is given certificates; HTTP/2 is
/// left to a proxy in front of it.
#[must_use = "it runs when it is awaited"]
pub struct Runner {
    server: Result<toolwright_core::Service, BuildError>,
    address: String,
    options: Options,
    handshake: Option<Arc<dyn Handshake>>,
}

impl Runner {
    pub(super) fn new(
        server: Result<toolwright_core::Service, BuildError>,
        address: String,
    ) -> Self {
        Self { server, address, options: Options::new().path(PATH), handshake: None }
    }

    /// Has connections secured before HTTP begins on them; the addresses of such servers begin
    /// with `https`. With the feature `tls` there is `Runner::tls`.
    pub fn handshake(mut self, handshake: impl Handshake + 'static) -> Self {
        self.handshake = Some(Arc::new(handshake));
        self
    }

    /// As [`Options::host`]. Needed where the address can be reached from other machines.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.options = self.options.host(host);
        self
    }

    /// As [`Options::origin`].
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.options = self.options.origin(origin);
        self
    }

    /// As [`Options::trusted_proxy`].
    pub fn trusted_proxy(mut self, network: impl Into<String>) -> Self {
        self.options = self.options.trusted_proxy(network);
        self
    }

    /// As [`Options::health`].
    pub fn health(mut self, path: impl Into<String>) -> Self {
        self.options = self.options.health(path);
        self
    }

    /// As [`Options::path`]. Default: `/mcp`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.options = self.options.path(path);
        self
    }

    /// As [`Options::sessions`].
    pub fn sessions(mut self, sessions: bool) -> Self {
        self.options = self.options.sessions(sessions);
        self
    }

    /// As [`Options::http_sse`].
    pub fn http_sse(mut self, stream: impl Into<String>, messages: impl Into<String>) -> Self {
        self.options = self.options.http_sse(stream, messages);
        self
    }

    /// As [`Options::streams`].
    pub fn streams(mut self, streams: bool) -> Self {
        self.options = self.options.streams(streams);
        self
    }

    /// As [`Options::authority`].
    pub fn authority(mut self, authority: impl Authority) -> Self {
        self.options = self.options.authority(authority);
        self
    }

    /// As [`Options::limits`].
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options = self.options.limits(limits);
        self
    }

    /// Listens on the address. Port 0 takes any that is free.
    ///
    /// # Errors
    /// The server or its options are not in order, the address can be reached from other machines
    /// but no host is configured, or it cannot be listened on.
    pub async fn bind(self) -> Result<Bound, Error> {
        let no_hosts = self.options.hosts.is_empty();
        let (asked, handshake) = (self.address.clone(), self.handshake.clone());
        let (service, path, grace) = self.service()?;
        let listening = TcpListener::bind(&asked).await;
        let failed = |source: io::Error| Error::Listen { address: asked.clone(), source };
        let listener = listening.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        if no_hosts && !address.ip().is_loopback() {
            return Err(Error::NoHosts(address));
        }
        Ok(Bound { listener, address, path, service, handshake, grace })
    }

    /// The service, its path, and how long it takes to stop.
    pub(super) fn service(self) -> Result<(Service, String, Duration), Error> {
        let server = self.server?;
        let grace = server.limits().shutdown_grace;
        let path = self.options.path.clone().unwrap_or_default();
        Ok((Service::new(server, &self.options)?, path, grace))
    }
}

impl IntoFuture for Runner {
    type Output = toolwright_core::Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            #[cfg(unix)]
            if let Some(socket) = self.address.strip_prefix("unix:").map(str::to_owned) {
                self.bind_unix(socket).await?.run().await?;
                return Ok(());
            }
            let bound = self.bind().await?;
            bound.run().await?;
            Ok(())
        })
    }
}

/// A server that listens.
pub struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    path: String,
    service: Service,
    handshake: Option<Arc<dyn Handshake>>,
    grace: Duration,
}

impl Bound {
    /// The address, with the port that was taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where clients on this machine find the server.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.handshake.is_some() { "https" } else { "http" };
        format!("{scheme}://{}{}", self.address, self.path)
    }

    /// Serves until the system asks to stop (SIGTERM, SIGINT), as [`Bound::serve_until`]. A second
    /// signal ends the process at once.
    ///
    /// # Errors
    /// Requests did not finish in time, or the system lets nobody wait for signals.
    pub async fn run(self) -> Result<(), ServeError> {
        tracing::info!(url = self.url(), "serving");
        let signals = Signals::listen()?;
        self.serve_until(signals.first()).await
    }

    /// Serves until `stop` completes. Requests in flight then have
    /// [`shutdown_grace`](toolwright_core::Limits::shutdown_grace) to finish.
    ///
    /// # Errors
    /// Some did not.
    pub async fn serve_until(
        self,
        stop: impl Future<Output = ()> + Send,
    ) -> Result<(), ServeError> {
        let server = Server { service: self.service, handshake: self.handshake };
        accept::run(self.listener, server, self.grace, stop).await
    }
}

impl fmt::Debug for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bound").field("url", &self.url()).finish_non_exhaustive()
    }
}
