//! JSON as people and programs write it by mistake: with comments, commas before brackets, raw line
//! breaks and escapes that JSON does not have.

use std::collections::BTreeMap;

/// What was wrong with a text that [`mend`] changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    Comment,
    Comma,
    Control,
    Escape,
    Surrogate,
}

impl Fault {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Comment => "JSON has no comments; they are skipped",
            Self::Comma => "a comma stands before a closing bracket; it is skipped",
            Self::Control => "a text has a raw line break or control character; it is kept",
            Self::Escape => "JSON has no such escape; the backslash is taken as it stands",
            Self::Surrogate => "half of a character is escaped; `\u{FFFD}` is read",
        }
    }
}

/// The text as JSON would say it, with its lines where they were, and the first line of each fault;
/// nothing where there is nothing to mend.
pub(super) fn mend(text: &str) -> Option<(String, BTreeMap<Fault, u32>)> {
    let out = String::with_capacity(text.len());
    let mut mend = Mend { rest: text, out, line: 1, faults: BTreeMap::new() };
    while let Some(c) = mend.next() {
        match c {
            '"' => mend.string(),
            '/' if mend.rest.starts_with(['/', '*']) => mend.comment(),
            ',' => {
                let (at, line) = (mend.out.len(), mend.line);
                mend.out.push(' ');
                mend.space();
                if mend.rest.starts_with(['}', ']']) {
                    mend.faults.entry(Fault::Comma).or_insert(line);
                } else {
                    mend.out.replace_range(at..=at, ",");
                }
            }
            other => mend.out.push(other),
        }
    }
    (!mend.faults.is_empty()).then_some((mend.out, mend.faults))
}

struct Mend<'t> {
    rest: &'t str,
    out: String,
    line: u32,
    faults: BTreeMap<Fault, u32>,
}

impl Mend<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        self.line += u32::from(c == '\n');
        Some(c)
    }

    fn fault(&mut self, fault: Fault) {
        self.faults.entry(fault).or_insert(self.line);
    }

    /// White space and comments.
    fn space(&mut self) {
        loop {
            if self.rest.starts_with([' ', '\t', '\r', '\n']) {
                let c = self.next();
                self.out.extend(c);
            } else if self.rest.starts_with("//") || self.rest.starts_with("/*") {
                self.next();
                self.comment();
            } else {
                return;
            }
        }
    }

    /// The rest of a comment, behind its first slash: its line breaks stay.
    fn comment(&mut self) {
        self.fault(Fault::Comment);
        let (length, block) = match self.rest.strip_prefix('*') {
            Some(inner) => (inner.find("*/").map_or(self.rest.len(), |end| end + 3), true),
            None => (self.rest.find('\n').unwrap_or(self.rest.len()), false),
        };
        let (comment, rest) = self.rest.split_at(length);
        let breaks = if block { comment.matches('\n').count() } else { 0 };
        self.line += u32::try_from(breaks).unwrap_or(0);
        self.out.extend(std::iter::repeat_n('\n', breaks));
        self.out.push(' ');
        self.rest = rest;
    }

    /// The rest of a string; line breaks in it go behind it.
    fn string(&mut self) {
        self.out.push('"');
        let mut breaks = 0;
        while let Some(c) = self.next() {
            match c {
                '"' => break,
                '\\' => self.escape(),
                c if c < ' ' => {
                    self.fault(Fault::Control);
                    breaks += usize::from(c == '\n');
                    self.out.push_str(&format!("\\u{:04x}", u32::from(c)));
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
        self.out.extend(std::iter::repeat_n('\n', breaks));
    }

    fn escape(&mut self) {
        if !self.rest.starts_with(['"', '\\', '/', 'b', 'f', 'n', 'r', 't', 'u']) {
            self.fault(Fault::Escape);
            self.out.push_str("\\\\");
            return;
        }
        let Some(unit) = unit(self.rest) else {
            let c = self.next();
            if c == Some('u') {
                self.fault(Fault::Escape);
                self.out.push('\\');
            }
            self.out.push('\\');
            self.out.extend(c);
            return;
        };
        let (this, rest) = self.rest.split_at(5);
        let low = rest.strip_prefix('\\').and_then(self::unit);
        let pair = matches!(low, Some(0xDC00..0xE000));
        let taken = match unit {
            0xD800..0xDC00 if pair => self.rest.get(..11).unwrap_or(this),
            0xD800..0xE000 => "",
            _ => this,
        };
        if taken.is_empty() {
            self.fault(Fault::Surrogate);
            self.out.push_str("\\ufffd");
            self.rest = rest;
        } else {
            self.out.push('\\');
            self.out.push_str(taken);
            self.rest = self.rest.get(taken.len()..).unwrap_or_default();
        }
    }
}

/// The unit of UTF-16 that `u` and four digits stand for.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| hex)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Value, json};

    #[track_caller]
    fn check(text: &str, value: Value, faults: &[(Fault, u32)]) {
        let (mended, found) = mend(text).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&mended).unwrap(), value, "{mended}");
        assert_eq!(found.into_iter().collect::<Vec<_>>(), faults);
        assert_eq!(mended.matches('\n').count(), text.matches('\n').count());
    }

    #[test]
    fn each_fault() {
        let comments = "// one\n{\"a\" /* two\n */: \"http://x/*y*/\", // three\n \"b\": 1}//";
        check(comments, json!({"a": "http://x/*y*/", "b": 1}), &[(Fault::Comment, 1)]);
        let commas = "{\"a\": [1,2,\n],\"b\": \",]\", // c\n}";
        let faults = [(Fault::Comment, 2), (Fault::Comma, 1)];
        check(commas, json!({"a": [1, 2], "b": ",]"}), &faults);
        check("[\"a\n\tb\",\n1]", json!(["a\n\tb", 1]), &[(Fault::Control, 2)]);
        let escapes = r#"["^\d+\.$", "\'", "\u12", "\\d\/\"\n\u00e9"]"#;
        let value = json!(["^\\d+\\.$", "\\'", "\\u12", "\\d/\"\n\u{e9}"]);
        check(escapes, value, &[(Fault::Escape, 1)]);
        let halves = r#"["\ud83d\udc08", "\ud83d x", "\udc08", "\ud83d\ud83d\udc08", "\ud83d"]"#;
        let cat = "\u{1F408}";
        let value = json!([cat, "\u{FFFD} x", "\u{FFFD}", format!("\u{FFFD}{cat}"), "\u{FFFD}"]);
        check(halves, value, &[(Fault::Surrogate, 1)]);
    }

    #[test]
    fn good_json_and_cut_text_are_left() {
        for text in ["{\"a\": [1, \"//\", \"\\u00e9\\\\\"]}", "{\"a", "[1, ", ""] {
            assert_eq!(mend(text), None, "{text}");
        }
        assert!(mend("/*").is_some());
    }
}
