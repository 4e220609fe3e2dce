//! Single requests to places that others named, such as the documents of an authorization
//! server: bounded in time and size, to the public internet only, never carried elsewhere.
//!
//! ```no_run
//! use http::HeaderMap;
//! use toolwright_http::fetch::{Fetch, FetchError, Rules};
//!
//! # async fn run() -> Result<(), FetchError> {
//! let url = "https://login.example.com/.well-known/oauth-authorization-server";
//! let fetched = Fetch::new().get(url, HeaderMap::new(), &Rules::default()).await?;
//! println!("{}: {} bytes", fetched.status, fetched.body.len());
//! # Ok(())
//! # }
//! ```
//!
//! # Map
//! `rules` says what is allowed, `target` checks a URL against it, `pools` opens connections,
//! `error` says why not.

mod error;
mod pools;
mod rules;
mod target;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_ENCODING, LOCATION, PROXY_AUTHORIZATION};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use http_body::Body;
use tower_service::Service;

use crate::client::Network;
use crate::client::sender::{Received, Sender, service};
use crate::client::url::within;
use crate::dial::BoxError;

pub use error::FetchError;
pub use rules::Rules;

use error::failed;
pub(crate) use pools::Settings;
use pools::{Line, Pools};
use target::Target;

/// Sends single requests. Cheap to clone; clones share connections.
///
/// Names are resolved by the system, its root certificates are trusted, and with the feature
/// `client-proxy` its environment says through which proxy.
#[derive(Clone)]
pub struct Fetch {
    settings: Settings,
    means: Means,
}

/// How requests get there.
#[derive(Clone)]
enum Means {
    Own(Arc<Pools>),
    Service(Arc<Line>),
}

/// A response, read to its end.
#[derive(Clone)]
pub struct Fetched {
    /// Whatever it is: a failure is an answer too.
    pub status: StatusCode,
    /// As they came.
    pub headers: HeaderMap,
    /// No longer than [`Rules::most_bytes`].
    pub body: Bytes,
}

impl Fetch {
    /// As the system is set up.
    #[must_use]
    pub fn new() -> Self {
        Self { settings: Settings::default(), means: Means::Own(Arc::default()) }
    }

    /// As a client gets to its server: with the certificates that it trusts and shows, through its
    /// proxy. For requests to that server alone.
    #[must_use]
    pub fn of(network: &Network) -> Self {
        Self::beside(network).with(|settings| settings.tls = network.tls().clone())
    }

    /// To other places than a client's server, through its proxy. Certificates are trusted that the
    /// system trusts: whoever has a key that a client was told to trust for its server could
    /// otherwise be anybody.
    #[must_use]
    pub fn beside(network: &Network) -> Self {
        Self::new().with(|settings| settings.proxy = network.proxy().clone())
    }

    /// Trusts the certificates of a PEM text besides those of the system. May be given several
    /// times; requests fail if the text is no PEM.
    #[must_use]
    pub fn root_certificate(self, pem: impl AsRef<[u8]>) -> Self {
        self.with(|settings| {
            if let Err(reason) = settings.tls.trust(pem.as_ref()) {
                settings.fault = Some(reason);
            }
        })
    }

    /// How long opening a connection may take, with proxies, TLS and all; 5 seconds unless given.
    #[must_use]
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        self.with(|settings| settings.connect = timeout)
    }

    /// Sends requests with a client of your own. Where a name leads is then its affair: the rules
    /// about addresses see what URLs say and no more. It has to hand redirects on.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use std::future::{Ready, ready};
    /// use std::task::{Context, Poll};
    ///
    /// use bytes::Bytes;
    /// use http_body_util::Full;
    /// use toolwright_http::fetch::Fetch;
    ///
    /// /// Answers everything itself.
    /// #[derive(Clone)]
    /// struct Nobody;
    ///
    /// impl tower_service::Service<http::Request<Bytes>> for Nobody {
    ///     type Response = http::Response<Full<Bytes>>;
    ///     type Error = Infallible;
    ///     type Future = Ready<Result<Self::Response, Infallible>>;
    ///
    ///     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
    ///         Poll::Ready(Ok(()))
    ///     }
    ///
    ///     fn call(&mut self, _: http::Request<Bytes>) -> Self::Future {
    ///         ready(Ok(http::Response::new(Full::from("{}"))))
    ///     }
    /// }
    ///
    /// let fetch = Fetch::with_service(Nobody);
    /// ```
    #[must_use]
    pub fn with_service<S, B>(client: S) -> Self
    where
        S: Service<Request<Bytes>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let line = Line { sender: Sender::Service(service(client)), authorization: None };
        Self { settings: Settings::default(), means: Means::Service(Arc::new(line)) }
    }

    /// Asks for a document. Redirects are followed within the origin, as often as the rules say.
    ///
    /// # Errors
    /// The URL or where it leads is not allowed, nobody answers in time, or the answer is too
    /// large. Failures that HTTP knows (404, 500) are answers.
    pub async fn get(
        &self,
        url: &str,
        headers: HeaderMap,
        rules: &Rules,
    ) -> Result<Fetched, FetchError> {
        let mut target = Target::read(url, rules)?;
        let following = async {
            for _ in 0..=rules.redirects {
                let fetched =
                    self.once(&target, Method::GET, &headers, Bytes::new(), rules).await?;
                let Some(location) = leads_elsewhere(&fetched) else { return Ok(fetched) };
                let elsewhere = || FetchError::Redirected { url: target.shown.clone() };
                let next = within(&target.uri, location).map_err(|_| elsewhere())?;
                target = Target::read(&next.to_string(), rules)?;
            }
            Err(FetchError::Redirected { url: target.shown.clone() })
        };
        in_time(url, rules, following).await
    }

    /// Sends a body, and never anywhere else: redirects are errors.
    ///
    /// # Errors
    /// As for [`get`](Self::get).
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
        rules: &Rules,
    ) -> Result<Fetched, FetchError> {
        let target = Target::read(url, rules)?;
        let sending = async {
            let fetched = self.once(&target, Method::POST, &headers, body, rules).await?;
            match leads_elsewhere(&fetched) {
                Some(_) => Err(FetchError::Redirected { url: target.shown.clone() }),
                None => Ok(fetched),
            }
        };
        in_time(url, rules, sending).await
    }

    /// Changes settings. What was open was opened by others.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        if let Means::Own(pools) = &mut self.means {
            *pools = Arc::default();
        }
        self
    }

    async fn once(
        &self,
        target: &Target,
        method: Method,
        headers: &HeaderMap,
        body: Bytes,
        rules: &Rules,
    ) -> Result<Fetched, FetchError> {
        let line = match &self.means {
            Means::Service(line) => Arc::clone(line),
            Means::Own(pools) => pools.line(&self.settings, target, rules)?,
        };
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = target.uri.clone();
        *request.headers_mut() = headers.clone();
        if let Some(authorization) = &line.authorization {
            request.headers_mut().insert(PROXY_AUTHORIZATION, authorization.clone());
        }
        let sent = line.sender.send(request).await;
        let (parts, body) = sent.map_err(|error| failed(&*error, &target.shown))?.into_parts();
        let encoding = parts.headers.get(CONTENT_ENCODING);
        if encoding.is_some_and(|is| !is.as_bytes().eq_ignore_ascii_case(b"identity")) {
            let reason = "the body is compressed, which was not asked for".to_owned();
            return Err(FetchError::Broken { url: target.shown.clone(), reason });
        }
        let body = read(body, target, rules.most_bytes).await?;
        Ok(Fetched { status: parts.status, headers: parts.headers, body })
    }
}

/// Where a response says that the answer is.
fn leads_elsewhere(fetched: &Fetched) -> Option<&str> {
    match fetched.status.as_u16() {
        301 | 302 | 303 | 307 | 308 => {
            // Without a place there is none: an empty reference leads nowhere.
            Some(fetched.headers.get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or("//"))
        }
        _ => None,
    }
}

async fn read(mut body: Received, target: &Target, most: usize) -> Result<Bytes, FetchError> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| failed(&*error, &target.shown))?;
        let Ok(piece) = frame.into_data() else { continue };
        if piece.len() > most - whole.len() {
            return Err(FetchError::TooLarge { url: target.shown.clone(), most });
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}

async fn in_time(
    url: &str,
    rules: &Rules,
    fetching: impl Future<Output = Result<Fetched, FetchError>>,
) -> Result<Fetched, FetchError> {
    match tokio::time::timeout(rules.timeout, fetching).await {
        Ok(fetched) => fetched,
        Err(_) => Err(FetchError::Timeout { url: target::shown(url), after: rules.timeout }),
    }
}

impl Default for Fetch {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Fetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetch").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// Without what was answered: it may be a token.
impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}
