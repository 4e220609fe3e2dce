//! Streamable HTTP as a transport: every message is a request of its own.
//!
//! Specification: `basic/transports/streamable-http`; for sessions, 2025-11-25
//! `basic/transports`.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::HeaderMap;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use toolwright_core::client::{Carrier, Inbox, Outgoing, Partition, Transport};
use toolwright_core::{BoxFuture, ClientError};
use toolwright_spec::{Revision, Tool};

use super::listener;
use super::site::Site;
use super::way::Way;

/// Messages that are on their way without anybody waiting.
const OFFERED: usize = 64;
/// How long the end of a session may take.
const GOODBYE: Duration = Duration::from_secs(5);

/// The way to a server under a URL.
#[derive(Debug)]
pub(super) struct Streamable {
    way: Arc<Way>,
    offered: Arc<Semaphore>,
    listener: Mutex<Option<tokio::task::AbortHandle>>,
}

impl Streamable {
    pub(super) fn new(site: Site, inbox: Inbox) -> Self {
        Self {
            way: Arc::new(Way::new(site, inbox)),
            offered: Arc::new(Semaphore::new(OFFERED)),
            listener: Mutex::default(),
        }
    }

    /// Starts to listen if there is a session to listen to and nobody does; waits for the stream.
    fn listen(&self) -> Option<impl Future<Output = ()>> {
        let mut listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner);
        if listener.is_some() || !self.way.session.is_open() {
            return None;
        }
        let (task, begins) = listener::start(Arc::clone(&self.way));
        *listener = Some(task);
        Some(begins)
    }
}

impl Streamable {
    fn stop_listening(&self) {
        let listener = self.listener.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(listener) = listener {
            listener.abort();
        }
    }
}

impl Transport for Streamable {
    fn request<'a>(&'a self, request: &'a Outgoing) -> BoxFuture<'a, Result<(), ClientError>> {
        Box::pin(self.way.request(request))
    }

    fn send(&self, message: Vec<u8>) -> BoxFuture<'_, Result<(), ClientError>> {
        Box::pin(async move {
            self.way.send(message.into()).await?;
            // The first notification of a session is that the client has taken it up.
            if let Some(begins) = self.listen() {
                begins.await;
            }
            Ok(())
        })
    }

    fn offer(&self, message: Vec<u8>) {
        let Ok(slot) = Arc::clone(&self.offered).try_acquire_owned() else {
            tracing::debug!("a message was left out: too many are on their way");
            return;
        };
        let way = Arc::clone(&self.way);
        tokio::spawn(async move {
            let _slot = slot;
            if let Err(error) = way.send(message.into()).await {
                tracing::debug!(%error, "a message got lost");
            }
        });
    }

    fn cancel(&self, notification: Vec<u8>) {
        // Without sessions, the end of the response says it.
        if self.way.session.is_legacy() {
            self.offer(notification);
        }
    }

    fn settle(&self, revision: Revision) {
        self.way.session.settle(revision);
        if !self.way.session.is_legacy() {
            self.stop_listening();
        }
    }

    fn carrier(&self) -> Carrier {
        Carrier::StreamableHttp
    }

    fn partition(&self) -> Option<Partition> {
        self.way.site.partition.clone()
    }

    fn learn(&self, tools: &mut Vec<Tool>) {
        if !self.way.session.is_legacy() {
            self.way.mirrors.learn(tools);
        }
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.stop_listening();
        Box::pin(async {
            if let Some(headers) = self.way.session.end() {
                goodbye(&self.way, &headers).await;
            }
        })
    }
}

impl Drop for Streamable {
    /// Without a shutdown the session is ended in the background, where there is a runtime.
    fn drop(&mut self) {
        self.stop_listening();
        if let Ok(runtime) = Handle::try_current()
            && let Some(headers) = self.way.session.end()
        {
            let way = Arc::clone(&self.way);
            runtime.spawn(async move { goodbye(&way, &headers).await });
        }
    }
}

/// Says that a session is over.
async fn goodbye(way: &Way, headers: &HeaderMap) {
    // Servers need not know how to end a session.
    let _ = tokio::time::timeout(GOODBYE, way.site.delete(headers)).await;
}
