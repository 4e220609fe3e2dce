//! Tokens as they came.

use std::fmt;

use toolwright_http::Secret;

/// An access token that somebody presented. Nothing turns it into one that is sent: upstreams get
/// tokens of their own, never this one.
#[derive(Clone)]
pub struct InboundToken {
    secret: Secret,
    scheme: Scheme,
    resource: String,
}

/// How a token was presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scheme {
    /// Whoever has it may use it.
    Bearer,
    /// Whoever has the key that it is bound to may use it.
    Dpop,
}

impl InboundToken {
    /// A token presented to a resource, which is the URI that it has to be issued for.
    pub fn new(scheme: Scheme, token: impl Into<Secret>, resource: impl Into<String>) -> Self {
        Self { secret: token.into(), scheme, resource: resource.into() }
    }

    /// The token, for looking at it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.secret.expose()
    }

    /// How it was presented.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// What it was presented to.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.resource
    }
}

impl fmt::Debug for InboundToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboundToken")
            .field("scheme", &self.scheme)
            .field("resource", &self.resource)
            .finish_non_exhaustive()
    }
}
