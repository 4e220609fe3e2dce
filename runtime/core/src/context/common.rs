//! What all requests to a server have in common.

use std::sync::Arc;

use super::peer::Peer;
use crate::limits::Limits;
use crate::seal::Sealer;

/// The server as its requests see it.
#[derive(Debug, Default)]
pub(crate) struct Common {
    pub(crate) limits: Limits,
    /// For what is given away and wanted back.
    #[allow(dead_code, reason = "asking and lists come to use it")]
    pub(crate) sealer: Sealer,
    /// For requests that stand alone.
    pub(crate) nobody: Arc<Peer>,
}
