//! What can change while a server runs, and how it is told.

use std::sync::{Arc, OnceLock};

/// Something is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(dead_code, reason = "subscriptions come to use it")]
pub(crate) enum Change {
    /// The list of tools.
    Tools,
    /// The list of prompts.
    Prompts,
    /// The list of resources, or of their templates.
    Resources,
    /// What is under this URI.
    Resource(String),
}

/// Who passes changes on to clients.
pub(crate) trait Announce: Send + Sync {
    /// Something changed. Must not block, and may be called on any thread.
    fn announce(&self, change: Change);
}

/// Where changes go: to nobody, until somebody is plugged in.
#[derive(Clone, Default)]
pub(crate) struct Announcer(Arc<OnceLock<Arc<dyn Announce>>>);

#[allow(dead_code, reason = "subscriptions come to use it")]
impl Announcer {
    /// From now on changes go there. Only the first call counts.
    pub(crate) fn plug(&self, announce: Arc<dyn Announce>) {
        let _ = self.0.set(announce);
    }

    /// Passes a change on.
    pub(crate) fn announce(&self, change: Change) {
        if let Some(to) = self.0.get() {
            to.announce(change);
        }
    }
}

impl std::fmt::Debug for Announcer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Announcer").field(&self.0.get().is_some()).finish()
    }
}
