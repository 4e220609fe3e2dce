//! Who sends a request, where somebody checked it.

use std::fmt;

use serde_json::{Map, Value};

/// A verified identity, such as the subject of an access token.
///
/// Whoever verifies it (middleware of the HTTP stack, or a transport) puts it into the request's
/// [`Extensions`](super::Extensions); handlers see it as
/// [`Context::principal`](super::Context::principal).
///
/// ```
/// use toolwright_core::context::Principal;
///
/// let ann = Principal::new("https://login.example", "ann").with_scopes(["books:read"]);
/// assert!(ann.has_scope("books:read"));
/// assert_ne!(ann.key(), Principal::new("https://login.other", "ann").key());
/// ```
#[derive(Clone, PartialEq)]
pub struct Principal {
    issuer: String,
    subject: String,
    scopes: Vec<String>,
    claims: Map<String, Value>,
    key: String,
}

impl Principal {
    /// The subject that an issuer vouches for. Without a token, `issuer` is a kind of your own,
    /// such as `mtls` or `unix`.
    pub fn new(issuer: impl Into<String>, subject: impl Into<String>) -> Self {
        let (issuer, subject) = (issuer.into(), subject.into());
        // The length makes it unambiguous where the one ends and the other begins.
        let key = format!("{}:{issuer}{subject}", issuer.len());
        Self { issuer, subject, scopes: Vec::new(), claims: Map::new(), key }
    }

    /// What it may do.
    #[must_use]
    pub fn with_scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// What else is known of it.
    #[must_use]
    pub fn with_claims(mut self, claims: Map<String, Value>) -> Self {
        self.claims = claims;
        self
    }

    /// Who vouches for it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Who it is, to the issuer.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// What it may do.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.scopes
    }

    /// Whether it may do this.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known == scope)
    }

    /// What else is known of it.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        &self.claims
    }

    /// A text that is the same for the same subject of the same issuer, and for nobody else. Never
    /// empty.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// Without claims, which may be personal.
impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("issuer", &self.issuer)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unambiguous() {
        assert_ne!(Principal::new("a", "bc").key(), Principal::new("ab", "c").key());
        assert_eq!(Principal::new("a", "b").key(), Principal::new("a", "b").key());
        assert!(!format!("{:?}", Principal::new("a", "canary")).contains("canary"));
    }
}
