//! Calls that go on as tasks.

use std::collections::HashMap;
use std::future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use toolwright_spec::{Map, RawJson};

use super::contain::{Contained, Panicked};
use super::internal::internal;
use super::output::checked;
use super::registry::Entry;
use super::stock::Stock;
use crate::context::Context;
use crate::era::{Era, Offer};
use crate::error::{BuildError, ProtocolError};
use crate::extension::Extension;
use crate::limits::Limits;
use crate::middleware::Response;
use crate::task::{
    Bounds, EXTENSION, Ledger, Live, MemoryTasks, Outcome, TaskAsker, TaskPolicy, TaskStore,
};
use crate::tool::{ToolCall, ToolSet, Validated};

/// A call that is to go on.
pub(super) struct Starting<'a> {
    pub(super) entry: &'a Entry,
    pub(super) name: &'a str,
    pub(super) arguments: &'a RawValue,
}

/// What all tasks of a server share.
#[derive(Debug)]
pub(super) struct Tasks {
    ledger: Arc<Ledger>,
    offer: Arc<Offer>,
}

/// A call on its own.
struct Job {
    set: Arc<dyn ToolSet>,
    index: usize,
    name: String,
    arguments: Box<RawValue>,
    validated: Option<Arc<Validated>>,
}

impl Tasks {
    pub(super) fn new(ledger: Arc<Ledger>, offer: Arc<Offer>) -> Self {
        Self { ledger, offer }
    }

    pub(super) fn ledger(&self) -> &Arc<Ledger> {
        &self.ledger
    }

    /// Whether a call becomes a task, at once or when its handler says so.
    ///
    /// # Errors
    /// It would have to, but the client does not speak of tasks.
    pub(super) fn takes(cx: &Context, policy: TaskPolicy) -> Result<bool, ProtocolError> {
        if Era::of(cx.revision()) == Era::Session {
            return Ok(false);
        }
        if policy.required {
            cx.require_extension(EXTENSION)?;
        }
        Ok(cx.speaks(EXTENSION))
    }

    /// Has a call go on as a task; what the client is told.
    pub(super) async fn start(
        &self,
        cx: &Context,
        validate_output: bool,
        starting: Starting<'_>,
    ) -> Result<Response, ProtocolError> {
        let Starting { entry, name, arguments } = starting;
        let live = self.ledger.begin(cx.principal_key()).await?;
        let record = live.record();
        let created = match Era::of(cx.revision()) {
            Era::Session => record.session_seed(),
            Era::Stateless => record.seed(),
        };
        let created = created.map_err(|error| internal("a task", &error.to_string()))?;
        let asker = TaskAsker { ledger: Arc::clone(&self.ledger), live: Arc::clone(&live) };
        let job = Job {
            set: Arc::clone(&entry.set),
            index: entry.index,
            name: name.to_owned(),
            arguments: arguments.to_owned(),
            validated: validate_output.then(|| Arc::clone(&entry.validated)),
        };
        let (ledger, offer) = (Arc::clone(&self.ledger), Arc::clone(&self.offer));
        let of_task = cx.for_task(Arc::new(asker));
        let ttl = cx.limits().task_ttl;
        let running = run(of_task, job, live, ledger, offer, ttl);
        drop(cx.spawn(running));
        Ok(created.into())
    }
}

/// Runs a call to its end, or until it is cancelled or has taken too long.
async fn run(
    cx: Context,
    job: Job,
    live: Arc<Live>,
    ledger: Arc<Ledger>,
    offer: Arc<Offer>,
    ttl: Duration,
) {
    let ended = {
        let mut handler = Contained::new(Box::pin(job.answer(cx.clone(), offer)));
        let mut cancelled = pin!(live.cancelled());
        let mut over = pin!(tokio::time::sleep(ttl));
        future::poll_fn(|task| {
            if cancelled.as_mut().poll(task).is_ready() {
                return Poll::Ready(Ended::Cancelled);
            }
            if let Poll::Ready(outcome) = handler.poll(task) {
                return Poll::Ready(Ended::Answered(outcome));
            }
            over.as_mut().poll(task).map(|()| Ended::Expired)
        })
        .await
    };
    cx.cancel();
    match ended {
        Ended::Answered(Ok(outcome)) => ledger.end(&live, Outcome::of(outcome)).await,
        Ended::Answered(Err(Panicked(panic))) => {
            let error = internal("the handler of a task panicked", &panic);
            ledger.end(&live, Outcome::of(Err(error))).await;
        }
        Ended::Cancelled => {}
        Ended::Expired => ledger.expire(&live.record().id).await,
    }
}

enum Ended {
    Answered(Result<Result<RawJson, ProtocolError>, Panicked>),
    /// The client knows already.
    Cancelled,
    Expired,
}

impl Job {
    /// The result, as the request would have been given it.
    async fn answer(self, cx: Context, offer: Arc<Offer>) -> Result<RawJson, ProtocolError> {
        let call = ToolCall::new(self.index, &self.name, &self.arguments);
        let result = match self.set.call(&cx, call).await {
            Ok(result) => match &self.validated {
                Some(validated) => checked(validated, &self.name, result)?,
                None => result,
            },
            Err(error) => error.into_answer(&self.name)?,
        };
        let mut out = Vec::new();
        let limit = cx.limits().result_bytes;
        let unsendable = |error: &dyn std::fmt::Display| {
            internal("the result of a task cannot be sent", &error.to_string())
        };
        Era::of(cx.revision())
            .settle(cx.caller(), offer.identity(), result.into(), &mut out, limit)
            .map_err(|error| unsendable(&error))?;
        let text = String::from_utf8(out).map_err(|error| unsendable(&error))?;
        RawJson::new(text).map_err(|error| unsendable(&error))
    }
}

/// Where tasks are kept, if there are to be any.
///
/// # Errors
/// There is no tool of a name that was said to have to do with tasks.
pub(super) fn store(
    stock: &Stock,
    policies: &HashMap<String, TaskPolicy>,
    store: Option<Box<dyn TaskStore>>,
) -> Result<Option<Box<dyn TaskStore>>, BuildError> {
    let tools = stock.tools.now();
    let unknown = policies.keys().find(|name| tools.find(name).is_none());
    if let Some(name) = unknown.filter(|_| !stock.tools.changes()) {
        return Err(BuildError::TaskTool { name: name.clone() });
    }
    if store.is_none() && policies.is_empty() && !tools.has_tasks() {
        return Ok(None);
    }
    Ok(Some(store.unwrap_or_else(|| Box::new(MemoryTasks::default()))))
}

/// What tasks may cost.
pub(super) fn bounds(limits: &Limits) -> Bounds {
    Bounds {
        ttl: limits.task_ttl,
        poll: limits.task_poll,
        most: limits.tasks,
        of_one: limits.tasks_per_principal,
    }
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "taskId")]
    id: String,
}

#[derive(Deserialize)]
struct Answers {
    #[serde(rename = "taskId")]
    id: String,
    #[serde(rename = "inputResponses")]
    responses: Map<RawJson>,
}

/// The extension as clients meet it.
pub(super) fn extension(ledger: &Arc<Ledger>) -> Extension {
    let (of_get, of_update, of_cancel) =
        (Arc::clone(ledger), Arc::clone(ledger), Arc::clone(ledger));
    Extension::new(EXTENSION)
        .without_sessions()
        .method("tasks/get", move |cx, named: Named| {
            let ledger = Arc::clone(&of_get);
            async move {
                let record = ledger.find(cx.principal_key(), &named.id).await?;
                record.detailed().map_err(|error| internal("a task", &error.to_string()))
            }
        })
        .method("tasks/update", move |cx, answers: Answers| {
            let ledger = Arc::clone(&of_update);
            async move {
                let responses = answers.responses.iter();
                let responses = responses.map(|(key, answer)| (key.to_owned(), answer.clone()));
                ledger.answer(cx.principal_key(), &answers.id, responses.collect::<Vec<_>>()).await
            }
        })
        .method("tasks/cancel", move |cx, named: Named| {
            let ledger = Arc::clone(&of_cancel);
            async move { ledger.cancel(cx.principal_key(), &named.id).await }
        })
}
