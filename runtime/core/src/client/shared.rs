//! What a client and everything behind it share.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, Weak};

use tokio::task::AbortHandle;
use toolwright_spec::{Implementation, LoggingLevel, RequestId, Revision};

use super::cache::{Keeper, Partition};
use super::clock::Asking;
use super::error::ClientError;
use super::feed::Feeds;
use super::garbage::Garbage;
use super::greetings::Greetings;
use super::handlers::Handlers;
use super::spoken::Spoken;
use super::task::Watches;
use super::transport::Transport;
use super::visits::Visits;
use super::waiting::Waiting;
use crate::era::Era;
use crate::limits::Limits;

/// See the module.
pub(super) struct Shared {
    pub(super) waiting: Waiting,
    pub(super) limits: Limits,
    pub(super) handlers: Handlers,
    /// Who the server is told is calling.
    pub(super) info: Implementation,
    pub(super) keeper: Keeper,
    pub(super) asking: Asking,
    spoken: RwLock<Option<Arc<Spoken>>>,
    pub(super) greetings: Greetings,
    /// Whose results may be kept together, if the transport does not know.
    pub(super) partition: OnceLock<Partition>,
    pub(super) server: RwLock<Option<Arc<Implementation>>>,
    /// The level of log messages that is asked for.
    level: RwLock<Option<LoggingLevel>>,
    pub(super) transport: OnceLock<Weak<dyn Transport>>,
    /// Questions of the server that are being answered.
    pub(super) questions: Mutex<HashMap<RequestId, AbortHandle>>,
    /// Who listens for changes.
    pub(super) feeds: Feeds,
    /// Tasks that somebody has in hand.
    pub(super) tasks: Watches,
    /// Pages that a person is sent to.
    pub(super) visits: Visits,
    /// What came instead of messages.
    pub(super) garbage: Garbage,
}

impl Shared {
    pub(super) fn new(
        limits: Limits,
        handlers: Handlers,
        info: Implementation,
        keeper: Keeper,
    ) -> Self {
        Self {
            waiting: Waiting::default(),
            limits,
            handlers,
            info,
            keeper,
            asking: Asking::default(),
            spoken: RwLock::default(),
            greetings: Greetings::default(),
            partition: OnceLock::new(),
            server: RwLock::default(),
            level: RwLock::default(),
            transport: OnceLock::new(),
            questions: Mutex::default(),
            feeds: Feeds::default(),
            tasks: Watches::default(),
            visits: Visits::default(),
            garbage: Garbage::default(),
        }
    }

    pub(super) fn transport(&self) -> Option<Arc<dyn Transport>> {
        self.transport.get()?.upgrade()
    }

    pub(super) fn server(&self) -> Option<Arc<Implementation>> {
        self.server.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn level(&self) -> Option<LoggingLevel> {
        *self.level.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set_level(&self, level: LoggingLevel) {
        *self.level.write().unwrap_or_else(PoisonError::into_inner) = Some(level);
    }

    /// How messages are written now; `None` until the first attempt at a revision.
    pub(super) fn spoken(&self) -> Option<Arc<Spoken>> {
        self.spoken.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn speak(&self, spoken: Spoken) {
        *self.spoken.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(spoken));
    }

    pub(super) fn revision(&self) -> Option<Revision> {
        self.spoken().map(|spoken| spoken.revision)
    }

    /// Whether the server belongs to the era in which it may ask, and is owed answers.
    pub(super) fn may_ask(&self) -> bool {
        self.spoken().is_some_and(|spoken| spoken.era == Era::Session)
    }

    pub(super) fn close(&self, error: &ClientError) {
        self.waiting.close(error);
        self.feeds.close(error);
        self.abandon_questions();
    }

    /// The server is gone and will be back: nothing that it was asked is answered. Streams may be
    /// opened again.
    pub(super) fn interrupt(&self, error: &ClientError) {
        let lost = ClientError::StreamLost { reason: error.to_string() };
        self.waiting.interrupt(|id| {
            let is_stream = self.feeds.has(&RequestId::Number(id));
            if is_stream { lost.clone() } else { error.clone() }
        });
        self.abandon_questions();
    }

    fn abandon_questions(&self) {
        let questions =
            std::mem::take(&mut *self.questions.lock().unwrap_or_else(PoisonError::into_inner));
        for question in questions.values() {
            question.abort();
        }
    }
}
