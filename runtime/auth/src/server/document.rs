//! What a resource says of itself.
//!
//! Specification: RFC 9728, section 2.

use bytes::Bytes;
use serde::Serialize;

/// Metadata of a protected resource; what is empty is left out.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    pub(super) resource: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) authorization_servers: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) scopes_supported: &'a [String],
    pub(super) bearer_methods_supported: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_documentation: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) dpop_signing_alg_values_supported: &'a [&'static str],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) dpop_bound_access_tokens_required: bool,
}

impl Document<'_> {
    pub(super) fn write(&self) -> Bytes {
        serde_json::to_vec(self).unwrap_or_default().into()
    }
}
