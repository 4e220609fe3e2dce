//! Secrets that never print.

use std::fmt;

use zeroize::Zeroizing;

/// A credential. Wiped from memory when dropped; printing it shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(Zeroizing::new(secret.into()))
    }

    /// The secret itself, for the one place that sends it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// `text` without this secret. Short ones are left: they'd match by chance.
    #[allow(dead_code, reason = "for calls to REST upstreams")]
    pub(crate) fn redact(&self, text: String) -> String {
        if self.is_in(&text) { text.replace(self.0.as_str(), "[redacted]") } else { text }
    }

    /// Whether a text is this secret, as far as that is no chance.
    #[allow(dead_code, reason = "for calls to REST upstreams")]
    pub(crate) fn is(&self, text: &str) -> bool {
        self.0.len() >= 6 && self.0.as_str() == text
    }

    /// Whether a text contains this secret, as far as that is no chance.
    #[allow(dead_code, reason = "for calls to REST upstreams")]
    pub(crate) fn is_in(&self, text: &str) -> bool {
        self.0.len() >= 6 && text.contains(self.0.as_str())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([redacted])")
    }
}

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self::new(secret)
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self::new(secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_shows_nothing() {
        let secret = Secret::new("hunter2-canary");
        assert!(!format!("{secret:?} {secret:#?}").contains("canary"));
        assert_eq!(secret.redact("key=hunter2-canary.".to_owned()), "key=[redacted].");
    }
}
