//! From the regular expressions of JSON Schema (ECMA-262, Unicode mode) to those of `regex`.
//!
//! The two agree on most things; what differs is spelt out here. Matching takes linear time
//! whatever the pattern, which is why look-around and back-references have no counterpart.

use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

use regex::Regex;

/// Compiles a pattern, or says why it can't be used.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    let translated = Translator { rest: pattern.chars().peekable(), out: String::new() }.run()?;
    Regex::new(&translated).map_err(|error| error.to_string())
}

/// What ECMA-262 counts as white space and line ends, for use within a class.
const SPACE: &str = r"\t\n\x0B\x0C\r \u{A0}\u{1680}\u{2000}-\u{200A}\u{2028}\u{2029}\u{202F}\u{205F}\u{3000}\u{FEFF}";

struct Translator<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
}

impl Translator<'_> {
    fn run(mut self) -> Result<String, String> {
        while let Some(c) = self.rest.next() {
            match c {
                '\\' => self.escape(false)?,
                '[' => self.class()?,
                '(' => self.group()?,
                '.' => self.out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
                '{' if !self.is_repetition() => self.out.push_str(r"\{"),
                '}' if !self.out_is_repetition() => self.out.push_str(r"\}"),
                c => self.out.push(c),
            }
        }
        Ok(self.out)
    }

    /// Whether what follows `{` makes it a quantifier: `2}`, `2,}`, `2,3}`.
    fn is_repetition(&self) -> bool {
        let inner: String = self.rest.clone().take_while(|c| *c != '}').collect();
        let closed = self.rest.clone().any(|c| c == '}');
        let (min, max) = inner.split_once(',').unwrap_or((&inner, "0"));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        closed && !min.is_empty() && digits(min) && digits(max)
    }

    /// Whether a `}` closes a quantifier that was written out.
    fn out_is_repetition(&self) -> bool {
        self.out
            .trim_end_matches(|c: char| c.is_ascii_digit() || c == ',')
            .strip_suffix('{')
            .is_some_and(|before| !before.ends_with('\\'))
    }

    fn group(&mut self) -> Result<(), String> {
        let mut ahead = self.rest.clone();
        if ahead.next() == Some('?') {
            let (first, second) = (ahead.next(), ahead.next());
            let looks = matches!(first, Some('=' | '!'))
                || (first == Some('<') && matches!(second, Some('=' | '!')));
            if looks {
                return Err("look-around is not supported".to_owned());
            }
        }
        self.out.push('(');
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        let negated = self.rest.next_if_eq(&'^').is_some();
        if self.rest.next_if_eq(&']').is_some() {
            // `[]` matches nothing, `[^]` anything; `regex` would take the bracket as a member.
            self.out.push_str(if negated { r"[\s\S]" } else { r"[^\s\S]" });
            return Ok(());
        }
        self.out.push_str(if negated { "[^" } else { "[" });
        while let Some(c) = self.rest.next() {
            match c {
                ']' => {
                    self.out.push(']');
                    return Ok(());
                }
                '\\' => self.escape(true)?,
                // These start a nested class or a set operation in `regex`.
                '[' | '&' | '~' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                '-' if self.rest.peek() == Some(&'-') => self.out.push_str(r"\-"),
                c => self.out.push(c),
            }
        }
        Err("a class is not closed".to_owned())
    }

    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let Some(c) = self.rest.next() else {
            return Err("it ends in a backslash".to_owned());
        };
        match c {
            'd' => self.set("0-9", false, in_class),
            'D' => self.set("0-9", true, in_class),
            'w' => self.set("0-9A-Za-z_", false, in_class),
            'W' => self.set("0-9A-Za-z_", true, in_class),
            's' => self.set(SPACE, false, in_class),
            'S' => self.set(SPACE, true, in_class),
            'b' if in_class => self.out.push_str(r"\x08"),
            'b' | 'B' => self.boundary(c),
            '0' => self.out.push_str(r"\x00"),
            '1'..='9' | 'k' => return Err("back-references are not supported".to_owned()),
            'c' => self.control()?,
            'u' => self.unicode()?,
            'p' | 'P' => self.property(c),
            'n' | 'r' | 't' | 'v' | 'f' | 'x' => {
                self.out.push('\\');
                self.out.push(c);
            }
            c => self.out.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
        Ok(())
    }

    fn set(&mut self, members: &str, negated: bool, in_class: bool) {
        match (negated, in_class) {
            (false, true) => self.out.push_str(members),
            (false, false) => self.out.extend(["[", members, "]"]),
            (true, _) => self.out.extend(["[^", members, "]"]),
        }
    }

    /// `\p{…}`: the names are the same on both sides.
    fn property(&mut self, c: char) {
        self.out.push('\\');
        self.out.push(c);
        if self.rest.peek() == Some(&'{') {
            let name: String = self.rest.by_ref().take_while(|c| *c != '}').collect();
            self.out.push_str(&name);
            self.out.push('}');
        }
    }

    /// Word boundaries count ASCII letters only.
    fn boundary(&mut self, c: char) {
        self.out.push_str("(?-u:\\");
        self.out.push(c);
        self.out.push(')');
    }

    fn control(&mut self) -> Result<(), String> {
        match self.rest.next() {
            Some(letter) if letter.is_ascii_alphabetic() => self.scalar(u32::from(letter) % 32),
            _ => Err(r"\c needs a letter".to_owned()),
        }
    }

    fn unicode(&mut self) -> Result<(), String> {
        if self.rest.next_if_eq(&'{').is_some() {
            let digits: String = self.rest.by_ref().take_while(|c| *c != '}').collect();
            return self.scalar(hex(&digits)?);
        }
        let first = self.four_digits()?;
        if !(0xD800..0xDC00).contains(&first) {
            return self.scalar(first);
        }
        let mut ahead = self.rest.clone();
        if ahead.next() == Some('\\') && ahead.next() == Some('u') {
            self.rest = ahead;
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) {
                return self.scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
            }
        }
        Err("half of a surrogate pair".to_owned())
    }

    fn four_digits(&mut self) -> Result<u32, String> {
        let digits: String = self.rest.by_ref().take(4).collect();
        if digits.len() == 4 { hex(&digits) } else { Err(r"\u needs four digits".to_owned()) }
    }

    fn scalar(&mut self, value: u32) -> Result<(), String> {
        write!(self.out, "\\u{{{value:X}}}").map_err(|error| error.to_string())
    }
}

fn hex(digits: &str) -> Result<u32, String> {
    u32::from_str_radix(digits, 16).map_err(|_| r"\u needs hexadecimal digits".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_what_ecma_means() {
        for (pattern, yes, no) in [
            (r"^\d+$", "123", "١٢٣"),
            (r"^\w$", "_", "é"),
            (r"^\S+$", "a", "\u{feff}"),
            (r"^[\s\d]+$", "1\u{2029}", "x"),
            (r"^[^\W]$", "a", "-"),
            (r"^a.c$", "abc", "a\nc"),
            (r"^a.c$", "aéc", "a\u{2028}c"),
            (r"^[[]&&]$", "[&&]", "&"),
            (r"^[a-z&&[^b]$", "&", "A"),
            (r"^a{2}$", "aa", "a{2}"),
            (r"^\/\-\#x$", "/-#x", "x"),
            (r"^{a}$", "{a}", "a"),
            (r"^\u00e9\uD83D\uDC12$", "é🐒", "e"),
            (r"^\u{1F412}$", "🐒", "u"),
            (r"^\p{L}+$", "éa", "1"),
            (r"^\p{Script=Greek}+$", "αβ", "a"),
            (r"\bfoo\b", "a foo b", "afoo"),
            (r"^\cJ$", "\n", "J"),
            (r"^(?<year>\d{4})-(?:\d{2})$", "2024-01", "24-01"),
            (r"^[^]$", "\n", ""),
            (r"^(a|[])$", "a", "b"),
            ("^ab$", "ab", "ab\n"),
        ] {
            let regex = compile(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            assert!(regex.is_match(yes), "{pattern} on {yes:?}");
            assert!(!regex.is_match(no), "{pattern} on {no:?}");
        }
    }

    #[test]
    fn what_is_not_regular_is_refused() {
        for pattern in [
            r"^(?!a)",
            r"(?=a)",
            r"(?<!a)b",
            r"(a)\1",
            r"(?<n>a)\k<n>",
            r"a\",
            r"[a",
            r"\u12",
            "(",
            r"\uD83D",
        ] {
            assert!(compile(pattern).is_err(), "{pattern}");
        }
    }
}
