//! How a set says that it is not as it was.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Who wants to know.
pub(crate) type Listener = dyn Fn() + Send + Sync;

/// Tells servers that what a set lists has changed. Clones tell the same servers.
///
/// A set of your own keeps one, returns it from `changes`
/// ([`ToolSet::changes`](crate::ToolSet::changes) and its like), and calls [`Changes::notify`]
/// when its list is different. The server then asks for the list again, and tells clients that
/// want to know.
///
/// ```
/// use std::sync::RwLock;
///
/// use toolwright_core::tool::{ToolCall, ToolSet};
/// use toolwright_core::{BoxFuture, Changes, Context, IntoToolResult, ToolError};
/// use toolwright_spec::{CallToolResult, JsonSchema, Tool};
///
/// /// A tool for every queue that there is at the moment.
/// #[derive(Default)]
/// struct Queues {
///     names: RwLock<Vec<String>>,
///     changes: Changes,
/// }
///
/// impl Queues {
///     fn open(&self, name: &str) {
///         self.names.write().unwrap().push(name.to_owned());
///         self.changes.notify();
///     }
/// }
///
/// impl ToolSet for Queues {
///     fn tools(&self) -> Vec<Tool> {
///         let names = self.names.read().unwrap();
///         names.iter().map(|name| Tool::new(name, JsonSchema::empty_object())).collect()
///     }
///
///     fn call<'a>(
///         &'a self,
///         _: &'a Context,
///         call: ToolCall<'a>,
///     ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
///         // By name: the index may be out of date.
///         Box::pin(async move { format!("put into {}", call.name()).into_tool_result() })
///     }
///
///     fn changes(&self) -> Vec<Changes> {
///         vec![self.changes.clone()]
///     }
/// }
/// # let queues = Queues::default();
/// # queues.open("urgent");
/// # assert_eq!(queues.tools()[0].name, "urgent");
/// ```
#[derive(Clone, Default)]
pub struct Changes(Arc<Inner>);

#[derive(Default)]
struct Inner {
    version: AtomicU64,
    listeners: Mutex<Vec<Weak<Listener>>>,
}

impl Changes {
    /// For a new set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The list is different from now on.
    pub fn notify(&self) {
        self.0.version.fetch_add(1, Ordering::AcqRel);
        for listener in self.listeners() {
            listener();
        }
    }

    /// Rises with every change.
    pub(crate) fn version(&self) -> u64 {
        self.0.version.load(Ordering::Acquire)
    }

    /// Calls this at every change, for as long as somebody keeps it.
    pub(crate) fn listen(&self, listener: &Arc<Listener>) {
        let mut listeners = self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|listener| listener.strong_count() > 0);
        listeners.push(Arc::downgrade(listener));
    }

    /// Those who listen. The lock is free again: they may do what they like.
    fn listeners(&self) -> Vec<Arc<Listener>> {
        let listeners = self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.iter().filter_map(Weak::upgrade).collect()
    }
}

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").field("version", &self.version()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn whoever_listens_is_told() {
        let changes = Changes::new();
        let told = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&told);
        let listener: Arc<Listener> = Arc::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        changes.notify();
        changes.listen(&listener);
        changes.clone().notify();
        assert_eq!((told.load(Ordering::SeqCst), changes.version()), (1, 2));
        drop(listener);
        changes.notify();
        assert_eq!((told.load(Ordering::SeqCst), changes.listeners().len()), (1, 0));
    }
}
