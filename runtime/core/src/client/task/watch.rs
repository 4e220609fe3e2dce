//! What a server tells of tasks without being asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::Notify;

use super::state::Snapshot;
use crate::era::Era;

/// A task that somebody has in hand.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    latest: Mutex<Option<Snapshot>>,
    pub(super) changed: Notify,
}

impl Watched {
    /// What was told last, once.
    pub(super) fn take(&self) -> Option<Snapshot> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// All tasks that are in somebody's hand.
#[derive(Debug, Default)]
pub(crate) struct Watches(Mutex<HashMap<String, Weak<Watched>>>);

impl Watches {
    /// From now on, what is told of this task is kept until it is taken.
    pub(super) fn watch(&self, id: &str) -> Arc<Watched> {
        let mut tasks = self.lock();
        if let Some(known) = tasks.get(id).and_then(Weak::upgrade) {
            return known;
        }
        tasks.retain(|_, task| task.strong_count() > 0);
        let watched = Arc::new(Watched::default());
        tasks.insert(id.to_owned(), Arc::downgrade(&watched));
        watched
    }

    /// A notification: how a task stands. What cannot be read, or nobody watches, is passed over.
    pub(crate) fn tell(&self, params: &str, era: Era) {
        if self.lock().is_empty() {
            return;
        }
        let Ok(snapshot) = Snapshot::read(params, era, "/params") else {
            tracing::debug!("a notice of a task that cannot be read");
            return;
        };
        let watched = self.lock().get(&snapshot.id).and_then(Weak::upgrade);
        if let Some(watched) = watched {
            *watched.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(snapshot);
            watched.changed.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Weak<Watched>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
