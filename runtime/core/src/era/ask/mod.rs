//! How a handler gets answers from the client.
//!
//! A session is asked while the handler waits ([`session`]); a request that stands alone ends with
//! its questions, and is replayed when it comes back ([`replay`]).

mod capability;
mod replay;
mod session;
mod state;

use std::future::Future;

use serde_json::value::RawValue;
use toolwright_spec::{InputRequiredResult, RawJson};

use super::Era;
use crate::ask::{AskError, Question};
use crate::context::{Asking, Context};
use crate::error::ProtocolError;
use crate::frame::Params;

/// What the answers to a request's questions are bound to, and what came with it.
#[derive(Debug)]
pub(crate) struct Origin<'a> {
    /// The method.
    pub(crate) method: &'static str,
    /// The tool, prompt or resource.
    pub(crate) name: &'a str,
    /// What it is called with.
    pub(crate) arguments: Option<&'a RawValue>,
    /// Answers, as the client sends them.
    pub(crate) responses: Option<&'a RawValue>,
    /// What the server gave away after the round before.
    pub(crate) state: Option<&'a RawValue>,
}

/// What came of a handler.
#[derive(Debug)]
pub(crate) enum Served<T> {
    /// It is done.
    Done(T),
    /// It has to be told these things first.
    Asks(Box<InputRequiredResult>),
}

impl<'a> Origin<'a> {
    pub(crate) fn new(method: &'static str, name: &'a str, params: &Params<'a>) -> Self {
        Self {
            method,
            name,
            arguments: params.arguments,
            responses: params.responses,
            state: params.state,
        }
    }
}

impl Era {
    /// How handlers of this era ask.
    pub(super) fn asking(self) -> Asking {
        Asking::Era(match self {
            Self::Session => &session::Sending,
            Self::Stateless => &replay::Replaying,
        })
    }
}

/// The question as the client is to see it: a method and parameters.
///
/// # Errors
/// The client did not say that it can be asked this.
pub(crate) fn presentable(cx: &Context, question: &Question) -> Result<RawJson, AskError> {
    match Era::of(cx.revision()) {
        Era::Session => session::presentable(cx, question),
        Era::Stateless => RawJson::from_value(&replay::presentable(cx, question)?)
            .map_err(|error| AskError::Unaskable(error.to_string())),
    }
}

/// Runs a handler that may ask.
///
/// # Errors
/// What came with the request is not what was given away, or what is to be given away is too much.
pub(crate) async fn serve<T, F: Future<Output = T>>(
    cx: &Context,
    origin: Origin<'_>,
    handler: impl FnOnce() -> F,
) -> Result<Served<T>, ProtocolError> {
    let replays = matches!(cx.scope().admitted.asking, Asking::Era(_))
        && Era::of(cx.revision()) == Era::Stateless;
    if !replays {
        return Ok(Served::Done(handler().await));
    }
    let round = replay::begin(cx, &origin).await?;
    match replay::drive(cx, handler()).await {
        Ok(done) => Ok(Served::Done(done)),
        Err(questions) => {
            let asks = replay::leave(cx, &origin, round, questions)?;
            Ok(Served::Asks(Box::new(asks)))
        }
    }
}
