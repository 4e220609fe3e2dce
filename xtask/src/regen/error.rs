//! What can go wrong while regenerating.

use std::path::{Path, PathBuf};

/// Why regeneration stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not what its name promises.
    #[error("{what} cannot be read: {problem}")]
    Syntax {
        /// The file or document.
        what: String,
        /// What the reader said.
        problem: String,
    },
    /// A source could not be fetched.
    #[error("{url} could not be fetched: {problem}")]
    Fetch {
        /// Address that was asked.
        url: String,
        /// What went wrong.
        problem: String,
    },
    /// A schema holds something that regen does not know.
    #[error("{revision}, {at}: {problem}")]
    Schema {
        /// Revision or extension.
        revision: String,
        /// Definition and path below it.
        at: String,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// Two revisions, or two places of one, do not fit together.
    #[error("{what} does not fold: {left} against {right}")]
    Conflict {
        /// Type or field.
        what: String,
        /// One side, with its revision.
        left: String,
        /// The other side, with its revision.
        right: String,
    },
    /// A fix-up found nothing to mend.
    #[error(
        "fix-up `{name}` no longer applies to {revision}: {reason}. End it before this revision in fixups.rs"
    )]
    FixUp {
        /// Its name.
        name: &'static str,
        /// The revision it should have mended.
        revision: String,
        /// Why it exists.
        reason: &'static str,
    },
    /// Documentation is missing or left over.
    #[error("{}", docs_message(missing, stale))]
    Docs {
        /// Keys without documentation.
        missing: Vec<String>,
        /// Documented keys that do not exist.
        stale: Vec<String>,
    },
    /// The printers could not print the model.
    #[error("printing {what}: {problem}")]
    Print {
        /// Type or file.
        what: String,
        /// What is wrong.
        problem: String,
    },
    /// Files on disk differ from what would be generated (`--check`).
    #[error("not up to date, run `cargo xtask regen`:{}", list(differing))]
    Differs {
        /// Their paths, relative to the repository.
        differing: Vec<String>,
    },
}

impl Error {
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }

    pub(super) fn syntax(what: impl Into<String>, problem: impl ToString) -> Self {
        Self::Syntax { what: what.into(), problem: problem.to_string() }
    }
}

fn list(items: &[String]) -> String {
    items.iter().map(|item| format!("\n  {item}")).collect()
}

fn docs_message(missing: &[String], stale: &[String]) -> String {
    let mut out = String::from("the documentation in spec/docs does not match the model");
    if !missing.is_empty() {
        out += &format!("\nmissing ({}):{}", missing.len(), list(missing));
    }
    if !stale.is_empty() {
        out += &format!("\nwithout a counterpart ({}):{}", stale.len(), list(stale));
    }
    out
}
