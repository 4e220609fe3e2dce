//! One who wants to know, and what it has not been told yet.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use super::change::Change;
use super::wanted::Kinds;

/// Wakers that are kept; more tasks than these do not wait for one watcher.
const WAKERS: usize = 16;

/// What is pending is a subset of what is wanted, so it is bounded however slowly it is taken.
#[derive(Debug, Default)]
pub(super) struct Watcher(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    wanted: Kinds,
    pending: Kinds,
    /// Whether what is under a URI changed.
    uris: HashMap<Arc<str>, bool>,
    /// Those that did, in the order in which they did.
    queue: VecDeque<Arc<str>>,
    ended: bool,
    wakers: Vec<Waker>,
}

/// Why a watcher is to be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ready {
    /// There is something to tell.
    Changes,
    /// It is told nothing any more.
    End,
}

impl Watcher {
    pub(super) fn new(wanted: Kinds) -> Self {
        Self(Mutex::new(State { wanted, ..State::default() }))
    }

    /// Something changed; it matters only if it is wanted.
    pub(super) fn mark(&self, change: &Change) {
        let mut state = self.state();
        let is_news = match change {
            Change::Resource(uri) => state.mark_uri(uri),
            list => state.wanted.contains(list) && state.pending.insert(list),
        };
        if is_news {
            wake(state);
        }
    }

    /// No more is told.
    pub(super) fn end(&self) {
        let mut state = self.state();
        state.ended = true;
        wake(state);
    }

    /// Takes the next thing to tell.
    pub(super) fn take(&self) -> Option<Change> {
        let mut state = self.state();
        if let Some(list) = state.pending.take() {
            return Some(list);
        }
        let uri = state.queue.pop_front()?;
        if let Some(changed) = state.uris.get_mut(&uri) {
            *changed = false;
        }
        Some(Change::Resource(uri.as_ref().to_owned()))
    }

    /// Whether there is anything to do; if not, `waker` is called when there is.
    pub(super) fn poll_ready(&self, waker: &Waker) -> Poll<Ready> {
        let mut state = self.state();
        if state.ended {
            return Poll::Ready(Ready::End);
        }
        if !state.pending.is_empty() || !state.queue.is_empty() {
            return Poll::Ready(Ready::Changes);
        }
        state.register(waker);
        Poll::Pending
    }

    /// Completes when no more is told, whatever there is to tell.
    pub(super) fn poll_end(&self, waker: &Waker) -> Poll<()> {
        let mut state = self.state();
        if state.ended {
            return Poll::Ready(());
        }
        state.register(waker);
        Poll::Pending
    }

    /// How many URIs are wanted.
    pub(super) fn uris(&self) -> usize {
        self.state().uris.len()
    }

    /// Whether a URI is wanted.
    pub(super) fn wants(&self, uri: &str) -> bool {
        self.state().uris.contains_key(uri)
    }

    pub(super) fn add(&self, uri: Arc<str>) {
        self.state().uris.insert(uri, false);
    }

    /// Whether it was wanted.
    pub(super) fn remove(&self, uri: &str) -> bool {
        let mut state = self.state();
        let removed = state.uris.remove(uri);
        if removed == Some(true) {
            state.queue.retain(|queued| **queued != *uri);
        }
        removed.is_some()
    }

    /// All URIs that are wanted; none are afterwards.
    pub(super) fn clear(&self) -> Vec<Arc<str>> {
        let mut state = self.state();
        state.queue = VecDeque::new();
        std::mem::take(&mut state.uris).into_keys().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn mark_uri(&mut self, uri: &str) -> bool {
        let Some((known, _)) = self.uris.get_key_value(uri) else {
            return false;
        };
        let known = Arc::clone(known);
        let is_news =
            self.uris.get_mut(uri).is_some_and(|changed| !std::mem::replace(changed, true));
        if is_news {
            self.queue.push_back(known);
        }
        is_news
    }

    fn register(&mut self, waker: &Waker) {
        if self.wakers.iter().any(|known| known.will_wake(waker)) {
            return;
        }
        if self.wakers.len() >= WAKERS {
            self.wakers.remove(0);
        }
        self.wakers.push(waker.clone());
    }
}

/// Wakes whoever waits, outside of the lock.
fn wake(mut state: MutexGuard<'_, State>) {
    let wakers = std::mem::take(&mut state.wakers);
    drop(state);
    for waker in wakers {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(watcher: &Watcher) -> Vec<Change> {
        std::iter::from_fn(|| watcher.take()).collect()
    }

    fn uri(uri: &str) -> Change {
        Change::Resource(uri.to_owned())
    }

    #[test]
    fn what_changed_twice_is_told_once() {
        let watcher = Watcher::new(Kinds { tools: true, ..Kinds::default() });
        watcher.add("a:1".into());
        watcher.add("a:2".into());
        for change in [uri("a:2"), Change::Tools, uri("a:1"), Change::Prompts, uri("a:3")] {
            watcher.mark(&change);
            watcher.mark(&change);
        }
        assert_eq!(watcher.poll_ready(Waker::noop()), Poll::Ready(Ready::Changes));
        assert_eq!(taken(&watcher), [Change::Tools, uri("a:2"), uri("a:1")]);
        assert_eq!(watcher.poll_ready(Waker::noop()), Poll::Pending);
        watcher.mark(&uri("a:1"));
        assert_eq!(taken(&watcher), [uri("a:1")]);
    }

    #[test]
    fn what_is_not_wanted_any_more_is_not_told() {
        let watcher = Watcher::new(Kinds::default());
        for _ in 0..1000 {
            watcher.add("a:1".into());
            watcher.mark(&uri("a:1"));
            assert!(watcher.remove("a:1"));
            assert!(!watcher.remove("a:1"));
        }
        assert_eq!(watcher.state().queue.len(), 0);
        assert_eq!(watcher.poll_ready(Waker::noop()), Poll::Pending);
    }

    #[test]
    fn wakers_are_bounded() {
        struct Never;
        impl std::task::Wake for Never {
            fn wake(self: Arc<Self>) {}
        }
        let watcher = Watcher::new(Kinds::default());
        for _ in 0..100 {
            assert!(watcher.poll_ready(&Waker::from(Arc::new(Never))).is_pending());
        }
        assert_eq!(watcher.state().wakers.len(), WAKERS);
        watcher.end();
        assert_eq!(watcher.poll_ready(Waker::noop()), Poll::Ready(Ready::End));
    }
}
