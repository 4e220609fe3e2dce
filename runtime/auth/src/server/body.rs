//! Bodies of responses.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

/// The body of a response of [`Protected`](super::Protected): that of the service within, or a few
/// words of its own.
#[derive(Debug)]
pub struct Body<B>(Kind<B>);

#[derive(Debug)]
enum Kind<B> {
    Own(Bytes),
    // Boxed, so that it need not be pinned within.
    Inner(Pin<Box<B>>),
}

impl<B> Body<B> {
    pub(super) fn own(text: impl Into<Bytes>) -> Self {
        Self(Kind::Own(text.into()))
    }

    pub(super) fn inner(body: B) -> Self {
        Self(Kind::Inner(Box::pin(body)))
    }
}

impl<B: http_body::Body<Data = Bytes>> http_body::Body for Body<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        match &mut self.get_mut().0 {
            Kind::Own(text) if text.is_empty() => Poll::Ready(None),
            Kind::Own(text) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(text))))),
            Kind::Inner(body) => body.as_mut().poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Kind::Own(text) => text.is_empty(),
            Kind::Inner(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Own(text) => SizeHint::with_exact(text.len() as u64),
            Kind::Inner(body) => body.size_hint(),
        }
    }
}
