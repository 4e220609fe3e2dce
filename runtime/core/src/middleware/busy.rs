//! Refusals that say when to come back.

use std::time::Duration;

use serde::Serialize;

use crate::error::ProtocolError;

/// Adds `retryAfterMs` to an error.
pub(super) fn retry_after(error: ProtocolError, after: Duration) -> ProtocolError {
    #[derive(Serialize)]
    struct Data {
        #[serde(rename = "retryAfterMs")]
        retry_after_ms: u64,
    }
    let retry_after_ms = u64::try_from(after.as_millis()).unwrap_or(u64::MAX).max(1);
    error.with_data(&Data { retry_after_ms })
}
