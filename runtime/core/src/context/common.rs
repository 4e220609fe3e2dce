//! What all requests to a server have in common.

use std::sync::Arc;

use super::peer::Peer;
use crate::limits::Limits;

/// The server as its requests see it.
#[derive(Debug, Default)]
pub(crate) struct Common {
    pub(crate) limits: Limits,
    /// For requests that stand alone.
    pub(crate) nobody: Arc<Peer>,
}
