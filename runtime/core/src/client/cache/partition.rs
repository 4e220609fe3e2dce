//! Who may see what is kept.

use crate::seal::digest;

/// Whose results are kept apart from whose: a server, and under which authorization it is asked.
///
/// Transports say it, see [`Transport::partition`](crate::client::Transport::partition). Only
/// fingerprints are held, nothing in the clear.
///
/// ```
/// use toolwright_core::client::Partition;
///
/// let mine = Partition::new("https://example.com/mcp", &[b"authorization", b"Bearer one"]);
/// let yours = Partition::new("https://example.com/mcp", &[b"authorization", b"Bearer two"]);
/// assert_ne!(mine, yours);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    pub(super) server: [u8; 32],
    pub(super) authorization: [u8; 32],
}

impl Partition {
    /// The server under this address, asked with these credentials: whatever a request carries
    /// that the answer may depend on beside its parameters. The order counts.
    #[must_use]
    pub fn new(server: &str, authorization: &[&[u8]]) -> Self {
        let server = digest(&[b"server", server.as_bytes()]);
        let mut parts: Vec<&[u8]> = vec![b"authorization", &server];
        parts.extend_from_slice(authorization);
        let authorization = digest(&parts);
        Self { server, authorization }
    }
}
