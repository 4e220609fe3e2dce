//! What all sessions and requests share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rmcp::model::{RequestStateCodec, RequestStateError};
use rmcp::task_manager::TaskManager;
use tokio::sync::broadcast;

/// What has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Tools,
    Watched,
}

pub(crate) struct Shared {
    /// How many calls wait forever.
    pub(crate) waiting: AtomicUsize,
    /// Whether the tool that comes and goes is here.
    pub(crate) passing: AtomicBool,
    /// How often the watched resource was changed.
    pub(crate) changed: AtomicUsize,
    pub(crate) changes: broadcast::Sender<Change>,
    /// Seals what clients bring back with their answers.
    pub(crate) codec: RequestStateCodec,
    pub(crate) tasks: TaskManager,
}

impl Shared {
    pub(crate) fn new() -> Result<Self, RequestStateError> {
        Ok(Self {
            waiting: AtomicUsize::new(0),
            passing: AtomicBool::new(false),
            changed: AtomicUsize::new(0),
            changes: broadcast::Sender::new(16),
            codec: RequestStateCodec::try_new(*b"no secret, as this is for tests!")?,
            tasks: TaskManager::new(),
        })
    }

    pub(crate) fn tell(&self, change: Change) {
        // It is no error if nobody listens.
        let _ = self.changes.send(change);
    }
}

/// A call that waits, for as long as this is held.
pub(crate) struct Waiting(Arc<Shared>);

impl Waiting {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        shared.waiting.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(shared))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}
