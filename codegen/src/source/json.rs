//! JSON: serde_json reads the values, a scan of the same text finds their lines.

use std::borrow::Cow;
use std::collections::HashMap;

use serde::de::DeserializeSeed;

use crate::json::{Interner, Reader, Text, Value};

use super::mark::Mark;
use super::{DEPTH_LIMIT, Document, Failure, TOO_DEEP};
use crate::code;
use crate::diagnostic::Diagnostic;
use crate::pointer;

pub(super) fn read(file: &str, text: &str) -> Result<Document, Failure> {
    let mut texts = Interner::default();
    let root = parse(text, &mut texts).map_err(|error| {
        let line = u32::try_from(error.line()).ok();
        // serde_json says so in words only.
        if error.to_string().starts_with("recursion limit") {
            return Failure::new(code::TOO_DEEP, line, TOO_DEEP);
        }
        Failure::new(code::UNREADABLE, line, format!("this is no JSON: {error}"))
    })?;
    let mut scan = Scan {
        file,
        text,
        texts,
        at: 0,
        line: 1,
        depth: 0,
        path: String::new(),
        findings: Vec::new(),
    };
    let Some(mark) = scan.value() else {
        return Err(Failure::new(code::TOO_DEEP, Some(scan.line), TOO_DEEP));
    };
    Ok(Document::new(file, root, mark, scan.findings))
}

fn parse(text: &str, texts: &mut Interner) -> serde_json::Result<Value> {
    let mut source = serde_json::Deserializer::from_str(text);
    let root = Reader(texts).deserialize(&mut source)?;
    source.end()?;
    Ok(root)
}

/// Walks text that is known to be valid JSON; `None` only where it nests too deep.
struct Scan<'t> {
    file: &'t str,
    text: &'t str,
    texts: Interner,
    at: usize,
    line: u32,
    depth: usize,
    path: String,
    findings: Vec<Diagnostic>,
}

impl Scan<'_> {
    fn value(&mut self) -> Option<Mark> {
        let line = {
            self.space();
            self.line
        };
        match self.peek() {
            Some(b'{') => self.nested(|scan| scan.object(line)),
            Some(b'[') => self.nested(|scan| scan.array(line)),
            Some(b'"') => {
                self.string();
                Some(Mark::leaf(line))
            }
            _ => {
                while self.peek().is_some_and(|b| !b",]} \t\r\n".contains(&b)) {
                    self.at += 1;
                }
                Some(Mark::leaf(line))
            }
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<Mark>) -> Option<Mark> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return None;
        }
        self.at += 1;
        let mark = read(self);
        self.depth -= 1;
        mark
    }

    fn object(&mut self, line: u32) -> Option<Mark> {
        let mut members: Vec<(Text, Mark)> = Vec::new();
        let mut seen: HashMap<Text, usize> = HashMap::new();
        while self.next_item(b'}') {
            let key_line = self.line;
            let key = self.key();
            self.space();
            self.at += 1; // the colon
            let parent = self.path.len();
            pointer::push(&mut self.path, &key);
            let mark = self.value()?;
            if let Some(&before) = seen.get(&key) {
                let first = members.get(before).map_or(0, |(_, mark)| mark.line());
                let message =
                    format!("the key `{key}` already stands in line {first}; this one is used");
                self.findings.push(code::DUPLICATE_KEY.diagnostic(
                    self.file,
                    Some(key_line),
                    &self.path,
                    message,
                ));
                if let Some(member) = members.get_mut(before) {
                    member.1 = mark;
                }
            } else {
                seen.insert(key.clone(), members.len());
                members.push((key, mark));
            }
            self.path.truncate(parent);
        }
        Some(Mark::mapping(line, members))
    }

    fn array(&mut self, line: u32) -> Option<Mark> {
        let mut items = Vec::new();
        while self.next_item(b']') {
            let parent = self.path.len();
            self.path.push_str(&format!("/{}", items.len()));
            items.push(self.value()?);
            self.path.truncate(parent);
        }
        Some(Mark::sequence(line, items))
    }

    /// Moves to the next item or over the end; whether there is an item.
    fn next_item(&mut self, end: u8) -> bool {
        self.space();
        if self.peek() == Some(b',') {
            self.at += 1;
            self.space();
        }
        match self.peek() {
            Some(byte) if byte == end => {
                self.at += 1;
                false
            }
            other => other.is_some(),
        }
    }

    fn key(&mut self) -> Text {
        let start = self.at;
        self.string();
        let quoted = self.text.get(start..self.at).unwrap_or_default();
        let name = serde_json::from_str::<Cow<'_, str>>(quoted).unwrap_or_default();
        self.texts.key(&name)
    }

    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'"' => break,
                b'\\' => self.at += 1,
                _ => {}
            }
        }
    }

    fn space(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = self.peek() {
            self.line += u32::from(byte == b'\n');
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicate_keys_are_reported_and_the_last_one_wins() {
        let document = read("t", "{\"a\": {\"b\": 1,\n \"\\u0062\": {\"c\": 2}}}").unwrap();
        assert_eq!(document.root()["a"]["b"]["c"], 2);
        let [finding] = document.findings() else { panic!("{:?}", document.findings()) };
        assert_eq!((finding.code, finding.line), ("TW0104", Some(2)));
        assert_eq!(finding.pointer, "/a/b");
        assert_eq!(document.line("/a/b/c"), Some(2));
    }

    #[test]
    fn strings_with_escapes_do_not_confuse_the_lines() {
        let document = read("t", "[\"a\\\\\", \"\\\"]\",\n\n true, -1e5, {}, []]").unwrap();
        assert_eq!(document.line("/0"), Some(1));
        assert_eq!(document.line("/2"), Some(3));
        assert_eq!(document.line("/5"), Some(3));
    }
}
