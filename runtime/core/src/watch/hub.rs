//! All who want to know, in this process.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Poll, Waker};

use super::bus::{Bus, Deliver, Inbox};
use super::change::Change;
use super::wanted::{Kinds, Wanted};
use super::watcher::{Ready, Watcher};
use crate::scopes::Scopes;

/// Bytes of the URIs that are watched, all together.
const URI_BYTES: usize = 64 * 1024 * 1024;

/// Where changes come in, and go out to those who want them.
#[derive(Default)]
pub(crate) struct Hub {
    state: Mutex<State>,
    bus: OnceLock<Arc<dyn Bus>>,
    /// The hub of the server that this one is mounted in, and what URIs begin with there.
    outer: OnceLock<(Arc<Self>, Box<str>)>,
}

#[derive(Default)]
struct State {
    watchers: HashMap<u64, Arc<Watcher>>,
    by_uri: HashMap<Arc<str>, HashSet<u64>>,
    next: u64,
    /// How many of the watchers are streams.
    streams: usize,
    uri_bytes: usize,
}

/// There is no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Full {
    #[error("there are too many subscriptions on this connection: end one first")]
    Connection,
    #[error("the server has too many subscriptions: come back later")]
    Server,
    #[error("too many resources are subscribed to, at most {0} can be: unsubscribe from some")]
    Uris(usize),
    #[error("the server has no room for more URIs that are subscribed to: come back later")]
    Bytes,
}

impl Hub {
    /// Sends changes by way of a bus. Only the first one counts.
    pub(crate) fn connect(self: &Arc<Self>, bus: Arc<dyn Bus>) {
        if self.bus.set(Arc::clone(&bus)).is_ok() {
            let this = Arc::downgrade(self);
            bus.connect(Inbox(this));
        }
    }

    /// From now on, the clients to tell are those of another hub, where URIs begin with `scheme`.
    pub(crate) fn lead_to(&self, outer: &Arc<Self>, scheme: &str) {
        let _ = self.outer.set((Arc::clone(outer), scheme.into()));
    }

    /// Tells all replicas.
    pub(super) fn publish(&self, change: &Change) {
        match self.bus.get() {
            Some(bus) => bus.publish(change),
            None => self.deliver(change),
        }
    }

    /// Tells those in this process.
    pub(crate) fn deliver(&self, change: &Change) {
        if let Some((outer, scheme)) = self.outer.get() {
            return match change {
                Change::Resource(uri) => outer.publish(&Change::Resource(format!("{scheme}{uri}"))),
                list => outer.publish(list),
            };
        }
        let concerned: Vec<Arc<Watcher>> = {
            let state = self.state();
            match change {
                Change::Resource(uri) => {
                    let ids = state.by_uri.get(&**uri).into_iter().flatten();
                    ids.filter_map(|id| state.watchers.get(id)).map(Arc::clone).collect()
                }
                _ => state.watchers.values().map(Arc::clone).collect(),
            }
        };
        for watcher in concerned {
            watcher.mark(change);
        }
    }

    /// A session, which is told of these lists and of no resource yet.
    pub(super) fn session(self: &Arc<Self>, kinds: Kinds) -> Registration {
        self.register(&mut self.state(), kinds, false)
    }

    /// A stream, of which there may be `most`.
    pub(super) fn stream(
        self: &Arc<Self>,
        wanted: Wanted,
        most: usize,
    ) -> Result<Registration, Full> {
        let registration = {
            let mut state = self.state();
            if state.streams >= most {
                return Err(Full::Server);
            }
            self.register(&mut state, wanted.kinds, true)
        };
        for uri in wanted.uris {
            // Whoever opened the stream is who is told.
            registration.watch(&uri, Scopes::default(), usize::MAX)?;
        }
        Ok(registration)
    }

    fn register(
        self: &Arc<Self>,
        state: &mut State,
        kinds: Kinds,
        is_stream: bool,
    ) -> Registration {
        let id = state.next;
        state.next += 1;
        state.streams += usize::from(is_stream);
        let watcher = Arc::new(Watcher::new(kinds));
        state.watchers.insert(id, Arc::clone(&watcher));
        Registration { hub: Arc::clone(self), id, watcher, is_stream }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deliver for Hub {
    fn deliver(&self, change: &Change) {
        self.deliver(change);
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let watchers = self.state().watchers.len();
        f.debug_struct("Hub").field("watchers", &watchers).finish_non_exhaustive()
    }
}

/// One who is told, until it is dropped.
#[derive(Debug)]
pub(crate) struct Registration {
    hub: Arc<Hub>,
    id: u64,
    watcher: Arc<Watcher>,
    is_stream: bool,
}

impl Registration {
    pub(super) fn id(&self) -> u64 {
        self.id
    }

    pub(super) fn watcher(&self) -> &Arc<Watcher> {
        &self.watcher
    }

    /// Takes the next change to tell.
    pub(crate) fn take(&self) -> Option<Change> {
        self.watcher.take()
    }

    /// Takes the next change that somebody may be told; if there is none, `waker` is called when
    /// there may be.
    pub(crate) fn poll_take(&self, waker: &Waker, may: impl Fn(&Scopes) -> bool) -> Poll<Change> {
        self.watcher.poll_take(waker, may)
    }

    /// Whether there is anything to do; if not, `waker` is called when there is.
    pub(crate) fn poll_ready(&self, waker: &Waker) -> Poll<Ready> {
        self.watcher.poll_ready(waker)
    }

    /// Completes when no more is told, whatever there is to tell.
    pub(crate) fn poll_end(&self, waker: &Waker) -> Poll<()> {
        self.watcher.poll_end(waker)
    }

    /// From now on the resource under this URI is wanted, one of `most`, by who has these scopes.
    pub(crate) fn watch(&self, uri: &str, scopes: Scopes, most: usize) -> Result<(), Full> {
        let mut state = self.hub.state();
        if self.watcher.wants(uri) {
            self.watcher.require(uri, scopes);
            return Ok(());
        }
        if !state.watchers.contains_key(&self.id) {
            return Ok(());
        }
        if self.watcher.uris() >= most {
            return Err(Full::Uris(most));
        }
        if state.uri_bytes + uri.len() > URI_BYTES {
            return Err(Full::Bytes);
        }
        state.uri_bytes += uri.len();
        let uri = match state.by_uri.get_key_value(uri) {
            Some((known, _)) => Arc::clone(known),
            None => uri.into(),
        };
        state.by_uri.entry(Arc::clone(&uri)).or_default().insert(self.id);
        self.watcher.add(uri, scopes);
        Ok(())
    }

    /// The resource under this URI is not wanted any more.
    pub(crate) fn unwatch(&self, uri: &str) {
        let mut state = self.hub.state();
        if self.watcher.remove(uri) {
            state.forget(uri, self.id);
        }
    }

    /// Nothing is wanted any more.
    pub(crate) fn leave(&self) {
        let mut state = self.hub.state();
        if state.watchers.remove(&self.id).is_none() {
            return;
        }
        state.streams -= usize::from(self.is_stream);
        for uri in self.watcher.clear() {
            state.forget(&uri, self.id);
        }
        if state.watchers.capacity() > 4 * state.watchers.len().max(64) {
            state.watchers.shrink_to_fit();
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.leave();
    }
}

impl State {
    fn forget(&mut self, uri: &str, id: u64) {
        self.uri_bytes -= uri.len();
        let Some(ids) = self.by_uri.get_mut(uri) else {
            return;
        };
        ids.remove(&id);
        if ids.is_empty() {
            self.by_uri.remove(uri);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(uris: &[&str]) -> Wanted {
        let uris = uris.iter().map(|uri| (*uri).to_owned()).collect();
        Wanted { kinds: Kinds { tools: true, ..Kinds::default() }, uris }
    }

    #[test]
    fn only_those_who_asked_are_told() {
        let hub = Arc::new(Hub::default());
        let stock = hub.stream(wanted(&["shop://stock"]), 9).unwrap();
        let hours = hub.stream(wanted(&["shop://hours", "shop://stock"]), 9).unwrap();
        hub.publish(&Change::Resource("shop://hours".to_owned()));
        assert_eq!(stock.take(), None);
        assert_eq!(hours.take(), Some(Change::Resource("shop://hours".to_owned())));
        hub.publish(&Change::Tools);
        hub.publish(&Change::Prompts);
        assert_eq!((stock.take(), hours.take()), (Some(Change::Tools), Some(Change::Tools)));
        assert_eq!((stock.take(), hours.take()), (None, None));
    }

    #[test]
    fn who_leaves_leaves_nothing_behind() {
        let hub = Arc::new(Hub::default());
        for _ in 0..100 {
            let one = hub.stream(wanted(&["a:1", "a:2", "a:1"]), 2).unwrap();
            let two = hub.stream(wanted(&["a:1"]), 2).unwrap();
            assert_eq!(hub.stream(wanted(&[]), 2).unwrap_err(), Full::Server);
            let session = hub.session(Kinds::default());
            session.watch("a:1", Scopes::default(), 1).unwrap();
            session.watch("a:1", Scopes::default(), 1).unwrap();
            assert_eq!(session.watch("a:2", Scopes::default(), 1), Err(Full::Uris(1)));
            session.unwatch("a:1");
            session.watch("a:2", Scopes::default(), 1).unwrap();
            session.leave();
            session.watch("a:3", Scopes::default(), 1).unwrap();
            drop((one, two, session));
        }
        let state = hub.state();
        assert_eq!((state.watchers.len(), state.by_uri.len()), (0, 0));
        assert_eq!((state.streams, state.uri_bytes), (0, 0));
        assert!(state.watchers.capacity() < 1000);
    }

    #[test]
    fn bytes_are_bounded() {
        let hub = Arc::new(Hub::default());
        let session = hub.session(Kinds::default());
        let long = "x".repeat(URI_BYTES / 2);
        session.watch(&format!("a:{}", &long[2..]), Scopes::default(), 9).unwrap();
        session.watch(&format!("b:{}", &long[2..]), Scopes::default(), 9).unwrap();
        assert_eq!(session.watch("c:1", Scopes::default(), 9), Err(Full::Bytes));
        let refused = hub.stream(Wanted { uris: vec!["c:1".to_owned()], ..Wanted::default() }, 9);
        assert_eq!(refused.unwrap_err(), Full::Bytes);
        assert_eq!(hub.state().streams, 0);
    }
}
