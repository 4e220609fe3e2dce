//! Texts that are there once, however often they stand in a document.

use std::collections::HashSet;

use super::Text;

/// Longest text that is looked for among others: longer ones, descriptions above all, differ.
const SHORT: usize = 40;

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
