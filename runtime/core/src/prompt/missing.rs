//! How it is said that there is no such prompt.

use crate::error::ProtocolError;

/// There is no prompt of this name.
///
/// Specification: `server/prompts`, section "Error Handling".
pub(crate) fn prompt_not_found(name: &str) -> ProtocolError {
    let shown: String = name.chars().take(128).collect();
    ProtocolError::invalid_params(format!("unknown prompt: {shown}"))
}
