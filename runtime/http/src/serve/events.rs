//! Streams of Server-Sent Events.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::{Instant, Sleep};
use toolwright_core::server::transport::Event;

use super::frame;
use super::source::Source;

/// A stream of events, with comments in long silences so that nobody on the way takes it for
/// dead, and a vanished client is noticed.
pub(super) struct Events {
    first: Option<Event>,
    source: Source,
    timer: Pin<Box<Sleep>>,
    interval: Duration,
    /// When it is over, whatever there is to say.
    until: Option<Pin<Box<Sleep>>>,
}

impl Events {
    pub(super) fn new(first: Option<Event>, source: Source, interval: Duration) -> Self {
        let timer = Box::pin(tokio::time::sleep(interval));
        Self { first, source, timer, interval, until: None }
    }

    /// Ends then, or when it was to end anyway, if it only waits for something to happen.
    pub(super) fn stop_listening_at(&mut self, until: Instant) {
        let is_sooner = self.until.as_ref().is_none_or(|known| until < known.deadline());
        if self.source.is_listening() && is_sooner {
            self.until = Some(Box::pin(tokio::time::sleep_until(until)));
        }
    }

    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(until) = &mut self.until
            && until.as_mut().poll(cx).is_ready()
        {
            // What it waited with goes as well.
            self.source = Source::Nothing;
            return Poll::Ready(None);
        }
        let next = match self.first.take() {
            Some(event) => Poll::Ready(Some(frame::events(&event))),
            None => self.source.poll_bytes(cx),
        };
        match next {
            Poll::Ready(Some(bytes)) => {
                self.rest();
                Poll::Ready(Some(bytes))
            }
            Poll::Ready(None) => Poll::Ready(None),
            Poll::Pending => {
                if self.timer.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                self.rest();
                // Registers the timer for the next silence.
                cx.waker().wake_by_ref();
                Poll::Ready(Some(frame::comment()))
            }
        }
    }

    fn rest(&mut self) {
        self.timer.as_mut().reset(Instant::now() + self.interval);
    }
}
