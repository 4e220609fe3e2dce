//! The error of a revision nobody knows.

use std::fmt;

use crate::Revision;

/// A text is not the name of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownRevision(String);

impl UnknownRevision {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UnknownRevision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known: Vec<&str> = Revision::ALL.iter().map(|revision| revision.as_str()).collect();
        write!(f, "unknown protocol revision {:?}; known are {}", self.0, known.join(", "))
    }
}

impl std::error::Error for UnknownRevision {}
