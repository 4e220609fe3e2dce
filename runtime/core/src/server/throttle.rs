//! So many per second, no more.

use std::time::Duration;

use tokio::time::Instant;

const SECOND: Duration = Duration::from_secs(1);

/// Counts what is allowed and what is not.
#[derive(Debug)]
pub(super) struct Throttle {
    per_second: u32,
    window: Instant,
    used: u32,
}

impl Throttle {
    pub(super) fn new(per_second: u32) -> Self {
        Self { per_second, window: Instant::now(), used: 0 }
    }

    /// Takes one, if there is one left in this second.
    pub(super) fn take(&mut self) -> bool {
        if self.used >= self.per_second {
            let now = Instant::now();
            if now.saturating_duration_since(self.window) < SECOND {
                return false;
            }
            self.window = now;
            self.used = 0;
        }
        self.used += 1;
        true
    }
}
