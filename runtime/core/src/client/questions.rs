//! Requests of the server, in the era in which it may send them.

use std::sync::{Arc, PoisonError};

use serde::Serialize;
use serde_json::value::RawValue;
use toolwright_spec::{Fit, RequestId, Revision, ServerRequest};

use super::handlers::Unanswered;
use super::shared::Shared;
use crate::error::ProtocolError;
use crate::frame;

/// Questions that may be open at once. People cannot answer that many; more are refused.
const OPEN: usize = 32;

/// Answers a request: at once if nobody has to be asked, else in a task.
pub(super) fn receive(shared: &Arc<Shared>, id: RequestId, method: &str, params: Option<&str>) {
    let params = match params.map(|params| RawValue::from_string(params.to_owned())).transpose() {
        Ok(params) => params,
        Err(error) => {
            return refuse(shared, &id, &ProtocolError::parse(error.to_string()));
        }
    };
    let request = match ServerRequest::decode(method, params.as_deref()) {
        Ok(request) => request,
        Err(error) if error.is_unknown_method() => {
            return refuse(shared, &id, &ProtocolError::method_not_found(method));
        }
        Err(error) => {
            return refuse(shared, &id, &ProtocolError::invalid_params(error.to_string()));
        }
    };
    if let ServerRequest::Ping(_) = request {
        return offer(shared, written(&id, &Empty {}));
    }
    let mut open = shared.questions.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|_, question| !question.is_finished());
    if open.len() >= OPEN {
        drop(open);
        let error = ProtocolError::internal("too many questions are open; wait for an answer");
        return refuse(shared, &id, &error);
    }
    if open.contains_key(&id) {
        drop(open);
        let error = ProtocolError::invalid_request("this id is in use");
        return refuse(shared, &id, &error);
    }
    let task = tokio::spawn(answer(Arc::clone(shared), id.clone(), request));
    open.insert(id, task.abort_handle());
}

/// The server does not want to know any more.
pub(super) fn cancelled(shared: &Shared, id: &RequestId) {
    let question = shared.questions.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    if let Some(question) = question {
        question.abort();
    }
}

/// Owes the server an answer even if the handler panics.
struct Owed<'a>(&'a Shared, &'a RequestId);

impl Drop for Owed<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            refuse(self.0, self.1, &ProtocolError::internal("the question could not be answered"));
        }
    }
}

async fn answer(shared: Arc<Shared>, id: RequestId, request: ServerRequest) {
    let _owed = Owed(&shared, &id);
    let answered = {
        let _open = shared.asking.begin();
        reply(&shared, &id, request).await
    };
    let message = answered.unwrap_or_else(|error| refusal(&id, &error));
    if let Some(transport) = shared.transport()
        && let Err(error) = transport.send(message).await
    {
        tracing::debug!(%error, "an answer to the server got lost");
    }
}

async fn reply(
    shared: &Shared,
    id: &RequestId,
    request: ServerRequest,
) -> Result<Vec<u8>, ProtocolError> {
    let handlers = &shared.handlers;
    let unanswered = |error| match error {
        Unanswered::NoHandler(what) => {
            ProtocolError::invalid_params(format!("this client does not support {what}"))
        }
        Unanswered::Failed(error) => error,
    };
    match request {
        ServerRequest::Elicit(params) => {
            let result = handlers.elicit(shared.server(), params).await.map_err(unanswered)?;
            // It fits the form. Servers that ask for lists where the revision has none read them.
            let revision = shared.revision().unwrap_or(Revision::LATEST);
            Ok(written(id, &result.clone().fit(revision).unwrap_or(result)))
        }
        ServerRequest::CreateMessage(params) => {
            let result = handlers.sample(*params).await.map_err(unanswered)?;
            fitted(shared, id, result)
        }
        ServerRequest::ListRoots(_) => match handlers.list_roots() {
            Ok(result) => fitted(shared, id, result),
            Err(_) => Err(ProtocolError::method_not_found("roots/list")),
        },
        other => Err(ProtocolError::method_not_found(other.name())),
    }
}

/// The result in the words of the session's revision.
fn fitted<T: Fit + Serialize>(
    shared: &Shared,
    id: &RequestId,
    result: T,
) -> Result<Vec<u8>, ProtocolError> {
    let revision = shared.revision().unwrap_or(Revision::LATEST);
    let result = result.fit(revision).map_err(|error| {
        tracing::error!(%error, "an answer cannot be expressed in this revision");
        ProtocolError::internal("the answer cannot be expressed in this revision")
    })?;
    Ok(written(id, &result))
}

#[derive(Serialize)]
struct Empty {}

fn written(id: &RequestId, result: &impl Serialize) -> Vec<u8> {
    let mut out = Vec::new();
    let written = frame::write_result(&mut out, id, |out| serde_json::to_writer(out, result));
    if let Err(error) = written {
        tracing::error!(%error, "an answer cannot be written as JSON");
        return refusal(id, &ProtocolError::internal("the answer cannot be written"));
    }
    out
}

fn refusal(id: &RequestId, error: &ProtocolError) -> Vec<u8> {
    let mut out = Vec::new();
    frame::write_error(&mut out, Some(id), error);
    out
}

fn refuse(shared: &Shared, id: &RequestId, error: &ProtocolError) {
    offer(shared, refusal(id, error));
}

fn offer(shared: &Shared, message: Vec<u8>) {
    if let Some(transport) = shared.transport() {
        transport.offer(message);
    }
}
