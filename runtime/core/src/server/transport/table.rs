//! Which calls of a session are in flight, and how they are cancelled.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Waker};

use toolwright_spec::RequestId;

use crate::era::State;

/// What the calls of a session share.
pub(super) struct Table(Mutex<Entries>);

pub(super) struct Entries {
    pub(super) state: State,
    /// Calls in flight.
    pub(super) calls: HashMap<RequestId, Arc<Flag>>,
}

impl Table {
    pub(super) fn new(state: State) -> Self {
        Self(Mutex::new(Entries { state, calls: HashMap::new() }))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call's place in its session; the id is free again when it is dropped.
pub(super) struct Ticket {
    table: Arc<Table>,
    id: RequestId,
    flag: Arc<Flag>,
}

impl Ticket {
    pub(super) fn new(table: &Arc<Table>, id: RequestId, flag: Arc<Flag>) -> Self {
        Self { table: Arc::clone(table), id, flag }
    }

    /// Whether the call was cancelled; if not, whoever polls is woken when it is.
    pub(super) fn poll_cancelled(&self, cx: &mut task::Context<'_>) -> bool {
        self.flag.poll(cx.waker())
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.table.lock().calls.remove(&self.id);
    }
}

/// Says that a call is cancelled.
#[derive(Default)]
pub(super) struct Flag {
    set: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Flag {
    pub(super) fn set(&self) {
        self.set.store(true, Ordering::Release);
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn poll(&self, waker: &Waker) -> bool {
        let mut known = self.waker.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.as_ref().is_some_and(|known| known.will_wake(waker)) {
            *known = Some(waker.clone());
        }
        drop(known);
        self.set.load(Ordering::Acquire)
    }
}
