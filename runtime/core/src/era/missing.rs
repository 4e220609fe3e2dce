//! How it is said that there is no such resource.

use toolwright_spec::Revision;

use super::Era;
use crate::error::ProtocolError;

/// The code of the revisions with sessions.
const RESOURCE_NOT_FOUND: i64 = -32002;

/// There is no resource under this URI.
///
/// Specification: `server/resources`, section "Error Handling".
pub(crate) fn resource_not_found(revision: Revision, uri: &str) -> ProtocolError {
    #[derive(serde::Serialize)]
    struct Data {
        uri: String,
    }
    let message = "resource not found";
    let error = match Era::of(revision) {
        Era::Session => ProtocolError::new(RESOURCE_NOT_FOUND, message),
        Era::Stateless => ProtocolError::invalid_params(message),
    };
    error.with_data(&Data { uri: uri.chars().take(1024).collect() })
}
