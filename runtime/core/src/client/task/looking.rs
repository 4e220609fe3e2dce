//! Requests about a task.

use std::time::Duration;

use serde::Serialize;
use toolwright_spec::code;

use super::super::error::ClientError;
use super::super::exchange::{Options, Question};
use super::held::Task;
use super::state::Snapshot;

/// Asks how a task stands.
pub(super) async fn look(task: &Task, idle: Duration) -> Result<Snapshot, ClientError> {
    let text = send(task, "tasks/get", idle).await?;
    Snapshot::read(&text, task.client.era(), "/result")
}

/// A request that has nothing but the task's id.
pub(super) async fn send(
    task: &Task,
    method: &str,
    idle: Duration,
) -> Result<Box<str>, ClientError> {
    send_with(task, method, idle, "").await
}

/// A request with further parameters, each behind a comma.
pub(super) async fn send_with(
    task: &Task,
    method: &str,
    idle: Duration,
    more: &str,
) -> Result<Box<str>, ClientError> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Named<'a> {
        task_id: &'a str,
    }
    let params = serde_json::to_string(&Named { task_id: &task.id });
    let params = params.map_err(ClientError::arguments)?;
    let mut options = Options { idle: Some(idle), total: Some(idle), ..Options::default() };
    let question = Question { method, params: &params, more };
    match task.client.exchange(question, &mut options).await {
        // The result of the call itself may be this error.
        Err(ClientError::Peer(error))
            if error.code() == code::INVALID_PARAMS && method != "tasks/result" =>
        {
            Err(ClientError::TaskGone { reason: error })
        }
        answer => answer,
    }
}
