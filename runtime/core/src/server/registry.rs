//! The tools of a server, by name.

use std::collections::HashMap;
use std::sync::Arc;

use toolwright_spec::{TaskSupport, Tool, ToolExecution};

use super::claims::{Claims, Faults};
use super::wanted::Wanted;
use crate::era::Catalog;
use crate::error::BuildError;
use crate::scopes::Scopes;
use crate::task::TaskPolicy;
use crate::tool::{ToolSet, Validated};

/// All tools of a server at one time.
pub(super) struct Registry {
    tools: Vec<Entry>,
    names: HashMap<Box<str>, usize>,
    claims: Claims,
    catalog: Catalog<Tool>,
}

/// One tool.
pub(super) struct Entry {
    /// Who runs it.
    pub(super) set: Arc<dyn ToolSet>,
    /// Where the set has it.
    pub(super) index: usize,
    /// What its arguments and results have to be.
    pub(super) validated: Arc<Validated>,
    /// Whether the set checks arguments itself.
    pub(super) checks: bool,
    /// Whether its calls may become tasks.
    pub(super) task: Option<TaskPolicy>,
    /// What callers need.
    pub(super) scopes: Scopes,
}

impl Registry {
    /// Takes the tools of all sets, in order.
    pub(super) fn gather(
        sets: &[Arc<dyn ToolSet>],
        policies: &HashMap<String, TaskPolicy>,
        wanted: &Wanted,
        before: Option<&Self>,
        faults: Faults,
    ) -> Result<Self, BuildError> {
        let mut listed = Vec::new();
        for (position, set) in sets.iter().enumerate() {
            let set = set.snapshot().unwrap_or_else(|| Arc::clone(set));
            for (index, tool) in set.tools().into_iter().enumerate() {
                listed.push((position, Arc::clone(&set), index, tool));
            }
        }
        let names = listed.iter().map(|(position, _, _, tool)| (&*tool.name, *position));
        let claims = Claims::new(names, before.map(|before| &before.claims));

        let (mut tools, mut names, mut definitions) = (Vec::new(), HashMap::new(), Vec::new());
        for (position, set, index, mut tool) in listed {
            let taken = names.contains_key(&*tool.name);
            if taken || claims.owner(&tool.name) != Some(position) {
                faults.report(BuildError::DuplicateTool { name: tool.name })?;
                continue;
            }
            let scopes = wanted.of(&mut tool, |tool| &tool.name, faults)?;
            let validated = match before.and_then(|before| before.validated(&tool)) {
                Some(validated) => validated,
                None => match Validated::new(&tool) {
                    Ok(validated) => Arc::new(validated),
                    Err(fault) => {
                        faults.report(fault)?;
                        continue;
                    }
                },
            };
            names.insert(tool.name.clone().into_boxed_str(), tools.len());
            let task = task(&tool, policies);
            tool.execution = task.map(|_| {
                let mut execution = ToolExecution::new();
                // Whoever knows no tasks may always wait in a session.
                execution.task_support = Some(TaskSupport::Optional);
                execution
            });
            let checks = set.checks(index);
            tools.push(Entry { set, index, validated, checks, task, scopes: scopes.clone() });
            definitions.push((tool, scopes));
        }
        Ok(Self { tools, names, claims, catalog: Catalog::scoped(definitions) })
    }

    /// The tool of this name, and its definition.
    pub(super) fn find(&self, name: &str) -> Option<(&Entry, &Tool)> {
        let index = *self.names.get(name)?;
        Some((self.tools.get(index)?, self.catalog.items().get(index)?))
    }

    /// Whether a definition says that calls may become tasks.
    pub(super) fn has_tasks(&self) -> bool {
        self.tools.iter().any(|entry| entry.task.is_some())
    }

    /// All definitions.
    pub(super) fn catalog(&self) -> &Catalog<Tool> {
        &self.catalog
    }

    /// What was compiled for this very definition.
    fn validated(&self, tool: &Tool) -> Option<Arc<Validated>> {
        let (entry, _) = self.find(&tool.name)?;
        entry.validated.fits(tool).then(|| Arc::clone(&entry.validated))
    }
}

/// Whether calls may become tasks: what the server said of it counts for more than the definition.
fn task(tool: &Tool, policies: &HashMap<String, TaskPolicy>) -> Option<TaskPolicy> {
    if let Some(policy) = policies.get(&tool.name) {
        return Some(*policy);
    }
    match tool.execution.as_ref()?.task_support? {
        TaskSupport::Optional => Some(TaskPolicy::optional()),
        TaskSupport::Required => Some(TaskPolicy::required()),
        _ => None,
    }
}
