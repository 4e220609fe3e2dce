//! Scalars that read as numbers or booleans where text is meant: `0644`, `1.10` and `True` keep the
//! letters that the document has.

use crate::json::{Map, Value};

/// The letters of a scalar, or of those in a sequence by their positions, that JSON would not write
/// the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Spelling(Vec<(usize, String)>);

impl Spelling {
    pub(super) fn of(text: &str, value: &Value) -> Self {
        let is_scalar = matches!(value, Value::Number(_) | Value::Bool(_));
        let odd = is_scalar.then(|| value.to_string()).is_some_and(|written| written != text);
        Self(if odd { vec![(0, text.to_owned())] } else { Vec::new() })
    }

    /// Takes over the letters of the item at `index`.
    pub(super) fn item(&mut self, index: usize, item: Self) {
        self.0.extend(item.0.into_iter().map(|(_, text)| (index, text)));
    }

    fn put(self, value: &mut Value) {
        for (index, text) in self.0 {
            let slot = match &mut *value {
                Value::Array(items) => items.get_mut(index),
                other => Some(other),
            };
            if let Some(slot) = slot.filter(|slot| slot.is_number() || slot.is_boolean()) {
                *slot = text.into();
            }
        }
    }
}

/// The letters of the members of a mapping.
#[derive(Debug, Clone, Default)]
pub(super) struct Spellings(Vec<(String, Spelling)>);

impl Spellings {
    pub(super) fn member(&mut self, key: &str, spelling: Spelling) {
        if !spelling.0.is_empty() {
            self.0.push((key.to_owned(), spelling));
        }
    }

    /// Puts the letters where text is meant: in schemas of strings, in names and versions, and in
    /// the variables of servers.
    pub(super) fn settle(self, members: &mut Map, is_variable: bool) {
        let string = match members.get("type") {
            Some(Value::String(name)) => name == "string",
            Some(Value::Array(names)) => {
                let mut names = names.iter().filter_map(Value::as_str);
                names.all(|name| name == "string" || name == "null")
            }
            _ => is_variable,
        };
        for (key, spelling) in self.0 {
            let is_text = match key.as_str() {
                "enum" | "default" | "const" | "example" | "examples" => string,
                "name" => members.contains_key("in"),
                "version" => members.contains_key("title"),
                "operationId" => true,
                _ => false,
            };
            if let Some(value) = members.get_mut(&key).filter(|_| is_text) {
                spelling.put(value);
            }
        }
    }
}
