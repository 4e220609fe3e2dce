//! How long a connection may stay as it is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::framing::Framing;
use super::limits::Limits;

/// What a connection is doing, seen from its bytes on one side and its requests on the other.
#[derive(Debug)]
pub(super) struct Clock {
    state: Mutex<State>,
    head_time: Duration,
    idle: Duration,
    write_stall: Duration,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    until: Instant,
    /// Since when the peer takes nothing.
    stalled: Option<Instant>,
    framing: Framing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing has come since the last response, or ever.
    Idle,
    /// The head of a request is on its way.
    Head,
    /// A request is being answered. Its body has limits of its own, its handler has none.
    Busy,
}

impl Clock {
    pub(super) fn new(limits: &Limits) -> Self {
        let state = State {
            phase: Phase::Idle,
            until: Instant::now() + limits.head_time,
            stalled: None,
            framing: Framing::default(),
        };
        Self {
            state: Mutex::new(state),
            head_time: limits.head_time,
            idle: limits.idle,
            write_stall: limits.write_stall,
        }
    }

    /// When the connection is to be closed unless something happens before.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let state = self.state();
        match state.stalled {
            // The end of a response may still be on its way.
            Some(since) => Some(since + self.write_stall),
            None => (state.phase != Phase::Busy).then_some(state.until),
        }
    }

    /// Whether neither a request nor a response is on its way.
    pub(super) fn is_idle(&self) -> bool {
        let state = self.state();
        state.phase == Phase::Idle && state.stalled.is_none()
    }

    /// Bytes have come.
    pub(super) fn read(&self, bytes: &[u8]) {
        let mut state = self.state();
        match state.phase {
            Phase::Busy => return,
            Phase::Head => {}
            Phase::Idle => {
                state.phase = Phase::Head;
                state.until = Instant::now() + self.head_time;
            }
        }
        state.framing.feed(bytes);
    }

    /// Bytes were taken, or not.
    pub(super) fn wrote(&self, progress: bool) {
        let mut state = self.state();
        match (progress, state.stalled) {
            (true, Some(_)) => state.stalled = None,
            (false, None) => state.stalled = Some(Instant::now()),
            _ => {}
        }
    }

    /// A request begins. `None` if its head announces its length in two ways.
    pub(super) fn begin(self: &Arc<Self>) -> Option<Busy> {
        let mut state = self.state();
        state.phase = Phase::Busy;
        let conflict = state.framing.take_conflict();
        (!conflict).then(|| Busy(Arc::clone(self)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that is being answered, until the last of the response is handed over.
#[derive(Debug)]
pub(super) struct Busy(Arc<Clock>);

impl Drop for Busy {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.phase = Phase::Idle;
        state.until = Instant::now() + self.0.idle;
    }
}
