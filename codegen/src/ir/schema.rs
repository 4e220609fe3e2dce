//! A JSON Schema as the intermediate representation holds it.

use serde::Serialize;
use serde_json::Value;

/// Keyword beside a `$ref` in a union: which values of which member mean this branch, as
/// `{"kind": ["cat"]}`. It is what is left of a `discriminator`.
pub(crate) const TAGS: &str = "x-toolwright-tags";

/// A JSON Schema in the 2020-12 dialect, normalised by the passes: booleans or objects, and the
/// only references are `#/$defs/NAME`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Schema(pub Value);

impl Schema {
    /// The schema that accepts everything.
    pub fn any() -> Self {
        Self(Value::Object(serde_json::Map::new()))
    }
}
