//! Requests to one server, and what its responses mean.

use std::time::Duration;

use bytes::Bytes;
use http::header::{
    ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, LOCATION, WWW_AUTHENTICATE,
};
use http::{Method, Request, Response, StatusCode, Uri};
use serde::Deserialize;
use toolwright_core::ClientError;
use toolwright_core::client::{Denied, Inbox, Partition};
use toolwright_spec::ErrorObject;

use super::authorize::{Authorizer, Outbound, Refusal};
use super::fault::lost;
use super::sender::{Received, Sender};
use super::sse::{Broken, Parser};
use super::url;
use crate::retry_after::retry_after;

/// Of the body of a failure so much is read, in bytes.
const FAILURE: usize = 64 * 1024;
/// Of that, so much is shown, in characters.
const SHOWN: usize = 512;
/// Redirects that are followed one after the other.
const REDIRECTS: usize = 5;
/// How long the rest of a response is waited for that is not looked at.
const DRAIN: Duration = Duration::from_secs(1);
/// What a challenge says when a token is good for too little.
const SCOPE_MISSING: &str = "insufficient_scope";

/// One server's origin, and the connections to it.
#[derive(Debug)]
pub(super) struct Site {
    sender: Sender,
    pub(super) url: Uri,
    headers: HeaderMap,
    /// Bytes of one answer, or of one event.
    limit: usize,
    /// Whose results may be kept together.
    pub(super) partition: Option<Partition>,
    /// Who puts credentials on requests.
    pub(super) authorizer: Option<Authorizer>,
}

/// What a successful response carries.
pub(super) enum Body {
    /// One message, or several.
    Json(Bytes),
    Events(Events),
    /// Nothing: a notification was taken.
    Nothing,
}

/// A stream of events.
pub(super) struct Events {
    body: Received,
    parser: Parser,
}

/// An event by itself.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) kind: String,
    pub(super) data: String,
}

impl Site {
    /// `headers` are those of every request.
    pub(super) fn new(
        sender: Sender,
        url: Uri,
        headers: HeaderMap,
        limit: usize,
        partition: Option<Partition>,
    ) -> Self {
        Self { sender, url, headers, limit, partition, authorizer: None }
    }

    /// Credentials come from there.
    pub(super) fn authorized(mut self, authorizer: Option<Authorizer>) -> Self {
        self.authorizer = authorizer;
        self
    }

    /// The clock of this client stands still while somebody logs in.
    pub(super) fn attach(&mut self, inbox: &Inbox) {
        if let Some(authorizer) = &mut self.authorizer {
            authorizer.attach(inbox);
        }
    }

    /// Sends a message.
    pub(super) async fn post(
        &self,
        url: &Uri,
        headers: &HeaderMap,
        message: Bytes,
    ) -> Result<Response<Received>, ClientError> {
        self.send(&Method::POST, url, headers, message, true).await
    }

    /// Asks for a stream of events.
    pub(super) async fn listen(
        &self,
        url: &Uri,
        headers: &HeaderMap,
    ) -> Result<Response<Received>, ClientError> {
        self.send(&Method::GET, url, headers, Bytes::new(), false).await
    }

    /// Asks for the stream of events that a conversation begins with.
    pub(super) async fn begin(&self) -> Result<Response<Received>, ClientError> {
        self.send(&Method::GET, &self.url, &HeaderMap::new(), Bytes::new(), true).await
    }

    /// Says that a session is over.
    pub(super) async fn delete(&self, headers: &HeaderMap) -> Result<(), ClientError> {
        self.send(&Method::DELETE, &self.url, headers, Bytes::new(), false).await.map(drop)
    }

    /// What a response means.
    ///
    /// # Errors
    /// Its status is no success, or it carries neither JSON nor events.
    pub(super) async fn open(&self, response: Response<Received>) -> Result<Body, ClientError> {
        let (parts, body) = response.into_parts();
        if !parts.status.is_success() {
            return Err(failure(parts.status, &parts.headers, body).await);
        }
        if let Some(encoding) = parts.headers.get(CONTENT_ENCODING)
            && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
        {
            let reason = "the body is compressed, which was not asked for".to_owned();
            return Err(ClientError::InvalidResponse { reason });
        }
        match media(&parts.headers) {
            json if json.eq_ignore_ascii_case("application/json") => {
                match read(body, self.limit).await? {
                    (json, true) => Ok(Body::Json(json)),
                    (_, false) => {
                        let what = format!("a body of more than {} bytes", self.limit);
                        Err(ClientError::TooLarge { what })
                    }
                }
            }
            events if events.eq_ignore_ascii_case("text/event-stream") => {
                Ok(Body::Events(Events { body, parser: Parser::new(self.limit) }))
            }
            _ if matches!(parts.status, StatusCode::ACCEPTED | StatusCode::NO_CONTENT) => {
                Ok(Body::Nothing)
            }
            other => {
                let reason = format!("the media type `{other}` is neither JSON nor events");
                Err(ClientError::InvalidResponse { reason })
            }
        }
    }

    /// All headers of a request, of which `more` count most.
    fn headers(&self, method: &Method, more: &HeaderMap) -> HeaderMap {
        let mut all = HeaderMap::with_capacity(self.headers.len() + more.len() + 4);
        let accept = match *method {
            Method::POST => "application/json, text/event-stream",
            Method::GET => "text/event-stream",
            _ => "",
        };
        for (name, value) in &self.headers {
            all.insert(name, value.clone());
        }
        if !accept.is_empty() {
            all.insert(ACCEPT, HeaderValue::from_static(accept));
        }
        if method == Method::POST {
            all.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in more {
            all.insert(name, value.clone());
        }
        all
    }

    /// Sends a request, again if an authorizer has other credentials for it after a refusal.
    async fn send(
        &self,
        method: &Method,
        url: &Uri,
        headers: &HeaderMap,
        body: Bytes,
        is_awaited: bool,
    ) -> Result<Response<Received>, ClientError> {
        let Some(authorizer) = &self.authorizer else {
            return self.follow(method, url, headers, body).await;
        };
        let server = &*authorizer.server;
        let (mut url, mut redirects) = (url.clone(), 0);
        let mut count = 0;
        loop {
            let network = &authorizer.network;
            let request = Outbound { server, url: &url, method, body: &body, network, is_awaited };
            let sent = authorizer.headers(&request).await?;
            let mut all = self.headers(method, headers);
            all.extend(sent.clone());
            let response = self.once(method, &url, all, body.clone()).await?;
            if is_refusal(response.status()) {
                count += 1;
                let (status, headers) = (response.status(), response.headers());
                let refusal = Refusal { request, sent: &sent, status, headers, count };
                if !authorizer.refused(refusal).await? {
                    return Ok(response);
                }
                // So that the connection can be used again.
                let _ = tokio::time::timeout(DRAIN, read(response.into_body(), FAILURE)).await;
                continue;
            }
            authorizer.who.answered(&request, response.headers());
            match redirected(&url, &response, &mut redirects)? {
                Some(to) => url = to,
                None => return Ok(response),
            }
        }
    }

    /// Sends a request and follows redirects within the origin.
    async fn follow(
        &self,
        method: &Method,
        url: &Uri,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Response<Received>, ClientError> {
        let (mut url, mut redirects) = (url.clone(), 0);
        loop {
            let all = self.headers(method, headers);
            let response = self.once(method, &url, all, body.clone()).await?;
            match redirected(&url, &response, &mut redirects)? {
                Some(to) => url = to,
                None => return Ok(response),
            }
        }
    }

    async fn once(
        &self,
        method: &Method,
        url: &Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Received>, ClientError> {
        let mut request = Request::new(body);
        *request.method_mut() = method.clone();
        *request.uri_mut() = url.clone();
        *request.headers_mut() = headers;
        self.sender.send(request).await.map_err(|error| lost(&*error))
    }
}

/// Where a response sends the request to, if it does.
fn redirected(
    from: &Uri,
    response: &Response<Received>,
    count: &mut usize,
) -> Result<Option<Uri>, ClientError> {
    if !response.status().is_redirection() {
        return Ok(None);
    }
    let location = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
    let Some(location) = location else { return Ok(None) };
    if response.status() == StatusCode::SEE_OTHER {
        return Err(ClientError::Redirected { to: location.chars().take(512).collect() });
    }
    let to = url::within(from, location)?;
    *count += 1;
    if *count > REDIRECTS {
        return Err(ClientError::TooLarge { what: format!("more than {REDIRECTS} redirects") });
    }
    Ok(Some(to))
}

fn is_refusal(status: StatusCode) -> bool {
    matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
}

/// Why an authorized, or unauthorized, request is of no use, if the response is about that.
fn denied(status: StatusCode, headers: &HeaderMap) -> Option<ClientError> {
    let lacks_scope = || {
        let challenges = headers.get_all(WWW_AUTHENTICATE).iter();
        challenges.filter_map(|value| value.to_str().ok()).any(|text| text.contains(SCOPE_MISSING))
    };
    let (why, reason) = match status {
        StatusCode::UNAUTHORIZED => {
            (Denied::Login, "it wants credentials (status 401), such as an access token")
        }
        StatusCode::FORBIDDEN if lacks_scope() => {
            (Denied::Scope, "the access token does not permit this (status 403)")
        }
        _ => return None,
    };
    Some(ClientError::Unauthorized { why, reason: reason.to_owned() })
}

impl Events {
    /// Waits for the next events; none are left if there are none.
    pub(super) async fn next(&mut self) -> Result<Vec<Event>, ClientError> {
        let mut events = Vec::new();
        while events.is_empty() {
            let Some(frame) = self.body.frame().await else { break };
            let frame = frame.map_err(|error| lost(&*error))?;
            let Ok(piece) = frame.into_data() else { continue };
            let fed = self.parser.feed(&piece, |event| {
                events.push(Event { kind: event.kind.to_owned(), data: event.data.to_owned() });
            });
            fed.map_err(|broken| match broken {
                Broken::TooLarge => ClientError::TooLarge { what: "an event".to_owned() },
                Broken::NotUtf8 => {
                    let reason = "the stream of events is not UTF-8".to_owned();
                    ClientError::InvalidResponse { reason }
                }
            })?;
        }
        Ok(events)
    }

    /// The id of the last event that had one.
    pub(super) fn last_id(&self) -> Option<&str> {
        self.parser.last_id()
    }

    /// How long the server wants a client to wait before it reconnects.
    pub(super) fn retry(&self) -> Option<Duration> {
        self.parser.retry()
    }
}

/// Type and subtype.
fn media(headers: &HeaderMap) -> &str {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim()
}

/// Reads a body up to a limit; whether that was all.
async fn read(mut body: Received, limit: usize) -> Result<(Bytes, bool), ClientError> {
    // Most bodies come in one piece, which is not copied.
    let mut whole = Bytes::new();
    let mut pieces = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| lost(&*error))?;
        let Ok(mut piece) = frame.into_data() else { continue };
        let room = limit.saturating_sub(whole.len().max(pieces.len()));
        let fits = piece.len() <= room;
        piece.truncate(room);
        if whole.is_empty() {
            whole = piece;
        } else {
            if pieces.is_empty() {
                pieces.extend_from_slice(&whole);
            }
            pieces.extend_from_slice(&piece);
        }
        if !fits {
            return Ok((joined(whole, pieces), false));
        }
    }
    Ok((joined(whole, pieces), true))
}

fn joined(whole: Bytes, pieces: Vec<u8>) -> Bytes {
    if pieces.is_empty() { whole } else { pieces.into() }
}

/// An error of MCP if the body is one, else one of HTTP.
async fn failure(status: StatusCode, headers: &HeaderMap, body: Received) -> ClientError {
    #[derive(Deserialize)]
    struct Failure {
        jsonrpc: String,
        error: serde_json::Value,
    }
    if let Some(denied) = denied(status, headers) {
        return denied;
    }
    let (bytes, _) = read(body, FAILURE).await.unwrap_or_default();
    let told = serde_json::from_slice::<Failure>(&bytes).ok();
    // Where the method of HTTP is wrong, or there is too much to do, nobody has looked at the
    // message.
    let is_looked_at = !matches!(
        status,
        StatusCode::METHOD_NOT_ALLOWED
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::SERVICE_UNAVAILABLE
    );
    let told = told.filter(|failure| is_looked_at && failure.jsonrpc == "2.0");
    if let Some(error) =
        told.and_then(|told| toolwright_spec::from_str::<ErrorObject>(&told.error.to_string()).ok())
    {
        return ClientError::Peer(error.into());
    }
    let body = String::from_utf8_lossy(&bytes).chars().take(SHOWN).collect();
    ClientError::Http { status: status.as_u16(), body, retry_after: retry_after(headers) }
}
