//! A flag that can be waited for.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Set once, never cleared.
#[derive(Debug, Default)]
pub(super) struct Cancel {
    set: AtomicBool,
    waiters: Notify,
}

impl Cancel {
    pub(super) fn set(&self) {
        self.set.store(true, Ordering::Release);
        self.waiters.notify_waiters();
    }

    pub(super) fn is_set(&self) -> bool {
        self.set.load(Ordering::Acquire)
    }

    pub(super) async fn wait(&self) {
        let mut notified = std::pin::pin!(self.waiters.notified());
        // Registers before looking, so that a flag set in between is not missed.
        notified.as_mut().enable();
        if !self.is_set() {
            notified.await;
        }
    }
}
