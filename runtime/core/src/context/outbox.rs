//! Messages that handlers send beside their answers, on their way to the connection.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use tokio::sync::Notify;

/// Lines that wait to be written, bounded by bytes. One per connection.
#[derive(Debug)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    space: Notify,
    capacity: usize,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<u8>,
    connection: Option<Waker>,
    closed: bool,
    /// The peer is asked to leave, and to come back after this time.
    pause: Option<Duration>,
    /// What is pushed gets lost.
    mute: bool,
}

impl Outbox {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { state: Mutex::default(), space: Notify::new(), capacity }
    }

    /// Waits until there is room. Somebody else may take it.
    pub(crate) async fn room(&self) {
        loop {
            let mut notified = std::pin::pin!(self.space.notified());
            notified.as_mut().enable();
            if self.has_room() {
                return;
            }
            notified.await;
        }
    }

    /// Adds what `write` appends, whole lines, even beyond the capacity.
    pub(crate) fn push(&self, write: impl FnOnce(&mut Vec<u8>)) {
        let waker = {
            let mut state = self.lock();
            if state.closed {
                return;
            }
            write(&mut state.lines);
            state.connection.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Moves everything to `out`; whether there was anything. Without anything, `waker` is called
    /// at the next [`Outbox::push`].
    pub(crate) fn drain(&self, out: &mut Vec<u8>, waker: &Waker) -> bool {
        let mut state = self.lock();
        if state.lines.is_empty() {
            if !state.connection.as_ref().is_some_and(|known| known.will_wake(waker)) {
                state.connection = Some(waker.clone());
            }
            return false;
        }
        out.append(&mut state.lines);
        drop(state);
        self.space.notify_waiters();
        true
    }

    /// Moves everything to `out` in passing, before an answer that belongs behind it.
    pub(crate) fn flush(&self, out: &mut Vec<u8>) {
        let mut state = self.lock();
        if !state.lines.is_empty() {
            out.append(&mut state.lines);
            drop(state);
            self.space.notify_waiters();
        }
    }

    /// Asks the peer to leave and to come back later, where the connection can.
    pub(crate) fn pause(&self, after: Duration) {
        let waker = {
            let mut state = self.lock();
            state.pause = Some(after);
            state.connection.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Whether the peer is to be asked that, once.
    pub(crate) fn take_pause(&self) -> Option<Duration> {
        self.lock().pause.take()
    }

    /// What goes in from here on is thrown away on its way.
    pub(crate) fn mute(&self) {
        self.lock().mute = true;
    }

    /// Whether nobody will see what is pushed.
    pub(crate) fn is_mute(&self) -> bool {
        let state = self.lock();
        state.mute || state.closed
    }

    /// The connection is gone: nothing is kept, nobody waits.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.lines = Vec::new();
        drop(state);
        self.space.notify_waiters();
    }

    fn has_room(&self) -> bool {
        let state = self.lock();
        state.closed || state.lines.len() < self.capacity
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
