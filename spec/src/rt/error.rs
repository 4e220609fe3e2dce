//! The error of reading: where it failed, what should have been there.

use std::fmt;

use super::trail::{Problem, Trail};

/// A JSON text is not what was asked for.
///
/// It names the place as a JSON pointer and what was expected there:
///
/// ```
/// use toolwright_spec::{CallToolRequestParams, from_str};
///
/// let error = from_str::<CallToolRequestParams>(r#"{"name":3}"#).unwrap_err();
/// assert_eq!(error.pointer(), "/name");
/// assert_eq!(error.expected(), "a string");
/// assert_eq!(error.to_string(), "at /name: expected a string, found 3");
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DecodeError(Box<Inner>);

#[derive(Debug, Clone, PartialEq)]
struct Inner {
    pointer: String,
    expected: String,
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Syntax(String),
    Problem(Problem),
    UnknownMethod(String),
    Other(String),
}

impl DecodeError {
    /// JSON pointer to the place; empty for the root.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// What should have been there, in words: `a string`, ``member `name` ``.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// The text is not JSON at all (JSON-RPC code -32700 instead of -32602).
    #[must_use]
    pub fn is_syntax(&self) -> bool {
        matches!(self.0.kind, Kind::Syntax(_))
    }

    /// The method is not one that this side may be sent (JSON-RPC code -32601).
    #[must_use]
    pub fn is_unknown_method(&self) -> bool {
        matches!(self.0.kind, Kind::UnknownMethod(_))
    }

    pub(crate) fn unknown_method(name: &str) -> Self {
        Self::new("/method".into(), "a known method".into(), Kind::UnknownMethod(name.into()))
    }

    /// Puts `prefix`, a JSON pointer, in front of the place.
    #[must_use]
    pub fn below(mut self, prefix: &str) -> Self {
        self.0.pointer.insert_str(0, prefix);
        self
    }

    /// From what serde_json says and the trail it left.
    pub(super) fn from_serde(error: &serde_json::Error, trail: Trail) -> Self {
        if error.is_syntax() || error.is_eof() || error.is_io() {
            return Self::new(String::new(), "JSON".into(), Kind::Syntax(error.to_string()));
        }
        let pointer = trail.pointer();
        let problem = trail.problem.or_else(|| invalid_type(without_position(&error.to_string())));
        match problem {
            Some(problem) => Self::new(pointer, expected(&problem), Kind::Problem(problem)),
            None => {
                let message = error.to_string();
                let message = without_position(&message).to_owned();
                Self::new(pointer, message.clone(), Kind::Other(message))
            }
        }
    }

    fn new(pointer: String, expected: String, kind: Kind) -> Self {
        Self(Box::new(Inner { pointer, expected, kind }))
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.kind {
            Kind::Syntax(message) => return write!(f, "not valid JSON: {message}"),
            Kind::UnknownMethod(name) => return write!(f, "unknown method `{name}`"),
            Kind::Problem(_) | Kind::Other(_) if self.0.pointer.is_empty() => {
                f.write_str("at the root: ")?;
            }
            Kind::Problem(_) | Kind::Other(_) => write!(f, "at {}: ", self.0.pointer)?,
        }
        match &self.0.kind {
            Kind::Problem(problem) => problem.fmt(f),
            Kind::Other(message) | Kind::Syntax(message) | Kind::UnknownMethod(message) => {
                f.write_str(message)
            }
        }
    }
}

impl std::error::Error for DecodeError {}

/// serde_json ends its messages with the position, which is wrong for text read piecewise.
pub(super) fn without_position(message: &str) -> &str {
    match message.rfind(" at line ") {
        Some(end) => message.get(..end).unwrap_or(message),
        None => message,
    }
}

fn expected(problem: &Problem) -> String {
    match problem {
        Problem::Missing(name) => format!("member `{name}`"),
        Problem::Duplicate(name) => format!("one member `{name}`"),
        Problem::Mismatch { expected, .. } => expected.clone(),
    }
}

/// serde's own two messages, which its visitors build before we can: "invalid type: integer `3`,
/// expected a string".
fn invalid_type(message: &str) -> Option<Problem> {
    let rest = message
        .strip_prefix("invalid type: ")
        .or_else(|| message.strip_prefix("invalid value: "))?;
    let (found, expected) = rest.split_once(", expected ")?;
    Some(Problem::Mismatch { expected: expected.into(), found: plain(found) })
}

/// serde's name of what it found, as JSON: ``integer `3` `` is 3, a `map` is an object.
fn plain(found: &str) -> String {
    match found {
        "map" => return "an object".into(),
        "sequence" => return "an array".into(),
        "unit value" | "Option value" => return "null".into(),
        _ => {}
    }
    if let Some(text) = found.strip_prefix("string ") {
        return text.into();
    }
    match found.split_once('`') {
        Some((_, value)) => value.trim_end_matches('`').into(),
        None => found.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::from_str;

    #[test]
    fn each_kind_of_value_is_named_as_json() {
        for (text, found) in [
            ("3", "3"),
            ("1.5", "1.5"),
            ("null", "null"),
            ("true", "true"),
            ("{}", "an object"),
            ("[]", "an array"),
        ] {
            let error = from_str::<String>(text).unwrap_err();
            assert_eq!(error.to_string(), format!("at the root: expected a string, found {found}"));
        }
        let error = from_str::<bool>("\"yes\"").unwrap_err();
        assert_eq!(error.to_string(), "at the root: expected a boolean, found \"yes\"");
    }

    #[test]
    fn trailing_text_and_broken_json_are_syntax() {
        for text in ["", "{", "{} x", "nul"] {
            assert!(from_str::<super::super::Object>(text).unwrap_err().is_syntax(), "{text}");
        }
    }
}
