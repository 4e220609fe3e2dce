//! Which tools of a session may be called as tasks.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use toolwright_spec::{TaskSupport, Tool};

/// What tools said when they were listed. Tools that were not are not in it.
#[derive(Debug, Default)]
pub(crate) struct Supports(Mutex<HashMap<String, TaskSupport>>);

impl Supports {
    /// Remembers what these tools say, up to `most` tools.
    pub(crate) fn learn(&self, tools: &[Tool], most: usize) {
        let mut known = self.lock();
        for tool in tools {
            let said = tool.execution.as_ref().and_then(|execution| execution.task_support);
            if known.len() < most || known.contains_key(&tool.name) {
                known.insert(tool.name.clone(), said.unwrap_or(TaskSupport::Forbidden));
            }
        }
    }

    /// What a tool said; `None` if it was not listed.
    pub(crate) fn of(&self, tool: &str) -> Option<TaskSupport> {
        self.lock().get(tool).copied()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, TaskSupport>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
