//! Bodies of responses.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use tokio::time::Instant;

use super::events::Events;

/// The body of a response of [`Service`](super::Service): nothing, one message, or a stream of
/// events.
pub struct Body(Kind);

enum Kind {
    Full(Bytes),
    Events(Box<Events>),
}

impl Body {
    pub(super) fn empty() -> Self {
        Self(Kind::Full(Bytes::new()))
    }

    pub(super) fn full(text: Vec<u8>) -> Self {
        Self(Kind::Full(text.into()))
    }

    pub(super) fn events(events: Events) -> Self {
        Self(Kind::Events(Box::new(events)))
    }

    /// Ends then, if it is a stream that only waits for something to happen.
    pub(super) fn stop_listening_at(&mut self, until: Instant) {
        if let Kind::Events(events) = &mut self.0 {
            events.stop_listening_at(until);
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match &mut self.get_mut().0 {
            Kind::Full(text) if text.is_empty() => Poll::Ready(None),
            Kind::Full(text) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(text))))),
            Kind::Events(events) => events.poll_next(cx).map(|bytes| Some(Ok(Frame::data(bytes?)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(&self.0, Kind::Full(text) if text.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Full(text) => SizeHint::with_exact(text.len() as u64),
            Kind::Events(_) => SizeHint::default(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.0 {
            Kind::Full(_) => "Full",
            Kind::Events(_) => "Events",
        };
        f.debug_tuple("Body").field(&kind).finish()
    }
}
