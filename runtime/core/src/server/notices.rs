//! Change notices, written.

use serde::Serialize;
use toolwright_spec::{
    CancelledNotificationParams, Fit, NotificationMetaObject, NotificationParams, RequestId,
    ResourceUpdatedNotificationParams, Revision,
};

use crate::frame;
use crate::watch::Change;

/// Appends the notice of a change; `stream` is the subscription that it belongs to, if there are
/// such.
pub(super) fn write(
    out: &mut Vec<u8>,
    change: Change,
    stream: Option<&RequestId>,
    revision: Revision,
) {
    let meta = stream.map(meta);
    let method = match change {
        Change::Tools => "notifications/tools/list_changed",
        Change::Prompts => "notifications/prompts/list_changed",
        Change::Resources => "notifications/resources/list_changed",
        Change::Resource(uri) => {
            let mut params = ResourceUpdatedNotificationParams::new(uri);
            params.meta = meta;
            return fitted(out, "notifications/resources/updated", params, revision);
        }
    };
    let mut params = NotificationParams::new();
    params.meta = meta;
    fitted(out, method, params, revision);
}

/// Appends the notice that a subscription is over.
///
/// Specification: `basic/patterns/cancellation`.
pub(super) fn write_cancelled(out: &mut Vec<u8>, stream: &RequestId, revision: Revision) {
    let params = CancelledNotificationParams::new()
        .with_request_id(stream.clone())
        .with_reason("the server ends the subscription")
        .with_meta(meta(stream));
    fitted(out, "notifications/cancelled", params, revision);
}

/// Appends a notification as a revision has it.
pub(super) fn fitted<T: Fit + Serialize>(
    out: &mut Vec<u8>,
    method: &str,
    params: T,
    revision: Revision,
) {
    match params.fit(revision) {
        Ok(params) => frame::write_notification(out, method, &params),
        Err(error) => tracing::error!(%error, method, "a notice cannot be expressed"),
    }
}

/// Says which subscription a message belongs to.
pub(super) fn meta(stream: &RequestId) -> NotificationMetaObject {
    NotificationMetaObject::new().with_subscription_id(stream.clone())
}
