//! The prompts of a server, by name.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::{GetPromptResult, Prompt};

use super::call::name;
use crate::context::Context;
use crate::error::{BuildError, ProtocolError};
use crate::frame::Params;
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
                let arguments = prompt.arguments.iter().flatten();
                let required = arguments
                    .filter(|argument| argument.required == Some(true))
                    .map(|argument| argument.name.clone());
                let required = required.collect();
                let entry = Entry { set: Arc::clone(&set), index, required };
                if prompts.insert(prompt.name.clone(), entry).is_some() {
                    return Err(BuildError::DuplicatePrompt { name: prompt.name });
                }
                definitions.push(prompt);
            }
        }
        Ok(Self { prompts })
    }

    /// Answers `prompts/get`.
    ///
    /// Specification: `server/prompts`.
    pub(super) async fn fill(
        &self,
        cx: &Context,
        params: Option<&RawValue>,
    ) -> Result<GetPromptResult, ProtocolError> {
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
        let filled = entry.set.fill(cx, call).await;
        filled.map_err(|failure| failure.into_error("prompts/get", || unknown(&name)))
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
