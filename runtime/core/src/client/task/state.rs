//! How a task stands, read from what a server says.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use toolwright_spec::{ErrorObject, InputRequests, RawJson, TaskStatus};

use super::super::error::ClientError;
use crate::era::Era;

/// Ids are no longer than this.
const ID_BYTES: usize = 1024;

/// How a task stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskState {
    /// The last three statuses are final.
    pub status: TaskStatus,
    /// What the server says of it, to show to people.
    pub message: Option<String>,
    /// When it began, as the server wrote it (ISO 8601).
    pub created: Option<String>,
    /// When it changed, as the server wrote it (ISO 8601).
    pub updated: Option<String>,
    /// For how long from its beginning the server keeps it; `None` if it does not say or has no
    /// limit.
    pub ttl: Option<Duration>,
    /// How often the server wants to be asked, if it says so.
    pub poll: Option<Duration>,
}

impl TaskState {
    /// Whether nothing more will happen to the task.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.status, TaskStatus::Completed | TaskStatus::Failed | TaskStatus::Cancelled)
    }
}

/// A task as a server tells of it.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) id: String,
    pub(crate) state: TaskState,
    pub(super) body: Body,
}

/// What comes with its status.
#[derive(Debug, Clone)]
pub(super) enum Body {
    Nothing,
    Asks(InputRequests),
    Result(RawJson),
    Error(ErrorObject),
}

/// As both eras write it, but for the names of two members.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told {
    task_id: String,
    status: String,
    status_message: Option<String>,
    created_at: Option<String>,
    last_updated_at: Option<String>,
    #[serde(alias = "ttl")]
    ttl_ms: Option<RawJson>,
    #[serde(alias = "pollInterval")]
    poll_interval_ms: Option<RawJson>,
    input_requests: Option<RawJson>,
    result: Option<RawJson>,
    error: Option<RawJson>,
}

impl Snapshot {
    /// Reads what is given in place of a tool's result.
    pub(crate) fn seed(text: &str, era: Era) -> Result<Self, ClientError> {
        #[derive(Deserialize)]
        struct Created {
            task: RawJson,
        }
        match era {
            Era::Stateless => read(text, "/result")?.bare("/result"),
            Era::Session => {
                let created: Created = decode(text, "/result")?;
                read(created.task.as_str(), "/result/task")?.bare("/result/task")
            }
        }
    }

    /// Reads how a task stands, out of `tasks/get` or a notification: what is at `place`.
    pub(super) fn read(text: &str, era: Era, place: &str) -> Result<Self, ClientError> {
        let mut told = read(text, place)?;
        let (asks, result, error) =
            (told.input_requests.take(), told.result.take(), told.error.take());
        let mut snapshot = told.bare(place)?;
        if era == Era::Session {
            return Ok(snapshot);
        }
        let missing = |what: &str| {
            ClientError::invalid(format!("at {place}: the task has ended, but `{what}` is missing"))
        };
        snapshot.body = match (snapshot.state.status, asks, result, error) {
            (TaskStatus::InputRequired, Some(asks), ..) => {
                Body::Asks(decode(asks.as_str(), &format!("{place}/inputRequests"))?)
            }
            (TaskStatus::Completed, _, result, _) => {
                Body::Result(result.ok_or_else(|| missing("result"))?)
            }
            (TaskStatus::Failed, .., error) => {
                let error = error.ok_or_else(|| missing("error"))?;
                Body::Error(decode(error.as_str(), &format!("{place}/error"))?)
            }
            _ => Body::Nothing,
        };
        Ok(snapshot)
    }
}

impl Told {
    fn bare(self, place: &str) -> Result<Snapshot, ClientError> {
        if self.task_id.is_empty() || self.task_id.len() > ID_BYTES {
            let reason = format!("at {place}/taskId: expected 1 to {ID_BYTES} bytes");
            return Err(ClientError::invalid(reason));
        }
        let status = match &*self.status {
            "working" => TaskStatus::Working,
            "input_required" => TaskStatus::InputRequired,
            "completed" => TaskStatus::Completed,
            "failed" => TaskStatus::Failed,
            "cancelled" => TaskStatus::Cancelled,
            other => {
                let other: String = other.chars().take(64).collect();
                let reason = format!("at {place}/status: `{other}` is no status of a task");
                return Err(ClientError::invalid(reason));
            }
        };
        let state = TaskState {
            status,
            message: self.status_message,
            created: self.created_at,
            updated: self.last_updated_at,
            ttl: self.ttl_ms.as_ref().and_then(milliseconds),
            poll: self.poll_interval_ms.as_ref().and_then(milliseconds),
        };
        Ok(Snapshot { id: self.task_id, state, body: Body::Nothing })
    }
}

fn read(text: &str, place: &str) -> Result<Told, ClientError> {
    decode(text, place)
}

fn decode<T: serde::de::DeserializeOwned>(text: &str, place: &str) -> Result<T, ClientError> {
    toolwright_spec::from_str(text).map_err(|error| ClientError::invalid(error.below(place)))
}

/// A number of milliseconds, whatever its size and sign. What is no number was not said.
fn milliseconds(raw: &RawJson) -> Option<Duration> {
    /// About 30,000 years.
    const MOST: f64 = 1e15;
    let number: f64 = raw.as_str().trim().parse().ok()?;
    Duration::try_from_secs_f64(number.clamp(0.0, MOST) / 1000.0).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(poll: serde_json::Value) -> Option<Duration> {
        let task = json!({ "taskId": "t", "status": "working", "ttlMs": null,
            "pollIntervalMs": poll });
        Snapshot::seed(&task.to_string(), Era::Stateless).unwrap().state.poll
    }

    #[test]
    fn intervals_are_numbers_of_any_size() {
        assert_eq!(told(json!(1500)), Some(Duration::from_millis(1500)));
        assert_eq!(told(json!(0.5)), Some(Duration::from_micros(500)));
        assert_eq!(told(json!(-3)), Some(Duration::ZERO));
        assert_eq!(told(json!(1e300)), Some(Duration::from_secs(1_000_000_000_000)));
        assert_eq!(told(json!("soon")), None);
        assert_eq!(told(json!(null)), None);
    }

    #[test]
    fn what_is_no_task_is_refused() {
        for (task, place) in [
            (json!({ "status": "working" }), "taskId"),
            (json!({ "taskId": "", "status": "working" }), "taskId"),
            (json!({ "taskId": "x".repeat(1025), "status": "working" }), "taskId"),
            (json!({ "taskId": "t", "status": "sleeping" }), "status"),
            (json!({ "taskId": "t", "status": "completed" }), "result"),
            (json!({ "taskId": "t", "status": "failed" }), "error"),
            (json!({ "taskId": "t", "status": "failed", "error": 3 }), "error"),
        ] {
            let error = Snapshot::read(&task.to_string(), Era::Stateless, "/result").unwrap_err();
            assert!(error.to_string().contains(place), "{task} {error}");
        }
    }
}
