//! Prompts that come and go while a server runs.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use toolwright_spec::{GetPromptResult, Prompt};

use super::{PromptCall, PromptSet};
use crate::{BoxFuture, BuildError, Changes, Complete, Context, Failure};

/// A set of prompts that changes at run time. Clones are the same set.
///
/// Clients that want to know are told of every change
/// (`notifications/prompts/list_changed`).
///
/// ```
/// use toolwright_core::prompt::{DynamicPrompts, PromptSet};
/// use toolwright_core::{Prompts, Server};
///
/// let prompts = DynamicPrompts::new();
/// let server = Server::new("shop", "1.0.0").prompts(prompts.clone()).build()?;
///
/// // Any time later:
/// prompts.add(Prompts::new().prompt("greet", "Says hello", |_cx, (): ()| async { "Hello!" }))?;
/// assert_eq!(prompts.prompts()[0].name, "greet");
/// assert!(prompts.remove("greet"));
/// # Ok::<_, toolwright_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct DynamicPrompts(Arc<Shared>);

#[derive(Default)]
struct Shared {
    now: RwLock<Arc<Members>>,
    changes: Changes,
}

/// The set at one time.
#[derive(Clone, Default)]
struct Members(Vec<Member>);

/// A prompt, who has it, and where.
#[derive(Clone)]
struct Member {
    prompt: Prompt,
    set: Arc<dyn PromptSet>,
    index: usize,
}

impl DynamicPrompts {
    /// No prompts yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds all prompts of a set, behind those that are there, with their completers.
    ///
    /// # Errors
    /// As [`Server::build`](crate::Server::build) about prompts; nothing is added then. A name that
    /// another set of the server has is noticed later: the prompt is left out, and the log says
    /// so.
    pub fn add(&self, set: impl PromptSet) -> Result<(), BuildError> {
        let members = members(set)?;
        self.update(|prompts| {
            prompts.0.extend(members);
            prompts.check()
        })
    }

    /// Puts the prompts of a set in the place of all that are there, at once.
    ///
    /// # Errors
    /// As [`DynamicPrompts::add`]; nothing changes then.
    pub fn replace(&self, set: impl PromptSet) -> Result<(), BuildError> {
        let members = members(set)?;
        self.update(|prompts| {
            prompts.0 = members;
            prompts.check()
        })
    }

    /// Removes a prompt; whether it was there.
    pub fn remove(&self, name: &str) -> bool {
        let removed = self.update(|prompts| {
            let before = prompts.0.len();
            prompts.0.retain(|member| member.prompt.name != name);
            if prompts.0.len() < before { Ok(()) } else { Err(()) }
        });
        removed.is_ok()
    }

    fn update<E>(&self, change: impl FnOnce(&mut Members) -> Result<(), E>) -> Result<(), E> {
        {
            let mut now = self.0.now.write().unwrap_or_else(PoisonError::into_inner);
            let mut prompts = Members::clone(&now);
            change(&mut prompts)?;
            *now = Arc::new(prompts);
        }
        self.0.changes.notify();
        Ok(())
    }

    fn now(&self) -> Arc<Members> {
        Arc::clone(&self.0.now.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl PromptSet for DynamicPrompts {
    fn prompts(&self) -> Vec<Prompt> {
        self.now().prompts()
    }

    fn fill<'a>(
        &'a self,
        cx: &'a Context,
        call: PromptCall<'a>,
    ) -> BoxFuture<'a, Result<GetPromptResult, Failure>> {
        let now = self.now();
        Box::pin(async move {
            let index = now.0.iter().position(|member| member.prompt.name == call.name());
            let index = index.ok_or_else(Failure::not_found)?;
            now.fill(cx, PromptCall::new(index, call.name(), call.arguments())).await
        })
    }

    fn changes(&self) -> Vec<Changes> {
        vec![self.0.changes.clone()]
    }

    fn snapshot(&self) -> Option<Arc<dyn PromptSet>> {
        Some(self.now())
    }
}

impl PromptSet for Members {
    fn prompts(&self) -> Vec<Prompt> {
        self.0.iter().map(|member| member.prompt.clone()).collect()
    }

    fn fill<'a>(
        &'a self,
        cx: &'a Context,
        call: PromptCall<'a>,
    ) -> BoxFuture<'a, Result<GetPromptResult, Failure>> {
        match self.0.get(call.index()) {
            Some(member) => {
                member.set.fill(cx, PromptCall::new(member.index, call.name(), call.arguments()))
            }
            None => Box::pin(async { Err(Failure::not_found()) }),
        }
    }

    fn completer(&self, index: usize, argument: &str) -> Option<Box<dyn Complete + '_>> {
        let member = self.0.get(index)?;
        member.set.completer(member.index, argument)
    }

    fn check(&self) -> Result<(), BuildError> {
        let mut names = HashSet::new();
        match self.0.iter().find(|member| !names.insert(&member.prompt.name)) {
            Some(member) => Err(BuildError::DuplicatePrompt { name: member.prompt.name.clone() }),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for DynamicPrompts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = self.now();
        let names: Vec<&str> = now.0.iter().map(|member| member.prompt.name.as_str()).collect();
        f.debug_tuple("DynamicPrompts").field(&names).finish()
    }
}

fn members(set: impl PromptSet) -> Result<Vec<Member>, BuildError> {
    let set: Arc<dyn PromptSet> = Arc::new(set);
    let set = set.snapshot().unwrap_or(set);
    set.check()?;
    let prompts = set.prompts().into_iter().enumerate();
    Ok(prompts.map(|(index, prompt)| Member { prompt, set: Arc::clone(&set), index }).collect())
}
