//! From a request to a task.

use std::future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use super::{Admitted, Asker, Asking, Context, Outbox, Scope, Verbosity};
use crate::limits::Limits;

/// Whether a request can become a task, and is to.
#[derive(Debug, Default)]
pub(super) struct Handover {
    possible: AtomicBool,
    wanted: AtomicBool,
}

impl Context {
    /// From here on the call is a task, if its tool
    /// [waits for this](crate::task::TaskPolicy::when_begun) and its client speaks of tasks. Else
    /// nothing happens.
    ///
    /// The handler then runs again from its beginning, with all it was told, and gets past this
    /// point; so what comes before should do no more than ask. Call it in the handler itself, not
    /// in work that the handler spawned.
    pub async fn begin_task(&self) {
        if self.0.handover.possible.load(Ordering::Acquire) {
            self.0.handover.wanted.store(true, Ordering::Release);
            future::pending().await
        }
    }

    /// Lets the request become a task.
    pub(crate) fn allow_task(&self) {
        self.0.handover.possible.store(true, Ordering::Release);
    }

    /// Runs a handler until it is done, or wants to go on as a task.
    pub(crate) async fn until_task<T>(&self, handler: impl Future<Output = T>) -> Option<T> {
        let mut handler = std::pin::pin!(handler);
        future::poll_fn(|task| match handler.as_mut().poll(task) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if self.0.handover.wanted.load(Ordering::Acquire) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// The context of a task that goes on with this request: it says nothing before its end, and
    /// asks by way of `asker`.
    pub(crate) fn for_task(&self, asker: Arc<dyn Asker>) -> Self {
        let scope = &self.0.scope;
        let outbox = Outbox::new(0);
        outbox.close();
        let cx = Self::new(Scope {
            id: scope.id.clone(),
            admitted: Admitted {
                caller: Arc::clone(&scope.admitted.caller),
                token: None,
                asking: Asking::Other(asker),
                logs: Verbosity::Silent,
            },
            extensions: scope.extensions.clone(),
            client_ip: scope.client_ip,
            outbox: Arc::new(outbox),
            peer: Arc::clone(&scope.common.nobody),
            common: Arc::clone(&scope.common),
        });
        if let Some(journal) = self.known_journal() {
            let mut known = journal.lock();
            let mut entries = cx.journal().lock();
            entries.answers = std::mem::take(&mut known.answers);
            entries.effects = std::mem::take(&mut known.effects);
        }
        cx
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.scope.common.limits
    }
}
