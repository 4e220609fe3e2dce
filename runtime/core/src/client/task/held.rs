//! What a client keeps of a task.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use toolwright_spec::{InputRequests, TaskStatus};

use super::super::connection::Client;
use super::super::error::ClientError;
use super::state::{Snapshot, TaskState};
use super::ticket::TaskTicket;
use super::watch::Watched;
use crate::limits::Limits;

/// How often servers are asked that do not say how often.
const POLL: Duration = Duration::from_secs(1);

/// A task of the server.
pub(super) struct Task {
    pub(super) client: Client,
    pub(super) id: String,
    pub(super) tool: String,
    pub(super) watched: Arc<Watched>,
    seen: Mutex<Seen>,
}

/// What is known of it.
pub(super) struct Seen {
    pub(super) state: TaskState,
    /// When to look at it again.
    pub(super) due: Instant,
    /// Questions that are answered.
    pub(super) answered: HashSet<String>,
}

impl Task {
    pub(super) fn new(client: &Client, ticket: TaskTicket) -> Self {
        let TaskTicket { id, tool, answered, state, .. } = ticket;
        let pause = match state.status {
            TaskStatus::Working => interval(&state, client.limits()),
            _ => Duration::ZERO,
        };
        let answered = HashSet::from_iter(answered);
        let seen = Mutex::new(Seen { state, due: Instant::now() + pause, answered });
        let watched = client.shared().tasks.watch(&id);
        Self { client: client.clone(), id, tool, watched, seen }
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes how it stands; whether that is news.
    ///
    /// # Errors
    /// It is another task, or one that was over and is not any more.
    pub(super) fn note(&self, snapshot: &Snapshot) -> Result<bool, ClientError> {
        if snapshot.id != self.id {
            return Err(ClientError::invalid("at /result/taskId: this is another task"));
        }
        let mut seen = self.seen();
        let (was, is) = (seen.state.status, snapshot.state.status);
        if seen.state.is_over() && was != is {
            let (was, is) = (was.as_str(), is.as_str());
            let reason = format!("at /result/status: `{is}`, though the task was `{was}` already");
            return Err(ClientError::invalid(reason));
        }
        let is_news = seen.state != snapshot.state;
        seen.state.clone_from(&snapshot.state);
        Ok(is_news)
    }

    /// To be looked at again after so many intervals.
    pub(super) fn later(&self, intervals: u32) {
        let limits = self.client.limits();
        let mut seen = self.seen();
        let pause = interval(&seen.state, limits).saturating_mul(intervals);
        seen.due = Instant::now() + pause.min(most(limits));
    }

    /// Of these questions, those without an answer.
    pub(super) fn unanswered(&self, asks: &InputRequests) -> InputRequests {
        let seen = self.seen();
        let asks = asks.iter().filter(|(key, _)| !seen.answered.contains(*key));
        asks.map(|(key, question)| (key.to_owned(), question.clone())).collect()
    }
}

/// How often to ask: as the server wants it, within reason.
fn interval(state: &TaskState, limits: &Limits) -> Duration {
    state.poll.unwrap_or(POLL).max(limits.task_poll_least).min(most(limits))
}

fn most(limits: &Limits) -> Duration {
    limits.task_poll_most.max(limits.task_poll_least)
}
