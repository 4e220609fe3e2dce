//! Progress of one request: strictly rising, not too often, not after the answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use toolwright_spec::{Fit, ProgressNotificationParams, ProgressToken, Revision};

use super::outbox::Outbox;
use crate::frame;

/// Where the progress of one request goes.
#[derive(Debug)]
pub(super) struct Progress {
    token: ProgressToken,
    revision: Revision,
    outbox: Arc<Outbox>,
    per_second: f64,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    last: f64,
    /// How many may be sent at once; refilled as time goes by.
    allowance: f64,
    refilled: Instant,
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
        let per_second = f64::from(per_second.max(1));
        let state = State {
            last: f64::NEG_INFINITY,
            allowance: per_second,
            refilled: Instant::now(),
            held: None,
            over: false,
        };
        Self { token, revision, outbox, per_second, state: Mutex::new(state) }
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

        let now = Instant::now();
        let passed = now.saturating_duration_since(state.refilled).as_secs_f64();
        state.allowance = (state.allowance + passed * self.per_second).min(self.per_second);
        state.refilled = now;
        if state.allowance < 1.0 {
            return false;
        }
        state.allowance -= 1.0;
        true
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
