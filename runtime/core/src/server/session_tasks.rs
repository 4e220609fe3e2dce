//! Methods for the tasks of sessions.
//!
//! Specification: 2025-11-25, `basic/utilities/tasks`.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::watch;
use toolwright_spec::{
    Object, RawJson, ServerTaskRequests, ServerTasksCapability, ToolTaskRequests,
};

use super::internal::internal;
use crate::ask::{AskError, Unsupported};
use crate::context::Context;
use crate::era::Era;
use crate::error::ProtocolError;
use crate::middleware::Response;
use crate::task::{Ledger, Live, Outcome, related};

/// The methods. There is no `tasks/list`: whose tasks they are is not known of callers that nobody
/// verified, who would see those of one another.
pub(super) const METHODS: [&str; 3] = ["tasks/get", "tasks/result", "tasks/cancel"];

/// Whether a caller may ask for tasks in the words of its session.
pub(super) fn spoken_by(cx: &Context) -> bool {
    Era::of(cx.revision()) == Era::Session && cx.revision().knows_method("tasks/result")
}

/// What sessions are told of it.
pub(super) fn capability() -> ServerTasksCapability {
    let mut tools = ToolTaskRequests::new();
    tools.call = Some(Object::default());
    let requests = ServerTaskRequests::new().with_tools(tools);
    ServerTasksCapability::new().with_cancel(Object::default()).with_requests(requests)
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "taskId")]
    id: String,
}

/// Answers one of [`METHODS`].
pub(super) async fn answer(
    ledger: &Ledger,
    cx: &Context,
    method: &str,
    params: Option<&RawValue>,
) -> Result<Response, ProtocolError> {
    let Named { id } = toolwright_spec::from_str(params.map_or("{}", RawValue::get))
        .map_err(|error| ProtocolError::invalid_params(error.below("/params").to_string()))?;
    let principal = cx.principal_key();
    let record = ledger.find(principal, &id).await?;
    let record = match method {
        "tasks/result" => return result(ledger, cx, &id).await.map(Response::from),
        "tasks/cancel" if record.is_over() => return Err(over()),
        "tasks/cancel" => {
            ledger.cancel(principal, &id).await?;
            let record = ledger.find(principal, &id).await?;
            if !matches!(record.outcome, Some(Outcome::Cancelled)) {
                return Err(over());
            }
            record
        }
        _ => record,
    };
    let state = record.session_state();
    state.map(Response::from).map_err(|error| internal("a task", &error.to_string()))
}

fn over() -> ProtocolError {
    ProtocolError::invalid_params("the task is over already")
}

/// Waits for the result, and meanwhile asks the client what the task asks.
async fn result(ledger: &Ledger, cx: &Context, id: &str) -> Result<RawJson, ProtocolError> {
    loop {
        let live = ledger.live(id);
        let mut news = live.as_ref().map(|live| live.news());
        let record = ledger.find(cx.principal_key(), id).await?;
        if let Some(result) = record.session_result() {
            return result;
        }
        match (&live, &mut news) {
            (Some(live), Some(news)) => match record.questions.first_key_value() {
                Some((key, question)) => pass_on(ledger, cx, live, news, key, question).await?,
                // It changes before it is dropped.
                None => drop(news.changed().await),
            },
            // It runs elsewhere.
            _ => tokio::time::sleep(cx.limits().task_poll).await,
        }
    }
}

/// Puts a question of the task to the client, for as long as it is open.
async fn pass_on(
    ledger: &Ledger,
    cx: &Context,
    live: &Live,
    news: &mut watch::Receiver<()>,
    key: &str,
    question: &RawJson,
) -> Result<(), ProtocolError> {
    let id = live.record().id;
    let mut asked = pin!(ask(cx, &id, question));
    while live.record().questions.contains_key(key) {
        let is_news = match either(asked.as_mut(), news).await {
            None => continue,
            Some(Ok(answer)) => live.answer([(key.to_owned(), answer)]),
            // Another connection may ask it.
            Some(Err(AskError::Gone)) => {
                return Err(ProtocolError::internal("nobody can be asked"));
            }
            Some(Err(error)) => live.refuse(key, error),
        };
        if is_news {
            ledger.changed(live).await;
        }
        break;
    }
    Ok(())
}

async fn ask(cx: &Context, id: &str, question: &RawJson) -> Result<RawJson, AskError> {
    #[derive(Deserialize)]
    struct Asked {
        method: String,
        params: RawJson,
    }
    let unaskable = |error: &dyn std::fmt::Display| AskError::Unaskable(error.to_string());
    let asked: Asked = question.parse().map_err(|error| unaskable(&error))?;
    let params = related(&asked.params, id).map_err(|error| unaskable(&error))?;
    let scope = cx.scope();
    if scope.outbox.is_mute() {
        let reason = "the response to `tasks/result` cannot carry questions";
        return Err(AskError::Unsupported(Unsupported::new(reason)));
    }
    let limits = cx.limits();
    let most = limits.session_questions;
    let answer = scope.peer.questions.ask(&scope.outbox, &asked.method, &params, most);
    tokio::time::timeout(limits.question_wait, answer).await.unwrap_or(Err(AskError::TimedOut))
}

/// The answer, or nothing if something changed before it came.
async fn either<T>(
    mut asked: Pin<&mut impl Future<Output = T>>,
    news: &mut watch::Receiver<()>,
) -> Option<T> {
    let mut changed = pin!(news.changed());
    poll_fn(|task| match asked.as_mut().poll(task) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending => changed.as_mut().poll(task).map(|_| None),
    })
    .await
}
