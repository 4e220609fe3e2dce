//! Waiting for a task.

use std::time::Duration;

use tokio::time::Instant;
use toolwright_spec::{InputRequests, InputResponses, TaskStatus};

use super::super::clock::Clock;
use super::super::connection::Client;
use super::super::error::ClientError;
use super::super::rounds;
use super::super::spoken::members;
use super::held::Task;
use super::looking::{look, send, send_with};
use super::state::{Body, Snapshot};
use crate::era::Era;

/// How often in a row the server may be out of reach.
const FAILURES: u32 = 5;

/// How long to wait, where that is said.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Patience {
    /// Without any change.
    pub(crate) idle: Option<Duration>,
    pub(crate) total: Option<Duration>,
}

/// What a task comes to.
pub(super) enum Turn {
    /// The text of its result.
    Done(Box<str>),
    /// Questions without an answer.
    Asks(InputRequests),
}

impl Patience {
    pub(super) fn clock(self, client: &Client) -> Clock<'_> {
        let total = self.total.unwrap_or(client.limits().task_wait);
        // A task may work in silence, unless the caller says otherwise.
        Clock::start(&client.shared().asking, self.idle.unwrap_or(total), total)
    }
}

/// Waits for the text of the result; the client's handlers answer what is asked.
pub(super) async fn finished(task: &Task, patience: Patience) -> Result<Box<str>, ClientError> {
    let client = &task.client;
    let limits = client.limits();
    let mut clock = patience.clock(client);
    let mut rounds = 0;
    loop {
        match turn(task, &mut clock).await? {
            Turn::Done(text) => return Ok(text),
            Turn::Asks(_) if rounds == limits.retries => {
                let what = format!("more than {} rounds of questions", limits.retries);
                return Err(ClientError::TooLarge { what });
            }
            Turn::Asks(questions) => {
                rounds += 1;
                let answers = {
                    let _open = client.shared().asking.begin();
                    rounds::answer(client.shared(), questions, limits.questions).await?
                };
                clock.progressed();
                update(task, &answers).await?;
            }
        }
    }
}

/// Waits until a task is over or asks something new.
pub(super) async fn turn(task: &Task, clock: &mut Clock<'_>) -> Result<Turn, ClientError> {
    let mut failures = 0;
    loop {
        match attempt(task, clock).await {
            Ok(Some(turn)) => return Ok(turn),
            Ok(None) => {
                failures = 0;
                task.later(1);
            }
            Err(ClientError::Timeout { .. }) if clock.is_over() => {
                return Err(ClientError::Timeout { after: clock.elapsed() });
            }
            Err(error) if failures < FAILURES && is_passing(&error) => {
                tracing::debug!(%error, "a task could not be looked at");
                failures += 1;
                task.later(1 << failures);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Sends answers, and remembers that there are some.
pub(super) async fn update(task: &Task, answers: &InputResponses) -> Result<(), ClientError> {
    #[derive(serde::Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Given<'a> {
        input_responses: &'a InputResponses,
    }
    let more = members(&Given { input_responses: answers });
    let idle = task.client.limits().request_idle;
    send_with(task, "tasks/update", idle, &more).await?;
    task.seen().answered.extend(answers.keys().map(str::to_owned));
    task.later(1);
    Ok(())
}

/// Looks once, when it is time to; `None` if there is nothing new to be done.
async fn attempt(task: &Task, clock: &mut Clock<'_>) -> Result<Option<Turn>, ClientError> {
    let snapshot = next(task, clock).await?;
    if task.note(&snapshot)? {
        clock.progressed();
    }
    if snapshot.state.status == TaskStatus::Cancelled {
        return Err(ClientError::TaskCancelled { message: snapshot.state.message });
    }
    if task.client.era() == Era::Session {
        // It waits there as well, and questions come before it.
        let is_there = snapshot.state.status != TaskStatus::Working;
        return if is_there { fetch(task, clock).await.map(Some) } else { Ok(None) };
    }
    match snapshot.body {
        Body::Result(result) => Ok(Some(Turn::Done(result.as_str().into()))),
        Body::Error(error) => Err(ClientError::Peer(error.into())),
        Body::Asks(asks) => {
            let new = task.unanswered(&asks);
            Ok((!new.is_empty()).then_some(Turn::Asks(new)))
        }
        Body::Nothing => Ok(None),
    }
}

/// The result of a task in a session; blocks until it is there.
async fn fetch(task: &Task, clock: &Clock<'_>) -> Result<Turn, ClientError> {
    let answer = send(task, "tasks/result", remaining(clock)).await;
    let is_known = task.seen().state.is_over();
    if !is_known
        && matches!(answer, Ok(_) | Err(ClientError::Peer(_)))
        && let Ok(snapshot) = look(task, task.client.limits().request_idle).await
    {
        // Only how it ended is left to be known.
        let _ = task.note(&snapshot);
    }
    answer.map(Turn::Done)
}

/// How the task stands, as soon as the server tells or it is time to ask.
async fn next(task: &Task, clock: &mut Clock<'_>) -> Result<Snapshot, ClientError> {
    loop {
        if let Some(snapshot) = task.watched.take() {
            return Ok(snapshot);
        }
        let due = task.seen().due;
        let until = due.min(clock.deadline());
        if tokio::time::timeout_at(until, task.watched.changed.notified()).await.is_ok() {
            continue;
        }
        if Instant::now() >= due {
            break;
        }
        if clock.is_over() {
            return Err(ClientError::Timeout { after: clock.elapsed() });
        }
    }
    look(task, task.client.limits().request_idle.min(remaining(clock))).await
}

fn remaining(clock: &Clock<'_>) -> Duration {
    clock.deadline().saturating_duration_since(Instant::now())
}

/// Whether the server may be back in a while. Looking again does no harm.
fn is_passing(error: &ClientError) -> bool {
    match error {
        ClientError::StreamLost { .. }
        | ClientError::Connect { .. }
        | ClientError::Timeout { .. } => true,
        ClientError::Http { status, .. } => matches!(status, 429 | 502..=504),
        _ => false,
    }
}
