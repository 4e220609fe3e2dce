//! Questions to the client: requests where there is a session, results that ask where there is none.
// The specification has marked sampling and roots as deprecated; they are tried all the same.
#![expect(deprecated)]

use rmcp::ErrorData;
use rmcp::model::{
    CreateMessageRequest, CreateMessageRequestParams, ElicitRequest, ElicitRequestParams,
    ElicitationSchema, InputRequest, InputRequests, InputRequiredResult, InputResponses,
    ListRootsRequest, SamplingMessage, SealOptions,
};
use rmcp::service::{RequestContext, RoleServer};
use serde::Serialize;
use serde_json::{Value, json};

use crate::shared::Shared;

/// What the client brought to this round.
pub(crate) struct Round {
    pub(crate) state: Option<String>,
    pub(crate) responses: Option<InputResponses>,
}

pub(crate) enum Asked {
    Answered(Value),
    /// The question has to go out as the result.
    Ask(InputRequiredResult),
}

/// Asks one thing in one tool.
pub(crate) async fn ask(
    shared: &Shared,
    context: &RequestContext<RoleServer>,
    tool: &str,
    round: Round,
    request: InputRequest,
) -> Result<Asked, ErrorData> {
    if context.protocol_version().is_none_or(|version| version.has_initialize()) {
        return Ok(Asked::Answered(request_now(context, request).await?));
    }
    let Round { state: Some(state), responses } = round else {
        let options = SealOptions::new().associated_data(tool.as_bytes());
        let state = shared.codec.seal_with(b"asked", &options);
        let requests = InputRequests::from([("question".to_owned(), request)]);
        return Ok(Asked::Ask(InputRequiredResult::new(Some(requests), Some(state))));
    };
    let opened = shared.codec.open_with(&state, tool.as_bytes()).map_err(invalid)?;
    if opened != b"asked" {
        return Err(invalid("this is the state of something else"));
    }
    let answer = responses.and_then(|mut responses| responses.remove("question"));
    answer.map(Asked::Answered).ok_or_else(|| invalid("there is no answer"))
}

/// A person fills in a form.
pub(crate) fn form(message: String) -> Result<InputRequest, ErrorData> {
    let schema = json!({ "type": "object", "properties": {
        "username": { "type": "string" },
        "email": { "type": "string", "format": "email" },
    }, "required": ["username"] });
    let requested_schema: ElicitationSchema = serde_json::from_value(schema).map_err(invalid)?;
    let params =
        ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema };
    Ok(InputRequest::Elicitation(ElicitRequest::new(params)))
}

/// The client's model answers.
pub(crate) fn prompt(text: String) -> InputRequest {
    let params = CreateMessageRequestParams::new(vec![SamplingMessage::user_text(text)], 100);
    InputRequest::CreateMessage(CreateMessageRequest::new(params))
}

pub(crate) fn roots() -> InputRequest {
    InputRequest::ListRoots(ListRootsRequest::default())
}

async fn request_now(
    context: &RequestContext<RoleServer>,
    request: InputRequest,
) -> Result<Value, ErrorData> {
    let peer = &context.peer;
    // Without a session nothing is known of the client, and its answer would find nobody.
    let client = context.client_capabilities().unwrap_or_default();
    match request {
        InputRequest::CreateMessage(request) if client.sampling.is_some() => {
            value(peer.create_message(request.params).await.map_err(invalid)?)
        }
        InputRequest::Elicitation(request) if client.elicitation.is_some() => {
            value(peer.create_elicitation(request.params).await.map_err(invalid)?)
        }
        InputRequest::ListRoots(_) if client.roots.is_some() => {
            value(peer.list_roots().await.map_err(invalid)?)
        }
        _ => Err(invalid("this client cannot be asked")),
    }
}

fn value(answer: impl Serialize) -> Result<Value, ErrorData> {
    serde_json::to_value(answer).map_err(invalid)
}

fn invalid(error: impl ToString) -> ErrorData {
    ErrorData::invalid_params(error.to_string(), None)
}
