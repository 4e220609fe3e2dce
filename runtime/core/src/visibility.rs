//! Who sees what.

use toolwright_spec::{Prompt, ResourceTemplate, Tool};

use crate::context::Context;

/// Decides who sees what. What a caller does not see is not there for it: not in a list, not to be
/// called, read or filled, not in completions.
///
/// Closures do. See [`Server::visibility`](crate::Server::visibility).
pub trait Visibility: Send + Sync + 'static {
    /// Whether the caller sees the item. Asked for every item of a list and every request for one,
    /// so it must not block; and it must say the same of an item in a list and by itself.
    fn shows(&self, cx: &Context, item: &Item<'_>) -> bool;
}

impl<F> Visibility for F
where
    F: Fn(&Context, &Item<'_>) -> bool + Send + Sync + 'static,
{
    fn shows(&self, cx: &Context, item: &Item<'_>) -> bool {
        self(cx, item)
    }
}

/// What may be seen or not.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Item<'a> {
    /// A tool.
    Tool(&'a Tool),
    /// A prompt.
    Prompt(&'a Prompt),
    /// A resource, by its URI: listed, or one that a template makes.
    Resource(&'a str),
    /// A template of URIs. What it makes is asked for as [`Item::Resource`].
    Template(&'a ResourceTemplate),
}

impl<'a> Item<'a> {
    /// The name of a tool or prompt, the URI of a resource, the text of a template.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self {
            Self::Tool(tool) => &tool.name,
            Self::Prompt(prompt) => &prompt.name,
            Self::Resource(uri) => uri,
            Self::Template(template) => &template.uri_template,
        }
    }
}

/// All filters of a server. What one of them hides is hidden.
#[derive(Default)]
pub(crate) struct Filters(Vec<Box<dyn Visibility>>);

impl Filters {
    pub(crate) fn add(&mut self, filter: impl Visibility) {
        self.0.push(Box::new(filter));
    }

    /// Whether everybody sees everything.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the caller sees the item.
    pub(crate) fn shows(&self, cx: &Context, item: &Item<'_>) -> bool {
        self.0.iter().all(|filter| filter.shows(cx, item))
    }
}
