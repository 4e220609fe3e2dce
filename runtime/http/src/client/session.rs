//! The session that a server keeps, in the era that has them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use tokio::sync::watch;
use toolwright_spec::Revision;

use super::headers::{SESSION, VERSION};

/// What is known of it.
#[derive(Debug, Default)]
pub(super) struct Session {
    state: Mutex<State>,
    /// Tells its number to who has to know of another one.
    current: watch::Sender<u64>,
    /// Held by whoever opens the next one.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    revision: Option<Revision>,
    id: Option<HeaderValue>,
    /// How it was opened, to be opened again.
    initialize: Option<Bytes>,
    /// Sessions so far.
    number: u64,
    lost: Option<u64>,
}

impl Session {
    pub(super) fn settle(&self, revision: Revision) {
        self.lock().revision = Some(revision);
    }

    /// Whether the revision that is spoken has sessions.
    pub(super) fn is_legacy(&self) -> bool {
        self.lock().revision.is_some_and(Revision::has_handshake)
    }

    /// Whether there is one, with or without a name.
    pub(super) fn is_open(&self) -> bool {
        self.lock().initialize.is_some()
    }

    pub(super) fn number(&self) -> u64 {
        self.lock().number
    }

    pub(super) fn initialize(&self) -> Option<Bytes> {
        self.lock().initialize.clone()
    }

    pub(super) fn opened(&self, id: Option<HeaderValue>, initialize: Bytes) {
        let mut state = self.lock();
        state.id = id;
        state.initialize = Some(initialize);
        state.number += 1;
        self.current.send_replace(state.number);
    }

    /// It is over; how to say so to the server, if there was one.
    pub(super) fn end(&self) -> Option<HeaderMap> {
        self.lock().initialize.take()?;
        Some(self.headers())
    }

    /// Waits for a session after the one with this number.
    pub(super) async fn beyond(&self, number: u64) {
        let mut current = self.current.subscribe();
        // It ends with the session itself, and is awaited by nobody then.
        let _ = current.wait_for(|current| *current > number).await;
    }

    /// The server does not know the session with this number any more.
    pub(super) fn lost(&self, number: u64) {
        self.lock().lost = Some(number);
    }

    pub(super) fn was_lost(&self, number: u64) -> bool {
        self.lock().lost.is_some_and(|lost| lost >= number && number > 0)
    }

    /// The headers of messages outside of the era without sessions, or of notifications.
    pub(super) fn headers(&self) -> HeaderMap {
        let state = self.lock();
        let mut headers = HeaderMap::new();
        let has_sessions = state.revision.is_none_or(Revision::has_handshake);
        if let Some(id) = state.id.as_ref().filter(|_| has_sessions) {
            headers.insert(SESSION, id.clone());
        }
        if let Some(revision) = state.revision {
            headers.insert(VERSION, HeaderValue::from_static(revision.as_str()));
        }
        headers
    }

    pub(super) async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
