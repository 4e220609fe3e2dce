//! What a response is made of: one call, several, or what a session has to say.

use std::future;
use std::task::{Context, Poll};

use bytes::Bytes;
use toolwright_core::server::transport::{Answer, Call, Event};

use super::duplex::Duplex;
use super::frame;
use super::replay::Reader;
use super::sessions::{Lease, Listener};

/// Where the messages of a response come from.
pub(super) enum Source {
    /// A call that stands alone: if nobody listens any more, it is dropped.
    Call(Call),
    /// The same, of a call that only waits for something to happen.
    Listening(Call),
    /// Calls of a session: they go on when nobody listens.
    Session(Kept),
    /// What calls of a session have to say, kept for a client that may come back.
    Log(Reader),
    /// A stream of revision 2024-11-05.
    Duplex(Box<Duplex>),
    /// A session itself.
    Listener(Listener),
    /// Nothing more.
    Nothing,
}

impl Source {
    /// The next message; `None` once there is no more.
    pub(super) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        match self {
            Self::Call(call) | Self::Listening(call) => call.poll_event(cx),
            Self::Session(kept) => kept.poll_event(cx),
            Self::Listener(_) | Self::Log(_) | Self::Duplex(_) | Self::Nothing => Poll::Ready(None),
        }
    }

    /// Whether it only waits for something to happen, for as long as it may.
    pub(super) fn is_listening(&self) -> bool {
        matches!(self, Self::Listening(_) | Self::Listener(_) | Self::Duplex(_))
    }

    /// What comes before the answers is thrown away.
    pub(super) fn mute(&self) {
        match self {
            Self::Call(call) | Self::Listening(call) => call.mute(),
            Self::Session(Kept(Some(calls))) => calls.pending.iter().for_each(Call::mute),
            _ => {}
        }
    }

    /// The next message as an event.
    pub(super) fn poll_bytes(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        match self {
            Self::Log(reader) => reader.poll_next(cx),
            Self::Duplex(duplex) => duplex.poll_next(cx),
            Self::Listener(listener) => listener.poll_next(cx),
            other => other.poll_event(cx).map(|event| event.as_ref().map(frame::events)),
        }
    }

    /// The same, able to be resumed if it belongs to a session. `first` came out of it already,
    /// and is given back if it is still to be said.
    pub(super) fn resumable(self, first: Option<Event>) -> (Option<Event>, Self) {
        match self {
            Self::Session(kept) => (None, kept.into_log(first)),
            other => (first, other),
        }
    }
}

/// Calls that end only by themselves or when their session cancels them.
///
/// Specification: 2025-11-25, `basic/transports`: "Disconnection SHOULD NOT be interpreted as the
/// client cancelling its request".
pub(super) struct Kept(Option<Calls>);

struct Calls {
    pending: Vec<Call>,
    /// Responses so far, for a batch: they go out as one array.
    batch: Option<Vec<Answer>>,
    lease: Lease,
}

impl Kept {
    /// One call.
    pub(super) fn one(call: Call, lease: Lease) -> Self {
        Self(Some(Calls { pending: vec![call], batch: None, lease }))
    }

    /// A batch, and the answers that it has already.
    pub(super) fn batch(calls: Vec<Call>, answers: Vec<Answer>, lease: Lease) -> Self {
        Self(Some(Calls { pending: calls, batch: Some(answers), lease }))
    }

    /// From here on the calls run by themselves, and what they say can be read more than once.
    fn into_log(mut self, first: Option<Event>) -> Source {
        let Some(mut calls) = self.0.take() else {
            return Source::Nothing;
        };
        let log = calls.lease.log(false);
        let Some(reader) = log.read(None) else {
            return Source::Nothing;
        };
        if calls.lease.session().takes_empty_events() && !matches!(first, Some(Event::Pause(_))) {
            log.prime();
        }
        if let Some(first) = &first {
            log.push(first);
        }
        tokio::spawn(async move {
            let mut answered = false;
            while let Some(event) = future::poll_fn(|cx| calls.poll_event(cx)).await {
                log.push(&event);
                if matches!(event, Event::Answer(_)) {
                    answered = true;
                    break;
                }
            }
            if !answered {
                // Cancelled: there is nothing to come back for.
                calls.lease.forget(&log);
            }
            log.finish();
        });
        Source::Log(reader)
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let Some(calls) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let event = calls.poll_event(cx);
        if matches!(event, Poll::Ready(None | Some(Event::Answer(_)))) {
            self.0 = None;
        }
        event
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let Some(mut calls) = self.0.take() else {
            return;
        };
        // Without a runtime nothing can go on.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                while let Some(Event::Notices(_) | Event::Pause(_)) =
                    future::poll_fn(|cx| calls.poll_event(cx)).await
                {}
            });
        }
    }
}

impl Calls {
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut index = 0;
        while let Some(call) = self.pending.get_mut(index) {
            match call.poll_event(cx) {
                Poll::Pending => index += 1,
                Poll::Ready(Some(pause @ Event::Pause(_))) => {
                    // Others would not know how to come back.
                    if self.lease.session().takes_empty_events() {
                        return Poll::Ready(Some(pause));
                    }
                }
                Poll::Ready(Some(notices @ Event::Notices(_))) => {
                    return Poll::Ready(Some(notices));
                }
                Poll::Ready(Some(Event::Answer(answer))) => {
                    self.pending.swap_remove(index);
                    match &mut self.batch {
                        Some(answers) => answers.push(answer),
                        None => return Poll::Ready(Some(Event::Answer(answer))),
                    }
                }
                Poll::Ready(None) => {
                    self.pending.swap_remove(index);
                }
            }
        }
        if !self.pending.is_empty() {
            return Poll::Pending;
        }
        let answers = self.batch.take().unwrap_or_default();
        Poll::Ready((!answers.is_empty()).then(|| Event::Answer(array(&answers))))
    }
}

fn array(answers: &[Answer]) -> Answer {
    let texts: Vec<&[u8]> = answers.iter().map(|answer| answer.text.as_slice()).collect();
    let mut text = vec![b'['];
    text.extend(texts.join(&b','));
    text.push(b']');
    Answer::new(text)
}
