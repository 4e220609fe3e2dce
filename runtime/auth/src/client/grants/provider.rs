//! The identity provider of an enterprise.

use super::assertion::Assertion;
use super::credentials::Credentials;

/// Where the people of an enterprise log in, and who has logged in there: what
/// [`MachineClient::enterprise`](super::MachineClient::enterprise) needs.
///
/// Specification: the extension `io.modelcontextprotocol/enterprise-managed-authorization`.
#[derive(Debug, Clone)]
#[must_use]
pub struct IdentityProvider {
    pub(super) issuer: String,
    pub(super) credentials: Credentials,
    pub(super) identity: Assertion,
    pub(super) identity_type: &'static str,
    pub(super) token_endpoint: Option<String>,
    pub(super) allow_other_origin: bool,
}

impl IdentityProvider {
    /// The provider with this issuer, at which this client has these credentials, and the ID
    /// token that the person who uses it got there.
    pub fn new(issuer: impl Into<String>, credentials: Credentials, id_token: Assertion) -> Self {
        Self {
            issuer: issuer.into(),
            credentials,
            identity: id_token,
            identity_type: "urn:ietf:params:oauth:token-type:id_token",
            token_endpoint: None,
            allow_other_origin: false,
        }
    }

    /// What says who the person is is an assertion of SAML 2, in base64url.
    pub fn saml(mut self) -> Self {
        self.identity_type = "urn:ietf:params:oauth:token-type:saml2";
        self
    }

    /// Where the provider exchanges tokens, if its metadata does not say so.
    pub fn token_endpoint(mut self, url: impl Into<String>) -> Self {
        self.token_endpoint = Some(url.into());
        self
    }

    /// Sends a client's secret wherever the provider's metadata says that it exchanges tokens, be
    /// that at another origin than its issuer's.
    pub fn allow_other_origin(mut self) -> Self {
        self.allow_other_origin = true;
        self
    }
}
