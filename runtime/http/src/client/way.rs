//! What goes to a server under a URL and comes back, message by message.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use toolwright_core::ClientError;
use toolwright_core::client::{Inbox, Outgoing};

use super::headers::{LAST_EVENT, Mirrors, SESSION};
use super::session::Session;
use super::site::{Body, Events, Site};

/// How often the rest of one answer is fetched.
const RESUMPTIONS: usize = 100;
/// How long to wait before a stream is taken up again, if the server does not say.
pub(super) const PAUSE: Duration = Duration::from_secs(1);

/// A server, the session with it, and where its messages go.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) site: Site,
    pub(super) inbox: Inbox,
    pub(super) session: Session,
    pub(super) mirrors: Mirrors,
}

impl Way {
    pub(super) fn new(mut site: Site, inbox: Inbox) -> Self {
        site.attach(&inbox);
        Self { site, inbox, session: Session::default(), mirrors: Mirrors::default() }
    }

    /// Sends a request and passes on what comes back, until its answer is there.
    pub(super) async fn request(&self, request: &Outgoing) -> Result<(), ClientError> {
        let message = Bytes::copy_from_slice(request.line());
        let opens = !request.is_stateless() && request.method() == "initialize";
        let before = self.session.number();
        match self.attempt(request, message.clone(), opens).await {
            // The session is gone, and the request was not looked at.
            Err(ClientError::Http { status: 404, .. } | ClientError::Peer(_))
                if !opens && self.session.was_lost(before) =>
            {
                self.reopen(before).await?;
                self.attempt(request, message, opens).await
            }
            done => done,
        }
    }

    async fn attempt(
        &self,
        request: &Outgoing,
        message: Bytes,
        opens: bool,
    ) -> Result<(), ClientError> {
        let headers = match (request.is_stateless(), opens) {
            (true, _) => self.mirrors.headers(request)?,
            (false, true) => HeaderMap::new(),
            (false, false) => self.session.headers(),
        };
        let named = headers.contains_key(SESSION);
        let number = self.session.number();
        let response = self.site.post(&self.site.url, &headers, message.clone()).await?;
        if named && response.status() == http::StatusCode::NOT_FOUND {
            self.session.lost(number);
        }
        let id = response.headers().get(SESSION).cloned();
        let body = self.site.open(response).await?;
        if opens {
            self.session.opened(id, message);
        }
        match body {
            Body::Json(text) => {
                self.inbox.receive(&text);
            }
            Body::Events(events) => self.follow(request, events).await?,
            Body::Nothing => {}
        }
        if self.inbox.awaits(request.id()) {
            let reason = "it does not answer the request".to_owned();
            return Err(ClientError::InvalidResponse { reason });
        }
        Ok(())
    }

    /// Reads events until the answer is there. In a session a stream that breaks off can be taken
    /// up again.
    async fn follow(&self, request: &Outgoing, mut events: Events) -> Result<(), ClientError> {
        let mut last = None;
        let mut retry = None;
        for _ in 0..RESUMPTIONS {
            let end = self.drain(request.id(), &mut events).await;
            if !self.inbox.awaits(request.id()) {
                return Ok(());
            }
            last = events.last_id().map(str::to_owned).or(last);
            retry = events.retry().or(retry);
            let lost = match end {
                Ok(()) => ClientError::StreamLost { reason: "the stream of events ended".into() },
                Err(error @ ClientError::StreamLost { .. }) => error,
                Err(error) => return Err(error),
            };
            let Some(id) = last.as_deref().filter(|_| !request.is_stateless()) else {
                return Err(lost);
            };
            tokio::time::sleep(retry.unwrap_or(PAUSE)).await;
            match self.resume(id).await {
                Ok(more) => events = more,
                // The network may come back; a refusal stays one.
                Err(ClientError::Connect { .. } | ClientError::StreamLost { .. }) => {}
                Err(error) => {
                    tracing::debug!(%error, "a stream cannot be resumed");
                    return Err(lost);
                }
            }
        }
        Err(ClientError::StreamLost { reason: "it ended too often".to_owned() })
    }

    async fn drain(&self, id: i64, events: &mut Events) -> Result<(), ClientError> {
        while self.inbox.awaits(id) {
            let more = events.next().await?;
            if more.is_empty() {
                break;
            }
            for event in more.iter().filter(|event| event.kind == "message") {
                self.inbox.receive(event.data.as_bytes());
            }
        }
        Ok(())
    }

    /// Takes a stream up again behind an event.
    pub(super) async fn resume(&self, id: &str) -> Result<Events, ClientError> {
        let mut headers = self.session.headers();
        if let Ok(id) = HeaderValue::from_str(id) {
            headers.insert(LAST_EVENT, id);
        }
        let response = self.site.listen(&self.site.url, &headers).await?;
        match self.site.open(response).await? {
            Body::Events(events) => Ok(events),
            _ => Err(ClientError::StreamLost { reason: "no stream of events".to_owned() }),
        }
    }

    /// Sends a notification or a response.
    pub(super) async fn send(&self, message: Bytes) -> Result<(), ClientError> {
        let headers = self.session.headers();
        let response = self.site.post(&self.site.url, &headers, message).await?;
        self.site.open(response).await.map(drop)
    }

    /// Opens another session in place of the one numbered `lost`, unless somebody did already.
    ///
    /// Specification: 2025-11-25, `basic/transports`, section "Session Management".
    pub(super) async fn reopen(&self, lost: u64) -> Result<(), ClientError> {
        let _turn = self.session.turn().await;
        if self.session.number() != lost {
            return Ok(());
        }
        let Some(initialize) = self.session.initialize() else {
            return Err(ClientError::closed());
        };
        tracing::info!("the session is gone; opening another");
        let response =
            self.site.post(&self.site.url, &HeaderMap::new(), initialize.clone()).await?;
        let id = response.headers().get(SESSION).cloned();
        if let Body::Events(mut events) = self.site.open(response).await? {
            // The answer is like the first one's.
            events.next().await?;
        }
        self.session.opened(id, initialize);
        let initialized = br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
        self.send(Bytes::from_static(initialized)).await?;
        self.inbox.reopened();
        Ok(())
    }
}
