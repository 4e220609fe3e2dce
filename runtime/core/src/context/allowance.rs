//! So many per second, saved up for a second at most.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many may be sent now; refilled as time goes by.
#[derive(Debug)]
pub(super) struct Allowance {
    per_second: f64,
    left: f64,
    refilled: Option<Instant>,
}

impl Allowance {
    pub(super) fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        Self { per_second, left: per_second, refilled: None }
    }

    /// Whether nothing was taken for some time.
    pub(super) fn is_idle_since(&self, now: Instant, time: Duration) -> bool {
        self.refilled.is_none_or(|last| now.saturating_duration_since(last) >= time)
    }

    /// Takes one, if there is one.
    pub(super) fn take(&mut self) -> bool {
        let now = Instant::now();
        let since = self.refilled.replace(now).unwrap_or(now);
        let passed = now.saturating_duration_since(since).as_secs_f64();
        self.left = (self.left + passed * self.per_second).min(self.per_second);
        if self.left < 1.0 {
            return false;
        }
        self.left -= 1.0;
        true
    }
}

/// An allowance that several requests share.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<Option<Allowance>>);

impl Pace {
    /// Takes one, if there is one.
    pub(crate) fn take(&self, per_second: u32) -> bool {
        let mut allowance = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        allowance.get_or_insert_with(|| Allowance::new(per_second)).take()
    }
}
