//! HTTP+SSE, the transport of revision 2024-11-05: one stream for everything that the server
//! says, and an endpoint that it names on it.
//!
//! Specification: 2024-11-05, `basic/transports`, section "HTTP with SSE".

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Uri};
use tokio::task::AbortHandle;
use toolwright_core::client::{Carrier, Inbox, Outgoing, Transport};
use toolwright_core::{BoxFuture, ClientError};

use super::site::{Body, Event, Events, Site};
use super::url;

/// A stream on which the server has named its endpoint.
pub(super) struct Opened {
    site: Site,
    endpoint: Uri,
    events: Events,
    early: Vec<Event>,
}

/// The way to such a server.
#[derive(Debug)]
pub(super) struct Old {
    site: Arc<Site>,
    endpoint: Uri,
    reader: AbortHandle,
}

/// Opens the stream and waits for the endpoint.
///
/// # Errors
/// There is no such stream, or the endpoint is at another origin.
pub(super) async fn open(site: Site) -> Result<Opened, ClientError> {
    let response = site.begin().await?;
    let Body::Events(mut events) = site.open(response).await? else {
        return Err(ClientError::InvalidResponse { reason: "no stream of events".to_owned() });
    };
    loop {
        let mut more = events.next().await?.into_iter();
        let Some(event) = more.next() else {
            let reason = "it ended before it named an endpoint".to_owned();
            return Err(ClientError::StreamLost { reason });
        };
        if event.kind == "endpoint" {
            let endpoint = url::within(&site.url, &event.data)?;
            return Ok(Opened { site, endpoint, events, early: more.collect() });
        }
    }
}

impl Old {
    pub(super) fn new(opened: Opened, inbox: Inbox) -> Self {
        let Opened { mut site, endpoint, events, early } = opened;
        site.attach(&inbox);
        let reader = tokio::spawn(read(inbox, events, early)).abort_handle();
        Self { site: Arc::new(site), endpoint, reader }
    }

    async fn post(site: &Site, endpoint: &Uri, message: Bytes) -> Result<(), ClientError> {
        let response = site.post(endpoint, &HeaderMap::new(), message).await?;
        if response.status().is_success() {
            return Ok(());
        }
        site.open(response).await.map(drop)
    }
}

impl Transport for Old {
    fn request<'a>(&'a self, request: &'a Outgoing) -> BoxFuture<'a, Result<(), ClientError>> {
        let message = Bytes::copy_from_slice(request.line());
        Box::pin(Self::post(&self.site, &self.endpoint, message))
    }

    fn send(&self, message: Vec<u8>) -> BoxFuture<'_, Result<(), ClientError>> {
        Box::pin(Self::post(&self.site, &self.endpoint, message.into()))
    }

    fn offer(&self, message: Vec<u8>) {
        let (site, endpoint) = (Arc::clone(&self.site), self.endpoint.clone());
        tokio::spawn(async move {
            if let Err(error) = Self::post(&site, &endpoint, message.into()).await {
                tracing::debug!(%error, "a message got lost");
            }
        });
    }

    fn carrier(&self) -> Carrier {
        Carrier::HttpSse
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.reader.abort();
        Box::pin(async {})
    }
}

impl Drop for Old {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

async fn read(inbox: Inbox, mut events: Events, early: Vec<Event>) {
    let mut next = Ok(early);
    let end = loop {
        match next {
            Ok(more) => {
                for event in more.iter().filter(|event| event.kind == "message") {
                    inbox.receive(event.data.as_bytes());
                }
            }
            Err(error) => break error,
        }
        next = match events.next().await {
            Ok(more) if more.is_empty() => {
                Err(ClientError::StreamLost { reason: "the stream of events ended".to_owned() })
            }
            next => next,
        };
    };
    inbox.close(&end);
}
