//! How often a server's process is started again.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::random;

/// How often, and how soon, a server's process is started again when it ends unexpectedly.
///
/// Calls under way fail with [`ClientError::Closed`](super::ClientError::Closed) and are not made
/// again by themselves, since they may have had their effect. Later calls wait until the server is
/// back, or their time is up. It is greeted anew, subscriptions go on after a
/// [`Notice::Missed`](super::Notice::Missed). When it ends too often, the client is closed with
/// what the server said last.
///
/// ```no_run
/// use std::time::Duration;
/// use tokio::process::Command;
/// use toolwright_core::Client;
/// use toolwright_core::client::Restart;
///
/// # async fn run() -> toolwright_core::Result<()> {
/// let restart = Restart::at_most(5).within(Duration::from_secs(60));
/// let client = Client::builder().restart(restart).spawn(Command::new("shop-server")).await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Restart {
    most: u32,
    within: Duration,
    first: Duration,
    longest: Duration,
}

impl Default for Restart {
    /// Five times within five minutes.
    fn default() -> Self {
        Self::at_most(5)
    }
}

impl Restart {
    /// So many times within five minutes, unless [`Restart::within`] says otherwise.
    #[must_use]
    pub fn at_most(times: u32) -> Self {
        Self {
            most: times,
            within: Duration::from_secs(300),
            first: Duration::from_millis(250),
            longest: Duration::from_secs(30),
        }
    }

    /// The time that the restarts are counted in.
    #[must_use]
    pub fn within(mut self, window: Duration) -> Self {
        self.within = window;
        self
    }

    /// How long to wait before the first restart in a row; each further one waits about twice as
    /// long, up to `longest`. A quarter of a second and half a minute, unless given.
    #[must_use]
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        (self.first, self.longest) = (first, longest);
        self
    }
}

/// The restarts so far.
#[derive(Debug)]
pub(super) struct Restarts {
    rules: Restart,
    recent: VecDeque<Instant>,
}

impl Restarts {
    pub(super) fn new(rules: Restart) -> Self {
        Self { rules, recent: VecDeque::new() }
    }

    /// How long to wait before the next one; `None` if there were too many.
    pub(super) fn next(&mut self) -> Option<Duration> {
        let now = Instant::now();
        while self.recent.front().is_some_and(|then| now - *then > self.rules.within) {
            self.recent.pop_front();
        }
        let before = u32::try_from(self.recent.len()).unwrap_or(u32::MAX);
        if before >= self.rules.most {
            return None;
        }
        self.recent.push_back(now);
        let factor = 2_u32.saturating_pow(before);
        let pause = self.rules.first.saturating_mul(factor).min(self.rules.longest);
        // Between half and all of it, so that not everything comes back at once. Without a random
        // number it is the shortest, which does no harm.
        Some(pause / 2 + (pause / 2).mul_f64(random::portion().unwrap_or(0.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_and_old_restarts_are_forgotten() {
        let second = Duration::from_secs(1);
        let rules = Restart::at_most(3).within(60 * second).backoff(second, 3 * second);
        let mut restarts = Restarts::new(rules);
        for longest in [second, 2 * second, 3 * second] {
            let pause = restarts.next().unwrap();
            assert!(pause >= longest / 2 && pause <= longest, "{pause:?}");
        }
        assert_eq!(restarts.next(), None);
        tokio::time::advance(61 * second).await;
        assert!(restarts.next().unwrap() <= second);
        assert_eq!(Restarts::new(Restart::at_most(0)).next(), None);
    }
}
