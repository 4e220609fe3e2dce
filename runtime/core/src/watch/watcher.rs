//! One who wants to know, and what it has not been told yet.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use super::change::Change;
use super::wanted::Kinds;
use crate::scopes::Scopes;

/// Wakers that are kept; more tasks than these do not wait for one watcher.
const WAKERS: usize = 16;

/// What is pending is a subset of what is wanted, so it is bounded however slowly it is taken.
#[derive(Debug, Default)]
pub(super) struct Watcher(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    wanted: Kinds,
    pending: Kinds,
    uris: HashMap<Arc<str>, Watched>,
    /// Those that did, in the order in which they did.
    queue: VecDeque<Arc<str>>,
    ended: bool,
    wakers: Vec<Waker>,
}

/// What is under a URI that is wanted.
#[derive(Debug, Default)]
struct Watched {
    changed: bool,
    /// What whoever is told has to be allowed.
    scopes: Scopes,
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
        Some(state.told(&uri))
    }

    /// Takes the next thing that somebody may be told; if there is none, `waker` is called when
    /// there may be. The rest waits for others.
    pub(super) fn poll_take(&self, waker: &Waker, may: impl Fn(&Scopes) -> bool) -> Poll<Change> {
        let mut state = self.state();
        if let Some(list) = state.pending.take() {
            return Poll::Ready(list);
        }
        let is_allowed = |uri: &Arc<str>| state.uris.get(uri).is_some_and(|it| may(&it.scopes));
        let Some(at) = state.queue.iter().position(is_allowed) else {
            state.register(waker);
            return Poll::Pending;
        };
        match state.queue.remove(at) {
            Some(uri) => Poll::Ready(state.told(&uri)),
            None => Poll::Pending,
        }
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

    /// A URI is wanted; changes under it are told to who is allowed so much.
    pub(super) fn add(&self, uri: Arc<str>, scopes: Scopes) {
        self.state().uris.insert(uri, Watched { changed: false, scopes });
    }

    /// For a URI that is wanted already, something else has to be allowed.
    pub(super) fn require(&self, uri: &str, scopes: Scopes) {
        if let Some(watched) = self.state().uris.get_mut(uri) {
            watched.scopes = scopes;
        }
    }

    /// Whether it was wanted.
    pub(super) fn remove(&self, uri: &str) -> bool {
        let mut state = self.state();
        let removed = state.uris.remove(uri);
        if removed.as_ref().is_some_and(|it| it.changed) {
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
        let watched = self.uris.get_mut(uri);
        let is_news = watched.is_some_and(|it| !std::mem::replace(&mut it.changed, true));
        if is_news {
            self.queue.push_back(known);
        }
        is_news
    }

    /// It is told of now, and the next time is news again.
    fn told(&mut self, uri: &str) -> Change {
        if let Some(watched) = self.uris.get_mut(uri) {
            watched.changed = false;
        }
        Change::Resource(uri.to_owned())
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
        watcher.add("a:1".into(), Scopes::default());
        watcher.add("a:2".into(), Scopes::default());
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
            watcher.add("a:1".into(), Scopes::default());
            watcher.mark(&uri("a:1"));
            assert!(watcher.remove("a:1"));
            assert!(!watcher.remove("a:1"));
        }
        assert_eq!(watcher.state().queue.len(), 0);
        assert_eq!(watcher.poll_ready(Waker::noop()), Poll::Pending);
    }

    #[test]
    fn what_one_may_not_be_told_waits_for_another() {
        let watcher = Watcher::new(Kinds { tools: true, ..Kinds::default() });
        watcher.add("a:1".into(), Scopes::new(vec!["wide".to_owned()]));
        watcher.add("a:2".into(), Scopes::default());
        for change in [uri("a:1"), uri("a:2"), Change::Tools] {
            watcher.mark(&change);
        }
        let narrow = || watcher.poll_take(Waker::noop(), Scopes::is_empty);
        assert_eq!(narrow(), Poll::Ready(Change::Tools));
        assert_eq!(narrow(), Poll::Ready(uri("a:2")));
        assert_eq!(narrow(), Poll::Pending);
        watcher.mark(&uri("a:1"));
        assert_eq!(narrow(), Poll::Pending);
        let wide = || watcher.poll_take(Waker::noop(), |_| true);
        assert_eq!(wide(), Poll::Ready(uri("a:1")));
        assert_eq!(wide(), Poll::Pending);
        // What is subscribed to anew has to be allowed anew.
        watcher.require("a:2", Scopes::new(vec!["wide".to_owned()]));
        watcher.mark(&uri("a:2"));
        assert_eq!((narrow(), wide()), (Poll::Pending, Poll::Ready(uri("a:2"))));
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
