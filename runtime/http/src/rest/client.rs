//! The HTTP client: hyper over TCP or TLS, no redirects, no cookies, no compression, bounded
//! in time, size and number.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::Semaphore;

use super::Error;
use super::error::CallError;
use super::limits::Limits;
use super::request::Prepared;
use super::resolve::{NotPublic, Resolver};

/// Sends requests to one upstream; connections are reused.
#[derive(Debug)]
pub(crate) struct Client {
    inner: legacy::Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    slots: Semaphore,
    total: Duration,
    cap: usize,
}

/// A whole response.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    /// A client; certificates are loaded only if it `needs_tls`.
    pub(crate) fn new(limits: &Limits, needs_tls: bool, public_only: bool) -> Result<Self, Error> {
        let mut tcp = HttpConnector::new_with_resolver(Resolver::new(public_only));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(limits.connect));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls(needs_tls)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let inner = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(16)
            .http1_max_buf_size(64 << 10)
            .build(connector);
        Ok(Self {
            inner,
            slots: Semaphore::new(limits.concurrency.max(1)),
            total: limits.total,
            cap: limits.reply,
        })
    }

    /// Sends a request and reads the whole response. Dropping the future ends the call.
    pub(crate) async fn send(&self, request: Prepared) -> Result<Received, CallError> {
        match tokio::time::timeout(self.total, self.exchange(request)).await {
            Ok(received) => received,
            Err(_) => Err(CallError::Timeout(self.total.as_secs())),
        }
    }

    async fn exchange(&self, request: Prepared) -> Result<Received, CallError> {
        let _slot =
            self.slots.acquire().await.map_err(|_| CallError::Connect("it is shutting down"))?;
        let response =
            self.inner.request(request.into_http()).await.map_err(|error| classify(&error))?;
        let (parts, body) = response.into_parts();
        if let Some(encoding) = text(&parts.headers, &CONTENT_ENCODING)
            && !encoding.eq_ignore_ascii_case("identity")
        {
            let encoding = encoding.chars().take(32).collect();
            return Err(CallError::ContentEncoding(encoding));
        }
        Ok(Received {
            status: parts.status,
            content_type: text(&parts.headers, &CONTENT_TYPE),
            body: self.read(body).await?,
        })
    }

    async fn read(&self, body: Incoming) -> Result<Vec<u8>, CallError> {
        let mut body = Limited::new(body, self.cap);
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| {
                if error.is::<http_body_util::LengthLimitError>() {
                    CallError::ReplyTooLarge(self.cap)
                } else {
                    CallError::Broken
                }
            })?;
            if let Some(data) = frame.data_ref() {
                bytes.extend_from_slice(data);
            }
        }
        Ok(bytes)
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn tls(needed: bool) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    if needed {
        let found = rustls_native_certs::load_native_certs();
        roots.add_parsable_certificates(found.certs);
        if roots.is_empty() {
            return Err(Error::Tls(
                "the system has no root certificates; install them or set SSL_CERT_FILE".to_owned(),
            ));
        }
    }
    let provider = rustls::crypto::ring::default_provider();
    let config = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Tls(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// What a failed exchange means to the caller; the details stay here.
fn classify(error: &legacy::Error) -> CallError {
    let mut source: Option<&(dyn StdError + 'static)> = Some(error);
    let mut found = None;
    while let Some(error) = source {
        if error.is::<NotPublic>() {
            return CallError::Connect("its name leads to an address that is not public");
        }
        if error.is::<rustls::Error>() {
            return CallError::Connect("TLS failed, for example for its certificate");
        }
        if let Some(hyper) = error.downcast_ref::<hyper::Error>()
            && hyper.is_parse()
        {
            return CallError::Protocol;
        }
        if error.to_string() == "dns error" {
            found = Some("its name is not known");
        }
        source = next(error);
        if let Some(io) = error.downcast_ref::<io::Error>() {
            found = found.or(match io.kind() {
                io::ErrorKind::ConnectionRefused => Some("the connection was refused"),
                io::ErrorKind::TimedOut => Some("connecting took too long"),
                _ => None,
            });
        }
    }
    if error.is_connect() {
        CallError::Connect(found.unwrap_or("connecting failed"))
    } else {
        CallError::Broken
    }
}

/// The cause of an error. An `io::Error` hides the one it wraps behind that one's own cause.
fn next<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}
