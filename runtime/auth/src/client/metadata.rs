//! What servers say of themselves.
//!
//! Specification: RFC 9728, section 2; RFC 8414, section 2.

use serde::Deserialize;

use super::address::Address;
use crate::metadata::Metadata;

/// What a protected server says.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ResourceMetadata {
    pub(crate) resource: String,
    #[serde(default)]
    pub(crate) authorization_servers: Vec<String>,
    #[serde(default)]
    pub(crate) scopes_supported: Option<Vec<String>>,
}

/// An authorization server whose metadata was checked: its issuer is the one that was looked for,
/// and its endpoints are safe to be asked.
#[derive(Debug, Clone)]
pub(crate) struct AuthorizationServer {
    /// Byte for byte.
    pub(crate) issuer: String,
    pub(crate) token: Address,
    /// Missing where there is nothing but machines.
    pub(crate) authorize: Option<Address>,
    pub(crate) register: Option<Address>,
    pub(crate) metadata: Metadata,
    /// Nothing was found that says whether PKCE is known: a server of 2025-03-26.
    pub(crate) is_assumed: bool,
}

impl AuthorizationServer {
    /// Whether it says that it knows PKCE with S256.
    pub(crate) fn knows_pkce(&self) -> bool {
        let methods = self.metadata.code_challenge_methods_supported.as_ref();
        self.is_assumed || methods.is_some_and(|all| all.iter().any(|method| method == "S256"))
    }

    pub(crate) fn has_scope(&self, scope: &str) -> bool {
        let scopes = self.metadata.scopes_supported.as_ref();
        scopes.is_some_and(|all| all.iter().any(|known| known == scope))
    }

    /// Ways in which clients may prove who they are, if it says so.
    pub(crate) fn methods(&self) -> Option<&[String]> {
        self.metadata.token_endpoint_auth_methods_supported.as_deref()
    }

    /// Whether the token endpoint is at the origin of the issuer.
    pub(crate) fn keeps_tokens_at_home(&self) -> bool {
        self.has_at_home(&self.token)
    }

    /// Whether an endpoint is at the origin of the issuer.
    pub(crate) fn has_at_home(&self, endpoint: &Address) -> bool {
        Address::read(&self.issuer).is_ok_and(|issuer| issuer.same_origin(endpoint))
    }

    /// As [`methods`](Self::methods), where tokens are ended: as where they are given out, unless it
    /// says otherwise.
    pub(crate) fn methods_to_revoke(&self) -> Option<&[String]> {
        let own = self.metadata.revocation_endpoint_auth_methods_supported.as_deref();
        own.or_else(|| self.methods())
    }
}
