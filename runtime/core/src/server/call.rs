//! `tools/call`.

use serde_json::value::RawValue;
use toolwright_spec::code;

use super::named::name_of;
use super::output::checked;
use super::registry::Registry;
use super::session_tasks;
use super::task::{Starting, Tasks};
use crate::context::Context;
use crate::era::{self, Origin, Served};
use crate::error::ProtocolError;
use crate::frame::Params;
use crate::middleware::{Body, Response};
use crate::scopes::complete;
use crate::tool::{ToolCall, ToolError};
use crate::visibility::Item;

/// What holds for all calls.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    /// Whether results are held to the output schema.
    pub(super) validate_output: bool,
    /// Calls that go on as tasks, if there are such.
    pub(super) tasks: Option<&'a Tasks>,
}

/// Calls a tool.
///
/// Specification: `server/tools`.
pub(super) async fn run(
    registry: &Registry,
    cx: &Context,
    rules: Rules<'_>,
    params: &Params<'_>,
) -> Result<Response, ProtocolError> {
    let Some(name) = name_of(params) else {
        return Err(ProtocolError::invalid_params("`params.name` must name a tool"));
    };
    let found = registry.find(&name);
    let found = found.filter(|(_, tool)| cx.shows(&Item::Tool(tool)));
    let (entry, _) = found.ok_or_else(|| unknown(&name))?;
    cx.require(&entry.scopes)?;
    let none;
    let arguments = match params.arguments {
        Some(arguments) => arguments,
        None => {
            none = empty();
            &*none
        }
    };
    if !arguments.get().starts_with('{') {
        return Err(ProtocolError::invalid_params("`params.arguments` must be an object"));
    }
    // Servers without tasks pass over it.
    let wanted = rules.tasks.filter(|_| params.as_task.is_some() && session_tasks::spoken_by(cx));
    if wanted.is_some() && entry.task.is_none() {
        let message = format!("the tool `{name}` does not run as a task");
        return Err(ProtocolError::new(code::METHOD_NOT_FOUND, message));
    }
    if !entry.checks
        && let Err(violations) = entry.validated.input.validate(arguments)
    {
        let refusal = ToolError::invalid_arguments(&name, &violations);
        if wanted.is_some() {
            // Whoever wants a task does not expect a result.
            return Err(ProtocolError::invalid_params(refusal.to_string()));
        }
        return Ok(refusal.into_result(&name).into());
    }
    if let Some(tasks) = wanted {
        let starting = Starting { entry, name: &name, arguments };
        return Box::pin(tasks.start(cx, rules.validate_output, starting)).await;
    }
    if let Some(tasks) = rules.tasks
        && let Some(policy) = entry.task
        && Tasks::takes(cx, policy)?
    {
        if !policy.waits {
            // Boxed, so that other calls are no larger for it.
            let starting = Starting { entry, name: &name, arguments };
            return Box::pin(tasks.start(cx, rules.validate_output, starting)).await;
        }
        cx.allow_task();
    }
    let call = ToolCall::new(entry.index, &name, arguments);
    let origin = Origin::new("tools/call", &name, params);
    match era::serve(cx, origin, || cx.until_task(entry.set.call(cx, call))).await? {
        Served::Done(Some(Ok(result))) if rules.validate_output => {
            checked(&entry.validated, &name, result).map(Response::from)
        }
        Served::Done(Some(Ok(result))) => Ok(result.into()),
        Served::Done(Some(Err(error))) => {
            let answer = error.into_answer(&name).map(Response::from);
            answer.map_err(|error| complete(error, &entry.scopes))
        }
        Served::Done(None) => match rules.tasks {
            Some(tasks) => {
                let starting = Starting { entry, name: &name, arguments };
                Box::pin(tasks.start(cx, rules.validate_output, starting)).await
            }
            None => Err(ProtocolError::internal("there are no tasks here")),
        },
        Served::Asks(questions) => Ok(Response(Body::Asks(questions))),
    }
}

fn unknown(name: &str) -> ProtocolError {
    let shown: String = name.chars().take(128).collect();
    ProtocolError::invalid_params(format!("unknown tool: {shown}"))
}

fn empty() -> Box<RawValue> {
    RawValue::from_string("{}".into()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
