//! One request on its way to its answer.

use std::future;
use std::net::IpAddr;
use std::sync::Arc;
use std::task::{self, Poll};
use std::time::Duration;

use toolwright_spec::RequestId;

use super::super::contain::{Contained, Panicked, contain};
use super::super::engine::Engine;
use super::super::inflight::Outcome;
use super::super::internal::internal;
use super::table::Ticket;
use crate::context::{Admitted, Context, Extensions, Outbox, Peer, Scope};
use crate::era::Era;
use crate::error::ProtocolError;
use crate::frame::{self, Params};
use crate::visibility::Item;

/// What a [`Call`] has to send.
#[derive(Debug, PartialEq)]
pub enum Event {
    /// Notifications, each on a line of its own.
    Notices(Vec<u8>),
    /// The handler goes on, but would let the client go, to come back after this time. Only in
    /// sessions; to be ignored where the client cannot.
    Pause(Duration),
    /// The response. Nothing comes after it.
    Answer(Answer),
}

/// A response.
#[derive(Debug, PartialEq)]
pub struct Answer {
    /// JSON on one line, without its end.
    pub text: Vec<u8>,
    /// The code, if it is an error.
    pub error: Option<i64>,
    /// All that the request takes, if the caller lacks some of these
    /// [scopes](crate::scopes).
    pub scopes: Vec<String>,
}

impl Answer {
    /// A response that is no error.
    #[must_use]
    pub fn new(text: Vec<u8>) -> Self {
        Self { text, error: None, scopes: Vec::new() }
    }

    /// An error.
    #[must_use]
    pub fn refusal(id: Option<&RequestId>, error: &ProtocolError) -> Self {
        Self {
            text: super::error_response(id, error),
            error: Some(error.code()),
            scopes: error.required_scopes().to_vec(),
        }
    }
}

/// A request that is being served. Dropping it drops its handler.
pub struct Call {
    engine: Arc<Engine>,
    era: Era,
    id: RequestId,
    /// Of the request that is still served.
    running: Option<Running>,
    /// Comes after the notices that were before it.
    answer: Option<Answer>,
    ticket: Option<Ticket>,
}

struct Running {
    cx: Context,
    outbox: Arc<Outbox>,
    handler: Contained<Outcome>,
}

/// An admitted request.
pub(super) struct Start<'a> {
    pub(super) id: RequestId,
    pub(super) admitted: Admitted,
    pub(super) extensions: Extensions,
    pub(super) client_ip: Option<IpAddr>,
    pub(super) peer: Arc<Peer>,
    pub(super) method: &'a str,
    pub(super) params: Option<&'a str>,
    pub(super) members: Params<'a>,
}

impl Call {
    /// Starts the handler of an admitted request. Nothing runs before the call is polled.
    pub(super) fn start(
        engine: &Arc<Engine>,
        era: Era,
        request: Start<'_>,
    ) -> Result<Self, ProtocolError> {
        let Start { id, admitted, extensions, client_ip, peer, method, params, members } = request;
        let given = engine.keep(method, params, &members)?;
        let outbox = Arc::new(Outbox::new(engine.limits().queue_bytes));
        let cx = Context::new(Scope {
            id: id.clone(),
            admitted,
            extensions,
            client_ip,
            outbox: Arc::clone(&outbox),
            peer,
            common: Arc::clone(engine.common()),
        });
        let handler = Arc::clone(engine).respond(cx.clone(), method.into(), given);
        let running = Running { cx, outbox, handler: Contained::new(Box::pin(handler)) };
        let engine = Arc::clone(engine);
        Ok(Self { engine, era, id, running: Some(running), answer: None, ticket: None })
    }

    pub(super) fn answered(engine: Arc<Engine>, id: RequestId, result: &str) -> Self {
        let answer = Some(Answer::new(written(&id, result)));
        Self { engine, era: Era::Session, id, running: None, answer, ticket: None }
    }

    pub(super) fn with_ticket(mut self, ticket: Ticket) -> Self {
        self.ticket = Some(ticket);
        self
    }

    /// Whether there is a tool of this name, as far as the caller can see.
    #[must_use]
    pub fn shows_tool(&self, name: &str) -> bool {
        let Some(running) = &self.running else {
            return false;
        };
        contain(|| {
            let tools = self.engine.stock().tools.now();
            let found = tools.find(name);
            found.is_some_and(|(entry, tool)| {
                running.cx.holds(&entry.scopes) && running.cx.shows(&Item::Tool(tool))
            })
        })
        .unwrap_or(false)
    }

    /// The next thing to send. `None` once there is nothing more: after the answer, or because
    /// the request was cancelled.
    pub fn poll_event(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<Event>> {
        if self.ticket.as_ref().is_some_and(|ticket| ticket.poll_cancelled(cx)) {
            let notices = self.cancel();
            return Poll::Ready((!notices.is_empty()).then_some(Event::Notices(notices)));
        }
        let Some(running) = &mut self.running else {
            return Poll::Ready(self.answer.take().map(Event::Answer));
        };
        let (mut notices, mut pause) = (Vec::new(), None);
        if let Poll::Ready(outcome) = running.handler.poll(cx) {
            // Progress comes before the answer, never after.
            running.cx.finish();
            running.outbox.flush(&mut notices);
            self.answer = Some(self.write(outcome));
            self.close();
        } else {
            let said = running.outbox.drain(&mut notices, cx.waker());
            if !said && self.era == Era::Session {
                pause = running.outbox.take_pause();
            }
        }
        match (notices.is_empty(), self.answer.is_some()) {
            (false, _) => Poll::Ready(Some(Event::Notices(notices))),
            (true, true) => Poll::Ready(self.answer.take().map(Event::Answer)),
            (true, false) => {
                pause.map_or(Poll::Pending, |after| Poll::Ready(Some(Event::Pause(after))))
            }
        }
    }

    /// Nobody will see what the call has to say before its answer, so that nothing can be asked
    /// either.
    pub fn mute(&self) {
        if let Some(running) = &self.running {
            running.outbox.mute();
        }
    }

    /// [`Call::poll_event`] as a future.
    pub async fn event(&mut self) -> Option<Event> {
        future::poll_fn(|cx| self.poll_event(cx)).await
    }

    /// Whether there is nothing more to come.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.running.is_none() && self.answer.is_none()
    }

    fn write(&self, outcome: Result<Outcome, Panicked>) -> Answer {
        let response = match outcome {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => return self.refused(&error),
            Err(Panicked(panic)) => return self.refused(&internal("a handler panicked", &panic)),
        };
        let Some(running) = &self.running else {
            return self.refused(&internal("an answer to nothing", ""));
        };
        let mut text = Vec::new();
        let limit = self.engine.limits().result_bytes;
        let caller = running.cx.caller();
        let written = frame::write_result(&mut text, &self.id, |out| {
            self.era.settle(caller, self.engine.offer().identity(), response, out, limit)
        });
        match written {
            Ok(()) => {
                text.pop();
                Answer::new(text)
            }
            Err(error) => self.refused(&internal("a result cannot be sent", &error.to_string())),
        }
    }

    fn refused(&self, error: &ProtocolError) -> Answer {
        Answer::refusal(Some(&self.id), error)
    }

    /// Says what the client is still to be told: which questions are taken back.
    fn cancel(&mut self) -> Vec<u8> {
        let mut notices = Vec::new();
        if let Some(Running { cx, outbox, handler }) = self.running.take() {
            tracing::debug!(id = %self.id, "cancelled");
            cx.cancel();
            drop(handler);
            outbox.flush(&mut notices);
            outbox.close();
        }
        self.answer = None;
        self.ticket = None;
        notices
    }

    /// The handler is gone and its id is free.
    fn close(&mut self) {
        if let Some(running) = self.running.take() {
            running.outbox.close();
        }
        self.ticket = None;
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A successful response whose result is written already.
pub(super) fn written(id: &RequestId, result: &str) -> Vec<u8> {
    let mut text = Vec::new();
    let _ = frame::write_result(&mut text, id, |out| {
        out.extend_from_slice(result.as_bytes());
        Ok::<(), std::convert::Infallible>(())
    });
    text.pop();
    text
}
