//! How a command fails, and with which exit code.

use std::path::PathBuf;
use std::process::ExitCode;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The document has faults, which have been printed.
    #[error("{file}: {errors} {}, nothing is generated", if *.errors == 1 { "error" } else { "errors" })]
    Findings {
        /// The document.
        file: String,
        /// How many.
        errors: usize,
    },
    /// The tools are more than a model shall read.
    #[error(
        "about {total} tokens of definitions, {budget} allowed: leave operations out (`keep` and \
         `drop` in toolwright.toml, --include, --exclude), or shorten what the table shows as large"
    )]
    OverBudget {
        /// What all tools take.
        total: usize,
        /// What they may.
        budget: usize,
    },
    /// The arguments make no sense.
    #[error("error: {0}")]
    Usage(String),
    /// A file cannot be read.
    #[error("error: can't read {}: {error}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file cannot be written.
    #[error("error: can't write {}: {error}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// Anything else.
    #[error("error: {0}")]
    Other(String),
}

impl Failure {
    /// Something that went wrong while `doing` it.
    pub(crate) fn other(doing: &str, error: impl std::fmt::Display) -> Self {
        Self::Other(format!("{doing}: {error}"))
    }

    /// 2 for arguments that make no sense, as clap has it; else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            _ => ExitCode::FAILURE,
        }
    }
}
