//! Progress of one request: strictly rising, not too often, not after the answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use toolwright_spec::{Fit, ProgressNotificationParams, ProgressToken, Revision};

use super::allowance::Allowance;
use super::outbox::Outbox;
use crate::frame;

/// Where the progress of one request goes.
#[derive(Debug)]
pub(super) struct Progress {
    token: ProgressToken,
    revision: Revision,
    outbox: Arc<Outbox>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    last: f64,
    allowance: Allowance,
    held: Option<ProgressNotificationParams>,
    over: bool,
}

impl Progress {
    pub(super) fn new(
        token: ProgressToken,
        revision: Revision,
        outbox: Arc<Outbox>,
        per_second: u32,
    ) -> Self {
        let state = State {
            last: f64::NEG_INFINITY,
            allowance: Allowance::new(per_second),
            held: None,
            over: false,
        };
        Self { token, revision, outbox, state: Mutex::new(state) }
    }

    pub(super) async fn report(&self, done: f64, total: Option<f64>, message: Option<&str>) {
        if self.accept(done, total, message) {
            self.outbox.room().await;
            self.send_held();
        }
    }

    pub(super) fn finish(&self) {
        self.send_held();
        self.silence();
    }

    pub(super) fn silence(&self) {
        self.lock().over = true;
    }

    /// Holds the report if it counts; whether it may go out now.
    fn accept(&self, done: f64, total: Option<f64>, message: Option<&str>) -> bool {
        let mut state = self.lock();
        if state.over || !done.is_finite() || done <= state.last {
            return false;
        }
        let mut params = ProgressNotificationParams::new(self.token.clone(), done);
        params.total = total.filter(|total| total.is_finite());
        params.message = message.map(str::to_owned);
        state.last = done;
        state.held = Some(params);
        state.allowance.take()
    }

    fn send_held(&self) {
        let mut state = self.lock();
        if state.over {
            return;
        }
        let Some(Ok(params)) = state.held.take().map(|held| held.fit(self.revision)) else {
            return;
        };
        // Under the lock: whoever finishes the request meanwhile comes after this line.
        self.outbox.push(|out| frame::write_notification(out, "notifications/progress", &params));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
