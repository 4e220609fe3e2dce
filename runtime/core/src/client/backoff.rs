//! Calls that failed on the way are made again.

use std::collections::HashSet;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use toolwright_spec::Tool;

use super::error::{ClientError, Unreachable};
use crate::random;

/// How often, and after which pauses, a call is made again that failed on the way.
///
/// What was never sent, since nobody listens at the server's address, is made again whatever it
/// is. What may have reached the server is made again only where that does no harm: whatever
/// reads (lists, resources, prompts, completion, discovery, pings, the state of tasks), and calls
/// of tools that are allowed to be repeated, see
/// [`Call::idempotent`](super::Call::idempotent) and [`Backoff::trust_hints`]. They are when the
/// connection breaks or the server answers with HTTP status 429, 502, 503 or 504. Whatever else a
/// server or a tool answers is final.
///
/// Before the n-th repetition a random time passes, up to [`Backoff::first`] doubled n-1 times;
/// a server that says how long to wait (`Retry-After`) is given that besides. All pauses have to
/// end within the call's idle timeout, so a server that wants more is an error at once; and all
/// attempts together stay within the call's total timeout. Connecting is not repeated.
///
/// ```
/// use std::time::Duration;
///
/// use toolwright_core::Client;
/// use toolwright_core::client::Backoff;
///
/// let patient = Client::builder().backoff(Backoff::new().repetitions(5).trust_hints());
/// let never = Client::builder().backoff(Backoff::never());
/// let quick = Backoff::new().first(Duration::from_millis(10)).longest(Duration::from_secs(1));
/// # let _ = (patient, never, quick);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Backoff {
    repetitions: u32,
    first: Duration,
    longest: Duration,
    trust_hints: bool,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            repetitions: 2,
            first: Duration::from_millis(250),
            longest: Duration::from_secs(10),
            trust_hints: false,
        }
    }
}

impl Backoff {
    /// Two repetitions, after up to 250 ms and 500 ms.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing is repeated.
    pub fn never() -> Self {
        Self { repetitions: 0, ..Self::default() }
    }

    /// How often a call is made again at most.
    pub fn repetitions(mut self, most: u32) -> Self {
        self.repetitions = most;
        self
    }

    /// The first pause, at most.
    pub fn first(mut self, pause: Duration) -> Self {
        self.first = pause;
        self
    }

    /// Any pause, at most; the server may ask for more.
    pub fn longest(mut self, pause: Duration) -> Self {
        self.longest = pause;
        self
    }

    /// Repeats calls of tools too whose annotations say that they change nothing, or nothing more
    /// when they are repeated (`readOnlyHint`, `idempotentHint`). It is the server that says so,
    /// and tools have to be listed for the client to know.
    pub fn trust_hints(mut self) -> Self {
        self.trust_hints = true;
        self
    }

    /// How long to wait before another attempt, if there may be one.
    pub(super) fn pause(
        &self,
        error: &ClientError,
        before: u32,
        is_safe: bool,
    ) -> Option<Duration> {
        if before >= self.repetitions {
            return None;
        }
        let wanted = match error {
            ClientError::Connect { why: Unreachable::Refused | Unreachable::Other, .. } => {
                Duration::ZERO
            }
            ClientError::StreamLost { .. } if is_safe => Duration::ZERO,
            ClientError::Http { status: 429 | 502 | 503 | 504, retry_after, .. } if is_safe => {
                retry_after.unwrap_or_default()
            }
            _ => return None,
        };
        let doubled = self.first.saturating_mul(1 << before.min(20));
        Some(
            wanted.saturating_add(
                doubled.min(self.longest).mul_f64(random::portion().unwrap_or(1.0)),
            ),
        )
    }
}

/// Tools that say of themselves that they may be called again.
#[derive(Debug, Default)]
pub(super) struct Repeatable(RwLock<HashSet<String>>);

impl Repeatable {
    pub(super) fn learn(&self, policy: &Backoff, tools: &[Tool], most: usize) {
        if !policy.trust_hints {
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for tool in tools {
            let hinted = tool.annotations.as_ref().is_some_and(|hints| {
                hints.read_only_hint == Some(true) || hints.idempotent_hint == Some(true)
            });
            if !hinted {
                known.remove(&tool.name);
            } else if known.len() < most {
                known.insert(tool.name.clone());
            }
        }
    }

    pub(super) fn has(&self, tool: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(tool)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http(status: u16, retry_after: Option<u64>) -> ClientError {
        let retry_after = retry_after.map(Duration::from_secs);
        ClientError::Http { status, body: String::new(), retry_after }
    }

    fn connect(why: Unreachable) -> ClientError {
        ClientError::Connect { why, reason: String::new() }
    }

    #[test]
    fn only_what_does_no_harm_is_repeated() {
        let lost = ClientError::StreamLost { reason: String::new() };
        let late = ClientError::Timeout { after: Duration::ZERO };
        let backoff = Backoff::new();
        let repeats = |error: &ClientError, is_safe| backoff.pause(error, 0, is_safe).is_some();
        assert!(repeats(&connect(Unreachable::Refused), false));
        for error in [&lost, &http(429, None), &http(502, None), &http(503, None)] {
            assert!(repeats(error, true) && !repeats(error, false), "{error}");
        }
        for why in [Unreachable::Name, Unreachable::Tls, Unreachable::Proxy, Unreachable::Timeout] {
            assert!(!repeats(&connect(why), true), "{why:?}");
        }
        for error in [late, http(500, None), http(404, None), ClientError::closed()] {
            assert!(!repeats(&error, true), "{error}");
        }
        assert!(Backoff::never().pause(&connect(Unreachable::Refused), 0, true).is_none());
    }

    #[test]
    fn pauses_are_random_doubled_and_bounded() {
        let backoff = Backoff::new().repetitions(100).longest(Duration::from_secs(3));
        let mut longest = Duration::ZERO;
        for before in 0..100 {
            let most = Duration::from_millis(250).saturating_mul(1 << before.min(20));
            let pause = backoff.pause(&http(503, None), before, true).unwrap();
            assert!(pause <= most.min(Duration::from_secs(3)), "{pause:?}");
            longest = longest.max(pause);
        }
        // Out of a hundred random ones, the longest is not short.
        assert!(longest > Duration::from_secs(1), "{longest:?}");
        assert_eq!(backoff.pause(&http(503, None), 100, true), None);
        let told = backoff.pause(&http(429, Some(7)), 0, true).unwrap();
        assert!((7000..=7250).contains(&told.as_millis()), "{told:?}");
        let far = backoff.pause(&http(429, Some(u64::MAX)), 0, true).unwrap();
        assert!(far >= Duration::from_secs(u64::MAX));
    }
}
