//! What is known of a token that is taken.

use std::time::SystemTime;

use toolwright_core::context::Principal;

use super::error::VerifyError;
use super::token::{InboundToken, Scheme};

/// What is known of a token that is taken.
///
/// ```
/// use toolwright_auth::verify::Verified;
/// use toolwright_core::context::Principal;
///
/// let ann = Principal::new("https://login.example.com", "ann").with_scopes(["files:read"]);
/// let verified = Verified::new(ann).client_id("editor");
/// assert_eq!(verified.scopes(), ["files:read"]);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    principal: Principal,
    client: Option<String>,
    expires: Option<SystemTime>,
    audience: Vec<String>,
    thumbprint: Option<String>,
}

impl Verified {
    /// It is this one who presents it, with these scopes.
    #[must_use]
    pub fn new(principal: Principal) -> Self {
        Self { principal, client: None, expires: None, audience: Vec::new(), thumbprint: None }
    }

    /// Which program presents it for them.
    #[must_use]
    pub fn client_id(mut self, client: impl Into<String>) -> Self {
        self.client = Some(client.into());
        self
    }

    /// When it ends.
    #[must_use]
    pub fn expires_at(mut self, at: SystemTime) -> Self {
        self.expires = Some(at);
        self
    }

    /// What it is issued for.
    #[must_use]
    pub fn audience(mut self, audience: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audience = audience.into_iter().map(Into::into).collect();
        self
    }

    /// The thumbprint of the key that it is bound to: it is worth nothing without a proof by it.
    #[must_use]
    pub fn bound_to(mut self, thumbprint: impl Into<String>) -> Self {
        self.thumbprint = Some(thumbprint.into());
        self
    }

    /// Who presents it.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// Who presents it, without the rest.
    #[must_use]
    pub fn into_principal(self) -> Principal {
        self.principal
    }

    /// What it allows.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        self.principal.scopes()
    }

    /// Which program presents it, if that is known.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// When it ends, if it does.
    #[must_use]
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }

    /// What it is issued for, as far as that is known.
    #[must_use]
    pub fn audiences(&self) -> &[String] {
        &self.audience
    }

    /// The thumbprint of the key that it is bound to, if it is.
    #[must_use]
    pub fn confirmation(&self) -> Option<&str> {
        self.thumbprint.as_deref()
    }

    /// Refuses a token that is bound to a key and comes as if it were not.
    pub(crate) fn presented_as(&self, token: &InboundToken) -> Result<(), VerifyError> {
        match (self.confirmation(), token.scheme()) {
            (Some(_), Scheme::Bearer) => Err(VerifyError::Bound),
            _ => Ok(()),
        }
    }
}
