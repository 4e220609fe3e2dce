//! Texts that are there once, however often they stand in a document.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::Text;

/// Longest text that is looked for among others: longer ones, descriptions above all, differ.
const SHORT: usize = 40;

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
pub(super) fn known(text: &str) -> Option<Text> {
    const LONGEST: usize = "additionalProperties".len();
    if text.len() > LONGEST { None } else { KNOWN.get(text).cloned() }
}

/// The short texts of one document.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    texts: HashSet<Text>,
}

impl Interner {
    /// A key: the same one for all that are equal.
    pub(crate) fn key(&mut self, text: &str) -> Text {
        if let Some(there) = self.texts.get(text) {
            return there.clone();
        }
        let text = Text::from(text);
        self.texts.insert(text.clone());
        text
    }

    /// A text that is no key: the same one for all that are equal, as long as they are short.
    pub(crate) fn text(&mut self, text: &str) -> Text {
        if text.len() > SHORT { Text::alone(text) } else { self.key(text) }
    }
}
