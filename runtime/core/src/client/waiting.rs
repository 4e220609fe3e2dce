//! Requests that wait for their answers.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::value::RawValue;
use tokio::sync::mpsc;
use toolwright_spec::RequestId;

use super::error::ClientError;

/// What can happen to a request.
#[derive(Debug)]
pub(super) enum Event {
    /// It is being worked on.
    Progress,
    /// It is answered, or will never be.
    Answer(Result<Box<RawValue>, ClientError>),
}

/// One place for an answer, the others for progress; more of that is not needed.
const QUEUE: usize = 3;

/// All waiting requests of a client.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: i64,
    requests: HashMap<i64, mpsc::Sender<Event>>,
    closed: bool,
}

impl Waiting {
    /// A new request, unless the connection is closed.
    pub(super) fn open(&self) -> Result<(i64, mpsc::Receiver<Event>), ClientError> {
        let mut state = self.lock();
        if state.closed {
            return Err(ClientError::closed());
        }
        state.last += 1;
        let id = state.last;
        let (sender, receiver) = mpsc::channel(QUEUE);
        state.requests.insert(id, sender);
        Ok((id, receiver))
    }

    /// Nobody waits for this any more; whether somebody did.
    pub(super) fn forget(&self, id: i64) -> bool {
        self.lock().requests.remove(&id).is_some()
    }

    /// Delivers an answer. Answers to nothing are ignored.
    pub(super) fn answer(&self, id: &RequestId, answer: Result<Box<RawValue>, ClientError>) {
        let mut state = self.lock();
        let request = number(id).and_then(|id| state.requests.remove(&id));
        drop(state);
        match request {
            Some(request) => deliver(&request, Event::Answer(answer)),
            None => tracing::debug!(%id, "an answer to nothing"),
        }
    }

    /// Delivers an error that names no request, if it can only mean one.
    pub(super) fn answer_only(&self, error: ClientError) {
        let mut state = self.lock();
        let mut ids = state.requests.keys().copied();
        let request = match (ids.next(), ids.next()) {
            (Some(id), None) => state.requests.remove(&id),
            _ => None,
        };
        drop(state);
        match request {
            Some(request) => deliver(&request, Event::Answer(Err(error))),
            None => tracing::warn!(%error, "an error that names no request"),
        }
    }

    /// Progress of a request, if it is still waiting.
    pub(super) fn progress(&self, id: i64) {
        if let Some(request) = self.lock().requests.get(&id)
            && request.capacity() > 1
        {
            deliver(request, Event::Progress);
        }
    }

    /// There will be no more answers.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        let requests = std::mem::take(&mut state.requests);
        drop(state);
        for request in requests.values() {
            deliver(request, Event::Answer(Err(ClientError::closed())));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever waited may have gone, and there is always room for the answer.
fn deliver(request: &mpsc::Sender<Event>, event: Event) {
    let _ = request.try_send(event);
}

/// Some servers send ids back as strings.
fn number(id: &RequestId) -> Option<i64> {
    match id {
        RequestId::Number(number) => Some(*number),
        RequestId::String(text) => {
            tracing::warn!(id = %text, "the server turned an id into a string");
            text.parse().ok()
        }
        _ => None,
    }
}
