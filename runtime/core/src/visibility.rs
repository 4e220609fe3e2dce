//! Who sees what: see [`Server::visibility`](crate::Server::visibility).

use toolwright_spec::{Prompt, ResourceTemplate, Tool};

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
