//! How much a call may cost.

use std::time::Duration;

/// Limits of the calls to one upstream. The defaults suit most APIs.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of one parameter's value as JSON text; 8 KiB.
    pub value: usize,
    /// Bytes of request target, headers and cookies together; 64 KiB.
    pub head: usize,
    /// Bytes of a response's body; 8 MiB.
    pub reply: usize,
    /// Bytes of an error's body that are shown to the model; 4 KiB.
    pub error_text: usize,
    /// Time until TCP is connected; 10 s.
    pub connect: Duration,
    /// Time for the whole call, waiting for a slot and reading the body included; 30 s.
    pub total: Duration,
    /// Calls at the same time; further ones wait for a slot. 64.
    pub concurrency: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            value: 8 << 10,
            head: 64 << 10,
            reply: 8 << 20,
            error_text: 4 << 10,
            connect: Duration::from_secs(10),
            total: Duration::from_secs(30),
            concurrency: 64,
        }
    }
}
