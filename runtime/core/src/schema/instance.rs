//! A JSON document borrowed from its text, numbers as written.

use std::borrow::Cow;
use std::fmt::Write;

use super::decimal::Decimal;

/// Deepest nesting of arrays and objects that is read.
const MAX_DEPTH: usize = 128;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Instance<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    String(Cow<'a, str>),
    Array(Vec<Instance<'a>>),
    Object(Vec<(Cow<'a, str>, Instance<'a>)>),
}

/// The document nests deeper than is read.
#[derive(Debug, thiserror::Error)]
#[error("arrays and objects nest deeper than {MAX_DEPTH} levels")]
pub(super) struct TooDeep;

impl<'a> Instance<'a> {
    /// Reads JSON text that is known to be valid, as that of a `RawValue` is.
    pub(super) fn parse(text: &'a str) -> Result<Self, TooDeep> {
        Reader { rest: text }.value(0)
    }

    /// The member of that name, the last one where there are several.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => {
                members.iter().rev().find_map(|(key, value)| (key == name).then_some(value))
            }
            _ => None,
        }
    }

    /// Writes the text that equal documents share: members sorted, numbers normalised.
    pub(super) fn write_canonical(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(text) => Decimal::parse(text).write_canonical(out),
            Self::String(text) => write_string(text, out),
            Self::Array(items) => {
                out.push('[');
                for item in items {
                    item.write_canonical(out);
                    out.push(',');
                }
                out.push(']');
            }
            Self::Object(members) => {
                let mut sorted: Vec<_> = members.iter().collect();
                sorted.sort_by(|a, b| a.0.cmp(&b.0));
                out.push('{');
                for (name, value) in sorted {
                    write_string(name, out);
                    out.push(':');
                    value.write_canonical(out);
                    out.push(',');
                }
                out.push('}');
            }
        }
    }

    /// As [`Self::write_canonical`], in a string of its own.
    pub(super) fn canonical(&self) -> String {
        let mut out = String::new();
        self.write_canonical(&mut out);
        out
    }

    /// The value in a few words, for messages: `80`, `"abc"`, `an object`.
    pub(super) fn brief(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Bool(value) => value.to_string(),
            Self::Number(text) => shorten(text),
            Self::String(text) => quoted(text),
            Self::Array(_) => "an array".to_owned(),
            Self::Object(_) => "an object".to_owned(),
        }
    }
}

/// A string in quotes, shortened for a message.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::new();
    write_string(&shorten(text), &mut out);
    out
}

fn shorten(text: &str) -> String {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => {
                // Writing to a string can't fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Reads valid JSON from the front of `rest`. On text that is not valid it gives some value, but
/// doesn't panic.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Instance<'a>, TooDeep> {
        self.space();
        Ok(match self.rest.as_bytes().first() {
            Some(b'{' | b'[') if depth >= MAX_DEPTH => return Err(TooDeep),
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => Instance::String(self.string()),
            Some(b't') => self.word(4, Instance::Bool(true)),
            Some(b'f') => self.word(5, Instance::Bool(false)),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(4, Instance::Null),
        })
    }

    fn object(&mut self, depth: usize) -> Result<Instance<'a>, TooDeep> {
        let mut members = Vec::new();
        self.skip(1);
        while self.more(b'}') {
            let name = self.string();
            self.space();
            self.skip(1);
            members.push((name, self.value(depth + 1)?));
        }
        Ok(Instance::Object(members))
    }

    fn array(&mut self, depth: usize) -> Result<Instance<'a>, TooDeep> {
        let mut items = Vec::new();
        self.skip(1);
        while self.more(b']') {
            items.push(self.value(depth + 1)?);
        }
        Ok(Instance::Array(items))
    }

    /// Steps over a comma or the end of a container; whether another element follows.
    fn more(&mut self, end: u8) -> bool {
        self.space();
        if self.rest.starts_with(',') {
            self.skip(1);
            self.space();
        }
        match self.rest.as_bytes().first() {
            None => false,
            Some(byte) if *byte == end => {
                self.skip(1);
                false
            }
            Some(_) => true,
        }
    }

    fn string(&mut self) -> Cow<'a, str> {
        let body = self.rest.strip_prefix('"').unwrap_or(self.rest);
        let bytes = body.as_bytes();
        let mut end = 0;
        let mut escaped = false;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    end += 2;
                }
                _ => end += 1,
            }
        }
        let text = body.get(..end).unwrap_or(body);
        let whole = self.rest.get(..end + 2).unwrap_or(self.rest);
        self.skip(end + 2);
        if escaped {
            // Lone surrogates are no string for serde either; they can't come from a RawValue
            // that anything has read, and compare as empty here.
            Cow::Owned(serde_json::from_str(whole).unwrap_or_default())
        } else {
            Cow::Borrowed(text)
        }
    }

    fn number(&mut self) -> Instance<'a> {
        let end = self
            .rest
            .find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(self.rest.len());
        let text = self.rest.get(..end).unwrap_or_default();
        self.skip(end);
        Instance::Number(text)
    }

    fn word(&mut self, length: usize, value: Instance<'a>) -> Instance<'a> {
        self.skip(length);
        value
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_serde_reads() {
        for text in [
            "null",
            " true ",
            "-1.5e+3",
            "\"a\\n\\u00e9\\ud83d\\udc12\"",
            "[]",
            "{}",
            "[1 , [2],{\"a\":[]}]",
            "{ \"a\" : 1 , \"b\\\"c\" : [ false , null ] , \"\":\"\\\\\" }",
        ] {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            let again: serde_json::Value =
                serde_json::from_str(&plain(&Instance::parse(text).unwrap())).unwrap();
            assert_eq!(value, again, "{text}");
        }
    }

    #[test]
    fn bad_text_ends() {
        for text in ["", "{", "[1,", "{\"a", "\"\\", "nul", "{1:2}", "[}", "[é"] {
            let _ = Instance::parse(text);
        }
    }

    #[test]
    fn depth_is_bounded() {
        let text = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(Instance::parse(&text).is_err());
    }

    fn plain(instance: &Instance<'_>) -> String {
        match instance {
            Instance::Number(text) => (*text).to_owned(),
            Instance::String(text) => serde_json::to_string(text).unwrap(),
            Instance::Array(items) => {
                format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(","))
            }
            Instance::Object(members) => {
                let members: Vec<_> = members
                    .iter()
                    .map(|(name, value)| {
                        format!("{}:{}", serde_json::to_string(name).unwrap(), plain(value))
                    })
                    .collect();
                format!("{{{}}}", members.join(","))
            }
            other => other.brief(),
        }
    }
}
