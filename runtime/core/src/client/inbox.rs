//! Where everything that a server sends comes in.

use std::fmt;
use std::sync::Arc;

use toolwright_spec::{
    CancelledNotificationParams, ElicitationCompleteNotificationParams, ErrorObject,
    NotificationMetaObject, NotificationParams, ProgressNotificationParams, ProgressToken,
    RequestId, ResourceUpdatedNotificationParams, SubscriptionsAcknowledgedNotificationParams,
};

use super::error::ClientError;
use super::progress::Progress;
use super::questions;
use super::restore;
use super::shared::Shared;
use crate::era::Era;
use crate::frame::{self, Answer, Message};
use crate::limits::Limits;
use crate::watch::Change;

/// Takes in what a server sends and passes it on to whoever waits for it. Cheap to clone.
#[derive(Clone)]
pub struct Inbox(pub(super) Arc<Shared>);

impl Inbox {
    pub(super) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// The limits of the client.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Takes in one message, JSON text. Returns whether it was a message; what is none is
    /// otherwise ignored.
    pub fn receive(&self, text: &[u8]) -> bool {
        receive(&self.0, text)
    }

    /// Whether a request has no answer yet.
    #[must_use]
    pub fn awaits(&self, id: i64) -> bool {
        self.0.waiting.is_open(id)
    }

    /// There will be no answer to a request.
    pub fn fail(&self, id: i64, error: ClientError) {
        self.0.waiting.answer(&RequestId::Number(id), Err(error));
    }

    /// What the server said may have been missed for a while: whoever listens is told
    /// [`Notice::Missed`](super::Notice::Missed), and what is kept is asked for again.
    pub fn missed(&self) {
        self.0.keeper.forget_all();
        self.0.feeds.missed();
    }

    /// The server has a new session for this client, which knows nothing of the one before. What
    /// the client had told it is told again, and something may have been missed.
    pub fn reopened(&self) {
        restore::start(&self.0);
    }

    /// From now on time does not count against the timeouts of calls, until what this returns is
    /// dropped: somebody is asked something, for example to log in.
    #[must_use]
    pub fn pause(&self) -> impl Send + use<'_> {
        self.0.asking.begin()
    }

    /// There will be no answers any more, to nothing.
    pub fn close(&self, error: &ClientError) {
        self.0.close(error);
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").finish_non_exhaustive()
    }
}

fn receive(shared: &Arc<Shared>, text: &[u8]) -> bool {
    match frame::parse(text, &shared.limits) {
        Message::Response { id, answer } => response(shared, id.as_ref(), &answer),
        Message::Notification { method, params } => notification(shared, &method, params),
        Message::Request { id, method, params } => {
            if shared.may_ask() {
                questions::receive(shared, id, &method, params);
            } else {
                tracing::debug!(%method, "a request from a server that must not send any");
            }
        }
        Message::Batch(messages) if !messages.is_empty() => {
            return messages.iter().all(|message| receive(shared, message));
        }
        // Some servers write numbers that JSON does not have. Whoever waits should not wait longer.
        Message::Invalid { id: Some(id), error } => {
            shared.waiting.answer(&id, Err(ClientError::invalid(error)));
            return false;
        }
        Message::Batch(_) | Message::Invalid { .. } | Message::Ignored => {
            tracing::debug!("something that is no message");
            return false;
        }
    }
    true
}

fn response(shared: &Shared, id: Option<&RequestId>, answer: &Answer<'_>) {
    let answer = match answer {
        Answer::Result(text) => Ok((*text).into()),
        Answer::Error(text) => match toolwright_spec::from_str::<ErrorObject>(text) {
            Ok(error) => Err(ClientError::Peer(error.into())),
            Err(error) => Err(ClientError::invalid(error.below("/error"))),
        },
        Answer::Unusable(reason) => Err(ClientError::invalid(reason)),
    };
    match (id, answer) {
        (Some(id), answer) => shared.waiting.answer(id, answer),
        (None, Err(ClientError::Peer(error))) => {
            shared.waiting.answer_only(ClientError::Unattributed(error));
        }
        (None, _) => tracing::debug!("an answer without an id"),
    }
}

fn notification(shared: &Shared, method: &str, params: Option<&str>) {
    match method {
        "notifications/progress" => {
            let Some(params) = decode::<ProgressNotificationParams>(params) else { return };
            if let ProgressToken::Number(id) = params.progress_token {
                let report = Progress::new(params.progress, params.total, params.message);
                shared.waiting.progress(id, report);
            }
        }
        "notifications/cancelled" => {
            let params = decode::<CancelledNotificationParams>(params);
            match params.and_then(|params| params.request_id) {
                Some(id) if shared.may_ask() => questions::cancelled(shared, &id),
                Some(id) if shared.feeds.has(&id) => {
                    let reason = "the server ended the subscription".to_owned();
                    shared.waiting.answer(&id, Err(ClientError::StreamLost { reason }));
                }
                _ => {}
            }
        }
        "notifications/message" => {
            if let Some(message) = decode(params) {
                shared.handlers.log(message);
            }
        }
        "notifications/subscriptions/acknowledged" => {
            let params = decode::<SubscriptionsAcknowledgedNotificationParams>(params);
            if let Some(params) = params
                && let Some(id) = params.meta.and_then(|meta| meta.subscription_id)
                && shared.feeds.acknowledge(&id, params.notifications)
            {
                // It was lost for a while.
                shared.keeper.forget_all();
            }
        }
        "notifications/tools/list_changed" => changed(shared, Change::Tools, meta(params)),
        "notifications/prompts/list_changed" => changed(shared, Change::Prompts, meta(params)),
        "notifications/resources/list_changed" => changed(shared, Change::Resources, meta(params)),
        "notifications/resources/updated" => {
            if let Some(params) = decode::<ResourceUpdatedNotificationParams>(params) {
                changed(shared, Change::Resource(params.uri), params.meta);
            }
        }
        "notifications/elicitation/complete" => {
            if let Some(params) = decode::<ElicitationCompleteNotificationParams>(params) {
                shared.visits.complete(&params.elicitation_id);
            }
        }
        "notifications/tasks" | "notifications/tasks/status" => task(shared, params),
        _ => {}
    }
}

/// How a task stands. In a session everybody may be told; otherwise it belongs to a stream.
fn task(shared: &Shared, params: Option<&str>) {
    let stream = || meta(params)?.subscription_id;
    if shared.may_ask() {
        shared.tasks.tell(params.unwrap_or_default(), Era::Session);
    } else if stream().is_some_and(|id| shared.feeds.has(&id)) {
        shared.tasks.tell(params.unwrap_or_default(), Era::Stateless);
    }
}

fn meta(params: Option<&str>) -> Option<NotificationMetaObject> {
    decode::<NotificationParams>(params)?.meta
}

/// In a session everybody hears of a change; otherwise it belongs to a stream.
fn changed(shared: &Shared, change: Change, meta: Option<NotificationMetaObject>) {
    shared.keeper.changed(&change);
    match meta.and_then(|meta| meta.subscription_id) {
        _ if shared.may_ask() => shared.feeds.tell(&change),
        Some(id) => shared.feeds.tell_one(&id, change),
        None => tracing::debug!("a notice that names no subscription"),
    }
}

/// Notifications that cannot be read are ignored.
fn decode<T: serde::de::DeserializeOwned>(params: Option<&str>) -> Option<T> {
    toolwright_spec::from_str(params?).ok()
}
