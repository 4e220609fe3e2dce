//! What is wrong with a schema, and what is wrong with a document under one.

use std::fmt;

use super::{MAX_SCHEMA_BYTES, MAX_SCHEMA_DEPTH, MAX_SUBSCHEMAS};

/// A schema that can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SchemaError {
    /// The text is no JSON.
    #[error("the schema is no JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The text is longer than [`MAX_SCHEMA_BYTES`].
    #[error("the schema has {bytes} bytes; at most {MAX_SCHEMA_BYTES} are accepted")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Subschemas or references nest deeper than [`MAX_SCHEMA_DEPTH`].
    #[error("at {}: the schema nests deeper than {MAX_SCHEMA_DEPTH} levels", shown(.pointer))]
    TooDeep {
        /// Where, as a JSON pointer into the schema.
        pointer: String,
    },
    /// More than [`MAX_SUBSCHEMAS`] subschemas.
    #[error("the schema has more than {MAX_SUBSCHEMAS} subschemas")]
    TooMany,
    /// A keyword has a value it can't have.
    #[error("at {}: expected {expected}, found {found}", shown(.pointer))]
    Shape {
        /// Where, as a JSON pointer into the schema.
        pointer: String,
        /// What the keyword takes.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// `$schema` names a dialect that is not supported.
    #[error(
        "the dialect {dialect} is not supported; use JSON Schema 2020-12 (2019-09, draft-07 and \
         draft-06 are read as such)"
    )]
    Dialect {
        /// The value of `$schema`.
        dialect: String,
    },
    /// A reference to something outside the document; it is never fetched.
    #[error(
        "at {}: the reference {reference:?} leaves the schema; put its target under \"$defs\"",
        shown(.pointer)
    )]
    External {
        /// Where, as a JSON pointer into the schema.
        pointer: String,
        /// The reference.
        reference: String,
    },
    /// A reference into the document that leads nowhere.
    #[error("at {}: the reference {reference:?} leads nowhere", shown(.pointer))]
    Dangling {
        /// Where, as a JSON pointer into the schema.
        pointer: String,
        /// The reference.
        reference: String,
    },
    /// A schema that applies itself to the same value again, so that checking would never end.
    #[error("at {}: the schema refers to itself without end", shown(.pointer))]
    Endless {
        /// Where, as a JSON pointer into the schema.
        pointer: String,
    },
}

/// One way in which a document breaks a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The offending value as a JSON pointer into the document; empty: the document itself.
    pub pointer: String,
    /// What is wrong, in plain words, without the pointer: `must be at most 50, got 80`.
    pub message: String,
}

impl Violation {
    pub(super) fn new(pointer: String, message: String) -> Self {
        Self { pointer, message }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pointer.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.pointer, self.message)
        }
    }
}

fn shown(pointer: &str) -> &str {
    if pointer.is_empty() { "the root" } else { pointer }
}
