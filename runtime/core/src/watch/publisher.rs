//! Where changes are told.

use std::fmt;
use std::sync::Arc;

use super::change::Change;
use super::hub::Hub;

/// Tells all clients of a server, in every revision and over every transport, that something
/// changed. Clones tell the same clients.
///
/// Nothing here blocks, waits or fails: changes that nobody wants to know of are forgotten. Made
/// by [`Server::publisher`](crate::Server::publisher),
/// [`Service::publisher`](crate::Service::publisher) and
/// [`Context::publisher`](crate::Context::publisher).
///
/// ```
/// use toolwright_core::tool::FnTools;
/// use toolwright_core::{Context, Server};
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Delivery {
///     books: u32,
/// }
///
/// let tools = FnTools::new().tool("restock", "Adds books", |cx: Context, it: Delivery| async move {
///     cx.publisher().resource_updated("shop://stock");
///     format!("{} more", it.books)
/// });
/// let server = Server::new("shop", "1.0.0").tools(tools).subscriptions(true);
/// # server.build().unwrap();
/// ```
#[derive(Clone)]
pub struct Publisher(Arc<Hub>);

impl Publisher {
    pub(crate) fn new(hub: Arc<Hub>) -> Self {
        Self(hub)
    }

    /// The list of tools is another.
    pub fn tools_changed(&self) {
        self.publish(&Change::Tools);
    }

    /// The list of prompts is another.
    pub fn prompts_changed(&self) {
        self.publish(&Change::Prompts);
    }

    /// The list of resources, or of their templates, is another.
    pub fn resources_changed(&self) {
        self.publish(&Change::Resources);
    }

    /// What is under this URI is another. Clients that asked for exactly this URI are told.
    pub fn resource_updated(&self, uri: impl Into<String>) {
        self.publish(&Change::Resource(uri.into()));
    }

    /// Any of these.
    pub fn publish(&self, change: &Change) {
        self.0.publish(change);
    }
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Publisher").field(&self.0).finish()
    }
}
