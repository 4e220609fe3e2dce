//! The prompts of a server, by name.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::Prompt;

use super::claims::{Claims, Faults};
use super::named::name_of;
use super::wanted::Wanted;
use crate::completion::Complete;
use crate::context::Context;
use crate::era::{self, Catalog, Origin, Served};
use crate::error::{BuildError, ProtocolError};
use crate::frame::Params;
use crate::middleware::{Body, Response};
use crate::prompt::{PromptCall, PromptSet, prompt_not_found};
use crate::scopes::{Scopes, complete};
use crate::visibility::Item;

/// All prompts of a server at one time.
pub(super) struct Library {
    prompts: Vec<Entry>,
    names: HashMap<String, usize>,
    claims: Claims,
    catalog: Catalog<Prompt>,
}

/// One prompt.
struct Entry {
    /// Who fills it.
    set: Arc<dyn PromptSet>,
    /// Where the set has it.
    index: usize,
    /// What callers need.
    scopes: Scopes,
}

impl Library {
    /// Takes the prompts of all sets, in order.
    pub(super) fn gather(
        sets: &[Arc<dyn PromptSet>],
        wanted: &Wanted,
        before: Option<&Self>,
        faults: Faults,
    ) -> Result<Self, BuildError> {
        let mut listed = Vec::new();
        for (position, set) in sets.iter().enumerate() {
            let set = set.snapshot().unwrap_or_else(|| Arc::clone(set));
            if let Err(fault) = set.check() {
                faults.report(fault)?;
            }
            for (index, prompt) in set.prompts().into_iter().enumerate() {
                let scopes = Scopes::default();
                listed.push((position, Entry { set: Arc::clone(&set), index, scopes }, prompt));
            }
        }
        let taken = listed.iter().map(|(position, _, prompt)| (&*prompt.name, *position));
        let claims = Claims::new(taken, before.map(|before| &before.claims));

        let (mut prompts, mut names, mut definitions) = (Vec::new(), HashMap::new(), Vec::new());
        for (position, mut entry, mut prompt) in listed {
            let taken = names.contains_key(&prompt.name);
            if taken || claims.owner(&prompt.name) != Some(position) {
                faults.report(BuildError::DuplicatePrompt { name: prompt.name })?;
                continue;
            }
            entry.scopes = wanted.of(&mut prompt, |prompt| &prompt.name, faults)?;
            names.insert(prompt.name.clone(), prompts.len());
            definitions.push((prompt, entry.scopes.clone()));
            prompts.push(entry);
        }
        Ok(Self { prompts, names, claims, catalog: Catalog::scoped(definitions) })
    }

    /// All definitions.
    pub(super) fn catalog(&self) -> &Catalog<Prompt> {
        &self.catalog
    }

    /// The definition of a prompt, and what callers need.
    pub(super) fn definition(&self, name: &str) -> Option<(&Prompt, &Scopes)> {
        self.find(name).map(|(entry, prompt)| (prompt, &entry.scopes))
    }

    /// Whether any argument has a completer.
    pub(super) fn completes(&self) -> bool {
        self.catalog.items().iter().any(|prompt| {
            let mut arguments = arguments_of(prompt);
            arguments.any(|name| self.completer(&prompt.name, name).flatten().is_some())
        })
    }

    /// Who completes an argument, if anybody; `None` if there is no such argument.
    pub(super) fn completer(
        &self,
        prompt: &str,
        argument: &str,
    ) -> Option<Option<Box<dyn Complete + '_>>> {
        let (entry, prompt) = self.find(prompt)?;
        let known = arguments_of(prompt).any(|known| known == argument);
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
        let params = Params::read(params.map(RawValue::get));
        let Some(name) = name_of(&params) else {
            return Err(ProtocolError::invalid_params("`params.name` must name a prompt"));
        };
        let found = self.find(&name);
        let found = found.filter(|(_, prompt)| cx.shows(&Item::Prompt(prompt)));
        let (entry, prompt) = found.ok_or_else(|| prompt_not_found(&name))?;
        cx.require(&entry.scopes)?;
        let arguments = arguments(params.arguments)?;
        let is_given = |name: &String| arguments.iter().any(|(given, _)| given == name);
        let mut required = prompt.arguments.iter().flatten();
        let missing = required.find(|known| known.required == Some(true) && !is_given(&known.name));
        if let Some(missing) = missing {
            let message = format!("the argument `{}` is missing", missing.name);
            return Err(ProtocolError::invalid_params(message));
        }
        let call = PromptCall::new(entry.index, &name, &arguments);
        let origin = Origin::new("prompts/get", &name, &params);
        match era::serve(cx, origin, || entry.set.fill(cx, call)).await? {
            Served::Done(Ok(filled)) => Ok(filled.into()),
            Served::Done(Err(failure)) => {
                let error = failure.into_error("prompts/get", || prompt_not_found(&name));
                Err(complete(error, &entry.scopes))
            }
            Served::Asks(questions) => Ok(Response(Body::Asks(questions))),
        }
    }

    fn find(&self, name: &str) -> Option<(&Entry, &Prompt)> {
        let index = *self.names.get(name)?;
        Some((self.prompts.get(index)?, self.catalog.items().get(index)?))
    }
}

fn arguments_of(prompt: &Prompt) -> impl Iterator<Item = &str> {
    prompt.arguments.iter().flatten().map(|argument| argument.name.as_str())
}

/// The arguments by name; all of them are strings.
fn arguments(raw: Option<&RawValue>) -> Result<Vec<(String, String)>, ProtocolError> {
    let Some(raw) = raw else {
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
