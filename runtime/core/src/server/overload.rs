//! What is said to clients that ask for too much at once.

use crate::error::ProtocolError;

/// How long a client had better wait then, in milliseconds.
const RETRY_AFTER_MS: u32 = 1000;

/// There is too much of something.
pub(super) fn overloaded(what: &str) -> ProtocolError {
    #[derive(serde::Serialize)]
    struct Data {
        #[serde(rename = "retryAfterMs")]
        retry_after_ms: u32,
    }
    ProtocolError::internal(format!("overloaded: {what}"))
        .with_data(&Data { retry_after_ms: RETRY_AFTER_MS })
}
