//! Logging in with the browser of the person at this machine, which comes back to a port of this
//! program.
//!
//! Specification: RFC 8252, section 7.3.

use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use toolwright_core::BoxFuture;

use super::authorize::{AuthorizationUrl, Page};
use super::error::LoginError;
use super::handler::{Login, LoginHandler};
use super::listener::Listener;
use super::opener;

/// How long a person has.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// Opens the system's browser, and listens on `127.0.0.1` until it comes back to
/// `http://127.0.0.1:PORT/callback`: once, and for five minutes at most.
///
/// ```
/// use toolwright_auth::client::{Browser, OAuth};
///
/// // For an authorization server that knows this client with one redirect URI only, and a
/// // machine that may have no browser.
/// let browser = Browser::new()
///     .port(8765)
///     .announce(|url| eprintln!("To log in, open {}", url.as_str()));
/// let oauth = OAuth::new().handler(browser);
/// ```
#[derive(Clone)]
pub struct Browser {
    port: u16,
    patience: Duration,
    open: bool,
    announce: Option<Announce>,
}

type Announce = Arc<dyn Fn(&AuthorizationUrl) + Send + Sync>;

impl Browser {
    /// On a port that is free.
    #[must_use]
    pub fn new() -> Self {
        Self { port: 0, patience: PATIENCE, open: true, announce: None }
    }

    /// On this port.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// How long a person has; five minutes unless given.
    #[must_use]
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Tells the page's URL as well, so that it can be opened by hand.
    #[must_use]
    pub fn announce(mut self, tell: impl Fn(&AuthorizationUrl) + Send + Sync + 'static) -> Self {
        self.announce = Some(Arc::new(tell));
        self
    }

    /// Opens no browser: the URL is only [announced](Self::announce).
    #[must_use]
    pub fn only_announce(mut self) -> Self {
        self.open = false;
        self
    }

    async fn listener(&self, before: Option<&str>) -> Result<Listener, LoginError> {
        let known = before.and_then(Listener::port_of).filter(|_| self.port == 0);
        let mut listener = Err(std::io::ErrorKind::AddrNotAvailable.into());
        for port in known.into_iter().chain([self.port]) {
            if listener.is_err() {
                listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
            }
        }
        let failed = |error: std::io::Error| LoginError::Page {
            reason: format!("there is no port for the browser to come back to: {error}"),
        };
        Listener::new(listener.map_err(failed)?).map_err(failed)
    }
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

impl LoginHandler for Browser {
    fn begin<'a>(
        &'a self,
        before: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Box<dyn Login>, LoginError>> {
        Box::pin(async move {
            let listener = self.listener(before).await?;
            Ok(Box::new(Waiting { browser: self.clone(), listener }) as Box<dyn Login>)
        })
    }
}

struct Waiting {
    browser: Browser,
    listener: Listener,
}

impl Login for Waiting {
    fn redirect_uri(&self) -> &str {
        self.listener.redirect_uri()
    }

    fn open<'a>(&'a mut self, page: &'a Page) -> BoxFuture<'a, Result<String, LoginError>> {
        Box::pin(async move {
            if let Some(announce) = &self.browser.announce {
                announce(page.url());
            }
            if self.browser.open
                && let Err(error) = opener::open(page.url())
            {
                if self.browser.announce.is_none() {
                    let reason = format!("no browser can be opened: {error}");
                    return Err(LoginError::Page { reason });
                }
                tracing::debug!(%error, "no browser can be opened");
            }
            self.listener.wait(page, self.browser.patience).await
        })
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Browser").field("port", &self.port).finish_non_exhaustive()
    }
}
