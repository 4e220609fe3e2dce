//! Results, by method and by `resultType`.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toolwright_spec::{
    CallToolOutcome, CallToolResult, GetPromptOutcome, GetPromptResult, InputRequiredResult,
    ReadResourceOutcome, ReadResourceResult,
};

use super::error::ClientError;
use super::task::{Snapshot, TaskTicket};
use crate::era::Era;

/// What one round of a call brings.
///
/// Specification: `basic/patterns/mrtr`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Round<T> {
    /// The result.
    Complete(T),
    /// The server has to know more first.
    InputRequired(InputRequiredResult),
    /// The call goes on as a task, which [`Client::resume_task`](crate::Client::resume_task)
    /// looks after.
    Task(Box<TaskTicket>),
}

/// How the text of a result is read.
pub(super) type Read<T> = fn(&str, Era) -> Result<Round<T>, ClientError>;

/// Reads a result that is complete, which is the only kind that most methods have.
pub(super) fn complete<T: DeserializeOwned>(text: &str, era: Era) -> Result<Round<T>, ClientError> {
    #[derive(Deserialize)]
    struct Typed<'a> {
        #[serde(rename = "resultType", borrow)]
        result_type: Option<Cow<'a, str>>,
    }
    if era == Era::Stateless {
        let typed = serde_json::from_str::<Typed<'_>>(text).map_err(|_| {
            ClientError::invalid("at /result: expected an object whose `resultType` is a string")
        })?;
        match typed.result_type.as_deref() {
            None | Some("complete") => {}
            Some(other) => return Err(unexpected(other)),
        }
    }
    decode(text).map(Round::Complete)
}

pub(super) fn tool(text: &str, era: Era) -> Result<Round<CallToolResult>, ClientError> {
    if era == Era::Session {
        return decode(text).map(Round::Complete).or_else(|error| match decode(text) {
            Ok(CallToolOutcome::Task(_)) => task(text, era),
            _ => Err(error),
        });
    }
    match decode(text)? {
        CallToolOutcome::Complete(result) => Ok(Round::Complete(result)),
        CallToolOutcome::InputRequired(asked) => questions(asked),
        CallToolOutcome::Unknown(_) if is_task(text) => task(text, era),
        _ => Err(unknown(text)),
    }
}

fn task<T>(text: &str, era: Era) -> Result<Round<T>, ClientError> {
    let Snapshot { id, state, .. } = Snapshot::seed(text, era)?;
    Ok(Round::Task(Box::new(TaskTicket::new(id, state))))
}

fn is_task(text: &str) -> bool {
    typed(text).is_some_and(|found| found == "task")
}

pub(super) fn prompt(text: &str, era: Era) -> Result<Round<GetPromptResult>, ClientError> {
    if era == Era::Session {
        return decode(text).map(Round::Complete);
    }
    match decode(text)? {
        GetPromptOutcome::Complete(result) => Ok(Round::Complete(result)),
        GetPromptOutcome::InputRequired(asked) => questions(asked),
        _ => Err(unknown(text)),
    }
}

pub(super) fn resource(text: &str, era: Era) -> Result<Round<ReadResourceResult>, ClientError> {
    if era == Era::Session {
        return decode(text).map(Round::Complete);
    }
    match decode(text)? {
        ReadResourceOutcome::Complete(result) => Ok(Round::Complete(result)),
        ReadResourceOutcome::InputRequired(asked) => questions(asked),
        _ => Err(unknown(text)),
    }
}

fn decode<T: DeserializeOwned>(text: &str) -> Result<T, ClientError> {
    toolwright_spec::from_str(text).map_err(|error| ClientError::invalid(error.below("/result")))
}

fn questions<T>(asked: InputRequiredResult) -> Result<Round<T>, ClientError> {
    if asked.input_requests.is_none() && asked.request_state.is_none() {
        return Err(ClientError::invalid(
            "at /result: input is required, but neither questions nor a state are there",
        ));
    }
    Ok(Round::InputRequired(asked))
}

fn unknown(text: &str) -> ClientError {
    match typed(text) {
        Some(found) => unexpected(&found),
        None => ClientError::invalid("at /result/resultType: expected a string"),
    }
}

fn typed(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Typed {
        #[serde(rename = "resultType")]
        result_type: String,
    }
    serde_json::from_str::<Typed>(text).ok().map(|typed| typed.result_type)
}

pub(super) fn unexpected(found: &str) -> ClientError {
    let found: String = found.chars().take(64).collect();
    ClientError::invalid(format!("at /result/resultType: `{found}` was not to be expected here"))
}
