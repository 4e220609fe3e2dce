//! How long an answer may take, while nobody is asked anything.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// While a question is open, a deadline that has passed is looked at again after so long.
const AGAIN: Duration = Duration::from_secs(1);

/// How much time went into questions of the server. Calls do not count it.
#[derive(Debug, Default)]
pub(super) struct Asking {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    open: usize,
    since: Option<Instant>,
    spent: Duration,
}

/// A question that is being answered.
pub(super) struct Open<'a>(&'a Asking);

impl Asking {
    /// A question begins.
    pub(super) fn begin(&self) -> Open<'_> {
        let mut state = self.lock();
        state.open += 1;
        state.since.get_or_insert_with(Instant::now);
        Open(self)
    }

    /// All the time that went into questions, and whether one is open now.
    fn spent(&self) -> (Duration, bool) {
        let state = self.lock();
        let now = state.since.map(|since| since.elapsed()).unwrap_or_default();
        (state.spent + now, state.since.is_some())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.open = state.open.saturating_sub(1);
        if state.open == 0
            && let Some(since) = state.since.take()
        {
            state.spent += since.elapsed();
        }
    }
}

/// The deadline of one request.
pub(super) struct Clock<'a> {
    asking: &'a Asking,
    start: Instant,
    idle: Duration,
    deadline: Instant,
    /// Not even progress leads beyond this.
    end: Instant,
    /// Of the time for questions, so much is in the deadline already.
    granted: Duration,
}

impl<'a> Clock<'a> {
    pub(super) fn start(asking: &'a Asking, idle: Duration, total: Duration) -> Self {
        let start = Instant::now();
        let end = start + total.max(idle);
        let granted = asking.spent().0;
        Self { asking, start, idle, deadline: (start + idle).min(end), end, granted }
    }

    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// The request is being worked on.
    pub(super) fn progressed(&mut self) {
        self.grant();
        self.deadline = (Instant::now() + self.idle).min(self.end);
    }

    /// The deadline is reached; whether the time is really over.
    pub(super) fn is_over(&mut self) -> bool {
        let open = self.grant();
        if open {
            self.deadline = self.deadline.max(Instant::now() + AGAIN);
        }
        self.deadline <= Instant::now()
    }

    /// Adds the time that questions took; whether one is open.
    fn grant(&mut self) -> bool {
        let (spent, open) = self.asking.spent();
        let more = spent.saturating_sub(self.granted);
        self.granted = spent;
        self.deadline += more;
        self.end += more;
        open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn time_for_questions_does_not_count() {
        let asking = Asking::default();
        let mut clock = Clock::start(&asking, Duration::from_secs(10), Duration::from_secs(30));
        let open = asking.begin();
        tokio::time::advance(Duration::from_secs(100)).await;
        assert!(!clock.is_over());
        drop(open);
        tokio::time::advance(Duration::from_secs(9)).await;
        assert!(!clock.is_over());
        tokio::time::advance(Duration::from_secs(2)).await;
        assert!(clock.is_over());
    }

    #[tokio::test(start_paused = true)]
    async fn progress_helps_up_to_the_end() {
        let asking = Asking::default();
        let mut clock = Clock::start(&asking, Duration::from_secs(10), Duration::from_secs(30));
        for _ in 0..3 {
            tokio::time::advance(Duration::from_secs(9)).await;
            assert!(!clock.is_over());
            clock.progressed();
        }
        tokio::time::advance(Duration::from_secs(4)).await;
        assert!(clock.is_over());
    }
}
