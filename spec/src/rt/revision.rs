//! The error of a revision nobody knows.

use std::fmt;

/// A text is not the name of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRevision {
    text: String,
    known: String,
}

impl UnknownRevision {
    pub(crate) fn new<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        Self { text: text.to_owned(), known: known.join(", ") }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for UnknownRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown protocol revision {:?}; known are {}", self.text, self.known)
    }
}

impl std::error::Error for UnknownRevision {}
