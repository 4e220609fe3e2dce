//! The time of day, which tests can make go by tokio's clock.

use std::cell::Cell;
use std::marker::PhantomData;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Which time of day it was at which point of tokio's clock.
type Anchor = (SystemTime, Instant);

thread_local! {
    static ANCHOR: Cell<Option<Anchor>> = const { Cell::new(None) };
}

/// Now.
pub(crate) fn now() -> SystemTime {
    ANCHOR.get().map_or_else(SystemTime::now, at)
}

fn at((time, start): Anchor) -> SystemTime {
    time.checked_add(start.elapsed()).unwrap_or(time)
}

/// Makes the time of day simulated too, in this thread and until it is dropped.
///
/// All timers go by tokio's clock, which `tokio::time::pause` stops and `tokio::time::advance`
/// moves. What is dated (states of requests, cursors, tasks) goes by the time of day, as
/// it may be read by another process. With this, that too passes as tokio's clock does.
///
/// ```
/// use std::time::Duration;
/// use toolwright_core::testing::WallClock;
///
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let clock = WallClock::simulated();
/// let before = clock.now();
/// tokio::time::sleep(Duration::from_secs(11 * 60)).await; // takes no time
/// assert_eq!(clock.now(), before + Duration::from_secs(11 * 60));
/// clock.set_back(Duration::from_secs(3600)); // as an administrator may
/// assert!(clock.now() < before);
/// # }
/// ```
#[derive(Debug)]
pub struct WallClock {
    before: Option<Anchor>,
    /// It belongs to its thread.
    here: PhantomData<*const ()>,
}

impl WallClock {
    /// From now on the time of day passes as tokio's clock does.
    #[must_use]
    pub fn simulated() -> Self {
        let before = ANCHOR.replace(Some((now(), Instant::now())));
        Self { before, here: PhantomData }
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        now()
    }

    /// Sets the time of day, and only that, forward.
    pub fn set_forward(&self, by: Duration) {
        self.set(now().checked_add(by));
    }

    /// Sets the time of day, and only that, back.
    pub fn set_back(&self, by: Duration) {
        self.set(now().checked_sub(by));
    }

    #[expect(clippy::unused_self, reason = "without it, nothing is simulated")]
    fn set(&self, time: Option<SystemTime>) {
        if let Some(time) = time {
            ANCHOR.set(Some((time, Instant::now())));
        }
    }
}

impl Drop for WallClock {
    fn drop(&mut self) {
        ANCHOR.set(self.before);
    }
}
