//! Asking without a session: the request ends with its questions, and is replayed when it comes
//! back with the answers.

use std::collections::BTreeMap;
use std::future::{self, Future};
use std::pin::pin;
use std::task::Poll;

use serde_json::value::RawValue;
use toolwright_spec::{Fit, InputRequest, InputRequests, InputRequiredResult, RawJson};

use super::Origin;
use super::capability::{Missing, missing, without_context};
use super::state::{self, State};
use crate::BoxFuture;
use crate::ask::{AskError, Question, Unsupported};
use crate::context::{Answer, Asker, Context, Journal, Open};
use crate::error::ProtocolError;
use crate::wall;

/// Keeps questions until the handler is stuck.
#[derive(Debug)]
pub(super) struct Replaying;

impl Asker for Replaying {
    fn ask<'a>(
        &'a self,
        cx: &'a Context,
        key: &'a str,
        question: &'a Question,
    ) -> BoxFuture<'a, Result<RawJson, AskError>> {
        Box::pin(async move {
            let request = presentable(cx, question)?;
            if !cx.is_driven() {
                let message = format!("`{key}`: only tools, prompts and resources can ask here");
                return Err(AskError::Unaskable(message));
            }
            if cx.journal().lock().open.len() > cx.scope().common.limits.questions {
                return Err(AskError::TooMany);
            }
            cx.journal().present(key, request);
            cx.wake_driver();
            // The answer comes with another request.
            future::pending().await
        })
    }
}

/// The question as the client is to see it.
///
/// # Errors
/// The client did not say that it can be asked this.
pub(super) fn presentable(cx: &Context, question: &Question) -> Result<InputRequest, AskError> {
    let has = cx.client_capabilities();
    let mut request = question.request().clone();
    if let Some(Missing { name, required }) = missing(&request, has) {
        let reason = format!("it does not declare `{name}`");
        let refusal = ProtocolError::missing_capability(&required);
        return Err(AskError::Unsupported(Unsupported::new(reason).with_refusal(refusal)));
    }
    if let InputRequest::CreateMessage(request) = &mut request {
        without_context(&mut request.params, has);
    }
    let request = request.fit(cx.revision());
    request.map_err(|error| AskError::Unsupported(Unsupported::new(error.to_string())))
}

/// Takes in what came with the request; how many rounds there were before.
///
/// # Errors
/// It is not what was given away for this request, or no longer good.
pub(super) async fn begin(cx: &Context, origin: &Origin<'_>) -> Result<u32, ProtocolError> {
    let responses = match origin.responses {
        Some(responses) => serde_json::from_str(responses.get()).map_err(|_| {
            ProtocolError::invalid_params("`params.inputResponses` must be an object")
        })?,
        None => BTreeMap::new(),
    };
    match origin.state {
        Some(state) => {
            let state = state::open(cx, origin, state, wall::now()).await?;
            let round = state.round;
            take_up(cx, state, &responses);
            Ok(round)
        }
        None => {
            // Where a state counts once, answers without one do not count at all.
            if !responses.is_empty() && cx.scope().common.consumed.is_none() {
                bring(cx, &responses);
            }
            Ok(0)
        }
    }
}

/// Runs the handler until it is done, or stuck with questions: those.
pub(super) async fn drive<F: Future>(cx: &Context, handler: F) -> Result<F::Output, Vec<Open>> {
    let _driven = Driven::new(cx);
    let mut handler = pin!(handler);
    future::poll_fn(|task| {
        if let Poll::Ready(done) = handler.as_mut().poll(task) {
            return Poll::Ready(Ok(done));
        }
        // First the waker: spawned work may ask at any moment.
        cx.set_driver(task.waker());
        match cx.known_journal().and_then(Journal::take_stuck) {
            Some(open) => Poll::Ready(Err(open)),
            None => Poll::Pending,
        }
    })
    .await
}

/// A handler is driven as long as this is there.
struct Driven<'a>(&'a Context);

impl<'a> Driven<'a> {
    fn new(cx: &'a Context) -> Self {
        cx.set_driven(true);
        Self(cx)
    }
}

impl Drop for Driven<'_> {
    fn drop(&mut self) {
        self.0.set_driven(false);
    }
}

/// The questions, and the state to come back with.
///
/// # Errors
/// There were too many rounds, or the state is too large.
pub(super) fn leave(
    cx: &Context,
    origin: &Origin<'_>,
    round: u32,
    questions: Vec<Open>,
) -> Result<InputRequiredResult, ProtocolError> {
    let mut requests = InputRequests::new();
    let mut open = BTreeMap::new();
    for question in questions {
        if let Some(request) = question.request {
            open.insert(question.key.clone(), question.question.as_str().to_owned());
            requests.insert(question.key, request);
        }
    }
    let mut entries = cx.journal().lock();
    let answers = std::mem::take(&mut entries.answers).into_iter().filter_map(|(key, answer)| {
        Some((key, (answer.question?.as_str().to_owned(), answer.text)))
    });
    let state = State {
        round: round + 1,
        answers: answers.collect(),
        effects: std::mem::take(&mut entries.effects),
        open,
    };
    drop(entries);
    cx.end_asking();
    let sealed = state::seal(cx, origin, &state, wall::now())?;
    Ok(InputRequiredResult::new().with_input_requests(requests).with_request_state(sealed))
}

/// Goes on where the round before ended. Only what was asked there has an answer.
fn take_up(cx: &Context, state: State, responses: &BTreeMap<String, &RawValue>) {
    let mut entries = cx.journal().lock();
    entries.effects = state.effects;
    let known = state.answers.into_iter().map(|(key, (question, text))| (key, question, text));
    let brought = state.open.into_iter().filter_map(|(key, question)| {
        let text = RawJson::from(*responses.get(&key)?);
        Some((key, question, text))
    });
    for (key, question, text) in known.chain(brought) {
        let question = Some(crate::ask::Digest::from_text(question));
        entries.answers.insert(key, Answer { question, text });
    }
}

/// Answers from a client that was asked nothing here, or does not say when.
fn bring(cx: &Context, responses: &BTreeMap<String, &RawValue>) {
    let mut entries = cx.journal().lock();
    for (key, text) in responses {
        let answer = Answer { question: None, text: RawJson::from(*text) };
        entries.answers.insert(key.clone(), answer);
    }
}
