//! All that a server has, and whether it changes.

use std::collections::HashMap;
use std::sync::Arc;

use toolwright_spec::{
    Object, PromptsCapability, ResourcesCapability, ServerCapabilities, ToolsCapability,
};

use super::change::{Announcer, Change};
use super::live::Live;
use super::prompts::Library;
use super::registry::Registry;
use super::resources::Shelf;
use super::wanted::Wanted;
use crate::cache::{Cacheable, Hints};
use crate::changes::{Changes, Listener};
use crate::error::BuildError;
use crate::prompt::PromptSet;
use crate::resource::ResourceSet;
use crate::scopes::Scopes;
use crate::task::TaskPolicy;
use crate::tool::ToolSet;

/// Tools, resources and prompts.
pub(super) struct Stock {
    pub(super) tools: Live<Registry>,
    pub(super) resources: Live<Shelf>,
    pub(super) prompts: Live<Library>,
    wanted: Arc<Wanted>,
    /// Kept, so that they go on listening.
    listeners: Vec<Arc<Listener>>,
}

impl Stock {
    /// Asks all sets what they have.
    pub(super) fn new(
        tools: Vec<Arc<dyn ToolSet>>,
        resources: Vec<Arc<dyn ResourceSet>>,
        prompts: Vec<Arc<dyn PromptSet>>,
        policies: HashMap<String, TaskPolicy>,
        wanted: Wanted,
    ) -> Result<Self, BuildError> {
        let wanted = Arc::new(wanted);
        let (for_tools, for_resources) = (Arc::clone(&wanted), Arc::clone(&wanted));
        let changes: Vec<Changes> = tools.iter().flat_map(|set| set.changes()).collect();
        let tools = Live::new(changes, move |before, faults| {
            Registry::gather(&tools, &policies, &for_tools, before, faults)
        })?;
        let changes: Vec<Changes> = resources.iter().flat_map(|set| set.changes()).collect();
        let resources = Live::new(changes, move |before, faults| {
            Shelf::gather(&resources, &for_resources, before, faults)
        })?;
        let changes: Vec<Changes> = prompts.iter().flat_map(|set| set.changes()).collect();
        let for_prompts = Arc::clone(&wanted);
        let prompts = Live::new(changes, move |before, faults| {
            Library::gather(&prompts, &for_prompts, before, faults)
        })?;
        let stock = Self { tools, resources, prompts, wanted, listeners: Vec::new() };
        stock.check()?;
        Ok(stock)
    }

    /// Which scopes the server was told of, by name.
    pub(super) fn told(&self) -> HashMap<String, Scopes> {
        self.wanted.all()
    }

    /// Whether everything is there that was said to take scopes, or may yet come.
    fn check(&self) -> Result<(), BuildError> {
        let (tools, resources, prompts) =
            (self.tools.now(), self.resources.now(), self.prompts.now());
        let has_name = |name: &str| {
            tools.find(name).is_some()
                || prompts.definition(name).is_some()
                || resources.lists(name)
        };
        let named = self.tools.changes() || self.prompts.changes();
        for (name, _) in self.wanted.names().filter(|(name, _)| !has_name(name)) {
            // Tools and prompts may be called anything, URIs and templates may not.
            let may_come = named || self.resources.changes() && name.contains([':', '{']);
            let name = name.clone();
            if let Some(template) = resources.maker(&name) {
                let template = template.to_owned();
                return Err(BuildError::InstanceScoped { uri: name, template });
            }
            if !may_come {
                return Err(BuildError::NothingScoped { name });
            }
            tracing::warn!(name, "nothing is called so yet that could take scopes: is it right?");
        }
        Ok(())
    }

    /// Passes on every change from now on.
    pub(super) fn announce(&mut self, announcer: &Announcer) {
        let mut listener = |change: Change| -> Arc<Listener> {
            let announcer = announcer.clone();
            let listener: Arc<Listener> = Arc::new(move || announcer.announce(change.clone()));
            self.listeners.push(Arc::clone(&listener));
            listener
        };
        self.tools.listen(&listener(Change::Tools));
        self.resources.listen(&listener(Change::Resources));
        self.prompts.listen(&listener(Change::Prompts));
    }

    /// Says what there is, for each kind of which a set was added.
    pub(super) fn advertise(
        &self,
        kinds: (bool, bool, bool),
        capabilities: &mut ServerCapabilities,
    ) {
        let (tools, resources, prompts) = kinds;
        let changes = |changes: bool| changes.then_some(true);
        if tools {
            let mut capability = ToolsCapability::default();
            capability.list_changed = changes(self.tools.changes());
            capabilities.tools = Some(capability);
        }
        if resources {
            let mut capability = ResourcesCapability::default();
            capability.list_changed = changes(self.resources.changes());
            capabilities.resources = Some(capability);
        }
        if prompts {
            let mut capability = PromptsCapability::default();
            capability.list_changed = changes(self.prompts.changes());
            capabilities.prompts = Some(capability);
        }
        // What comes later may be completed, too.
        let later = self.resources.changes() || self.prompts.changes();
        if later || self.resources.now().completes() || self.prompts.now().completes() {
            capabilities.completions = Some(Object::default());
        }
    }

    /// Says which lists may change.
    pub(super) fn hint(&self, hints: &mut Hints) {
        for (changes, lists) in [
            (self.tools.changes(), &[Cacheable::Tools][..]),
            (self.prompts.changes(), &[Cacheable::Prompts]),
            (self.resources.changes(), &[Cacheable::Resources, Cacheable::Templates]),
            (self.resources.now().has_instances(), &[Cacheable::Resources]),
        ] {
            lists.iter().filter(|_| changes).for_each(|list| hints.changes(*list));
        }
    }
}
