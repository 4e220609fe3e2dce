//! From the messages of a response to the response: JSON if there is only the answer, else a
//! stream of events.

use std::future::{self, Future};
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use http::StatusCode;
use tokio::time::Sleep;
use toolwright_core::server::transport::{Answer, Event};

use super::authority::RequiredScopes;
use super::body::Body;
use super::events::Events;
use super::reply;
use super::source::Source;

/// A response in the making.
pub(super) struct Response {
    source: Source,
    /// From the code of the answer, if that is an error.
    status: fn(Option<i64>) -> StatusCode,
    only_streams: bool,
}

impl Response {
    pub(super) fn new(source: Source, status: fn(Option<i64>) -> StatusCode) -> Self {
        Self { source, status, only_streams: false }
    }

    /// It is of use as a stream of events only.
    pub(super) fn into_stream(mut self) -> Self {
        self.only_streams = true;
        if let Source::Call(call) = self.source {
            self.source = Source::Listening(call);
        }
        self
    }

    pub(super) fn only_streams(&self) -> bool {
        self.only_streams
    }

    /// Waits until it is known what kind of response it will be.
    pub(super) async fn finish(
        mut self,
        streams: bool,
        keep_alive: Duration,
    ) -> http::Response<Body> {
        if !streams {
            self.source.mute();
        }
        let mut silence = None;
        loop {
            match self.next(streams, keep_alive, &mut silence).await {
                Some(Some(Event::Answer(answer))) => {
                    return answered(self.status, answer);
                }
                Some(Some(Event::Notices(_) | Event::Pause(_))) if !streams => {}
                Some(Some(notices)) => {
                    let (first, source) = self.source.resumable(Some(notices));
                    return events(first, source, keep_alive);
                }
                // Cancelled: there is no answer to send.
                Some(None) if streams => return events(None, Source::Nothing, keep_alive),
                Some(None) => return reply::empty(StatusCode::ACCEPTED),
                None => {
                    let (first, source) = self.source.resumable(None);
                    return events(first, source, keep_alive);
                }
            }
        }
    }

    /// The next event, or `None` after a long silence.
    async fn next(
        &mut self,
        streams: bool,
        keep_alive: Duration,
        silence: &mut Option<Pin<Box<Sleep>>>,
    ) -> Option<Option<Event>> {
        future::poll_fn(|cx| {
            if let Poll::Ready(event) = self.source.poll_event(cx) {
                return Poll::Ready(Some(event));
            }
            if !streams {
                return Poll::Pending;
            }
            // Most handlers are ready at once and need no timer.
            let timer = silence.get_or_insert_with(|| Box::pin(tokio::time::sleep(keep_alive)));
            timer.as_mut().poll(cx).map(|()| None)
        })
        .await
    }
}

/// The answer alone.
fn answered(status: fn(Option<i64>) -> StatusCode, answer: Answer) -> http::Response<Body> {
    if answer.scopes.is_empty() {
        return reply::json(status(answer.error), answer.text);
    }
    let mut response = reply::json(StatusCode::FORBIDDEN, answer.text);
    response.extensions_mut().insert(RequiredScopes(answer.scopes));
    response
}

/// A stream of events; after a silence, its first word is a comment right away.
pub(super) fn events(
    first: Option<Event>,
    source: Source,
    keep_alive: Duration,
) -> http::Response<Body> {
    reply::events(Body::events(Events::new(first, source, keep_alive)))
}
