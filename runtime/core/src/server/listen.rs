//! `subscriptions/listen`: the streams on which clients without a session hear of changes.

use std::collections::HashSet;
use std::future::{self, Future};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use serde_json::value::RawValue;
use toolwright_spec::{
    Fit, Implementation, RequestId, Revision, ServerCapabilities, SubscriptionFilter,
    SubscriptionsAcknowledgedNotificationParams, SubscriptionsListenRequestParams,
    SubscriptionsListenResult, SubscriptionsListenResultMetaObject, from_str,
};

use super::{notices, tasks};
use crate::BoxFuture;
use crate::context::Context;
use crate::error::ProtocolError;
use crate::task::{Ledger, uri_of};
use crate::watch::{Change, Full, Kinds, Ready, Registration, Wanted};

pub(super) const LISTEN: &str = "subscriptions/listen";

/// Those URIs that the caller may hear of.
pub(super) type Readable<'a> = BoxFuture<'a, Result<Vec<String>, ProtocolError>>;

/// What a server can tell of.
#[derive(Clone, Copy)]
pub(super) struct Telling<'a> {
    pub(super) capabilities: &'a ServerCapabilities,
    pub(super) identity: &'a Implementation,
    pub(super) ledger: Option<&'a Ledger>,
}

/// Which changes a server tells.
pub(super) fn told(capabilities: &ServerCapabilities) -> Kinds {
    let tools = capabilities.tools.as_ref().and_then(|tools| tools.list_changed);
    let prompts = capabilities.prompts.as_ref().and_then(|prompts| prompts.list_changed);
    let resources = capabilities.resources.as_ref().and_then(|it| it.list_changed);
    let is = |declared: Option<bool>| declared == Some(true);
    Kinds { tools: is(tools), prompts: is(prompts), resources: is(resources) }
}

/// Whether a server tells when single resources change.
pub(super) fn tells_of_resources(capabilities: &ServerCapabilities) -> bool {
    let subscribe = capabilities.resources.as_ref().and_then(|it| it.subscribe);
    subscribe == Some(true)
}

/// Serves a stream until the server ends it; gives the result that says so. The client ends it by
/// having this future dropped.
///
/// `readable` is asked which of the wanted resources the caller may hear of.
///
/// While it waits it takes no time, and what changes meanwhile is told once, so that a slow
/// reader costs no more than a fast one.
///
/// Specification: `basic/patterns/subscriptions`.
pub(super) async fn run<'a>(
    readable: impl FnOnce(Vec<String>) -> Readable<'a>,
    telling: Telling<'_>,
    cx: &Context,
    params: Option<&RawValue>,
) -> Result<Arc<str>, ProtocolError> {
    let Telling { capabilities, identity, ledger } = telling;
    let params: SubscriptionsListenRequestParams = from_str(params.map_or("{}", RawValue::get))
        .map_err(|error| ProtocolError::invalid_params(error.below("/params").to_string()))?;
    let scope = cx.scope();
    let limits = &scope.common.limits;
    let mut asked = params.notifications;
    if asked.resource_subscriptions.as_ref().map_or(0, Vec::len) > limits.subscribed_uris {
        let message = format!(
            "`params.notifications.resourceSubscriptions` has more than {} URIs",
            limits.subscribed_uris
        );
        return Err(ProtocolError::invalid_params(message));
    }
    let tasks = tasks::wanted(cx, ledger, &asked).await?;
    if let Some(uris) = asked.resource_subscriptions.take()
        && tells_of_resources(capabilities)
    {
        asked.resource_subscriptions = Some(readable(uris).await?);
    }
    let honoured = tasks::promise(honour(asked, capabilities), tasks.as_deref());
    let is_alone = Arc::ptr_eq(&scope.peer, &scope.common.nobody);
    let here = if is_alone { usize::MAX } else { limits.subscriptions };
    let most = (here, limits.subscriptions_total);
    let seat = scope.peer.audience.stream(&scope.common.hub, wanted(&honoured, tasks), most);
    let seat = seat.map_err(refuse)?;
    let (id, revision) = (&scope.id, cx.revision());
    scope.outbox.push(|out| acknowledge(out, id, honoured, revision));
    feed(seat.registration(), cx, ledger).await;
    over(id, identity, revision)
}

/// Says that there is no room.
pub(super) fn refuse(full: Full) -> ProtocolError {
    ProtocolError::internal(full.to_string())
}

/// The part of a filter that is sent: what was asked for and is told.
fn honour(asked: SubscriptionFilter, capabilities: &ServerCapabilities) -> SubscriptionFilter {
    let told = told(capabilities);
    let both = |asked: Option<bool>, told: bool| (asked == Some(true) && told).then_some(true);
    let mut honoured = SubscriptionFilter::new();
    honoured.tools_list_changed = both(asked.tools_list_changed, told.tools);
    honoured.prompts_list_changed = both(asked.prompts_list_changed, told.prompts);
    honoured.resources_list_changed = both(asked.resources_list_changed, told.resources);
    if tells_of_resources(capabilities) {
        let mut seen = HashSet::new();
        honoured.resource_subscriptions = asked.resource_subscriptions.map(|mut uris| {
            uris.retain(|uri| seen.insert(uri.clone()));
            uris
        });
    }
    honoured
}

fn wanted(honoured: &SubscriptionFilter, tasks: Option<Vec<String>>) -> Wanted {
    let is = |honoured: Option<bool>| honoured == Some(true);
    let resources = honoured.resource_subscriptions.iter().flatten().cloned();
    let tasks = tasks.into_iter().flatten().map(|id| uri_of(&id));
    Wanted {
        kinds: Kinds {
            tools: is(honoured.tools_list_changed),
            prompts: is(honoured.prompts_list_changed),
            resources: is(honoured.resources_list_changed),
        },
        uris: resources.chain(tasks).collect(),
    }
}

/// The first message of the stream.
fn acknowledge(
    out: &mut Vec<u8>,
    id: &RequestId,
    honoured: SubscriptionFilter,
    revision: Revision,
) {
    let params = SubscriptionsAcknowledgedNotificationParams::new(honoured);
    let params = params.with_meta(notices::meta(id));
    notices::fitted(out, "notifications/subscriptions/acknowledged", params, revision);
}

/// Tells what changes until it is over. What waits for room is not taken yet, so that it is still
/// told once only.
async fn feed(changes: &Registration, cx: &Context, ledger: Option<&Ledger>) {
    let (outbox, id, revision) = (&cx.scope().outbox, cx.request_id(), cx.revision());
    let mut telling = pin!(async {
        loop {
            let ready = future::poll_fn(|cx| changes.poll_ready(cx.waker())).await;
            outbox.room().await;
            match (ready, changes.take()) {
                (Ready::Changes, Some(Change::Resource(uri))) if tasks::is(&uri) => {
                    tasks::tell(cx, ledger, &uri).await;
                }
                (Ready::Changes, Some(change)) => {
                    outbox.push(|out| notices::write(out, change, Some(id), revision));
                }
                (Ready::Changes, None) => {}
                (Ready::End, _) => return,
            }
        }
    });
    future::poll_fn(|cx| match changes.poll_end(cx.waker()) {
        Poll::Ready(()) => Poll::Ready(()),
        Poll::Pending => telling.as_mut().poll(cx),
    })
    .await;
}

/// The result that ends the stream in good order.
fn over(
    id: &RequestId,
    identity: &Implementation,
    revision: Revision,
) -> Result<Arc<str>, ProtocolError> {
    let mut meta = SubscriptionsListenResultMetaObject::new(id.clone());
    meta.server_info = Some(identity.clone().into());
    let failed = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "the end of a subscription cannot be written");
        ProtocolError::internal("internal error")
    };
    let result = SubscriptionsListenResult::new(meta).fit(revision);
    let result = result.map_err(|error| failed(&error))?;
    serde_json::to_string(&result).map(Into::into).map_err(|error| failed(&error))
}
