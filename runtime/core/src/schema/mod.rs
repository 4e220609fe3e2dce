//! JSON Schema validation: 2020-12, with the habits of draft-07 tolerated.
//!
//! A schema is compiled once into a flat arena of nodes and then checks any number of documents,
//! without going through `serde_json::Value`: numbers stay text and are compared exactly. Every
//! violation is reported, not only the first. Nothing is fetched: a reference that leaves the
//! document is an error, and sizes, depth and work are bounded.
//!
//! `format`, `contentEncoding` and the like are annotations, as the specification has it.
//! Patterns run in linear time; one that needs look-around or back-references is left out with a
//! warning in the log.
//!
//! ```
//! use toolwright_core::schema::Validator;
//!
//! let schema = r#"{
//!     "type": "object",
//!     "properties": { "limit": { "type": "integer", "maximum": 50 } },
//!     "required": ["query"]
//! }"#;
//! let arguments = serde_json::json!({ "limit": 80 });
//! let violations = Validator::new(schema)?.validate_value(&arguments).unwrap_err();
//! let told: Vec<String> = violations.iter().map(ToString::to_string).collect();
//! assert_eq!(told, ["/limit: must be at most 50, got 80", "missing required member \"query\""]);
//! # Ok::<(), toolwright_core::schema::SchemaError>(())
//! ```

mod check;
mod compile;
mod decimal;
mod error;
mod instance;
mod node;
mod pattern;
mod uri;

use serde_json::Value;
use serde_json::value::RawValue;

pub(crate) use decimal::Decimal;
pub use error::{SchemaError, Violation};

use instance::Instance;
use node::Arena;

/// Largest schema text accepted, in bytes.
pub const MAX_SCHEMA_BYTES: usize = 256 * 1024;
/// Most subschemas in one schema.
pub const MAX_SUBSCHEMAS: usize = 10_000;
/// Deepest nesting of subschemas, and longest chain of references between two of them.
pub const MAX_SCHEMA_DEPTH: usize = 64;
/// Most violations reported for one document.
pub const MAX_VIOLATIONS: usize = 32;

/// A compiled schema.
#[derive(Debug)]
pub struct Validator {
    arena: Arena,
}

impl Validator {
    /// Compiles a schema given as JSON text.
    ///
    /// # Errors
    /// The text is no JSON, a keyword has the wrong shape, the dialect is unknown, a reference
    /// leads nowhere, outside the document, or round in circles, or a limit is passed.
    pub fn new(schema: &str) -> Result<Self, SchemaError> {
        if schema.len() > MAX_SCHEMA_BYTES {
            return Err(SchemaError::TooLarge { bytes: schema.len() });
        }
        let text: &RawValue = serde_json::from_str(schema)?;
        let root = Instance::parse(text.get())
            .map_err(|_| SchemaError::TooDeep { pointer: String::new() })?;
        let arena = compile::compile(&root)?;
        Ok(Self { arena })
    }

    /// Checks a document as it came from the wire.
    ///
    /// # Errors
    /// Every violation, in document order of the schema, at most [`MAX_VIOLATIONS`].
    pub fn validate(&self, document: &RawValue) -> Result<(), Vec<Violation>> {
        match Instance::parse(document.get()) {
            Ok(instance) => check::run(&self.arena, &instance),
            Err(deep) => Err(vec![Violation::new(String::new(), deep.to_string())]),
        }
    }

    /// Checks a document held as a [`Value`].
    ///
    /// # Errors
    /// As [`Self::validate`].
    pub fn validate_value(&self, document: &Value) -> Result<(), Vec<Violation>> {
        match serde_json::value::to_raw_value(document) {
            Ok(text) => self.validate(&text),
            Err(error) => Err(vec![Violation::new(String::new(), error.to_string())]),
        }
    }
}

/// The text that equal documents share, however they are laid out.
pub(crate) fn canonical(document: &RawValue) -> String {
    let text = document.get();
    Instance::parse(text).map_or_else(|_| text.to_owned(), |instance| instance.canonical())
}

#[cfg(test)]
mod suite;
#[cfg(test)]
mod tests;
