//! How far a script has come.

use std::panic::Location;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::testing::mismatch::Mismatch;

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Progress {
    state: Mutex<State>,
    ended: Notify,
}

#[derive(Debug, Default)]
struct State {
    at: Option<&'static Location<'static>>,
    expected: String,
    end: Option<Result<(), Mismatch>>,
}

impl Progress {
    /// A step begins.
    pub(super) fn step(&self, at: Option<&'static Location<'static>>, expected: String) {
        let mut state = self.lock();
        (state.at, state.expected) = (at, expected);
    }

    /// The step that has begun.
    pub(super) fn now(&self) -> (Option<&'static Location<'static>>, String) {
        let state = self.lock();
        (state.at, state.expected.clone())
    }

    /// The script is over, or was and should have been.
    pub(super) fn end(&self, end: Result<(), Mismatch>) {
        self.lock().end = Some(end);
        self.ended.notify_waiters();
    }

    /// How it ended, once it has.
    pub(super) async fn ended(&self) -> Result<(), Mismatch> {
        loop {
            let ended = self.ended.notified();
            if let Some(end) = self.lock().end.clone() {
                return end;
            }
            ended.await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
