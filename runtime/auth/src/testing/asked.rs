//! What the server was asked.

use http::{HeaderMap, Method};

/// Where requests go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// Metadata under `/.well-known/oauth-authorization-server`.
    OAuthMetadata,
    /// Metadata under `openid-configuration`, wherever the path of the issuer goes.
    OpenIdMetadata,
    /// `/authorize`
    Authorize,
    /// `/token`
    Token,
    /// `/register`
    Register,
    /// `/introspect`
    Introspect,
    /// `/revoke`
    Revoke,
    /// `/jwks`
    Jwks,
    /// Anything else.
    Other,
}

/// A request that arrived.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Asked {
    /// Where it went.
    pub endpoint: Endpoint,
    /// Its method.
    pub method: Method,
    /// Its path, as it was sent.
    pub path: String,
    /// What stood in its query.
    pub query: Vec<(String, String)>,
    /// Its headers, credentials included.
    pub headers: HeaderMap,
    /// Its body; that of a form is in `form` as well.
    pub body: Vec<u8>,
    /// What stood in its form.
    pub form: Vec<(String, String)>,
    /// The status of the response; 0 while there is none.
    pub status: u16,
}

impl Asked {
    /// The first value under a name, in the form or else in the query.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self.form.iter().chain(&self.query);
        pairs.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Every value under a name, those of the form first.
    pub fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.form.iter().chain(&self.query);
        pairs.filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A header, if it is there and is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl Endpoint {
    /// Where a path leads, for an issuer with the path `base` (empty, or with a slash in front).
    pub(super) fn of(path: &str, base: &str) -> Self {
        const OPENID: &str = "/.well-known/openid-configuration";
        let known = |name: &str| path.strip_prefix(name).is_some_and(|rest| rest == base);
        if known("/.well-known/oauth-authorization-server") {
            return Self::OAuthMetadata;
        }
        if known(OPENID) || path.strip_prefix(base) == Some(OPENID) {
            return Self::OpenIdMetadata;
        }
        match path.strip_prefix(base) {
            Some("/authorize") => Self::Authorize,
            Some("/token") => Self::Token,
            Some("/register") => Self::Register,
            Some("/introspect") => Self::Introspect,
            Some("/revoke") => Self::Revoke,
            Some("/jwks") => Self::Jwks,
            _ => Self::Other,
        }
    }

    /// Its path below that of the issuer.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::OAuthMetadata => "/.well-known/oauth-authorization-server",
            Self::OpenIdMetadata => "/.well-known/openid-configuration",
            Self::Authorize => "/authorize",
            Self::Token => "/token",
            Self::Register => "/register",
            Self::Introspect => "/introspect",
            Self::Revoke => "/revoke",
            Self::Jwks => "/jwks",
            Self::Other => "/",
        }
    }
}
