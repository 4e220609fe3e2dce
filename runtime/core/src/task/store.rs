//! Where tasks are kept.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::record::TaskRecord;
use crate::BoxFuture;
use crate::error::Result;

/// Keeps tasks, so that clients find them later.
///
/// A task is saved when it begins, before the client is told of it, when it asks something, and
/// when it ends. While it runs, the process that runs it knows best: `tasks/update` and
/// `tasks/cancel` have to reach that one (HTTP has the header `Mcp-Name` for this). With a store
/// that outlives the process, results can be fetched after a restart; the work itself does not
/// survive one: tasks that a server leaves unfinished when it stops have failed. [`TaskRecord`] is `Serialize` and `Deserialize`.
///
/// ```
/// use toolwright_core::task::{MemoryTasks, TaskPolicy};
/// use toolwright_core::{Context, Server, tool::FnTools};
///
/// let tools = FnTools::new().tool("index", "", |_: Context, (): ()| async { "done" });
/// let server = Server::new("archive", "1.0.0")
///     .tools(tools)
///     .task_tool("index", TaskPolicy::required())
///     .task_store(MemoryTasks::default());
/// # server.build().unwrap();
/// ```
pub trait TaskStore: Send + Sync + 'static {
    /// Keeps a task, in place of what was known of it. It can be loaded once this is done.
    fn save<'a>(&'a self, task: &'a TaskRecord) -> BoxFuture<'a, Result<()>>;

    /// What is known of a task.
    fn load<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<TaskRecord>>>;

    /// Forgets a task that has expired. A store may do so by itself.
    fn remove<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<()>>;
}

/// Keeps tasks in the memory of this process: the default.
#[derive(Default)]
pub struct MemoryTasks(Mutex<HashMap<String, TaskRecord>>);

impl MemoryTasks {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, TaskRecord>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TaskStore for MemoryTasks {
    fn save<'a>(&'a self, task: &'a TaskRecord) -> BoxFuture<'a, Result<()>> {
        self.lock().insert(task.id.clone(), task.clone());
        Box::pin(async { Ok(()) })
    }

    fn load<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Option<TaskRecord>>> {
        let found = self.lock().get(id).cloned();
        Box::pin(async { Ok(found) })
    }

    fn remove<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<()>> {
        self.lock().remove(id);
        Box::pin(async { Ok(()) })
    }
}

impl fmt::Debug for MemoryTasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryTasks").field("len", &self.lock().len()).finish()
    }
}
