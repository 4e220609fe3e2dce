//! All tasks of a server: begun, looked after, ended.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use toolwright_spec::RawJson;

use super::live::Live;
use super::record::{Outcome, TaskRecord};
use super::store::TaskStore;
use super::time;
use crate::error::{Error, ProtocolError};
use crate::random;
use crate::tool::incident;
use crate::watch::{Change, Hub};

/// Marks what is watched as a task; no URI begins like this.
const MARK: &str = "\0task/";

/// What tasks may cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) ttl: Duration,
    pub(crate) poll: Duration,
    /// All that are kept.
    pub(crate) most: usize,
    /// Those of one principal.
    pub(crate) of_one: usize,
}

/// Where tasks are known.
pub(crate) struct Ledger {
    store: Box<dyn TaskStore>,
    hub: Arc<Hub>,
    bounds: Bounds,
    tasks: Mutex<HashMap<String, Entry>>,
}

/// A task of this process, until it expires.
struct Entry {
    principal: String,
    expires: u64,
    /// While it runs.
    live: Option<Arc<Live>>,
}

impl Ledger {
    pub(crate) fn new(store: Box<dyn TaskStore>, hub: Arc<Hub>, bounds: Bounds) -> Self {
        Self { store, hub, bounds, tasks: Mutex::default() }
    }

    /// Begins a task; it can be found when this is done.
    pub(crate) async fn begin(&self, principal: &str) -> Result<Arc<Live>, ProtocolError> {
        let created = time::now();
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let record = TaskRecord {
            id: new_id()?,
            principal: principal.to_owned(),
            created,
            updated: created,
            ttl: milliseconds(self.bounds.ttl).max(1),
            poll: milliseconds(self.bounds.poll).max(1),
            questions: Default::default(),
            outcome: None,
        };
        let live = Arc::new(Live::new(record.clone()));
        for expired in self.enter(&record, &live)? {
            self.forget(&expired).await;
        }
        if let Err(error) = self.store.save(&record).await {
            self.tasks().remove(&record.id);
            return Err(unavailable(&error));
        }
        Ok(live)
    }

    /// A task of this caller.
    pub(crate) async fn find(
        &self,
        principal: &str,
        id: &str,
    ) -> Result<TaskRecord, ProtocolError> {
        let known = match self.live(id) {
            Some(live) => Some(live.record()),
            None => self.store.load(id).await.map_err(|error| unavailable(&error))?,
        };
        match known {
            Some(record) if record.principal == principal && !record.is_expired() => Ok(record),
            Some(_) | None => {
                Err(ProtocolError::invalid_params("there is no such task: it may have expired"))
            }
        }
    }

    /// Takes in answers to what a task asks. What it does not ask is passed over.
    pub(crate) async fn answer(
        &self,
        principal: &str,
        id: &str,
        answers: impl IntoIterator<Item = (String, RawJson)>,
    ) -> Result<(), ProtocolError> {
        self.find(principal, id).await?;
        if let Some(live) = self.live(id)
            && live.answer(answers)
        {
            self.changed(&live).await;
        }
        Ok(())
    }

    /// Ends a task, if it is not over.
    pub(crate) async fn cancel(&self, principal: &str, id: &str) -> Result<(), ProtocolError> {
        self.find(principal, id).await?;
        if let Some(live) = self.live(id) {
            self.end(&live, Outcome::Cancelled).await;
            live.cancel();
        }
        Ok(())
    }

    /// A task is over.
    pub(crate) async fn end(&self, live: &Live, outcome: Outcome) {
        let Some(record) = live.end(outcome) else {
            return;
        };
        match self.store.save(&record).await {
            Ok(()) => {
                if let Some(entry) = self.tasks().get_mut(&record.id) {
                    entry.live = None;
                }
            }
            // What cannot be saved is kept here.
            Err(error) => tracing::error!(%error, "the end of a task could not be saved"),
        }
        self.tell(&record.id);
    }

    /// The server stops, so that what tasks ask has no answer any more.
    pub(crate) fn hang_up(&self) {
        for live in self.tasks().values().filter_map(|entry| entry.live.as_ref()) {
            live.hang_up();
        }
    }

    /// Nothing runs any more: whatever is not over has failed.
    pub(crate) async fn abandon(&self) {
        let running: Vec<Arc<Live>> =
            self.tasks().values().filter_map(|entry| entry.live.clone()).collect();
        for live in running {
            let error = ProtocolError::internal("the server stopped before the task was over");
            self.end(&live, Outcome::of(Err(error))).await;
        }
    }

    /// A task took longer than it is kept.
    pub(crate) async fn expire(&self, id: &str) {
        let entry = self.tasks().remove(id);
        self.forget(id).await;
        if let Some(live) = entry.and_then(|entry| entry.live) {
            live.tell();
        }
    }

    /// Something of a running task changed.
    pub(crate) async fn changed(&self, live: &Live) {
        let record = live.record();
        if let Err(error) = self.store.save(&record).await {
            tracing::error!(%error, "a change of a task could not be saved");
        }
        self.tell(&record.id);
    }

    /// Tells those who listen.
    pub(super) fn tell(&self, id: &str) {
        self.hub.deliver(&Change::Resource(uri_of(id)));
    }

    /// Makes room for a task and enters it; those that are to be forgotten.
    fn enter(&self, record: &TaskRecord, live: &Arc<Live>) -> Result<Vec<String>, ProtocolError> {
        let now = record.created;
        let mut tasks = self.tasks();
        let mut expired = Vec::new();
        tasks.retain(|id, entry| {
            let keep = entry.expires > now;
            if !keep {
                expired.push(id.clone());
            }
            keep
        });
        let own = tasks.values().filter(|entry| entry.principal == record.principal).count();
        if tasks.len() >= self.bounds.most || own >= self.bounds.of_one {
            return Err(ProtocolError::internal("there are too many tasks: come back later"));
        }
        let entry = Entry {
            principal: record.principal.clone(),
            expires: now.saturating_add(record.ttl),
            live: Some(Arc::clone(live)),
        };
        tasks.insert(record.id.clone(), entry);
        Ok(expired)
    }

    /// A task that runs in this process.
    pub(crate) fn live(&self, id: &str) -> Option<Arc<Live>> {
        self.tasks().get(id)?.live.clone()
    }

    async fn forget(&self, id: &str) {
        if let Err(error) = self.store.remove(id).await {
            tracing::warn!(%error, "an expired task could not be removed");
        }
    }

    fn tasks(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger").field("tasks", &self.tasks().len()).finish_non_exhaustive()
    }
}

/// What is watched when a task is.
pub(crate) fn uri_of(id: &str) -> String {
    format!("{MARK}{id}")
}

/// The task that is watched under this.
pub(crate) fn task_of(uri: &str) -> Option<&str> {
    uri.strip_prefix(MARK)
}

/// 128 bits that nobody can guess.
fn new_id() -> Result<String, ProtocolError> {
    let mut bytes = [0; 16];
    random::fill(&mut bytes).map_err(|error| unavailable(&error.into()))?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

fn unavailable(error: &Error) -> ProtocolError {
    let incident = incident::number();
    tracing::error!(incident, %error, "tasks cannot be kept");
    ProtocolError::internal(format!("tasks cannot be kept (incident {incident})"))
}
