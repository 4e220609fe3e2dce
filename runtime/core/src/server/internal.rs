//! Errors that nobody outside learns the reason of.

use crate::error::ProtocolError;
use crate::tool::incident;

/// What went wrong inside stays in the log; the peer gets a number to ask about.
pub(super) fn internal(what: &str, detail: &str) -> ProtocolError {
    let incident = incident::number();
    tracing::error!(incident, "{what}");
    tracing::trace!(incident, detail, "what went wrong");
    ProtocolError::internal(format!("internal error (incident {incident})"))
}
