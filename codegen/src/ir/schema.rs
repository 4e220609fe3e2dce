//! A JSON Schema as the intermediate representation holds it.

use crate::json::Value;
use serde::Serialize;
use serde_json::value::RawValue;

/// Keyword beside a `$ref` in a union: which values of which member mean this branch, as
/// `{"kind": ["cat"]}`. It is what is left of a `discriminator`.
pub const TAGS: &str = "x-toolwright-tags";

/// A JSON Schema in the 2020-12 dialect, normalised by the passes: booleans or objects, and the
/// only references are `#/$defs/NAME`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Schema(pub Value);

impl Schema {
    /// The schema that accepts everything.
    pub fn any() -> Self {
        Self(Value::Object(crate::json::Map::new()))
    }
}

/// A finished schema as a tool shows it, kept as the text that is sent: a tree takes ten times as
/// much, and all tools of an API together are larger than its document.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct ToolSchema(Box<RawValue>);

impl ToolSchema {
    /// The schema as JSON text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// The schema as a tree, which is made for each call.
    pub fn value(&self) -> Value {
        serde_json::from_str(self.0.get()).unwrap_or_default()
    }
}

impl From<Value> for ToolSchema {
    fn from(schema: Value) -> Self {
        let text = serde_json::value::to_raw_value(&schema);
        Self(text.unwrap_or_else(|_| RawValue::TRUE.to_owned()))
    }
}

impl PartialEq for ToolSchema {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// The schemas of a tool as large as one tool may have them. Those that are missing are shown in
/// full already.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Whole {
    /// Of the arguments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Assembly>,
    /// Of structured results.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<Assembly>,
}

/// A schema that is put together when somebody asks for it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assembly {
    /// The schema without its `$defs`: a position in [`Api::parts`](super::Api::parts).
    pub root: usize,
    /// Positions of its `$defs`. References to any others are left out.
    pub parts: Vec<usize>,
}
