//! How large a schema is.

use crate::json::{Map, Value};

/// Bytes of a schema as JSON.
pub(crate) fn size(schema: &impl Json) -> usize {
    schema.bytes()
}

/// What has a size as JSON. It is asked for very often, so nothing is printed to know it.
pub(crate) trait Json {
    /// Bytes as compact JSON.
    fn bytes(&self) -> usize;
}

impl Json for Value {
    fn bytes(&self) -> usize {
        match self {
            Value::Null | Value::Bool(true) => 4,
            Value::Bool(false) => 5,
            Value::Number(number) => number.to_string().len(),
            Value::String(text) => quoted(text),
            Value::Array(items) => {
                items.iter().map(|item| item.bytes() + 1).sum::<usize>().max(1) + 1
            }
            Value::Object(members) => members.bytes(),
        }
    }
}

impl Json for Map {
    fn bytes(&self) -> usize {
        let members = self.iter().map(|(name, value)| quoted(name) + value.bytes() + 2);
        members.sum::<usize>().max(1) + 1
    }
}

fn quoted(text: &str) -> usize {
    let escapes = |byte: u8| match byte {
        b'"' | b'\\' | 0x08 | 0x09 | 0x0A | 0x0C | 0x0D => 1,
        0..0x20 => 5,
        _ => 0,
    };
    text.len() + 2 + text.bytes().map(escapes).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn sizes_are_those_of_what_serde_prints() {
        for value in [
            json!(null),
            json!([]),
            json!({}),
            json!([true, false, null, 1, -2.5e30]),
            json!({"a\n\"\\": ["\u{1}\u{7f}é\t\u{8}\u{c}\r", {"b": {}}], "c": [[]]}),
        ] {
            assert_eq!(size(&value), value.to_string().len(), "{value}");
        }
    }
}
