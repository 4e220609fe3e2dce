//! What a request has been told, and what it has done.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use toolwright_spec::{InputRequest, RawJson};

use crate::ask::{AskError, Digest};

/// Answers and effects by their keys. A request has one from its first question on.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Mutex<Entries>,
    changed: Notify,
}

/// What a journal holds.
#[derive(Debug, Default)]
pub(crate) struct Entries {
    pub(crate) answers: BTreeMap<String, Answer>,
    /// What [`Context::once`](super::Context::once) ran, and with what result.
    pub(crate) effects: BTreeMap<String, RawJson>,
    /// In the order in which they were raised.
    pub(crate) open: Vec<Open>,
    /// What each key stood for since the handler began.
    asked: HashMap<String, Digest>,
    /// Effects under way.
    running: BTreeSet<String>,
}

/// What a client answered.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// To which question; `None` if that was not written down.
    pub(crate) question: Option<Digest>,
    pub(crate) text: RawJson,
}

/// A question that waits for its answer.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) key: String,
    pub(crate) question: Digest,
    /// As the client is to see it, where it is not sent by itself.
    pub(crate) request: Option<InputRequest>,
}

/// What there is to a key.
pub(super) enum Found {
    /// An answer, not looked at yet.
    Answer(RawJson),
    /// Somebody else asks.
    Busy,
    /// Nothing; whoever looked has to ask now, and to close the question.
    Nothing,
}

impl Journal {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something was added, or is not under way any more.
    pub(super) fn changed(&self) -> tokio::sync::futures::Notified<'_> {
        self.changed.notified()
    }

    /// Looks for an answer; if there is none, the question is open from here on.
    pub(super) fn look(&self, key: &str, question: &Digest) -> Result<Found, AskError> {
        let mut entries = self.lock();
        match entries.asked.get(key) {
            Some(known) if known != question => {
                let message = format!("the key `{key}` stands for two questions");
                return Err(AskError::Unaskable(message));
            }
            Some(_) => {}
            None => {
                entries.asked.insert(key.to_owned(), question.clone());
            }
        }
        if let Some(answer) = entries.answers.get_mut(key) {
            if *answer.question.get_or_insert_with(|| question.clone()) == *question {
                return Ok(Found::Answer(answer.text.clone()));
            }
            tracing::warn!(key, "the answer was to another question, so it is asked again");
            entries.answers.remove(key);
        }
        if entries.open.iter().any(|open| open.key == key) {
            return Ok(Found::Busy);
        }
        entries.open.push(Open { key: key.to_owned(), question: question.clone(), request: None });
        Ok(Found::Nothing)
    }

    /// Whether there is an effect of this key; else it is under way from here on, or already is.
    pub(super) fn look_for_effect(&self, key: &str) -> Found {
        let mut entries = self.lock();
        if let Some(result) = entries.effects.get(key) {
            return Found::Answer(result.clone());
        }
        if entries.running.insert(key.to_owned()) { Found::Nothing } else { Found::Busy }
    }

    /// An answer turned out to be none.
    pub(super) fn forget(&self, key: &str) {
        self.lock().answers.remove(key);
    }

    /// An answer came.
    pub(super) fn keep(&self, key: &str, question: Digest, text: RawJson) {
        let answer = Answer { question: Some(question), text };
        self.lock().answers.insert(key.to_owned(), answer);
    }

    /// An effect has had its result.
    pub(super) fn record(&self, key: &str, result: RawJson) {
        self.lock().effects.insert(key.to_owned(), result);
    }

    /// How the client is to see an open question.
    pub(crate) fn present(&self, key: &str, request: InputRequest) {
        let mut entries = self.lock();
        if let Some(open) = entries.open.iter_mut().find(|open| open.key == key) {
            open.request = Some(request);
        }
    }

    /// The open questions, if there are some to present and nothing is under way that must not be
    /// interrupted.
    pub(crate) fn take_stuck(&self) -> Option<Vec<Open>> {
        let mut entries = self.lock();
        let has_some = entries.open.iter().any(|open| open.request.is_some());
        (has_some && entries.running.is_empty()).then(|| std::mem::take(&mut entries.open))
    }

    /// Nobody asks any more.
    pub(super) fn close(&self, key: &str) {
        self.lock().open.retain(|open| open.key != key);
        self.changed.notify_waiters();
    }

    /// An effect is not under way any more.
    pub(super) fn stop(&self, key: &str) {
        self.lock().running.remove(key);
        self.changed.notify_waiters();
    }
}
