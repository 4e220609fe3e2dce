//! Asking in a session: by a request of the server, on the stream of the client's request.

use std::time::Duration;

use toolwright_spec::{
    ClientCapabilities, ElicitRequestParams, ElicitationSchema, Fit, FitError, InputRequest,
    RawJson, Revision,
};

use super::capability::{Missing, missing, uses_tools, without_context};
use crate::BoxFuture;
use crate::ask::{AskError, Question, Unsupported};
use crate::context::{Asker, Context};
use crate::elicit::with_legacy_titles;

/// Sends questions, and waits for their answers.
#[derive(Debug)]
pub(super) struct Sending;

impl Asker for Sending {
    fn ask<'a>(
        &'a self,
        cx: &'a Context,
        key: &'a str,
        question: &'a Question,
    ) -> BoxFuture<'a, Result<RawJson, AskError>> {
        Box::pin(async move {
            let scope = cx.scope();
            let (method, params) = request(question, cx.revision(), cx.client_capabilities())?;
            if scope.outbox.is_mute() {
                let reason = "the response to its request cannot carry questions";
                return Err(AskError::Unsupported(Unsupported::new(reason)));
            }
            let limits = &scope.common.limits;
            let most = limits.session_questions;
            let answer = scope.peer.questions.ask(&scope.outbox, method, &params, most);
            tracing::debug!(key, method, "the client is asked");
            in_time(answer, limits.question_wait).await
        })
    }
}

/// The question as it is kept until it can be sent.
///
/// # Errors
/// The client did not say that it can be asked this.
pub(super) fn presentable(cx: &Context, question: &Question) -> Result<RawJson, AskError> {
    #[derive(serde::Serialize)]
    struct Asked {
        method: &'static str,
        params: RawJson,
    }
    let (method, params) = request(question, cx.revision(), cx.client_capabilities())?;
    RawJson::from_value(&Asked { method, params })
        .map_err(|error| AskError::Unaskable(error.to_string()))
}

async fn in_time(
    answer: impl Future<Output = Result<RawJson, AskError>>,
    wait: Duration,
) -> Result<RawJson, AskError> {
    tokio::time::timeout(wait, answer).await.unwrap_or(Err(AskError::TimedOut))
}

/// The request in the words of a revision.
fn request(
    question: &Question,
    revision: Revision,
    has: &ClientCapabilities,
) -> Result<(&'static str, RawJson), AskError> {
    let mut request = question.request().clone();
    let method = match &request {
        InputRequest::Elicit(_) => "elicitation/create",
        InputRequest::CreateMessage(_) => "sampling/createMessage",
        _ => "roots/list",
    };
    if let Some(Missing { name, .. }) = missing(&request, has) {
        return Err(unsupported(format!("it does not declare `{name}`")));
    }
    if !revision.knows_method(method) {
        return Err(unsupported(format!("revision {revision} does not have `{method}`")));
    }
    let misfit = |error: FitError| unsupported(error.to_string());
    let written = match &mut request {
        InputRequest::Elicit(request) => {
            lower_titles(&mut request.params, revision);
            request.params.adapt(revision).map_err(misfit)?;
            if let ElicitRequestParams::Url(params) = &mut request.params {
                params.elicitation_id.get_or_insert_with(crate::tool::incident::number);
            }
            RawJson::from_value(&request.params)
        }
        InputRequest::CreateMessage(request) => {
            let tools = uses_tools(&request.params);
            request.params.adapt(revision).map_err(misfit)?;
            if tools && !uses_tools(&request.params) {
                let reason = format!("revision {revision} has no tools in `{method}`");
                return Err(unsupported(reason));
            }
            // Before there was a capability for it, every client was expected to heed it.
            if revision >= Revision::V2025_11_25 {
                without_context(&mut request.params, has);
            }
            RawJson::from_value(&request.params)
        }
        InputRequest::ListRoots(request) => RawJson::from_value(&request.params),
        other => RawJson::from_value(other),
    };
    let written = written.map_err(|error| AskError::Unaskable(error.to_string()))?;
    Ok((method, written))
}

fn unsupported(reason: String) -> AskError {
    AskError::Unsupported(Unsupported::new(reason))
}

/// Before 2025-11-25, titles of options were said in another way.
fn lower_titles(params: &mut ElicitRequestParams, revision: Revision) {
    if revision < Revision::V2025_11_25
        && let ElicitRequestParams::Form(form) = params
    {
        let fields = std::mem::take(&mut form.requested_schema.properties);
        form.requested_schema.properties =
            with_legacy_titles(ElicitationSchema::new(fields)).properties;
    }
}
