//! How a conversation differed from its script.

use std::fmt;
use std::panic::Location;

use super::transcript::Transcript;

/// So many of the last messages are shown.
const SHOWN: usize = 8;

/// A conversation that was not as its script said. It prints what was expected, where the script
/// says so, what came instead, and the last messages before that; `unwrap` prints the same.
#[derive(Clone, thiserror::Error)]
pub struct Mismatch {
    expected: String,
    received: String,
    at: Option<&'static Location<'static>>,
    before: Vec<String>,
}

impl Mismatch {
    pub(super) fn new(expected: impl Into<String>, received: impl Into<String>) -> Self {
        Self { expected: expected.into(), received: received.into(), at: None, before: Vec::new() }
    }

    /// With the place in the script and what was said.
    pub(super) fn at(
        mut self,
        at: Option<&'static Location<'static>>,
        transcript: &Transcript,
    ) -> Self {
        self.at = self.at.or(at);
        let lines: Vec<String> = transcript.entries().iter().map(ToString::to_string).collect();
        let start = lines.len().saturating_sub(SHOWN);
        self.before = lines.into_iter().skip(start).collect();
        self
    }

    /// What the script said.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }

    /// What happened instead.
    #[must_use]
    pub fn received(&self) -> &str {
        &self.received
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the conversation is not as the script says")?;
        write!(f, "  expected: {}", self.expected)?;
        if let Some(at) = self.at {
            write!(f, " ({}:{})", at.file(), at.line())?;
        }
        write!(f, "\n  received: {}", self.received)?;
        if !self.before.is_empty() {
            write!(f, "\n  the last messages:")?;
        }
        self.before.iter().try_for_each(|line| write!(f, "\n    {line}"))
    }
}

impl fmt::Debug for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
