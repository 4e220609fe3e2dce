//! What `#[resources]` needs of the runtime.

use std::sync::OnceLock;

use serde::de::DeserializeOwned;

use super::UriTemplate;
use crate::Failure;
use crate::values::{self, Values};

/// A template that is read when it is first needed.
#[derive(Debug)]
pub struct Template {
    text: &'static str,
    /// `None` within: it is none; the server that it is added to says so.
    parsed: OnceLock<Option<UriTemplate>>,
}

impl Template {
    /// A template, not read yet.
    #[must_use]
    pub const fn new(text: &'static str) -> Self {
        Self { text, parsed: OnceLock::new() }
    }

    /// The values of its variables, if it makes this URI.
    #[must_use]
    pub fn matches(&self, uri: &str) -> Option<Vec<(String, String)>> {
        self.parsed.get_or_init(|| UriTemplate::new(self.text).ok()).as_ref()?.matches(uri)
    }
}

/// Reads the variables of a URI into a struct or a map.
///
/// # Errors
/// One of them is no such thing; the text names it.
pub fn variables<V: DeserializeOwned>(variables: &Values) -> Result<V, Failure> {
    values::read(variables)
        .map_err(|error| Failure::invalid(format!("a variable of the URI is not valid: {error}")))
}
