//! A session whose messages come one by one.

use std::fmt;
use std::sync::Arc;
use std::task::{self, Poll};

use toolwright_spec::{RequestId, Revision};

use super::super::cancellation;
use super::super::engine::Engine;
use super::super::notices;
use super::super::overload::overloaded;
use super::Arrival;
use super::call::{Answer, Call, Event, Start, written};
use super::table::{Flag, Table, Ticket};
use crate::context::{Peer, Principal};
use crate::era::{Admission, Era, State};
use crate::error::ProtocolError;
use crate::frame::Answer as PeerAnswer;

/// A session of the revisions up to 2025-11-25. Clones are the same session.
///
/// Requests of one session run side by side, each as a [`Call`]. Whoever carries them decides
/// what a lost connection means to a call; the client cancels by a notification.
#[derive(Clone)]
pub struct Session(Arc<Inner>);

struct Inner {
    engine: Arc<Engine>,
    revision: Revision,
    takes_batches: bool,
    takes_empty_events: bool,
    table: Arc<Table>,
    peer: Arc<Peer>,
}

impl Session {
    pub(super) fn open(
        engine: &Arc<Engine>,
        id: &RequestId,
        arrival: Arrival<'_>,
    ) -> Result<(Self, Answer), ProtocolError> {
        let mut state = State::default();
        if !Era::Session.opens(arrival.method) {
            return Err(ProtocolError::method_not_found(arrival.method));
        }
        let admission = Era::Session.admit(&mut state, arrival.described, engine.offer())?;
        let (Admission::Answered(result), Some(revision)) = (admission, state.revision()) else {
            return Err(ProtocolError::internal("the handshake failed"));
        };
        let inner = Inner {
            engine: Arc::clone(engine),
            revision,
            takes_batches: state.takes_batches(),
            takes_empty_events: state.takes_empty_events(),
            table: Arc::new(Table::new(state)),
            peer: Arc::default(),
        };
        if let Some(told) = engine.told() {
            inner.peer.audience.open(&engine.common().hub, told);
        }
        Ok((Self(Arc::new(inner)), Answer::new(written(id, &result))))
    }

    /// The revision that was agreed on.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.0.revision
    }

    /// Whether a message may be an array of messages, and of how many at most.
    #[must_use]
    pub fn largest_batch(&self) -> Option<usize> {
        self.0.takes_batches.then(|| self.0.engine.limits().batch)
    }

    /// Whether the client takes an event without a message as a mark to resume a stream at.
    #[must_use]
    pub fn takes_empty_events(&self) -> bool {
        self.0.takes_empty_events
    }

    /// How many calls are in flight.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.0.table.lock().calls.len()
    }

    /// Starts a request.
    ///
    /// # Errors
    /// A request with this id is in flight, there are too many, or there is no such method in the
    /// session's revision.
    pub fn call(&self, id: RequestId, arrival: Arrival<'_>) -> Result<Call, ProtocolError> {
        let engine = &self.0.engine;
        let limits = engine.limits();
        let Arrival { method, params, described, extensions, client_ip } = arrival;
        let members = *described.members();
        let (admission, flag) = {
            let mut table = self.0.table.lock();
            if table.calls.contains_key(&id) {
                let message = "a request with this id is in flight";
                return Err(ProtocolError::invalid_request(message));
            }
            let admission = Era::Session.admit(&mut table.state, described, engine.offer())?;
            if table.calls.len() >= limits.in_flight {
                return Err(overloaded("too many requests in flight"));
            }
            let flag = Arc::new(Flag::default());
            table.calls.insert(id.clone(), Arc::clone(&flag));
            (admission, flag)
        };
        let ticket = Ticket::new(&self.0.table, id.clone(), flag);
        match admission {
            Admission::Answered(text) => Ok(Call::answered(Arc::clone(engine), id, &text)),
            Admission::Serve(admitted) => {
                let peer = Arc::clone(&self.0.peer);
                let request =
                    Start { id, admitted, extensions, client_ip, peer, method, params, members };
                let call = Call::start(engine, Era::Session, request)?;
                Ok(call.with_ticket(ticket))
            }
        }
    }

    /// Takes in a notification.
    pub fn notify(&self, method: &str, params: Option<&str>) {
        if method != "notifications/cancelled" {
            return;
        }
        let Some((id, reason)) = cancellation::subject(params) else {
            return;
        };
        let flag = self.0.table.lock().calls.get(&id).map(Arc::clone);
        if let Some(flag) = flag {
            tracing::debug!(%id, reason, "cancelled by the client");
            flag.set();
        }
    }

    /// Takes in a response; whether it answers a question that a handler put to the client.
    pub fn respond(&self, id: Option<&RequestId>, answer: &PeerAnswer<'_>) -> bool {
        self.0.peer.questions.answer(id, answer)
    }

    /// What changed since this was last asked, as notices for `who` listens to the session; never
    /// more than once for the same change. Of a resource that takes scopes, only those hear who have
    /// them, whoever subscribed to it. Without a listener nothing is lost, and what changed twice is
    /// told once.
    pub fn poll_notices(&self, cx: &mut task::Context<'_>, who: Option<&Principal>) -> Poll<Event> {
        let Some(changes) = self.0.peer.audience.session() else {
            return Poll::Pending;
        };
        let mut lines = Vec::new();
        while lines.len() < self.0.engine.limits().queue_bytes
            && let Poll::Ready(change) =
                changes.poll_take(cx.waker(), |it| Principal::any_holds(who, it))
        {
            notices::write(&mut lines, change, None, self.0.revision);
        }
        if lines.is_empty() { Poll::Pending } else { Poll::Ready(Event::Notices(lines)) }
    }

    /// Cancels all calls: the session ends.
    pub fn close(&self) {
        self.0.peer.audience.leave();
        let flags: Vec<_> = self.0.table.lock().calls.values().map(Arc::clone).collect();
        for flag in flags {
            flag.set();
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("revision", &self.0.revision).finish_non_exhaustive()
    }
}
