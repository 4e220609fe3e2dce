//! Finds the id of a request in a line that is too long to be kept.

use toolwright_spec::RequestId;

use super::message::request_id;

/// Longest token that is kept: an id of 16 KiB and its quotes.
const LONGEST: usize = 16 * 1024 + 2;

/// Reads the outermost object piece by piece, in constant memory. TypeScript clients write `id`
/// last, so the whole line has to go through.
#[derive(Debug, Default)]
pub(crate) struct Rescue {
    depth: u64,
    string: bool,
    escape: bool,
    place: Place,
    token: Vec<u8>,
    /// The token was longer than what is kept.
    cut: bool,
    /// The member being read is `id`.
    is_id: bool,
    id: Option<RequestId>,
    /// There is nothing more to be learnt: not an object, broken, two ids.
    over: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Name,
    Value,
}

impl Rescue {
    /// The next piece of the line.
    pub(crate) fn feed(&mut self, piece: &[u8]) {
        for byte in piece {
            if self.over {
                return;
            }
            if self.string {
                self.in_string(*byte);
            } else {
                self.between(*byte);
            }
        }
    }

    /// The id, if the line had one that could be read.
    pub(crate) fn finish(self) -> Option<RequestId> {
        self.id
    }

    fn in_string(&mut self, byte: u8) {
        if self.depth == 1 {
            self.keep(byte);
        }
        match byte {
            _ if self.escape => self.escape = false,
            b'\\' => self.escape = true,
            b'"' => self.string = false,
            0..0x20 => self.over = true,
            _ => {}
        }
    }

    fn between(&mut self, byte: u8) {
        match byte {
            b'{' | b'[' => {
                // Only an object has an id.
                self.over = self.depth == 0 && byte == b'[';
                self.depth += 1;
                if self.depth == 2 {
                    self.keep(byte);
                }
            }
            b'}' | b']' => {
                if self.depth == 1 {
                    self.end_value();
                    self.over = true;
                }
                self.depth = self.depth.saturating_sub(1);
            }
            _ if self.depth == 0 => self.over = !byte.is_ascii_whitespace(),
            b'"' => {
                self.string = true;
                if self.depth == 1 {
                    self.keep(byte);
                }
            }
            _ if self.depth > 1 => {}
            b':' if self.place == Place::Name => {
                let name = serde_json::from_slice::<String>(&self.token);
                self.is_id = !self.cut && name.is_ok_and(|name| name == "id");
                self.place = Place::Value;
                self.clear();
            }
            b',' => self.end_value(),
            b' ' | b'\t' | b'\r' => {}
            _ => self.keep(byte),
        }
    }

    fn end_value(&mut self) {
        if self.is_id {
            if self.id.is_some() {
                self.id = None;
                self.over = true;
                return;
            }
            self.id = request_id(&self.token).filter(|_| !self.cut);
        }
        self.is_id = false;
        self.place = Place::Name;
        self.clear();
    }

    fn keep(&mut self, byte: u8) {
        if self.token.len() < LONGEST {
            self.token.push(byte);
        } else {
            self.cut = true;
        }
    }

    fn clear(&mut self) {
        self.token.clear();
        self.cut = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rescue(text: &str) -> Option<RequestId> {
        let mut whole = Rescue::default();
        whole.feed(text.as_bytes());
        let whole = whole.finish();
        let mut pieces = Rescue::default();
        for byte in text.as_bytes() {
            pieces.feed(&[*byte]);
        }
        assert_eq!(whole, pieces.finish());
        whole
    }

    #[test]
    fn ids_are_found_anywhere_at_the_top() {
        assert_eq!(rescue(r#"{"id":1,"params":"#), Some(1.into()));
        assert_eq!(
            rescue(r#" {"params":{"id":1,"x":["}",{}]},"id" : "a\"b" }"#),
            Some("a\"b".into())
        );
        assert_eq!(rescue(r#"{"x":"\"id\":3","id":4}"#), Some(4.into()));
        assert_eq!(rescue(r#"{"i\u0064":5}"#), Some(5.into()));
    }

    #[test]
    fn what_is_no_id_is_none() {
        for text in [
            r#"[{"id":1}]"#,
            r#""id":1"#,
            r#"{"id":null}"#,
            r#"{"id":{}}"#,
            r#"{"id":[1]}"#,
            r#"{"id":1.5}"#,
            r#"{"id":1,"id":2}"#,
            r#"{"id":12"#,
            "{\"a\":\"\n\",\"id\":1}",
            r#"{"x":{"id":1}}"#,
        ] {
            assert_eq!(rescue(text), None, "{text}");
        }
        let long = format!(r#"{{"id":"{}"}}"#, "x".repeat(20_000));
        assert_eq!(rescue(&long), None);
    }
}
