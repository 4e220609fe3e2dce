//! The time of day, for what is dated or sealed. Everything that only waits goes by tokio's clock,
//! which nobody sets back.

use std::time::SystemTime;

/// Now.
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
