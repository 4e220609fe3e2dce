//! MCP Apps: tools whose results are shown by a page of the server's.
//!
//! A page is an HTML document under a `ui://` URI. The client shows it beside a call of the tool
//! that names it, in a frame that can reach nothing but what the page declares. Clients without
//! apps see the tool's result as ever, so that still has to say something.
//!
//! ```
//! use toolwright_core::apps::{App, Csp, with_page};
//! use toolwright_core::{Server, tool::FnTools};
//! use toolwright_spec::Tool;
//!
//! let page = App::new("ui://shop/sales", "Sales", "<!doctype html><p>Sales</p>")
//!     .csp(Csp::new().connect("https://api.example.com"));
//! let tool = Tool::new("sales", toolwright_spec::JsonSchema::empty_object());
//! let tools = FnTools::new()
//!     .with(with_page(tool, "ui://shop/sales"), |_cx, (): ()| async { "12 books today" });
//! let server = Server::new("shop", "1.0.0").app(page).tools(tools);
//! # server.build().unwrap();
//! ```
//!
//! Specification: the extension `io.modelcontextprotocol/ui` (SEP-1865).

mod csp;
mod tool;

use serde_json::{Value, json};
use toolwright_spec::{
    Object, ReadResourceResult, Resource, ResourceContents, TextResourceContents,
};

pub use csp::Csp;
pub use tool::{only_for_page, with_page};

pub(crate) use tool::page_of;

use crate::resource::Resources;

/// What the extension is called. Clients that show apps list [`MIME`] among its `mimeTypes`.
pub const EXTENSION: &str = "io.modelcontextprotocol/ui";

/// The media type of a page.
pub const MIME: &str = "text/html;profile=mcp-app";

/// A page that shows the results of tools.
#[derive(Debug, Clone)]
pub struct App {
    resource: Resource,
    html: String,
    csp: Csp,
    permissions: Object,
    more: Object,
}

impl App {
    /// A page under a `ui://` URI, with a name and its HTML.
    pub fn new(uri: impl Into<String>, name: impl Into<String>, html: impl Into<String>) -> Self {
        Self {
            resource: Resource::new(name, uri).with_mime_type(MIME),
            html: html.into(),
            csp: Csp::new(),
            permissions: Object::new(),
            more: Object::new(),
        }
    }

    /// What it is for.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.resource = self.resource.with_description(description);
        self
    }

    /// What the page may reach. Without, nothing.
    #[must_use]
    pub fn csp(mut self, csp: Csp) -> Self {
        self.csp = csp;
        self
    }

    /// Asks for what a browser lets a page do: `camera`, `microphone`, `geolocation`,
    /// `clipboardWrite`. The client may refuse.
    #[must_use]
    pub fn permission(mut self, name: impl Into<String>) -> Self {
        self.permissions.insert(name.into(), json!({}));
        self
    }

    /// Asks for an origin of the page's own, in the form that the client documents.
    #[must_use]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.more.insert("domain".to_owned(), domain.into().into());
        self
    }

    /// Whether the client had better draw a border around it.
    #[must_use]
    pub fn prefers_border(mut self, border: bool) -> Self {
        self.more.insert("prefersBorder".to_owned(), border.into());
        self
    }

    pub(crate) fn uri(&self) -> &str {
        &self.resource.uri
    }

    /// What is wrong with it.
    pub(crate) fn fault(&self) -> Option<String> {
        if self.uri().strip_prefix("ui://").is_none_or(str::is_empty) {
            return Some("its URI does not begin with `ui://`".to_owned());
        }
        self.csp.fault()
    }

    /// Adds the page to resources.
    pub(crate) fn add_to(self, resources: Resources) -> Resources {
        let mut ui = self.more;
        if let Some(csp) = self.csp.into_json() {
            ui.insert("csp".to_owned(), csp);
        }
        if !self.permissions.is_empty() {
            ui.insert("permissions".to_owned(), Value::Object(self.permissions));
        }
        let meta =
            (!ui.is_empty()).then(|| Object::from_iter([("ui".to_owned(), Value::Object(ui))]));
        let mut resource = self.resource;
        resource.meta.clone_from(&meta);
        resource.size = i64::try_from(self.html.len()).ok();
        let mut contents = TextResourceContents::new(resource.uri.clone(), self.html);
        contents.mime_type = Some(MIME.to_owned());
        contents.meta = meta;
        let result = ReadResourceResult::new([ResourceContents::Text(contents)]);
        resources.resource(resource, move |_| {
            let result = result.clone();
            async move { result }
        })
    }
}
