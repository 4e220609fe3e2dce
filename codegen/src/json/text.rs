//! Text that several values share.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock};

/// A text that is never changed, so that all copies of it are the same one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

impl Text {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A text of its own, even where many are equal to it.
    pub(super) fn alone(text: &str) -> Self {
        Self(text.into())
    }

    /// Whether two are one and the same, and not only equal.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::from("")
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        known(text).unwrap_or_else(|| Self::alone(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        known(&text).unwrap_or_else(|| Self(text.into()))
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Self {
        text.clone()
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.as_str().to_owned()
    }
}

impl From<&Text> for String {
    fn from(text: &Text) -> Self {
        text.as_str().to_owned()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What schemas and documents say all the time.
const WORDS: &[&str] = &[
    "",
    "$defs",
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "application/json",
    "array",
    "boolean",
    "const",
    "content",
    "contentEncoding",
    "contentMediaType",
    "date",
    "date-time",
    "default",
    "deprecated",
    "description",
    "discriminator",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "explode",
    "format",
    "in",
    "integer",
    "items",
    "mapping",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "multipleOf",
    "name",
    "not",
    "null",
    "nullable",
    "number",
    "object",
    "oneOf",
    "parameters",
    "pattern",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyName",
    "readOnly",
    "required",
    "responses",
    "result",
    "schema",
    "string",
    "style",
    "title",
    "type",
    "uniqueItems",
    "uri",
    "uuid",
    "writeOnly",
];

static KNOWN: LazyLock<HashMap<&str, Text>> =
    LazyLock::new(|| WORDS.iter().map(|word| (*word, Text::alone(word))).collect());

/// The text if it is one of those that are said all the time.
fn known(text: &str) -> Option<Text> {
    const LONGEST: usize = "additionalProperties".len();
    if text.len() > LONGEST { None } else { KNOWN.get(text).cloned() }
}
