//! From messages to answers: the part of a connection that does no input and output.

use std::sync::Arc;
use std::task::Poll;

use toolwright_spec::RequestId;

use super::batch::{BatchKey, Batches, is_too_large};
use super::cancellation;
use super::contain::Panicked;
use super::engine::Engine;
use super::inflight::{Done, InFlight, Work};
use super::internal::internal;
use super::listen::LISTEN;
use super::notices;
use super::overload::overloaded;
use super::throttle::Throttle;
use crate::context::{Context, Extensions, Outbox, Peer, Scope};
use crate::era::{Admission, Arrival, State};
use crate::error::ProtocolError;
use crate::frame::{self, Line, Message};

/// One connection's messages.
pub(super) struct Exchange {
    engine: Arc<Engine>,
    state: State,
    inflight: InFlight,
    batches: Batches,
    outbox: Arc<Outbox>,
    peer: Arc<Peer>,
    /// What is known of who is at the other end.
    caller: Extensions,
    /// The client said that its session is set up.
    initialized: bool,
    /// Errors without an id.
    garbage: Throttle,
    /// Lines in the log about what was thrown away.
    notices: Throttle,
    dropped: u64,
    /// What is to be written.
    out: Vec<u8>,
}

impl Exchange {
    pub(super) fn new(engine: Arc<Engine>, caller: Extensions) -> Self {
        let limits = engine.limits();
        Self {
            state: State::default(),
            inflight: InFlight::new(),
            batches: Batches::default(),
            outbox: Arc::new(Outbox::new(limits.queue_bytes)),
            peer: Arc::default(),
            caller,
            initialized: false,
            garbage: Throttle::new(limits.garbage_per_second),
            notices: Throttle::new(1),
            dropped: 0,
            out: Vec::new(),
            engine,
        }
    }

    /// What is to be written, as whole lines.
    pub(super) fn out(&mut self) -> &mut Vec<u8> {
        &mut self.out
    }

    /// How many requests wait for their handlers.
    pub(super) fn in_flight(&self) -> usize {
        self.inflight.len()
    }

    /// No more lines will come: nobody answers what handlers ask.
    pub(super) fn hang_up(&mut self) {
        self.peer.questions.close();
    }

    /// Takes in a line.
    pub(super) fn receive(&mut self, line: &Line<'_>) {
        match line {
            Line::Text(text) => self.message(frame::parse(text, self.engine.limits()), None),
            Line::TooLong(id) => {
                let limit = self.engine.limits().line_bytes;
                let error = ProtocolError::invalid_request(format!(
                    "the message is longer than {limit} bytes"
                ));
                self.refuse(id.as_ref(), &error, None);
            }
        }
    }

    /// Lets handlers go on and collects what they send. Whether anything happened.
    pub(super) fn poll(&mut self, waker: &std::task::Waker) -> bool {
        self.inflight.register(waker);
        let mut done = Vec::new();
        let mut busy = self.inflight.poll(&mut done);
        for done in done {
            self.answer(done);
        }
        if self.out.len() < self.engine.limits().queue_bytes {
            busy |= self.outbox.drain(&mut self.out, waker);
            busy |= self.tell_changes(waker);
        }
        busy
    }

    /// No more messages come: what only waits for changes ends.
    pub(super) fn stop(&self) {
        self.peer.audience.stop();
    }

    /// Tells the session what changed, as far as there is room; whether anything did.
    fn tell_changes(&mut self, waker: &std::task::Waker) -> bool {
        let (true, Some(revision)) = (self.initialized, self.state.revision()) else {
            return false;
        };
        let Some(session) = self.peer.audience.session() else {
            return false;
        };
        let mut told = false;
        while self.out.len() < self.engine.limits().queue_bytes
            // Whoever speaks here is the same to the end.
            && let Poll::Ready(change) = session.poll_take(waker, |_| true)
        {
            notices::write(&mut self.out, change, None, revision);
            told = true;
        }
        told
    }

    fn message(&mut self, message: Message<'_>, batch: Option<BatchKey>) {
        match message {
            Message::Request { id, method, params } => self.request(id, &method, params, batch),
            Message::Notification { method, params } => self.notification(&method, params),
            Message::Response { id, answer } => {
                if !self.peer.questions.answer(id.as_ref(), &answer) {
                    self.drop_message("a response to nothing");
                }
            }
            Message::Ignored => self.drop_message("a malformed notification"),
            Message::Invalid { id, error } => self.refuse(id.as_ref(), &error, batch),
            Message::Batch(messages) if batch.is_none() => self.batch(&messages),
            Message::Batch(_) => {
                let error = ProtocolError::invalid_request("a batch in a batch");
                self.refuse(None, &error, batch);
            }
        }
    }

    fn request(
        &mut self,
        id: RequestId,
        method: &str,
        params: Option<&str>,
        batch: Option<BatchKey>,
    ) {
        match self.admit(&id, method, params, batch) {
            Ok(None) => {}
            Ok(Some(text)) => self.reply(&id, batch, |out| {
                frame::write_result(out, &id, |out| {
                    out.extend_from_slice(text.as_bytes());
                    Ok::<(), ProtocolError>(())
                })
            }),
            Err(error) => self.refuse(Some(&id), &error, batch),
        }
    }

    /// Starts the handler of a request, or has its answer.
    fn admit(
        &mut self,
        id: &RequestId,
        method: &str,
        params: Option<&str>,
        batch: Option<BatchKey>,
    ) -> Result<Option<Arc<str>>, ProtocolError> {
        if self.inflight.contains(id) {
            return Err(ProtocolError::invalid_request("a request with this id is in flight"));
        }
        let arrival = Arrival::new(method, params);
        let era = self.state.classify(&arrival)?;
        if batch.is_some() && era.opens(method) {
            return Err(ProtocolError::invalid_request("`initialize` must not be in a batch"));
        }
        let listens = method == LISTEN;
        if batch.is_some() && listens {
            // The batch would never be answered.
            return Err(ProtocolError::invalid_request(
                "`subscriptions/listen` must not be in a batch",
            ));
        }
        let members = *arrival.members();
        let admitted = match era.admit(&mut self.state, arrival, self.engine.offer())? {
            Admission::Answered(text) => {
                if let Some(told) = self.engine.told() {
                    self.peer.audience.open(&self.engine.common().hub, told);
                }
                return Ok(Some(text));
            }
            Admission::Serve(admitted) => admitted,
        };
        let limits = self.engine.limits();
        if !listens && self.inflight.working() >= limits.in_flight {
            return Err(overloaded("too many requests in flight"));
        }
        let cx = Context::new(Scope {
            id: id.clone(),
            admitted,
            extensions: self.caller.clone(),
            client_ip: None,
            outbox: Arc::clone(&self.outbox),
            peer: Arc::clone(&self.peer),
            common: Arc::clone(self.engine.common()),
        });
        let given = self.engine.keep(method, params, &members)?;
        let handler = Arc::clone(&self.engine).respond(cx.clone(), method.into(), given);
        if let Some(key) = batch {
            self.batches.expect(key);
        }
        let work = Work { id: id.clone(), era, cx, batch, listens };
        if let Some(done) = self.inflight.start(work, Box::pin(handler)) {
            self.answer(done);
        }
        Ok(None)
    }

    fn notification(&mut self, method: &str, params: Option<&str>) {
        match method {
            "notifications/cancelled" => self.cancelled(params),
            "notifications/initialized" => self.initialized = true,
            _ => self.drop_message("a notification of no use"),
        }
    }

    /// Drops the handler of a request. Cancellations that make no sense are ignored.
    fn cancelled(&mut self, params: Option<&str>) {
        let subject = cancellation::subject(params);
        let cancelled = subject.and_then(|(id, reason)| Some((self.inflight.cancel(&id)?, reason)));
        match cancelled {
            Some((work, reason)) => {
                tracing::debug!(id = %work.id, reason, "cancelled by the client");
                if let Some(key) = work.batch {
                    self.batches.close(key, &mut self.out);
                }
            }
            None => self.drop_message("a cancellation of nothing"),
        }
    }

    fn batch(&mut self, messages: &[&[u8]]) {
        let limits = self.engine.limits().clone();
        let refusal = if !self.state.takes_batches() {
            Some("batches are not part of this revision: send one message per line")
        } else if messages.is_empty() {
            Some("an empty batch")
        } else if is_too_large(messages.len(), &limits) {
            Some("too many messages in one batch")
        } else {
            None
        };
        if let Some(refusal) = refusal {
            self.refuse(None, &ProtocolError::invalid_request(refusal), None);
            return;
        }
        let key = self.batches.open();
        for message in messages {
            self.message(frame::parse(message, &limits), Some(key));
        }
        self.batches.close(key, &mut self.out);
    }

    /// Sends what a handler made.
    fn answer(&mut self, done: Done) {
        let Done { work, outcome } = done;
        // Progress comes before the answer, never after.
        work.cx.finish();
        self.outbox.flush(&mut self.out);
        let engine = Arc::clone(&self.engine);
        let Work { id, era, cx, batch, listens } = work;
        let ends = listens && matches!(outcome, Ok(Ok(_)));
        match outcome {
            Ok(Ok(response)) => self.reply(&id, batch, |out| {
                let limit = engine.limits().result_bytes;
                frame::write_result(out, &id, |out| {
                    era.settle(cx.caller(), engine.offer().identity(), response, out, limit)
                })
                .map_err(|error| internal("a result cannot be sent", &error.to_string()))
            }),
            Ok(Err(error)) => self.reply(&id, batch, |_| Err(error)),
            Err(Panicked(panic)) => {
                self.reply(&id, batch, |_| Err(internal("a handler panicked", &panic)));
            }
        }
        if let Some(key) = batch {
            self.batches.close(key, &mut self.out);
        }
        if ends {
            notices::write_cancelled(&mut self.out, &id, cx.revision());
        }
    }

    /// Writes a response, in its batch if it belongs to one.
    fn reply(
        &mut self,
        id: &RequestId,
        batch: Option<BatchKey>,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), ProtocolError>,
    ) {
        let out = match batch {
            Some(key) => self.batches.lines(key).unwrap_or(&mut self.out),
            None => &mut self.out,
        };
        if let Err(error) = write(out) {
            frame::write_error(out, Some(id), &error);
        }
    }

    /// Writes an error for a message that goes no further.
    fn refuse(&mut self, id: Option<&RequestId>, error: &ProtocolError, batch: Option<BatchKey>) {
        match id {
            Some(id) => self.reply(id, batch, |_| Err(error.clone())),
            None if self.state.takes_errors_without_id() && self.garbage.take() => {
                frame::write_error(&mut self.out, None, error);
            }
            None => self.drop_message("a message that cannot be answered"),
        }
    }

    fn drop_message(&mut self, what: &str) {
        self.dropped += 1;
        if self.notices.take() {
            tracing::debug!(dropped = self.dropped, "dropped {what}");
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        self.outbox.close();
        self.peer.audience.leave();
    }
}
