//! How changes of a server's own sets are told.

use std::sync::{Arc, OnceLock};

pub(crate) use crate::watch::Change;

use crate::watch::Hub;

/// Where changes go: to nobody, until the server is built.
#[derive(Clone, Default)]
pub(crate) struct Announcer(Arc<OnceLock<Arc<Hub>>>);

impl Announcer {
    /// From now on changes go there. Only the first call counts.
    pub(crate) fn plug(&self, hub: Arc<Hub>) {
        let _ = self.0.set(hub);
    }

    /// Passes a change on. Does not block, on any thread.
    pub(crate) fn announce(&self, change: Change) {
        if let Some(hub) = self.0.get() {
            hub.deliver(&change);
        }
    }
}

impl std::fmt::Debug for Announcer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Announcer").field(&self.0.get().is_some()).finish()
    }
}
