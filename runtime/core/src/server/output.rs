//! Results against their schemas.

use toolwright_spec::CallToolResult;

use crate::error::ProtocolError;
use crate::tool::{Validated, incident};

/// Holds a tool to its output schema.
pub(super) fn checked(
    validated: &Validated,
    name: &str,
    result: CallToolResult,
) -> Result<CallToolResult, ProtocolError> {
    let Some(output) = &validated.output else {
        return Ok(result);
    };
    if result.is_error == Some(true) {
        return Ok(result);
    }
    let violations = match &result.structured_content {
        Some(structured) => output.validate(structured.as_raw()).err(),
        None => Some(Vec::new()),
    };
    let Some(violations) = violations else {
        return Ok(result);
    };
    let incident = incident::number();
    // Places without values: those may be anybody's data.
    let places: Vec<&str> = violations.iter().map(|violation| &*violation.pointer).collect();
    tracing::error!(tool = name, incident, ?places, "a result does not fit the output schema");
    tracing::trace!(incident, ?violations, "how it does not fit");
    let message = format!("the tool returned what it should not (incident {incident})");
    Err(ProtocolError::internal(message))
}
