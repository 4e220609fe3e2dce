//! Tools that have a page.

use serde_json::{Value, json};
use toolwright_spec::{Object, Tool};

/// Has the results of a tool shown by the page under a URI; the model sees the tool as ever.
#[must_use]
pub fn with_page(tool: Tool, uri: &str) -> Tool {
    described(tool, json!({ "resourceUri": uri }))
}

/// As [`with_page`], for a tool that only the page calls: the model does not see it.
#[must_use]
pub fn only_for_page(tool: Tool, uri: &str) -> Tool {
    described(tool, json!({ "resourceUri": uri, "visibility": ["app"] }))
}

/// The page of a tool, if it has one.
pub(crate) fn page_of(tool: &Tool) -> Option<&str> {
    tool.meta.as_ref()?.get("ui")?.get("resourceUri")?.as_str()
}

fn described(mut tool: Tool, ui: Value) -> Tool {
    tool.meta.get_or_insert_with(Object::new).insert("ui".to_owned(), ui);
    tool
}
