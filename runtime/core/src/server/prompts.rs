//! The prompts of a server, by name.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::Prompt;

use super::call::name;
use crate::completion::Complete;
use crate::context::Context;
use crate::era::{self, Origin, Served};
use crate::error::{BuildError, ProtocolError};
use crate::frame::Params;
use crate::middleware::{Body, Response};
use crate::prompt::{PromptCall, PromptSet};

/// All prompts of a server.
pub(super) struct Library {
    prompts: HashMap<String, Entry>,
}

/// One prompt.
struct Entry {
    /// Who fills it.
    set: Arc<dyn PromptSet>,
    /// Where the set has it.
    index: usize,
    /// The names of its arguments.
    arguments: Vec<String>,
    /// What cannot be left out.
    required: Vec<String>,
}

impl Library {
    /// Takes the prompts of all sets; adds their definitions, in order.
    pub(super) fn new(
        sets: Vec<Arc<dyn PromptSet>>,
        definitions: &mut Vec<Prompt>,
    ) -> Result<Self, BuildError> {
        let mut prompts = HashMap::new();
        for set in sets {
            for (index, prompt) in set.prompts().into_iter().enumerate() {
                let declared = prompt.arguments.as_deref().unwrap_or_default();
                let arguments = declared.iter().map(|argument| argument.name.clone()).collect();
                let required = declared.iter().filter(|argument| argument.required == Some(true));
                let required = required.map(|argument| argument.name.clone()).collect();
                let entry = Entry { set: Arc::clone(&set), index, arguments, required };
                if prompts.insert(prompt.name.clone(), entry).is_some() {
                    return Err(BuildError::DuplicatePrompt { name: prompt.name });
                }
                definitions.push(prompt);
            }
        }
        Ok(Self { prompts })
    }

    /// Whether any argument has a completer.
    pub(super) fn completes(&self) -> bool {
        self.prompts.values().any(|entry| {
            let mut arguments = entry.arguments.iter();
            arguments.any(|name| entry.set.completer(entry.index, name).is_some())
        })
    }

    /// Who completes an argument, if anybody; `None` if there is no such argument.
    pub(super) fn completer(
        &self,
        prompt: &str,
        argument: &str,
    ) -> Option<Option<Box<dyn Complete + '_>>> {
        let entry = self.prompts.get(prompt)?;
        let known = entry.arguments.iter().any(|known| known == argument);
        known.then(|| entry.set.completer(entry.index, argument))
    }

    /// Answers `prompts/get`.
    ///
    /// Specification: `server/prompts`.
    pub(super) async fn fill(
        &self,
        cx: &Context,
        params: Option<&RawValue>,
    ) -> Result<Response, ProtocolError> {
        let Some(name) = name(params) else {
            return Err(ProtocolError::invalid_params("`params.name` must name a prompt"));
        };
        let entry = self.prompts.get(&name).ok_or_else(|| unknown(&name))?;
        let arguments = arguments(params)?;
        let is_given = |name: &String| arguments.iter().any(|(given, _)| given == name);
        if let Some(missing) = entry.required.iter().find(|name| !is_given(name)) {
            let message = format!("the argument `{missing}` is missing");
            return Err(ProtocolError::invalid_params(message));
        }
        let call = PromptCall::new(entry.index, &name, &arguments);
        let origin = Params::read(params.map(RawValue::get));
        let origin = Origin::new("prompts/get", &name, &origin);
        match era::serve(cx, origin, || entry.set.fill(cx, call)).await? {
            Served::Done(Ok(filled)) => Ok(filled.into()),
            Served::Done(Err(failure)) => Err(failure.into_error("prompts/get", || unknown(&name))),
            Served::Asks(questions) => Ok(Response(Body::Asks(questions))),
        }
    }
}

fn unknown(name: &str) -> ProtocolError {
    let shown: String = name.chars().take(128).collect();
    ProtocolError::invalid_params(format!("unknown prompt: {shown}"))
}

/// The arguments by name; all of them are strings.
fn arguments(params: Option<&RawValue>) -> Result<Vec<(String, String)>, ProtocolError> {
    let Some(raw) = Params::read(params.map(RawValue::get)).arguments else {
        return Ok(Vec::new());
    };
    let members: HashMap<String, &RawValue> = serde_json::from_str(raw.get())
        .map_err(|_| ProtocolError::invalid_params("`params.arguments` must be an object"))?;
    let mut arguments = Vec::with_capacity(members.len());
    for (name, value) in members {
        let Ok(value) = serde_json::from_str(value.get()) else {
            let shown: String = name.chars().take(128).collect();
            let message = format!("the argument `{shown}` must be a string");
            return Err(ProtocolError::invalid_params(message));
        };
        arguments.push((name, value));
    }
    arguments.sort_unstable();
    Ok(arguments)
}
