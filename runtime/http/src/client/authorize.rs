//! The seam between requests and whoever has credentials for them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::header::DATE;
use http::{HeaderMap, Method, StatusCode, Uri};
use toolwright_core::client::Inbox;
use toolwright_core::{BoxFuture, ClientError};

use super::network::Network;
use crate::date;

/// How often one request is sent again because an authorizer says so.
pub(super) const ATTEMPTS: u32 = 4;

/// Puts credentials on every request to a server, and is told when they are refused.
///
/// Requests go to the origin of the server's URL only, redirects included; for each of them, and
/// each hop of a redirect, the headers are asked for anew.
///
/// ```
/// use http::{HeaderMap, HeaderValue, header};
/// use toolwright_core::{BoxFuture, ClientError};
/// use toolwright_http::client::{Authorize, Http, Outbound};
///
/// /// A token that another process writes into a file now and then.
/// #[derive(Debug)]
/// struct FromFile;
///
/// impl Authorize for FromFile {
///     fn headers<'a>(
///         &'a self,
///         _: &'a Outbound<'a>,
///     ) -> BoxFuture<'a, Result<HeaderMap, ClientError>> {
///         Box::pin(async {
///             let token = std::fs::read_to_string("token").unwrap_or_default();
///             let mut value = HeaderValue::from_str(&format!("Bearer {}", token.trim()))
///                 .map_err(|_| ClientError::Usage { reason: "no token".to_owned() })?;
///             value.set_sensitive(true);
///             Ok(HeaderMap::from_iter([(header::AUTHORIZATION, value)]))
///         })
///     }
/// }
///
/// let http = Http::new("https://mcp.example.com/mcp").authorize(FromFile);
/// ```
pub trait Authorize: fmt::Debug + Send + Sync + 'static {
    /// The headers that a request carries besides its own. They count more than those of
    /// [`Http::header`](super::Http::header).
    fn headers<'a>(
        &'a self,
        request: &'a Outbound<'a>,
    ) -> BoxFuture<'a, Result<HeaderMap, ClientError>>;

    /// The server answered with 401 or 403. The time that this takes does not count against the
    /// timeouts of calls.
    fn refused<'a>(
        &'a self,
        refusal: &'a Refusal<'a>,
    ) -> BoxFuture<'a, Result<Reaction, ClientError>> {
        let _ = refusal;
        Box::pin(async { Ok(Reaction::Leave) })
    }

    /// The server answered with something else. `headers` are those of the response.
    fn answered(&self, request: &Outbound<'_>, headers: &HeaderMap) {
        let _ = (request, headers);
    }

    /// A number that changes when requests to a server may be somebody else's from now on, as after
    /// another login. It is asked for with the [headers](Self::headers) of every request; what a
    /// client kept is forgotten when it changed. Always 0 unless implemented.
    fn epoch(&self, request: &Outbound<'_>) -> u64 {
        let _ = request;
        0
    }

    /// Who asks, if that stays the same as long as this lives, in a form that is not secret:
    /// clients with equal identities may share what they keep. Without one, each client keeps
    /// what it is told for itself.
    fn identity(&self) -> Option<Vec<u8>> {
        None
    }
}

/// A request that is about to be sent.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Outbound<'a> {
    /// The server's URL as the user wrote it.
    pub server: &'a str,
    /// Where this request goes.
    pub url: &'a Uri,
    /// The method of HTTP.
    pub method: &'a Method,
    /// The message; empty where there is none.
    pub body: &'a [u8],
    /// How the client gets to its server, for requests of the authorizer's own.
    pub network: &'a Network,
    /// Whether somebody waits for it, so that a person may be asked to log in. Where nobody does,
    /// as for a stream that is opened again in the background, no browser should open.
    pub is_awaited: bool,
}

/// A request that was refused, with 401 or 403.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Refusal<'a> {
    /// The request.
    pub request: Outbound<'a>,
    /// What [`Authorize::headers`] had put on it.
    pub sent: &'a HeaderMap,
    /// 401 or 403.
    pub status: StatusCode,
    /// The headers of the response.
    pub headers: &'a HeaderMap,
    /// How often this request has been refused, from 1.
    pub count: u32,
}

/// What follows from a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reaction {
    /// The request is sent again, with new headers; at most three times.
    Retry,
    /// As `Retry`, for somebody who may be somebody else: what was kept is forgotten.
    RetryAnew,
    /// It stays refused.
    Leave,
}

impl Refusal<'_> {
    /// The server's time of day, in seconds since 1970, if it tells.
    #[must_use]
    pub fn date(&self) -> Option<u64> {
        date::read(self.headers.get(DATE)?.to_str().ok()?)
    }
}

/// Who authorizes the requests to one server.
#[derive(Debug, Clone)]
pub(super) struct Authorizer {
    pub(super) who: Arc<dyn Authorize>,
    /// The server's URL as the user wrote it.
    pub(super) server: Arc<str>,
    /// Whose clock stands still while a person is asked.
    inbox: Option<Inbox>,
    /// What [`Authorize::epoch`] said last to this client.
    epoch: Arc<AtomicU64>,
    /// How the client gets there.
    pub(super) network: Network,
}

/// No epoch was seen yet.
const UNSEEN: u64 = u64::MAX;

impl Authorizer {
    /// `server` is the server's URL as the user wrote it.
    pub(super) fn new(who: impl Authorize, server: &str) -> Self {
        let epoch = Arc::new(AtomicU64::new(UNSEEN));
        let (who, network) = (Arc::new(who), Network::default());
        Self { who, server: server.into(), inbox: None, epoch, network }
    }

    /// The same, for a client that gets there in this way.
    pub(super) fn over(self, network: Network) -> Self {
        Self { network, ..self }
    }

    /// It is for this client from now on.
    pub(super) fn attach(&mut self, inbox: &Inbox) {
        self.inbox = Some(inbox.clone());
        self.epoch = Arc::new(AtomicU64::new(UNSEEN));
    }

    /// See [`Authorize::headers`].
    pub(super) async fn headers(&self, request: &Outbound<'_>) -> Result<HeaderMap, ClientError> {
        let _pause = self.inbox.as_ref().map(Inbox::pause);
        let headers = self.who.headers(request).await?;
        self.forget(request, false);
        Ok(headers)
    }

    /// Forgets what is kept, if requests may be somebody else's now.
    fn forget(&self, request: &Outbound<'_>, is_anew: bool) {
        let epoch = self.who.epoch(request);
        let before = self.epoch.swap(epoch, Ordering::AcqRel);
        let is_other = before != UNSEEN && before != epoch;
        if let Some(inbox) = self.inbox.as_ref().filter(|_| is_other || is_anew) {
            inbox.missed();
        }
    }

    /// Whether a refused request is sent again.
    pub(super) async fn refused(&self, refusal: Refusal<'_>) -> Result<bool, ClientError> {
        if refusal.count >= ATTEMPTS || refusal.request.method == Method::DELETE {
            return Ok(false);
        }
        let _pause = self.inbox.as_ref().map(Inbox::pause);
        let reaction = self.who.refused(&refusal).await?;
        self.forget(&refusal.request, reaction == Reaction::RetryAnew);
        Ok(reaction != Reaction::Leave)
    }
}
