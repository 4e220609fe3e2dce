//! Clients that the server knows.

use serde_json::Value;

/// A client that the server knows.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Client {
    /// Its id.
    pub id: String,
    /// How it proves who it is.
    pub authentication: Authentication,
    /// Where it may send people back; anywhere, if empty. Ports of loopback addresses do not
    /// matter (RFC 8252).
    pub redirects: Vec<String>,
    /// Kinds of grants that it may use; any, if empty.
    pub grants: Vec<String>,
}

/// How a client proves who it is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Authentication {
    /// Not at all: a public client.
    None,
    /// By a secret, in the header `Authorization`.
    Basic(String),
    /// By a secret, in the form.
    Post(String),
    /// By assertions that one of these keys signed: a set of JWKs.
    Keys(Value),
}

impl Client {
    /// A client that proves nothing.
    #[must_use]
    pub fn public(id: &str) -> Self {
        Self::new(id, Authentication::None)
    }

    /// A client with a secret that goes into the header `Authorization`.
    #[must_use]
    pub fn with_secret(id: &str, secret: &str) -> Self {
        Self::new(id, Authentication::Basic(secret.to_owned()))
    }

    /// A client that signs assertions with a key whose public half is given, as a JWK or a set.
    #[must_use]
    pub fn with_key(id: &str, key: Value) -> Self {
        Self::new(id, Authentication::Keys(key))
    }

    /// A client.
    #[must_use]
    pub fn new(id: &str, authentication: Authentication) -> Self {
        let id = id.to_owned();
        Self { id, authentication, redirects: Vec::new(), grants: Vec::new() }
    }

    /// The same, which may send people back to this URL.
    #[must_use]
    pub fn redirect(mut self, url: &str) -> Self {
        self.redirects.push(url.to_owned());
        self
    }

    /// The same, which may use this kind of grant.
    #[must_use]
    pub fn grant(mut self, kind: &str) -> Self {
        self.grants.push(kind.to_owned());
        self
    }

    pub(super) fn may_return_to(&self, url: &str) -> bool {
        self.redirects.is_empty()
            || self.redirects.iter().any(|known| known == url || same_but_port(known, url))
    }

    pub(super) fn may_use(&self, grant: &str) -> bool {
        self.grants.is_empty() || self.grants.iter().any(|known| known == grant)
    }
}

/// Whether two URLs of a loopback address differ in the port alone.
fn same_but_port(one: &str, other: &str) -> bool {
    let parts = |url: &str| -> Option<(String, String)> {
        let uri: http::Uri = url.parse().ok()?;
        let host = uri.host()?.to_owned();
        let local = matches!(&*host, "127.0.0.1" | "[::1]" | "localhost");
        local.then(|| (host, uri.path_and_query().map(ToString::to_string).unwrap_or_default()))
    };
    parts(one).is_some_and(|one| parts(other) == Some(one))
}
