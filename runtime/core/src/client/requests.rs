//! Sending requests and waiting for answers.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use toolwright_spec::{ClientCapabilities, Implementation, RequestId, Revision};

use super::error::ClientError;
use super::waiting::Event;
use super::wire::Wire;
use crate::era::Era;
use crate::frame;

/// How one side of a conversation sends.
#[derive(Debug, Clone)]
pub(super) struct Requests {
    pub(super) wire: Arc<Wire>,
    pub(super) outgoing: mpsc::Sender<Vec<u8>>,
    pub(super) info: Implementation,
    /// What every request says of itself; nothing in a session.
    pub(super) described: Option<Revision>,
}

/// Parameters with `_meta` added.
#[derive(Serialize)]
struct WithMeta<'a, P> {
    #[serde(flatten)]
    params: &'a P,
    #[serde(rename = "_meta")]
    meta: Meta<'a>,
}

#[derive(Serialize)]
struct Meta<'a> {
    #[serde(rename = "progressToken")]
    token: i64,
    #[serde(flatten)]
    description: Option<Description<'a>>,
}

#[derive(Serialize)]
struct Description<'a> {
    #[serde(rename = "io.modelcontextprotocol/protocolVersion")]
    version: &'a str,
    #[serde(rename = "io.modelcontextprotocol/clientInfo")]
    info: &'a Implementation,
    #[serde(rename = "io.modelcontextprotocol/clientCapabilities")]
    capabilities: ClientCapabilities,
}

impl Requests {
    /// Sends a request and reads the answer.
    pub(super) async fn request<P: Serialize, T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: &P,
        idle: Duration,
    ) -> Result<T, ClientError> {
        let answer = self.raw(method, params, idle).await?;
        toolwright_spec::from_raw(&answer)
            .map_err(|error| ClientError::invalid(error.below("/result")))
    }

    /// Sends a notification.
    pub(super) async fn notify(&self, method: &str) -> Result<(), ClientError> {
        let mut line = Vec::new();
        frame::write_notification(&mut line, method, &serde_json::Map::new());
        self.outgoing.send(line).await.map_err(|_| ClientError::closed())
    }

    async fn raw<P: Serialize>(
        &self,
        method: &'static str,
        params: &P,
        idle: Duration,
    ) -> Result<Box<RawValue>, ClientError> {
        let (id, mut events) = self.wire.waiting.open()?;
        let mut guard = Guard { requests: self, id, cancellable: method != "initialize" };
        let mut line = Vec::new();
        let params = WithMeta { params, meta: self.meta(id) };
        frame::write_request(&mut line, &RequestId::Number(id), method, &params);
        if line.is_empty() {
            guard.cancellable = false;
            return Err(ClientError::Arguments { reason: "they are no JSON object".into() });
        }
        let start = Instant::now();
        let end = start + self.wire.limits.request_total.max(idle);
        let mut deadline = (start + idle).min(end);
        // A server that does not read counts as one that does not answer.
        match timeout_at(deadline, self.outgoing.send(line)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Err(ClientError::closed()),
            Err(_) => return Err(ClientError::Timeout { after: start.elapsed() }),
        }
        loop {
            match timeout_at(deadline, events.recv()).await {
                Ok(Some(Event::Answer(answer))) => return answer,
                Ok(Some(Event::Progress)) => deadline = (Instant::now() + idle).min(end),
                Ok(None) => return Err(ClientError::closed()),
                Err(_) => return Err(ClientError::Timeout { after: start.elapsed() }),
            }
        }
    }

    fn meta(&self, token: i64) -> Meta<'_> {
        let description = self.described.map(|revision| Description {
            version: revision.as_str(),
            info: &self.info,
            capabilities: ClientCapabilities::default(),
        });
        Meta { token, description }
    }
}

/// Cancels the request if nobody waits for it any more.
struct Guard<'a> {
    requests: &'a Requests,
    id: i64,
    /// A handshake must not be cancelled.
    cancellable: bool,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        #[derive(Serialize)]
        struct Cancelled {
            #[serde(rename = "requestId")]
            id: i64,
        }
        if self.requests.wire.waiting.forget(self.id) && self.cancellable {
            let mut line = Vec::new();
            let params = Cancelled { id: self.id };
            frame::write_notification(&mut line, "notifications/cancelled", &params);
            // If the queue is full, the server does not read anyway.
            let _ = self.requests.outgoing.try_send(line);
        }
    }
}

impl Requests {
    /// The server turned out to belong to this revision.
    pub(super) fn settle(&mut self, revision: Revision) {
        let era = Era::of(revision);
        self.described = (era == Era::Stateless).then_some(revision);
        self.wire.answers.store(era == Era::Session, Ordering::Relaxed);
    }
}
