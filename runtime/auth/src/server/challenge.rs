//! What clients are told to do: `WWW-Authenticate`.
//!
//! Specification: RFC 9110, section 11.6.1; RFC 6750, section 3; RFC 9728, section 5.1.

use std::fmt::Write;

use http::HeaderValue;
use toolwright_core::scopes::is_scope;

/// A challenge in the making.
#[derive(Debug, Clone)]
pub(super) struct Challenge {
    text: String,
    is_bare: bool,
}

impl Challenge {
    pub(super) fn new(scheme: &'static str) -> Self {
        Self { text: scheme.to_owned(), is_bare: true }
    }

    /// Adds a parameter, quoted; one that is empty is left out. What would not be shown as it is, is
    /// left out of the value, so that no value can be more than a value.
    pub(super) fn parameter(mut self, name: &'static str, value: &str) -> Self {
        if value.is_empty() {
            return self;
        }
        let separator = if self.is_bare { " " } else { ", " };
        self.is_bare = false;
        let mut quoted = String::with_capacity(value.len());
        for character in value.chars().filter(|it| it.is_ascii_graphic() || *it == ' ') {
            if matches!(character, '"' | '\\') {
                quoted.push('\\');
            }
            quoted.push(character);
        }
        // Writing to a string does not fail.
        let _ = write!(self.text, "{separator}{name}=\"{quoted}\"");
        self
    }

    /// Adds scopes. What is none is left out.
    pub(super) fn scopes<'a>(self, scopes: impl IntoIterator<Item = &'a String>) -> Self {
        let mut all: Vec<&str> = Vec::new();
        for scope in scopes {
            if is_scope(scope) && !all.contains(&scope.as_str()) {
                all.push(scope);
            }
        }
        self.parameter("scope", &all.join(" "))
    }

    /// As a header has it.
    pub(super) fn value(self) -> Option<HeaderValue> {
        HeaderValue::try_from(self.text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_values() {
        let challenge = Challenge::new("Bearer")
            .parameter("error", "")
            .parameter("error_description", "a\", scope=\"admin\\\r\nX: y\u{e9}")
            .scopes(&["a".to_owned(), "b c".to_owned(), "d\"".to_owned(), "a".to_owned()]);
        let value = challenge.value().unwrap();
        let expected = r#"Bearer error_description="a\", scope=\"admin\\X: y", scope="a""#;
        assert_eq!(value.to_str().unwrap(), expected);
        assert_eq!(Challenge::new("Bearer").value().unwrap(), "Bearer");
    }
}
