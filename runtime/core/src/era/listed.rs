//! What lists are made of.

use serde::Serialize;
use toolwright_spec::{Fit, Prompt, Resource, ResourceTemplate, Revision, Tool};

use super::lower::lower_output;
use crate::cache::Cacheable;
use crate::visibility::Item;

/// What stands in a list.
pub(crate) trait Listed: Clone + Fit + Serialize + Send + Sync + 'static {
    /// The method that lists it.
    const METHOD: &'static str;
    /// The member of the result that is the list.
    const MEMBER: &'static str;
    /// The hint that goes with it.
    const CACHEABLE: Cacheable;

    /// What callers may see or not.
    fn item(&self) -> Item<'_>;

    /// Says in the words of a revision what would otherwise be lost or misunderstood.
    fn lower(&mut self, revision: Revision) {
        let _ = revision;
    }

    /// What tells items apart.
    fn key(&self) -> &str {
        self.item().name()
    }
}

impl Listed for Tool {
    const METHOD: &'static str = "tools/list";
    const MEMBER: &'static str = "tools";
    const CACHEABLE: Cacheable = Cacheable::Tools;

    fn item(&self) -> Item<'_> {
        Item::Tool(self)
    }

    fn lower(&mut self, revision: Revision) {
        lower_output(self, revision);
    }
}

impl Listed for Prompt {
    const METHOD: &'static str = "prompts/list";
    const MEMBER: &'static str = "prompts";
    const CACHEABLE: Cacheable = Cacheable::Prompts;

    fn item(&self) -> Item<'_> {
        Item::Prompt(self)
    }
}

impl Listed for Resource {
    const METHOD: &'static str = "resources/list";
    const MEMBER: &'static str = "resources";
    const CACHEABLE: Cacheable = Cacheable::Resources;

    fn item(&self) -> Item<'_> {
        Item::Resource(&self.uri)
    }
}

impl Listed for ResourceTemplate {
    const METHOD: &'static str = "resources/templates/list";
    const MEMBER: &'static str = "resourceTemplates";
    const CACHEABLE: Cacheable = Cacheable::Templates;

    fn item(&self) -> Item<'_> {
        Item::Template(self)
    }
}
