//! A task on paper.

use serde::{Deserialize, Serialize};

use super::state::TaskState;

/// What another process needs to go on with a task: write it down with serde, and give it to
/// [`Client::resume_task`](crate::Client::resume_task) later.
///
/// It has neither credentials nor results in it, but the task's id; a server that does not know
/// its callers shows the task to whoever has that.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskTicket {
    /// What the server calls the task.
    pub id: String,
    /// The tool that was called.
    pub tool: String,
    /// What the server calls itself, if it says so. Another one is not asked.
    pub server: Option<String>,
    /// The revision in which the task was begun.
    pub revision: String,
    /// Questions that are answered: they are not asked again.
    pub answered: Vec<String>,
    /// How the task stood.
    pub state: TaskState,
}

impl TaskTicket {
    /// Of a task that has just begun, as far as its server tells.
    pub(crate) fn new(id: String, state: TaskState) -> Self {
        let (tool, revision) = (String::new(), String::new());
        Self { id, tool, server: None, revision, answered: Vec::new(), state }
    }
}
