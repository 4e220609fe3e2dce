//! Where a set stands that was put under a prefix.

use std::sync::Arc;

use super::Context;
use crate::visibility::Item;
use crate::watch::Hub;

/// What is different for a set under a prefix: it knows its own names only, and may publish by a
/// hub of its own.
#[derive(Debug)]
pub(super) struct Place {
    /// In front of the names of tools and prompts, all the way from the server.
    names: String,
    /// In front of URIs, likewise.
    uris: String,
    pub(super) hub: Option<Arc<Hub>>,
}

impl Context {
    /// The same request for a set under a prefix: `names` is what names have in front of them, and
    /// `uris` what URIs have. `hub` is where the set publishes, if it came with a server.
    pub(crate) fn under(&self, names: &str, uris: &str, hub: Option<&Arc<Hub>>) -> Self {
        let outer = self.1.as_deref();
        let (outer_names, outer_uris) =
            outer.map_or(("", ""), |outer| (&*outer.names, &*outer.uris));
        let place = Place {
            names: [outer_names, names].concat(),
            uris: [outer_uris, uris].concat(),
            hub: hub.or_else(|| outer?.hub.as_ref()).map(Arc::clone),
        };
        Self(Arc::clone(&self.0), Some(Arc::new(place)))
    }

    /// The request as the server itself sees it.
    pub(super) fn outermost(&self) -> Self {
        Self(Arc::clone(&self.0), None)
    }
}

impl Place {
    /// What the server calls a tool or prompt of the set.
    pub(super) fn name(&self, own: &str) -> String {
        [&self.names, own].concat()
    }

    /// Asks about an item of the set under the name that the server has for it.
    pub(super) fn ask(&self, item: &Item<'_>, shows: impl FnOnce(&Item<'_>) -> bool) -> bool {
        match *item {
            Item::Tool(tool) => {
                let mut tool = tool.clone();
                tool.name.insert_str(0, &self.names);
                shows(&Item::Tool(&tool))
            }
            Item::Prompt(prompt) => {
                let mut prompt = prompt.clone();
                prompt.name.insert_str(0, &self.names);
                shows(&Item::Prompt(&prompt))
            }
            Item::Resource(uri) => shows(&Item::Resource(&[&self.uris, uri].concat())),
            Item::Template(template) => {
                let mut template = template.clone();
                template.uri_template.insert_str(0, &self.uris);
                shows(&Item::Template(&template))
            }
        }
    }
}
