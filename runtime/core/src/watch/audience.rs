//! Those of one connection, or of one session.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use super::hub::{Full, Hub, Registration};
use super::wanted::{Kinds, Wanted};
use super::watcher::Watcher;

/// The streams that one peer opened, and its session if it has one.
#[derive(Debug, Default)]
pub(crate) struct Audience {
    streams: Mutex<Streams>,
    session: OnceLock<Registration>,
}

#[derive(Debug, Default)]
struct Streams {
    open: HashMap<u64, Arc<Watcher>>,
    stopped: bool,
}

impl Audience {
    /// Opens a stream, of which there may be so many on a connection and in all.
    pub(crate) fn stream(
        &self,
        hub: &Arc<Hub>,
        wanted: Wanted,
        (here, in_all): (usize, usize),
    ) -> Result<Seat<'_>, Full> {
        if self.streams().open.len() >= here {
            return Err(Full::Connection);
        }
        let registration = hub.stream(wanted, in_all)?;
        let mut streams = self.streams();
        if streams.stopped {
            registration.watcher().end();
        }
        streams.open.insert(registration.id(), Arc::clone(registration.watcher()));
        drop(streams);
        Ok(Seat { audience: self, registration })
    }

    /// Begins to tell a session of changes.
    pub(crate) fn open(&self, hub: &Arc<Hub>, kinds: Kinds) {
        self.session.get_or_init(|| hub.session(kinds));
    }

    /// The session, if it is told of changes.
    pub(crate) fn session(&self) -> Option<&Registration> {
        self.session.get()
    }

    /// Ends all streams, also those that are still to come.
    pub(crate) fn stop(&self) {
        let open: Vec<_> = {
            let mut streams = self.streams();
            streams.stopped = true;
            streams.open.values().map(Arc::clone).collect()
        };
        for watcher in open {
            watcher.end();
        }
    }

    /// The peer is gone.
    pub(crate) fn leave(&self) {
        self.stop();
        if let Some(session) = self.session() {
            session.leave();
        }
    }

    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream's place, which is free again when it is dropped.
pub(crate) struct Seat<'a> {
    audience: &'a Audience,
    registration: Registration,
}

impl Seat<'_> {
    pub(crate) fn registration(&self) -> &Registration {
        &self.registration
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        let mut streams = self.audience.streams();
        streams.open.remove(&self.registration.id());
        if streams.open.capacity() > 4 * streams.open.len().max(64) {
            streams.open.shrink_to_fit();
        }
    }
}
