//! What generation has to say to the author of a document, as data.

use serde::Serialize;

/// How grave a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something was simplified on purpose, nothing is lost on the wire.
    Note,
    /// Something was left out or mended; the generated code works without it.
    Warning,
    /// Nothing sensible can be generated from this place.
    Error,
}

/// One finding. All findings of a run are reported together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Stable code such as `TW0103`; the table is in the `code` module.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Name of the document as the user gave it.
    pub file: String,
    /// One-based line, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// JSON pointer into the document (`/paths/~1pets/get`).
    pub pointer: String,
    /// What was found and what happens instead.
    pub message: String,
    /// What the author can do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let severity = match self.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{severity}[{}]: {}", self.code, self.message)?;
        write!(f, "\n  --> {}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.pointer.is_empty() {
            write!(f, " at {}", self.pointer)?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}
