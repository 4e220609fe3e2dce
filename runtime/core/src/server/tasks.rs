//! Tasks that clients listen to.

use std::collections::HashSet;

use toolwright_spec::SubscriptionFilter;

use super::notices;
use crate::context::Context;
use crate::error::ProtocolError;
use crate::frame;
use crate::task::{EXTENSION, Ledger, task_of};

/// The member of a filter that names tasks.
const MEMBER: &str = "taskIds";

/// The tasks that a filter names and the caller has; `None` if it names none.
///
/// # Errors
/// The client does not speak of tasks, or names too many, or none by text.
pub(super) async fn wanted(
    cx: &Context,
    ledger: Option<&Ledger>,
    asked: &SubscriptionFilter,
) -> Result<Option<Vec<String>>, ProtocolError> {
    let (Some(named), Some(ledger)) = (asked.extra.get(MEMBER), ledger) else {
        return Ok(None);
    };
    cx.require_extension(EXTENSION)?;
    let named: HashSet<String> = serde_json::from_value(named.clone()).map_err(|_| {
        ProtocolError::invalid_params("`params.notifications.taskIds` must be a list of texts")
    })?;
    let most = cx.limits().subscribed_uris;
    if named.len() > most {
        let message = format!("`params.notifications.taskIds` has more than {most} tasks");
        return Err(ProtocolError::invalid_params(message));
    }
    let mut known = Vec::new();
    for id in named {
        if ledger.find(cx.principal_key(), &id).await.is_ok() {
            known.push(id);
        }
    }
    known.sort_unstable();
    Ok(Some(known))
}

/// Adds to a filter which tasks are told of.
pub(super) fn promise(
    mut honoured: SubscriptionFilter,
    tasks: Option<&[String]>,
) -> SubscriptionFilter {
    honoured.extra.remove(MEMBER);
    if let Some(tasks) = tasks {
        honoured.extra.insert(MEMBER, tasks);
    }
    honoured
}

/// Whether what changed is a task.
pub(super) fn is(uri: &str) -> bool {
    task_of(uri).is_some()
}

/// Tells how a task stands.
pub(super) async fn tell(cx: &Context, ledger: Option<&Ledger>, uri: &str) {
    let (Some(id), Some(ledger)) = (task_of(uri), ledger) else {
        return;
    };
    // One that has expired meanwhile has nothing to tell.
    if let Ok(record) = ledger.find(cx.principal_key(), id).await {
        let meta = notices::meta(cx.request_id());
        let notice = record.notice(&meta);
        let outbox = &cx.scope().outbox;
        outbox.push(|out| frame::write_notification(out, "notifications/tasks", &notice));
    }
}
