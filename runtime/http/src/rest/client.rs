//! The HTTP client: hyper over TCP or TLS, no cookies, no compression, redirects within the
//! origin only, bounded in time, size and number.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body as _, Incoming};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use toolwright_core::Context;

use super::error::CallError;
use super::limits::Limits;
use super::media;
use super::rate::Rate;
use super::received::Received;
use super::redirect;
use super::request::Prepared;
use super::retry::pause;
use super::stream::{End, Fold, Format, Stream};
use crate::address::{Class, NotAllowed, Resolver};

/// Bytes that are read of what comes with an error.
const EXCERPT: usize = 256 << 10;

/// Sends requests to one upstream; connections are reused.
#[derive(Debug)]
pub(crate) struct Client {
    inner: legacy::Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    slots: Semaphore,
    rate: Rate,
    limits: Limits,
}

/// Who waits for a response, and until when.
#[derive(Clone, Copy)]
struct Wait<'a> {
    cx: &'a Context,
    until: Instant,
}

impl Client {
    /// A client that is secured by `tls`; names lead to public addresses only, if that is wanted.
    pub(crate) fn new(limits: &Limits, tls: ClientConfig, public_only: bool) -> Self {
        let class = if public_only { Class::Public } else { Class::Any };
        let mut tcp = HttpConnector::new_with_resolver(Resolver::new(class));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(limits.connect));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let inner = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(16)
            .http1_max_buf_size(64 << 10)
            .build(connector);
        Self {
            inner,
            slots: Semaphore::new(limits.concurrency.clamp(1, Semaphore::MAX_PERMITS)),
            rate: Rate::new(limits.rate),
            limits: limits.clone(),
        }
    }

    /// Sends a request and reads the whole response, or of a stream what comes in time, with the
    /// number of its items as progress; follows redirects within the origin, and tries again
    /// where that does no harm. Dropping the future ends the call.
    pub(crate) async fn send(
        &self,
        cx: &Context,
        request: Prepared,
    ) -> Result<Received, CallError> {
        let total = self.limits.total;
        let until = Instant::now() + total;
        match timeout_at(until, self.attempts(&request, Wait { cx, until })).await {
            Ok(received) => received,
            Err(_) => Err(CallError::Timeout(total.as_secs())),
        }
    }

    async fn attempts(&self, request: &Prepared, wait: Wait<'_>) -> Result<Received, CallError> {
        let mut before = 0;
        loop {
            let outcome = self.follow(request, wait).await;
            match pause(&self.limits, &outcome, before, request.is_idempotent) {
                Some(pause) if Instant::now() + pause < wait.until => sleep(pause).await,
                _ => return outcome,
            }
            before += 1;
        }
    }

    async fn follow(&self, request: &Prepared, wait: Wait<'_>) -> Result<Received, CallError> {
        let mut received = self.exchange(request, wait).await?;
        let mut next = redirect::next(request, &received);
        let mut before = 0;
        while let Some(request) = next {
            if before == self.limits.redirects {
                return Err(CallError::Redirects(before));
            }
            before += 1;
            received = self.exchange(&request, wait).await?;
            next = redirect::next(&request, &received);
        }
        Ok(received)
    }

    async fn exchange(&self, request: &Prepared, wait: Wait<'_>) -> Result<Received, CallError> {
        let _slot =
            self.slots.acquire().await.map_err(|_| CallError::Connect("it is shutting down"))?;
        self.rate.take().await;
        let first_byte = self.limits.first_byte;
        let response = timeout(first_byte, self.inner.request(request.to_http()))
            .await
            .map_err(|_| CallError::Timeout(first_byte.as_secs()))?
            .map_err(|error| classify(&error))?;
        let (parts, body) = response.into_parts();
        let encoding = encoding(&parts.headers).filter(|_| !body.is_end_stream());
        let content_type = text(&parts.headers, &CONTENT_TYPE);
        let format = Format::of(&media::essence(content_type.as_deref().unwrap_or_default()));
        let mut received = Received {
            status: parts.status,
            content_type,
            headers: parts.headers,
            ..Received::default()
        };
        match (format, encoding) {
            // The status says enough where what comes with it cannot be read.
            (_, Some(_)) if !received.status.is_success() => {}
            _ if !received.status.is_success() => received.body = self.excerpt(body, wait).await,
            (_, Some(encoding)) => return Err(CallError::ContentEncoding(encoding)),
            (Some(format), None) => received.stream = Some(self.fold(body, format, wait).await?),
            (None, None) => received.body = self.read(body).await?,
        }
        Ok(received)
    }

    /// What comes with an error, or as much of it as is of use: it may be long, late or broken.
    async fn excerpt(&self, mut body: Incoming, wait: Wait<'_>) -> Vec<u8> {
        let until = self.early(wait);
        let mut bytes = Vec::new();
        while let Ok(Some(Ok(frame))) = timeout_at(until, body.frame()).await {
            bytes.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data));
            if bytes.len() > EXCERPT {
                break;
            }
        }
        bytes
    }

    /// A little before the time is up, so that what came is not lost with the call.
    fn early(&self, wait: Wait<'_>) -> Instant {
        wait.until - (self.limits.total / 20).min(Duration::from_millis(500))
    }

    /// Reads a stream to its end, or as far as limits allow.
    async fn fold(
        &self,
        mut body: Incoming,
        format: Format,
        wait: Wait<'_>,
    ) -> Result<Stream, CallError> {
        let until = self.early(wait);
        let mut fold = Fold::new(format);
        let mut room = self.limits.reply;
        let end = loop {
            let frame = match timeout_at(until, body.frame()).await {
                Err(_) if fold.count() == 0 => {
                    return Err(CallError::Timeout(self.limits.total.as_secs()));
                }
                Ok(Some(Err(_))) if fold.count() == 0 => return Err(CallError::Broken),
                Err(_) => break End::Time,
                Ok(None) => break End::Whole,
                Ok(Some(Err(_))) => break End::Broken,
                Ok(Some(Ok(frame))) => frame,
            };
            let Some(data) = frame.data_ref() else { continue };
            let before = fold.count();
            fold.push(data.get(..room).unwrap_or(data));
            if fold.count() > before {
                wait.cx.progress(fold.count() as f64).await;
            }
            if data.len() > room || fold.is_full() {
                break End::Size;
            }
            room -= data.len();
        };
        Ok(fold.finish(end))
    }

    async fn read(&self, body: Incoming) -> Result<Vec<u8>, CallError> {
        // What says so itself need not be read.
        if body.size_hint().lower() > self.limits.reply as u64 {
            return Err(CallError::ReplyTooLarge(self.limits.reply));
        }
        let mut body = Limited::new(body, self.limits.reply);
        let mut bytes = Vec::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| {
                if error.is::<http_body_util::LengthLimitError>() {
                    CallError::ReplyTooLarge(self.limits.reply)
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

/// How a body is encoded, if it is.
fn encoding(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(CONTENT_ENCODING).iter();
    let named = all.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let mut named = named.map(str::trim).filter(|one| !one.is_empty());
    let encoding = named.find(|one| !one.eq_ignore_ascii_case("identity"))?;
    Some(encoding.chars().take(32).collect())
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// What a failed exchange means to the caller; the details stay here.
fn classify(error: &legacy::Error) -> CallError {
    const REFUSED: &str = "the connection was refused";
    let mut source: Option<&(dyn StdError + 'static)> = Some(error);
    let mut found = None;
    while let Some(error) = source {
        if error.is::<NotAllowed>() {
            return CallError::Connect("its name leads to an address that is not public");
        }
        if error.is::<rustls::Error>() {
            return CallError::Connect("TLS failed, for example for its certificate");
        }
        if let Some(hyper) = error.downcast_ref::<hyper::Error>()
            && hyper.is_parse()
        {
            return if hyper.to_string() == "message head is too large" {
                CallError::HeadTooLarge
            } else {
                CallError::Protocol
            };
        }
        if error.to_string() == "dns error" {
            found = Some("its name is not known");
        }
        source = next(error);
        if let Some(io) = error.downcast_ref::<io::Error>() {
            found = found.or(match io.kind() {
                io::ErrorKind::ConnectionRefused => Some(REFUSED),
                io::ErrorKind::TimedOut => Some("connecting took too long"),
                _ => None,
            });
        }
    }
    if error.is_connect() && found == Some(REFUSED) {
        CallError::NotSent
    } else if error.is_connect() {
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
