//! Requests that wait for their answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use toolwright_spec::RequestId;

use super::error::ClientError;
use super::progress::{Progress, Reports};

/// The text of a result, or why there is none.
pub(super) type Answer = Result<Box<str>, ClientError>;

/// What can happen to a request.
#[derive(Debug)]
pub(super) enum Event {
    /// It is being worked on.
    Progress(Progress),
    /// It is answered, or will never be.
    Answer(Answer),
}

/// One waiting request.
#[derive(Debug)]
pub(super) struct Slot {
    state: Mutex<SlotState>,
    changed: Notify,
}

#[derive(Debug)]
struct SlotState {
    reports: Reports,
    answer: Option<Answer>,
}

impl Slot {
    fn new(reports_per_second: u32) -> Self {
        let state = SlotState { reports: Reports::new(reports_per_second), answer: None };
        Self { state: Mutex::new(state), changed: Notify::new() }
    }

    /// What happens next.
    pub(super) async fn next(&self) -> Event {
        loop {
            if let Some(event) = self.take() {
                return event;
            }
            self.changed.notified().await;
        }
    }

    /// What has happened, without waiting.
    pub(super) fn take(&self) -> Option<Event> {
        let mut state = self.lock();
        let report = match state.answer {
            Some(_) => state.reports.rest(),
            None => state.reports.pop(),
        };
        report.map(Event::Progress).or_else(|| state.answer.take().map(Event::Answer))
    }

    fn progress(&self, report: Progress) {
        if self.lock().reports.push(report) {
            self.changed.notify_one();
        }
    }

    fn answer(&self, answer: Answer) {
        self.lock().answer.get_or_insert(answer);
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, SlotState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All waiting requests of a client.
#[derive(Debug, Default)]
pub(super) struct Waiting {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last: i64,
    requests: HashMap<i64, Arc<Slot>>,
    closed: Option<ClientError>,
}

impl Waiting {
    /// A new request, unless the connection is closed.
    pub(super) fn open(&self, reports_per_second: u32) -> Result<(i64, Arc<Slot>), ClientError> {
        let mut state = self.lock();
        if let Some(error) = &state.closed {
            return Err(error.clone());
        }
        state.last += 1;
        let id = state.last;
        let slot = Arc::new(Slot::new(reports_per_second));
        state.requests.insert(id, Arc::clone(&slot));
        Ok((id, slot))
    }

    /// Whether a request has no answer yet.
    pub(super) fn is_open(&self, id: i64) -> bool {
        self.lock().requests.contains_key(&id)
    }

    /// Nobody waits for this any more; whether somebody did.
    pub(super) fn forget(&self, id: i64) -> bool {
        self.lock().requests.remove(&id).is_some()
    }

    /// Delivers an answer. Answers to nothing are ignored.
    pub(super) fn answer(&self, id: &RequestId, answer: Answer) {
        let mut state = self.lock();
        let slot = number(id).and_then(|id| state.requests.remove(&id));
        drop(state);
        match slot {
            Some(slot) => slot.answer(answer),
            None => tracing::debug!(%id, "an answer to nothing"),
        }
    }

    /// Delivers an error that names no request, if it can only mean one.
    pub(super) fn answer_only(&self, error: ClientError) {
        let mut state = self.lock();
        let mut ids = state.requests.keys().copied();
        let slot = match (ids.next(), ids.next()) {
            (Some(id), None) => state.requests.remove(&id),
            _ => None,
        };
        drop(state);
        match slot {
            Some(slot) => slot.answer(Err(error)),
            None => tracing::warn!(%error, "an error that names no request"),
        }
    }

    /// Progress of a request, if it is still waiting.
    pub(super) fn progress(&self, id: i64, report: Progress) {
        let slot = self.lock().requests.get(&id).cloned();
        if let Some(slot) = slot {
            slot.progress(report);
        }
    }

    /// There will be no more answers. The first reason counts.
    pub(super) fn close(&self, error: &ClientError) {
        let mut state = self.lock();
        state.closed.get_or_insert_with(|| error.clone());
        let requests = std::mem::take(&mut state.requests);
        drop(state);
        for slot in requests.values() {
            slot.answer(Err(error.clone()));
        }
    }

    /// What waits now gets no answer. There may be more requests.
    pub(super) fn interrupt(&self, error: impl Fn(i64) -> ClientError) {
        let requests = std::mem::take(&mut self.lock().requests);
        for (id, slot) in requests {
            slot.answer(Err(error(id)));
        }
    }

    /// Why there are no more answers, if that is so.
    pub(super) fn closed(&self) -> Option<ClientError> {
        self.lock().closed.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
