//! `completion/complete`.

use serde_json::value::RawValue;
use toolwright_spec::{
    CompleteRequestParams, CompleteResult, Completion, CompletionReference, from_str,
};

use super::overload::overloaded;
use super::prompts::Library;
use super::resources::Shelf;
use crate::completion::Partial;
use crate::context::Context;
use crate::error::ProtocolError;
use crate::visibility::Item;

/// Most values of one answer.
const MOST: usize = 100;

/// Suggests values for an argument or a variable.
///
/// Specification: `server/utilities/completion`.
pub(super) async fn run(
    resources: &Shelf,
    prompts: &Library,
    cx: &Context,
    params: Option<&RawValue>,
) -> Result<CompleteResult, ProtocolError> {
    let scope = cx.scope();
    let most = scope.common.limits.completions_per_second;
    let in_time = match cx.lone_network() {
        Some(network) => scope.common.paces.take(network, most),
        None => scope.peer.completions.take(most),
    };
    if !in_time {
        return Err(overloaded("too many requests for suggestions"));
    }
    let params: CompleteRequestParams = from_str(params.map_or("{}", RawValue::get))
        .map_err(|error| ProtocolError::invalid_params(error.below("/params").to_string()))?;
    let name = &*params.argument.name;
    let found = match &params.ref_ {
        CompletionReference::Prompt(prompt) => prompts
            .definition(&prompt.name)
            .filter(|(prompt, _)| cx.shows(&Item::Prompt(prompt)))
            .and_then(|(prompt, scopes)| {
                Some((prompts.completer(&prompt.name, name)?, scopes.clone()))
            }),
        CompletionReference::ResourceTemplate(template) => resources
            .template(&template.uri)
            .filter(|(template, _)| cx.shows(&Item::Template(template)))
            .and_then(|(template, scopes)| {
                Some((resources.completer(&template.uri_template, name)?, scopes))
            }),
        _ => None,
    };
    let (completer, scopes) = found.ok_or_else(|| {
        let message = "there is no such argument: name one of a prompt or template that is listed";
        ProtocolError::invalid_params(message)
    })?;
    cx.require(&scopes)?;
    let Some(completer) = completer else {
        return Ok(CompleteResult::new(Completion::new([])));
    };
    let others = params.context.and_then(|context| context.arguments);
    let others = others.iter().flat_map(|others| others.iter());
    let others = others.map(|(name, value)| (name.to_owned(), value.clone())).collect();
    let partial = Partial::new(params.argument.value, others);
    let mut values = completer.complete(cx, partial).await.map_err(|failure| {
        let nothing = || ProtocolError::invalid_params("there is nothing to complete");
        failure.into_error("completion/complete", nothing)
    })?;
    let total = values.len();
    values.truncate(MOST);
    let mut completion = Completion::new(values).with_has_more(total > MOST);
    completion.total = i64::try_from(total).ok();
    Ok(CompleteResult::new(completion))
}
