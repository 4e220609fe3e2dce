//! Streams that clients can take up again where they lost them.
//!
//! Specification: 2025-11-25, `basic/transports`, section "Resumability and Redelivery".

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use toolwright_core::server::transport::Event;

use super::frame;

/// What one stream may hold that nobody has read.
const UNREAD: usize = 1024 * 1024;

/// What all streams of a service keep for clients that come back, in bytes.
#[derive(Debug)]
pub(super) struct Budget {
    used: AtomicUsize,
    most: usize,
}

impl Budget {
    pub(super) fn new(most: usize) -> Self {
        Self { used: AtomicUsize::new(0), most }
    }

    fn add(&self, bytes: usize) {
        self.used.fetch_add(bytes, Ordering::Relaxed);
    }

    fn remove(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.most
    }
}

/// The events of one stream, numbered.
#[derive(Debug)]
pub(super) struct Log {
    /// No two streams of the process have one.
    number: u64,
    budget: Arc<Budget>,
    is_endless: bool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    events: VecDeque<(u64, Bytes)>,
    bytes: usize,
    /// The number of the next event.
    next: u64,
    /// The number of the next event to be read.
    read: u64,
    /// Which reader is the last one: it alone gets anything.
    reader: u64,
    waker: Option<Waker>,
    /// Whoever reads now stops at this event; the next one goes on with it.
    pause: Option<u64>,
    over: bool,
}

impl Log {
    pub(super) fn new(budget: &Arc<Budget>, is_endless: bool) -> Arc<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        Arc::new(Self {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            budget: Arc::clone(budget),
            is_endless,
            state: Mutex::default(),
        })
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    /// Whether it says what its session says by itself, so that there is always more to come.
    pub(super) fn is_endless(&self) -> bool {
        self.is_endless
    }

    /// Whether nothing was ever added.
    pub(super) fn is_empty(&self) -> bool {
        self.state().next == 0
    }

    /// Adds an event without a message, to resume at before there is any.
    pub(super) fn prime(&self) {
        self.add(|id| frame::empty(&id, frame::RETRY));
    }

    /// Adds messages.
    pub(super) fn push(&self, event: &Event) {
        if let Event::Pause(after) = event {
            self.add(|id| frame::empty(&id, *after));
            let mut state = self.state();
            state.pause = Some(state.next);
            return wake(state);
        }
        for message in frame::messages(event) {
            self.add(|id| frame::event(Some(&id), message));
        }
    }

    /// No more will come.
    pub(super) fn finish(&self) {
        let mut state = self.state();
        state.over = true;
        wake(state);
    }

    /// Reads what comes after the event of this number, or all. Whoever read before stops.
    pub(super) fn read(self: &Arc<Self>, after: Option<u64>) -> Option<Reader> {
        let mut state = self.state();
        let from = after.map_or(0, |after| after.saturating_add(1));
        if from > state.next {
            return None;
        }
        state.read = from;
        state.pause = None;
        state.reader += 1;
        let reader = Reader { log: Arc::clone(self), number: state.reader };
        wake(state);
        Some(reader)
    }

    fn add(&self, write: impl FnOnce(String) -> Bytes) {
        let mut state = self.state();
        let event = write(format!("{}-{}", self.number, state.next));
        let number = state.next;
        state.next += 1;
        state.bytes += event.len();
        self.budget.add(event.len());
        state.events.push_back((number, event));
        // Old events go: those that were read if memory is short, those that nobody reads if they
        // are too many. The last one, which may be the answer, stays.
        while state.events.len() > 1 {
            let was_read = state.events.front().is_some_and(|(number, _)| *number < state.read);
            if !(state.bytes > UNREAD || (was_read && self.budget.is_over())) {
                break;
            }
            if let Some((_, event)) = state.events.pop_front() {
                state.bytes -= event.len();
                self.budget.remove(event.len());
            }
        }
        wake(state);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.budget.remove(self.state().bytes);
    }
}

/// Wakes the reader, outside of the lock.
fn wake(mut state: MutexGuard<'_, State>) {
    let waker = state.waker.take();
    drop(state);
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// One connection's view of a stream.
#[derive(Debug)]
pub(super) struct Reader {
    log: Arc<Log>,
    number: u64,
}

impl Reader {
    pub(super) fn log(&self) -> &Arc<Log> {
        &self.log
    }

    /// The next event; `None` at the end, or when somebody else reads on.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut state = self.log.state();
        let read = state.read;
        if state.reader != self.number || state.pause.is_some_and(|pause| read >= pause) {
            return Poll::Ready(None);
        }
        let found = state.events.iter().find(|(number, _)| *number >= read);
        if let Some((number, event)) = found.map(|(number, event)| (*number, event.clone())) {
            state.read = number + 1;
            return Poll::Ready(Some(event));
        }
        if state.over {
            return Poll::Ready(None);
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// Reads an event's id: the number of its stream, and its own.
pub(super) fn parse_id(id: &str) -> Option<(u64, u64)> {
    let (stream, event) = id.split_once('-')?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if digits { text.parse().ok() } else { None }
    };
    Some((number(stream)?, number(event)?))
}

#[cfg(test)]
mod tests {
    use toolwright_core::server::transport::Answer;

    use super::*;

    fn push(log: &Log, text: &str) {
        log.push(&Event::Answer(Answer::new(text.into())));
    }

    fn next(reader: &mut Reader) -> Poll<Option<String>> {
        let mut cx = Context::from_waker(Waker::noop());
        let next = reader.poll_next(&mut cx);
        next.map(|event| event.map(|event| String::from_utf8_lossy(&event).into_owned()))
    }

    #[test]
    fn who_comes_back_reads_on() {
        let log = Log::new(&Arc::new(Budget::new(1000)), false);
        let id = log.number();
        let mut first = log.read(None).unwrap();
        push(&log, "a");
        push(&log, "b");
        let event = format!("id: {id}-0\nevent: message\ndata: a\n\n");
        assert_eq!(next(&mut first), Poll::Ready(Some(event)));
        let mut second = log.read(Some(0)).unwrap();
        assert_eq!(next(&mut first), Poll::Ready(None));
        assert!(matches!(next(&mut second), Poll::Ready(Some(text)) if text.contains("data: b")));
        assert_eq!(next(&mut second), Poll::Pending);
        log.finish();
        assert_eq!(next(&mut second), Poll::Ready(None));
        assert!(log.read(Some(2)).is_none());
    }

    #[test]
    fn memory_is_bounded_and_given_back() {
        let budget = Arc::new(Budget::new(100));
        let log = Log::new(&budget, false);
        let mut reader = log.read(None).unwrap();
        for _ in 0..50 {
            push(&log, "0123456789");
            assert!(matches!(next(&mut reader), Poll::Ready(Some(_))));
        }
        assert!(log.state().bytes < 200, "{log:?}");
        for _ in 0..3000 {
            push(&log, &"x".repeat(1000));
        }
        assert!(log.state().bytes <= UNREAD);
        drop((log, reader));
        assert_eq!(budget.used.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn ids_are_numbers() {
        assert_eq!(parse_id("3-14"), Some((3, 14)));
        for id in ["", "-", "3", "3-", "-3", "3-+1", "a-1", "3-1-1", "99999999999999999999-1"] {
            assert_eq!(parse_id(id), None, "{id}");
        }
    }
}
