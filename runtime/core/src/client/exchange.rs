//! One request and its answer.

use std::borrow::Cow;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};
use tokio::time::Instant;
use toolwright_spec::{LoggingLevel, Revision};

use super::clock::Clock;
use super::error::ClientError;
use super::feed::Feed;
use super::progress::Progress;
use super::shared::Shared;
use super::spoken::{Extra, Spoken, members};
use super::transport::{Outgoing, Transport};
use super::waiting::{Event, Slot};
use crate::BoxFuture;
use crate::era::Era;
use crate::frame;

/// A client's side of a conversation.
#[derive(Clone)]
pub(super) struct Link {
    pub(super) shared: Arc<Shared>,
    pub(super) transport: Arc<dyn Transport>,
}

/// What a caller may choose for one request.
#[derive(Default)]
pub(super) struct Options {
    pub(super) idle: Option<Duration>,
    pub(super) total: Option<Duration>,
    pub(super) on_progress: Option<Box<dyn FnMut(Progress) + Send>>,
    pub(super) log_level: Option<LoggingLevel>,
    pub(super) meta: Map<String, Value>,
    /// It does no harm to make the call twice.
    pub(super) idempotent: bool,
    /// Where the notices of a stream go that this request opens.
    pub(super) feed: Option<Arc<Feed>>,
}

/// A request about to be sent.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) method: &'a str,
    /// The text of an object.
    pub(super) params: &'a str,
    /// Members to be added to it, each behind a comma.
    pub(super) more: &'a str,
}

impl Link {
    /// From now on this revision is spoken.
    pub(super) fn settle(&self, revision: Revision) {
        let capabilities = self.shared.handlers.capabilities(revision);
        self.shared.speak(Spoken::new(revision, &self.shared.info, &capabilities));
        self.transport.settle(revision);
    }

    /// Sends a request and waits for the text of its result.
    pub(super) async fn exchange(
        &self,
        question: Question<'_>,
        options: &mut Options,
    ) -> Result<Box<str>, ClientError> {
        let shared = &*self.shared;
        let limits = &shared.limits;
        let spoken = shared.spoken().ok_or_else(ClientError::closed)?;
        let (id, slot) = shared.waiting.open(limits.progress_per_second)?;
        if let Some(feed) = &options.feed {
            feed.opens(id);
        }
        let request = write(id, &spoken, &question, options);
        let _guard = Guard { link: self, id, cancellable: question.method != "initialize" };
        let idle = options.idle.unwrap_or(limits.request_idle);
        let total = options.total.unwrap_or(limits.request_total);
        let mut clock = Clock::start(&shared.asking, idle, total);
        let mut carried = Some(self.transport.request(&request));
        loop {
            match step(&slot, &mut carried, clock.deadline()).await {
                Step::Event(Event::Answer(answer)) => return answer,
                Step::Event(Event::Progress(report)) => {
                    clock.progressed();
                    if let Some(on_progress) = &mut options.on_progress {
                        on_progress(report);
                    }
                }
                Step::Lost(error) => {
                    shared.waiting.forget(id);
                    return Err(error);
                }
                Step::Late if clock.is_over() => {
                    return Err(ClientError::Timeout { after: clock.elapsed() });
                }
                Step::Late => {}
            }
        }
    }

    /// Sends a notification.
    pub(super) async fn notify(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<(), ClientError> {
        let mut line = Vec::new();
        frame::write_notification(&mut line, method, params);
        if line.is_empty() {
            return Err(ClientError::arguments("they cannot be written as JSON"));
        }
        let sent = self.transport.send(line);
        let idle = self.shared.limits.request_idle;
        match tokio::time::timeout(idle, sent).await {
            Ok(sent) => sent,
            Err(_) => Err(ClientError::Timeout { after: idle }),
        }
    }
}

fn write(id: i64, spoken: &Spoken, question: &Question<'_>, options: &Options) -> Outgoing {
    let mut meta = Cow::Borrowed("");
    if !options.meta.is_empty() {
        meta = members(&options.meta).into();
    }
    if let Some(level) = &options.log_level
        && spoken.era == Era::Stateless
    {
        #[derive(Serialize)]
        struct Level<'a> {
            #[serde(rename = "io.modelcontextprotocol/logLevel")]
            level: &'a LoggingLevel,
        }
        meta = format!("{meta}{}", members(&Level { level })).into();
    }
    let extra = Extra { meta: &meta, params: question.more };
    let mut line = Vec::with_capacity(256 + question.params.len() + question.more.len());
    let params = frame::write_call(&mut line, id, question.method, |out| {
        spoken.write(out, id, question.params, &extra);
    });
    Outgoing {
        id,
        method: question.method.to_owned(),
        revision: spoken.revision,
        is_stateless: spoken.era == Era::Stateless,
        line,
        params,
    }
}

enum Step {
    Event(Event),
    Lost(ClientError),
    Late,
}

/// Waits for whatever comes first, and lets the transport work meanwhile.
async fn step(
    slot: &Slot,
    carried: &mut Option<BoxFuture<'_, Result<(), ClientError>>>,
    deadline: Instant,
) -> Step {
    let mut event = pin!(slot.next());
    let mut late = pin!(tokio::time::sleep_until(deadline));
    poll_fn(|cx| {
        if let Poll::Ready(event) = event.as_mut().poll(cx) {
            return Poll::Ready(Step::Event(event));
        }
        if let Some(work) = carried
            && let Poll::Ready(done) = work.as_mut().poll(cx)
        {
            *carried = None;
            // What the transport delivered last counts more than how it ended.
            match (slot.take(), done) {
                (Some(event), _) => return Poll::Ready(Step::Event(event)),
                (None, Err(error)) => return Poll::Ready(Step::Lost(error)),
                (None, Ok(())) => {}
            }
        }
        late.as_mut().poll(cx).map(|()| Step::Late)
    })
    .await
}

/// Cancels the request if nobody waits for it any more.
struct Guard<'a> {
    link: &'a Link,
    id: i64,
    /// A handshake must not be cancelled.
    cancellable: bool,
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        #[derive(Serialize)]
        struct Cancelled {
            #[serde(rename = "requestId")]
            id: i64,
        }
        if self.link.shared.waiting.forget(self.id) && self.cancellable {
            let mut line = Vec::new();
            let params = Cancelled { id: self.id };
            frame::write_notification(&mut line, "notifications/cancelled", &params);
            self.link.transport.cancel(line);
        }
    }
}
