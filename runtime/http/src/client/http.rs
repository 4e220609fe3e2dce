//! A server's address, and how to get there.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue, PROXY_AUTHORIZATION};
use http::{Request, Response};
use http_body::Body;
use hyper::rt::{Read, Write};
use toolwright_core::ClientError;
use toolwright_core::client::Partition;
use tower_service::Service;

use super::authorize::{Authorize, Authorizer};
use super::network::Network;
use super::sender::{self, Sender, Serve};
use super::site::Site;
use super::socket;
use super::url;
use crate::connect::{Tls, secure};
use crate::dial::{BoxError, Dial};
use crate::route::{Choice, Route, route};

/// A server's address, and how to get there.
///
/// ```no_run
/// use std::time::Duration;
///
/// use toolwright_core::Client;
/// use toolwright_http::client::{ConnectWith, Http};
///
/// # async fn run(token: &str) -> toolwright_core::Result<()> {
/// let http = Http::new("http://127.0.0.1:8000/mcp")
///     .header("Authorization", &format!("Bearer {token}"))
///     .connect_timeout(Duration::from_secs(2));
/// let client = Client::builder().connect_http(http).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Http {
    url: String,
    headers: HeaderMap,
    connect: Duration,
    means: Means,
    authorizer: Option<Authorizer>,
    pub(crate) proxy: Choice,
    pub(crate) tls: Tls,
    /// What was given and cannot be used.
    pub(crate) fault: Option<String>,
}

/// How requests get to the server.
enum Means {
    /// Over connections of our own.
    Own,
    Connector(Dial),
    Service(Box<dyn Serve>),
}

impl Http {
    /// The server under a URL. On Unix it may be `unix:/run/server.sock:/mcp`: the path of a
    /// socket, and that of the server behind it, which is `/mcp` if it is left out.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            headers: HeaderMap::new(),
            connect: Duration::from_secs(10),
            means: Means::Own,
            authorizer: None,
            proxy: Choice::default(),
            tls: Tls::default(),
            fault: None,
        }
    }

    /// A header of every request, for example `Authorization`. It is never logged. Connecting
    /// fails if it is no legal header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            (Ok(name), Ok(mut value)) => {
                value.set_sensitive(true);
                self.headers.insert(name, value);
            }
            _ => self.fault = Some(format!("`{name}` is no legal header, or has no legal value")),
        }
        self
    }

    /// Lets `authorizer` put credentials on every request. For OAuth, that is
    /// `toolwright::auth::client::OAuth`, whose requests to this server trust the certificates that
    /// are given here and go through the same proxy; those to other places use the proxy alone.
    #[must_use]
    pub fn authorize(mut self, authorizer: impl Authorize) -> Self {
        self.authorizer = Some(Authorizer::new(authorizer, self.url.trim()));
        self
    }

    /// How long opening a connection may take, with proxies, TLS and all; 10 seconds unless given.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect = timeout;
        self
    }

    /// Opens connections with a connector of your own, as hyper knows them: it is called with the
    /// server's URL, and has to secure the connection itself if that begins with `https`. Proxies
    /// are its affair too.
    ///
    /// ```
    /// use std::future::Future;
    /// use std::pin::Pin;
    /// use std::task::{Context, Poll};
    ///
    /// use hyper_util::rt::TokioIo;
    /// use tokio::net::TcpStream;
    /// use toolwright_http::client::Http;
    ///
    /// /// Reaches one machine under any name.
    /// #[derive(Clone)]
    /// struct Here;
    ///
    /// impl tower_service::Service<http::Uri> for Here {
    ///     type Response = TokioIo<TcpStream>;
    ///     type Error = std::io::Error;
    ///     type Future = Pin<Box<dyn Future<Output = std::io::Result<Self::Response>> + Send>>;
    ///
    ///     fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
    ///         Poll::Ready(Ok(()))
    ///     }
    ///
    ///     fn call(&mut self, _: http::Uri) -> Self::Future {
    ///         Box::pin(async { Ok(TokioIo::new(TcpStream::connect("127.0.0.1:8000").await?)) })
    ///     }
    /// }
    ///
    /// let http = Http::new("http://mcp.internal/mcp").with_connector(Here);
    /// ```
    #[must_use]
    pub fn with_connector<C>(mut self, connector: C) -> Self
    where
        C: Service<http::Uri> + Clone + Send + Sync + 'static,
        C::Response: Read + Write + Send + Unpin + 'static,
        C::Error: Into<BoxError>,
        C::Future: Send,
    {
        self.means = Means::Connector(Dial::new(connector));
        self
    }

    /// Sends requests with a client of your own: any `tower_service::Service` of requests, such as
    /// one that wraps `reqwest`, or stands behind layers of tower. Proxies, TLS, connections, the
    /// time for opening them and the header `Host` are its affair; it should hand redirects on, since following
    /// them could carry credentials elsewhere, and body by body as it comes, since answers may be
    /// endless streams.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use std::future::{Ready, ready};
    /// use std::task::{Context, Poll};
    ///
    /// use bytes::Bytes;
    /// use http_body_util::Full;
    /// use toolwright_http::client::Http;
    ///
    /// /// Answers everything itself. Around a client of reqwest, `call` would be
    /// /// `client.execute(request.try_into()?)`, and the response `http::Response::from(…)`.
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
    ///     fn call(&mut self, request: http::Request<Bytes>) -> Self::Future {
    ///         ready(Ok(http::Response::new(Full::new(request.into_body()))))
    ///     }
    /// }
    ///
    /// let http = Http::new("https://mcp.example.com/mcp").with_service(Nobody);
    /// ```
    #[must_use]
    pub fn with_service<S, B>(mut self, service: S) -> Self
    where
        S: Service<Request<Bytes>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.means = Means::Service(sender::service(service));
        self
    }

    /// Whose results may be kept together. Every header may say who asks. Connectors and services
    /// of the user's may know more, so what comes through them is not shared.
    fn partition(&self) -> Option<Partition> {
        if !matches!(self.means, Means::Own) {
            return None;
        }
        let headers = self.headers.iter();
        let headers =
            headers.flat_map(|(name, value)| [name.as_str().as_bytes(), value.as_bytes()]);
        let mut who: Vec<_> = headers.collect();
        let identity;
        if let Some(authorizer) = &self.authorizer {
            identity = authorizer.who.identity()?;
            who.extend([b"authorizer".as_slice(), &identity]);
        }
        Some(Partition::new(&self.url, &who))
    }

    pub(super) fn site(&self, limit: usize) -> Result<Site, ClientError> {
        let authorizer = self.authorizer.clone().map(|it| it.over(self.network()));
        self.anonymous_site(limit).map(|site| site.authorized(authorizer))
    }

    /// How others get there, unless connections are the user's affair.
    fn network(&self) -> Network {
        match self.means {
            Means::Own => Network::new(&self.tls, &self.proxy),
            Means::Connector(_) | Means::Service(_) => Network::default(),
        }
    }

    fn anonymous_site(&self, limit: usize) -> Result<Site, ClientError> {
        let unusable = |reason| ClientError::Usage { reason };
        if let Some(reason) = &self.fault {
            return Err(unusable(reason.clone()));
        }
        let (url, socket) = url::address(&self.url)?;
        let partition = self.partition();
        let mut headers = self.headers.clone();
        let dial = match (&self.means, socket) {
            (Means::Service(service), _) => {
                let sender = Sender::Service(service.again());
                return Ok(Site::new(sender, url, headers, limit, partition));
            }
            (Means::Connector(dial), _) => dial.clone(),
            (Means::Own, Some(socket)) => socket::dial(socket).map_err(unusable)?,
            (Means::Own, None) => {
                let tcp = Dial::tcp(self.connect);
                let Route { dial, authorization } =
                    route(&self.proxy, &url, tcp, &self.tls).map_err(unusable)?;
                if let Some(authorization) = authorization {
                    headers.insert(PROXY_AUTHORIZATION, authorization);
                }
                match url::is_secure(&url) {
                    true => secure(dial, &self.tls).map_err(unusable)?,
                    false => dial,
                }
            }
        };
        Ok(Site::new(Sender::pool(dial.within(self.connect)), url, headers, limit, partition))
    }
}

impl Clone for Http {
    fn clone(&self) -> Self {
        Self {
            url: self.url.clone(),
            headers: self.headers.clone(),
            connect: self.connect,
            means: match &self.means {
                Means::Own => Means::Own,
                Means::Connector(dial) => Means::Connector(dial.clone()),
                Means::Service(service) => Means::Service(service.again()),
            },
            authorizer: self.authorizer.clone(),
            proxy: self.proxy.clone(),
            tls: self.tls.clone(),
            fault: self.fault.clone(),
        }
    }
}

impl fmt::Debug for Means {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own => "Own",
            Self::Connector(_) => "Connector",
            Self::Service(_) => "Service",
        })
    }
}
