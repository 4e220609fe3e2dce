//! A task as it is kept and told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use toolwright_spec::{DecodeError, NotificationMetaObject, RawJson};

use super::time;
use crate::error::ProtocolError;

/// All that is kept of a task. Points in time are milliseconds since 1970.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TaskRecord {
    /// What it is called; nobody can guess it.
    pub id: String,
    /// Whom it belongs to: [`Context::principal_key`](crate::Context::principal_key).
    pub principal: String,
    /// When it began.
    pub created: u64,
    /// When something of it changed.
    pub updated: u64,
    /// For how long it is kept, from its beginning, in milliseconds.
    pub ttl: u64,
    /// How often to look after it, in milliseconds.
    pub poll: u64,
    /// What has to be answered before it goes on, by key.
    pub questions: BTreeMap<String, RawJson>,
    /// How it ended, if it has.
    pub outcome: Option<Outcome>,
}

/// How a task ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// With this result.
    Completed(RawJson),
    /// With this error of JSON-RPC.
    Failed(RawJson),
    /// The client ended it.
    Cancelled,
}

/// A task, on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    meta: Option<&'a NotificationMetaObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result_type: Option<&'static str>,
    task_id: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_message: Option<&'static str>,
    created_at: String,
    last_updated_at: String,
    ttl_ms: u64,
    poll_interval_ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_requests: Option<&'a BTreeMap<String, RawJson>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a RawJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a RawJson>,
}

impl TaskRecord {
    /// Whether nothing more will happen to it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.outcome.is_some()
    }

    /// Whether it need not be kept any more.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        self.created.saturating_add(self.ttl) <= time::now()
    }

    /// What the client is given in place of a result.
    pub(crate) fn seed(&self) -> Result<RawJson, DecodeError> {
        RawJson::from_value(&Told { result_type: Some("task"), ..self.bare() })
    }

    /// The result of `tasks/get`.
    pub(crate) fn detailed(&self) -> Result<RawJson, DecodeError> {
        RawJson::from_value(&self.told())
    }

    /// The parameters of a notice.
    pub(crate) fn notice<'a>(&'a self, meta: &'a NotificationMetaObject) -> impl Serialize + 'a {
        Told { meta: Some(meta), ..self.told() }
    }

    fn told(&self) -> Told<'_> {
        let mut told = self.bare();
        match &self.outcome {
            Some(Outcome::Completed(result)) => told.result = Some(result),
            Some(Outcome::Failed(error)) => {
                told.error = Some(error);
                told.status_message = Some("the call failed");
            }
            Some(Outcome::Cancelled) => {}
            None if self.questions.is_empty() => {}
            None => told.input_requests = Some(&self.questions),
        }
        told
    }

    /// Without what belongs to its status.
    fn bare(&self) -> Told<'_> {
        Told {
            meta: None,
            result_type: None,
            task_id: &self.id,
            status: match &self.outcome {
                Some(Outcome::Completed(_)) => "completed",
                Some(Outcome::Failed(_)) => "failed",
                Some(Outcome::Cancelled) => "cancelled",
                None if self.questions.is_empty() => "working",
                None => "input_required",
            },
            status_message: None,
            created_at: time::written(self.created),
            last_updated_at: time::written(self.updated),
            ttl_ms: self.ttl,
            poll_interval_ms: self.poll,
            input_requests: None,
            result: None,
            error: None,
        }
    }
}

impl Outcome {
    pub(crate) fn of(outcome: Result<RawJson, ProtocolError>) -> Self {
        #[derive(Serialize)]
        struct Object<'a> {
            code: i64,
            message: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            data: Option<&'a RawJson>,
        }
        match outcome {
            Ok(result) => Self::Completed(result),
            Err(error) => {
                let object =
                    Object { code: error.code(), message: error.message(), data: error.data() };
                RawJson::from_value(&object).map_or(Self::Cancelled, Self::Failed)
            }
        }
    }
}
