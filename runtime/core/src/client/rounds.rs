//! Answers to what a server asks before it gives a result, in the era without sessions.
//!
//! Specification: `basic/patterns/mrtr`.

use toolwright_spec::{InputRequest, InputRequests, InputResponse, InputResponses};

use super::error::ClientError;
use super::handlers::Unanswered;
use super::shared::Shared;

/// Lets the handlers answer every question, one after the other.
pub(super) async fn answer(
    shared: &Shared,
    requests: InputRequests,
    most: usize,
) -> Result<InputResponses, ClientError> {
    if requests.len() > most {
        let what = format!("{} questions at once, more than {most}", requests.len());
        return Err(ClientError::TooLarge { what });
    }
    let mut responses = InputResponses::new();
    for (name, request) in requests {
        responses.insert(name, one(shared, request).await?);
    }
    Ok(responses)
}

async fn one(shared: &Shared, request: InputRequest) -> Result<InputResponse, Unanswered> {
    let handlers = &shared.handlers;
    match request {
        InputRequest::Elicit(request) => {
            handlers.elicit(shared.server(), request.params).await.map(InputResponse::from)
        }
        InputRequest::CreateMessage(request) => {
            handlers.sample(request.params).await.map(InputResponse::from)
        }
        InputRequest::ListRoots(_) => handlers.list_roots().map(InputResponse::from),
        _ => Err(Unanswered::NoHandler("something unknown".to_owned())),
    }
}
