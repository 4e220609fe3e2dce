//! Results of tools in one call.

use crate::{CallToolResult, ContentBlock, RawJson};

impl CallToolResult {
    /// A text.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::new([ContentBlock::text(text)])
    }

    /// A failure of the tool, told to the model so that it can do better.
    #[must_use]
    pub fn error(text: impl Into<String>) -> Self {
        Self::text(text).with_is_error(true)
    }

    /// Structured content, and the same as text for clients that only read text, as the
    /// specification recommends. Revisions up to 2025-11-25 want an object.
    #[must_use]
    pub fn structured(json: impl Into<RawJson>) -> Self {
        let json = json.into();
        Self::text(json.as_str()).with_structured_content(json)
    }

    /// Whether the tool says that it failed.
    #[must_use]
    pub fn failed(&self) -> bool {
        self.is_error == Some(true)
    }
}
