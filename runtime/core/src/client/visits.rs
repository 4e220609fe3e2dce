//! Pages that a person was sent to, until the server calls the visits complete.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Visits that a server has not called complete yet, by their names.
#[derive(Debug, Default)]
pub(super) struct Visits(Mutex<HashMap<String, Arc<Notify>>>);

impl Visits {
    /// The server says that a visit is over. Nobody may wait for it.
    pub(super) fn complete(&self, id: &str) {
        if let Some(visit) = self.lock().remove(id) {
            visit.notify_one();
        }
    }

    /// Waits for the end of a visit, from now on.
    pub(super) fn expect(&self, id: &str) -> Expected<'_> {
        let over = Arc::clone(self.lock().entry(id.to_owned()).or_default());
        Expected { visits: self, id: id.to_owned(), over }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Notify>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A visit that is waited for.
pub(super) struct Expected<'a> {
    visits: &'a Visits,
    id: String,
    over: Arc<Notify>,
}

impl Expected<'_> {
    /// Waits until the server says that it is over.
    pub(super) async fn over(&self) {
        self.over.notified().await;
    }
}

impl Drop for Expected<'_> {
    fn drop(&mut self) {
        self.visits.lock().remove(&self.id);
    }
}
