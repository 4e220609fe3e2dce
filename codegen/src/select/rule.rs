//! Curation: what a `toolwright.toml` or `x-mcp` in a document says of tools, as data.

use crate::json::Value;

use super::Filter;
use crate::ir::{Fields, Paging};
use crate::profile::Profile;

/// What one place says: a file, or a document of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    /// Only operations that one of these matches; empty: all.
    pub(crate) keep: Vec<Placed<Filter>>,
    /// No operation that one of these matches.
    pub(crate) drop: Vec<Placed<Filter>>,
    /// The group of tools that are in no other.
    pub(crate) group: Option<String>,
    /// Groups by tag.
    pub(crate) groups: Vec<Placed<(String, String)>>,
    /// What is said of tools.
    pub(crate) tools: Vec<Placed<(Filter, ToolRule)>>,
    /// What is said of parameters by name, whichever operation has them.
    pub(crate) parameters: Vec<Placed<(String, ParameterRule)>>,
    /// Name of the module.
    pub(crate) name: Option<String>,
    /// Provider profile, unless another is asked for.
    pub(crate) profile: Option<Profile>,
    /// Tokens of definitions, unless another number is asked for.
    pub(crate) budget: Option<usize>,
    /// Overlays, as paths from the file.
    pub(crate) overlays: Vec<String>,
}

impl Rules {
    /// Name of the generated module.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The provider profile to use unless the user asks for another.
    pub fn profile(&self) -> Option<Profile> {
        self.profile
    }

    /// Tokens that definitions may take unless the user asks for another number.
    pub fn budget(&self) -> Option<usize> {
        self.budget
    }

    /// Overlays to apply before all others, as paths from the file.
    pub fn overlays(&self) -> &[String] {
        &self.overlays
    }
}

/// Something with the place where it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed<T> {
    pub(crate) what: T,
    pub(crate) origin: Origin,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) file: String,
    pub(crate) line: Option<u32>,
    pub(crate) pointer: String,
}

/// What is said of one tool, or of several; `None`: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ToolRule {
    pub(crate) drop: Option<bool>,
    pub(crate) name: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) read_only: Option<bool>,
    pub(crate) destructive: Option<bool>,
    pub(crate) idempotent: Option<bool>,
    pub(crate) open_world: Option<bool>,
    /// What callers have to be allowed.
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) resource: Option<Placed<ResourceRule>>,
    /// How its pages are gathered; inside, `None`: not at all.
    pub(crate) pages: Option<Placed<Option<Paging>>>,
    /// Which fields of its reply are kept; inside, `None`: all.
    pub(crate) fields: Option<Placed<Option<Fields>>>,
    pub(crate) parameters: Vec<Placed<(String, ParameterRule)>>,
}

impl ToolRule {
    /// What this says, and where it says nothing, what `other` does.
    pub(crate) fn or(&mut self, other: &Self) {
        fn fill<T: Clone>(own: &mut Option<T>, other: &Option<T>) {
            if own.is_none() {
                own.clone_from(other);
            }
        }
        fill(&mut self.drop, &other.drop);
        fill(&mut self.name, &other.name);
        fill(&mut self.title, &other.title);
        fill(&mut self.description, &other.description);
        fill(&mut self.group, &other.group);
        fill(&mut self.read_only, &other.read_only);
        fill(&mut self.destructive, &other.destructive);
        fill(&mut self.idempotent, &other.idempotent);
        fill(&mut self.open_world, &other.open_world);
        fill(&mut self.scopes, &other.scopes);
        fill(&mut self.resource, &other.resource);
        fill(&mut self.pages, &other.pages);
        fill(&mut self.fields, &other.fields);
        self.parameters.extend(other.parameters.iter().cloned());
    }
}

/// How an operation becomes a resource.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ResourceRule {
    /// It is none after all.
    pub(crate) none: bool,
    /// URI or URI template.
    pub(crate) uri: Option<String>,
    pub(crate) media_type: Option<String>,
    /// It stays a tool, too.
    pub(crate) tool: bool,
}

/// What is said of a parameter, or of a member of the body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ParameterRule {
    pub(crate) hide: Option<bool>,
    pub(crate) preset: Option<Value>,
    /// What the argument is called.
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
}

impl ParameterRule {
    pub(crate) fn or(&mut self, other: &Self) {
        self.hide = self.hide.or(other.hide);
        if self.preset.is_none() {
            self.preset.clone_from(&other.preset);
        }
        if self.name.is_none() {
            self.name.clone_from(&other.name);
        }
        if self.description.is_none() {
            self.description.clone_from(&other.description);
        }
    }
}
