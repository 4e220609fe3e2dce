//! Reading arguments, more leniently than serde does.

use std::fmt;

use serde::de::DeserializeOwned;

use crate::lexeme::string_end;
use crate::schema::Decimal;

/// Arguments that don't fit the type they are read as.
#[derive(Debug)]
pub(super) struct Misfit {
    pointer: String,
    message: String,
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        f.write_str(&self.message)
    }
}

/// Reads JSON text; if that fails, again with `3.0` written as `3`.
pub(super) fn lenient<T: DeserializeOwned>(text: &str) -> Result<T, Misfit> {
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // `()` is how a tool says that it takes nothing, though arguments are always an object.
    if size_of::<T>() == 0
        && let Ok(nothing) = serde_json::from_str("null")
    {
        return Ok(nothing);
    }
    let Some(plain) = with_plain_integers(text) else {
        return Err(misfit(&error, text));
    };
    serde_json::from_str(&plain).map_err(|error| misfit(&error, &plain))
}

fn misfit(error: &serde_json::Error, text: &str) -> Misfit {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    let before: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    Misfit {
        pointer: pointer_at(text, before + error.column()),
        message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
    }
}

/// The text with whole numbers written without fraction and exponent; `None`: it already is so.
fn with_plain_integers(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut changed = false;
    for token in Tokens(text) {
        let plain = token
            .starts_with(|c: char| c == '-' || c.is_ascii_digit())
            .then(|| token.contains(['.', 'e', 'E']).then(|| Decimal::parse(token).plain()))
            .flatten()
            .flatten();
        changed |= plain.is_some();
        out.push_str(plain.as_deref().unwrap_or(token));
    }
    changed.then_some(out)
}

/// A container that is open at some place of a text.
enum Open {
    Array(usize),
    Object { key: Option<String>, awaits_key: bool },
}

/// The JSON pointer of the value that ends at a byte offset, or else is open there.
fn pointer_at(text: &str, offset: usize) -> String {
    let mut open: Vec<Open> = Vec::new();
    let mut at = 0;
    for token in Tokens(text) {
        if at >= offset {
            break;
        }
        at += token.len();
        match token {
            "[" => open.push(Open::Array(0)),
            "{" => open.push(Open::Object { key: None, awaits_key: true }),
            "]" | "}" => {
                open.pop();
            }
            _ => step(open.last_mut(), token),
        }
    }
    let mut pointer = String::new();
    for container in open {
        match container {
            Open::Array(position) => {
                pointer.push('/');
                pointer.push_str(&position.to_string());
            }
            Open::Object { key: Some(key), .. } => {
                pointer.push('/');
                pointer.push_str(&crate::pointer::escape(&key));
            }
            Open::Object { key: None, .. } => {}
        }
    }
    pointer
}

/// Moves on within the innermost container.
fn step(container: Option<&mut Open>, token: &str) {
    match container {
        Some(Open::Array(position)) if token == "," => *position += 1,
        Some(Open::Object { awaits_key, .. }) if token == "," => *awaits_key = true,
        Some(Open::Object { key, awaits_key }) if *awaits_key && token.starts_with('"') => {
            *key = serde_json::from_str(token).ok();
            *awaits_key = false;
        }
        _ => {}
    }
}

/// Cuts JSON text into strings, numbers, words, punctuation and white space.
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let first = self.0.chars().next()?;
        let end = match first {
            '"' => string_end(self.0),
            c if is_part(c) => self.0.find(|c| !is_part(c)).unwrap_or(self.0.len()),
            c => c.len_utf8(),
        };
        let (token, rest) = self.0.split_at_checked(end).unwrap_or((self.0, ""));
        self.0 = rest;
        Some(token)
    }
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read to see it fail")]
    struct Order {
        lines: Vec<Line>,
        notes: Option<BTreeMap<String, i8>>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only read to see it fail")]
    struct Line {
        count: u8,
    }

    #[test]
    fn errors_name_the_place() {
        for (text, told) in [
            (
                r#"{"lines":[{"count":1},{"count":"x"}]}"#,
                r#"/lines/1/count: invalid type: string "x", expected u8"#,
            ),
            (r#"{"lines":[{"count":1},{}]}"#, "/lines/1: missing field `count`"),
            (r#"{"lines":3}"#, "/lines: invalid type: integer `3`, expected a sequence"),
            (
                "{\n  \"lines\": [\n {\"count\": 300}]}",
                "/lines/0/count: invalid value: integer `300`, expected u8",
            ),
            (
                r#"{"lines":[],"notes":{"a/b":1,"~\"":1.5}}"#,
                r#"/notes/~0": invalid type: floating point `1.5`, expected i8"#,
            ),
            ("{}", "missing field `lines`"),
        ] {
            assert_eq!(lenient::<Order>(text).unwrap_err().to_string(), told);
        }
    }

    #[test]
    fn only_whole_numbers_change() {
        let text = r#"{"a":[1.0,-2e3,1.5,1e400],"1.0":"2.0"}"#;
        assert_eq!(with_plain_integers(text).unwrap(), r#"{"a":[1,-2000,1.5,1e400],"1.0":"2.0"}"#);
        assert_eq!(with_plain_integers("[1,2.5]"), None);
    }
}
