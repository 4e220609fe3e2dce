//! Requests whose handlers are not done.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Poll, Wake, Waker};

use toolwright_spec::RequestId;

use super::batch::BatchKey;
use super::contain::{Contained, Panicked};
use crate::BoxFuture;
use crate::context::Context;
use crate::era::Era;
use crate::error::ProtocolError;
use crate::middleware::Response;

/// What a handler makes.
pub(super) type Outcome = Result<Response, ProtocolError>;

/// A request and everything needed to answer it.
pub(super) struct Work {
    pub(super) id: RequestId,
    pub(super) era: Era,
    pub(super) cx: Context,
    pub(super) batch: Option<BatchKey>,
    /// It only waits for changes to tell of.
    pub(super) listens: bool,
}

/// A request that can be answered.
pub(super) struct Done {
    pub(super) work: Work,
    pub(super) outcome: Result<Outcome, Panicked>,
}

/// Handlers of one connection. All are polled by the connection's own task; a handler that is
/// ready at once costs no task, no channel and no entry here.
pub(super) struct InFlight {
    slots: Vec<Slot>,
    free: Vec<usize>,
    ids: HashMap<RequestId, usize>,
    /// How many only wait for changes to tell of.
    listening: usize,
    ready: Arc<Ready>,
}

struct Slot {
    /// Kept from request to request.
    signal: Arc<Signal>,
    waker: Waker,
    busy: Option<(Work, Contained<Outcome>)>,
}

impl InFlight {
    pub(super) fn new() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            ids: HashMap::new(),
            listening: 0,
            ready: Arc::default(),
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ids.len()
    }

    /// How many of them do something.
    pub(super) fn working(&self) -> usize {
        self.len().saturating_sub(self.listening)
    }

    /// Whether a request with this id waits.
    pub(super) fn contains(&self, id: &RequestId) -> bool {
        !self.ids.is_empty() && self.ids.contains_key(id)
    }

    /// Polls a new request; it is kept only if it is not ready at once.
    pub(super) fn start(
        &mut self,
        work: Work,
        future: BoxFuture<'static, Outcome>,
    ) -> Option<Done> {
        let mut future = Contained::new(future);
        let index = self.free.pop().unwrap_or_else(|| self.add_slot());
        let slot = self.slots.get_mut(index)?;
        match future.poll(&mut task::Context::from_waker(&slot.waker)) {
            Poll::Ready(outcome) => {
                self.free.push(index);
                Some(Done { work, outcome })
            }
            Poll::Pending => {
                self.ids.insert(work.id.clone(), index);
                self.listening += usize::from(work.listens);
                slot.busy = Some((work, future));
                None
            }
        }
    }

    /// Drops the handler of a request, if it is there. It will not be answered.
    pub(super) fn cancel(&mut self, id: &RequestId) -> Option<Work> {
        let index = self.ids.remove(id)?;
        let (work, future) = self.slots.get_mut(index)?.busy.take()?;
        self.free.push(index);
        self.listening -= usize::from(work.listens);
        work.cx.cancel();
        drop(future);
        Some(work)
    }

    /// Whom to wake when a handler can go on.
    pub(super) fn register(&self, waker: &Waker) {
        self.ready.register(waker);
    }

    /// Polls those that can go on, each at most once, and gives `done` what is finished. Whether
    /// there were any.
    pub(super) fn poll(&mut self, done: &mut Vec<Done>) -> bool {
        let ready = self.ready.take();
        for index in &ready {
            if let Some(finished) = self.poll_one(*index) {
                done.push(finished);
            }
        }
        !ready.is_empty()
    }

    fn poll_one(&mut self, index: usize) -> Option<Done> {
        let slot = self.slots.get_mut(index)?;
        slot.signal.queued.store(false, Ordering::Release);
        let (_, future) = slot.busy.as_mut()?;
        let Poll::Ready(outcome) = future.poll(&mut task::Context::from_waker(&slot.waker)) else {
            return None;
        };
        let (work, _) = slot.busy.take()?;
        self.ids.remove(&work.id);
        self.listening -= usize::from(work.listens);
        self.free.push(index);
        Some(Done { work, outcome })
    }

    fn add_slot(&mut self) -> usize {
        let index = self.slots.len();
        let ready = Arc::clone(&self.ready);
        let signal = Arc::new(Signal { index, queued: AtomicBool::new(false), ready });
        let waker = Waker::from(Arc::clone(&signal));
        self.slots.push(Slot { signal, waker, busy: None });
        index
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        for slot in &mut self.slots {
            if let Some((work, _future)) = slot.busy.take() {
                work.cx.cancel();
            }
        }
    }
}

/// Slots whose handlers can go on.
#[derive(Default)]
struct Ready {
    state: Mutex<ReadyState>,
}

#[derive(Default)]
struct ReadyState {
    slots: Vec<usize>,
    connection: Option<Waker>,
}

impl Ready {
    fn push(&self, index: usize) {
        let waker = {
            let mut state = self.lock();
            state.slots.push(index);
            state.connection.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    fn take(&self) -> Vec<usize> {
        std::mem::take(&mut self.lock().slots)
    }

    fn register(&self, waker: &Waker) {
        let mut state = self.lock();
        if !state.connection.as_ref().is_some_and(|known| known.will_wake(waker)) {
            state.connection = Some(waker.clone());
        }
    }

    fn lock(&self) -> MutexGuard<'_, ReadyState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The waker of one slot. A slot is used again and again, so it may be woken for a request that
/// is over; the next one is then polled once for nothing.
struct Signal {
    index: usize,
    queued: AtomicBool,
    ready: Arc<Ready>,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.queued.swap(true, Ordering::AcqRel) {
            self.ready.push(self.index);
        }
    }
}
