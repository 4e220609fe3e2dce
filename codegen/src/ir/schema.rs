//! A JSON Schema as the intermediate representation holds it.

use serde::Serialize;
use serde_json::Value;

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
