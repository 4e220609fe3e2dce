//! Tasks as clients of revision 2025-11-25 see them.
//!
//! Specification: 2025-11-25, `basic/utilities/tasks`.

use serde::{Deserialize, Serialize};
use toolwright_spec::{DecodeError, ErrorObject, Map, RawJson};

use super::record::{Outcome, TaskRecord};
use super::time;
use crate::error::ProtocolError;

/// Names the task that a message belongs to, in its `_meta`.
const RELATED: &str = "io.modelcontextprotocol/related-task";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    task_id: &'a str,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_message: Option<&'static str>,
    created_at: String,
    last_updated_at: String,
    ttl: u64,
    poll_interval: u64,
}

impl TaskRecord {
    /// What a client of a session is given in place of a result.
    pub(crate) fn session_seed(&self) -> Result<RawJson, DecodeError> {
        #[derive(Serialize)]
        struct Created<'a> {
            task: Told<'a>,
        }
        RawJson::from_value(&Created { task: self.of_session() })
    }

    /// How it stands.
    pub(crate) fn session_state(&self) -> Result<RawJson, DecodeError> {
        RawJson::from_value(&self.of_session())
    }

    /// What the call would have been answered with; `None` while there is nothing.
    pub(crate) fn session_result(&self) -> Option<Result<RawJson, ProtocolError>> {
        let unreadable = |_| ProtocolError::internal("the result of the task cannot be read");
        Some(match self.outcome.as_ref()? {
            Outcome::Completed(result) => related(result, &self.id).map_err(unreadable),
            Outcome::Failed(error) => {
                Err(error.parse::<ErrorObject>().map_or_else(unreadable, ProtocolError::from))
            }
            Outcome::Cancelled => Err(ProtocolError::internal("the task was cancelled")),
        })
    }

    fn of_session(&self) -> Told<'_> {
        let (status, message) = match &self.outcome {
            Some(Outcome::Completed(result)) if failed(result) => {
                ("failed", Some("the tool failed"))
            }
            Some(Outcome::Completed(_)) => ("completed", None),
            Some(Outcome::Failed(_)) => ("failed", Some("the call failed")),
            Some(Outcome::Cancelled) => ("cancelled", None),
            None if self.questions.is_empty() => ("working", None),
            None => ("input_required", None),
        };
        Told {
            task_id: &self.id,
            status,
            status_message: message,
            created_at: time::written(self.created),
            last_updated_at: time::written(self.updated),
            ttl: self.ttl,
            poll_interval: self.poll,
        }
    }
}

/// An object that says in its `_meta` which task it belongs to.
pub(crate) fn related(object: &RawJson, id: &str) -> Result<RawJson, DecodeError> {
    #[derive(Serialize)]
    struct Task<'a> {
        #[serde(rename = "taskId")]
        id: &'a str,
    }
    let mut members: Map<RawJson> = match object.as_str() {
        "null" => Map::default(),
        _ => object.parse()?,
    };
    let mut meta: Map<RawJson> = match members.get("_meta") {
        Some(meta) => meta.parse()?,
        None => Map::default(),
    };
    meta.insert(RELATED, RawJson::from_value(&Task { id })?);
    members.insert("_meta", RawJson::from_value(&meta)?);
    RawJson::from_value(&members)
}

/// Tools that fail have not failed otherwise; in this revision their tasks have.
fn failed(result: &RawJson) -> bool {
    #[derive(Deserialize)]
    struct Result {
        #[serde(rename = "isError", default)]
        is_error: bool,
    }
    result.parse::<Result>().is_ok_and(|result| result.is_error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_their_task() {
        let raw = |text: &str| RawJson::new(text).unwrap();
        let task = r#""io.modelcontextprotocol/related-task":{"taskId":"t"}"#;
        for (object, named) in [
            ("null", format!(r#"{{"_meta":{{{task}}}}}"#)),
            (r#"{"n":1.0}"#, format!(r#"{{"n":1.0,"_meta":{{{task}}}}}"#)),
            (r#"{"_meta":{"a":1},"n":2}"#, format!(r#"{{"_meta":{{"a":1,{task}}},"n":2}}"#)),
        ] {
            assert_eq!(related(&raw(object), "t").unwrap().as_str(), named);
        }
        assert!(failed(&raw(r#"{"content":[],"isError":true}"#)));
        assert!(!failed(&raw(r#"{"content":[]}"#)));
    }
}
