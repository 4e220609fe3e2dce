//! What all requests to a server have in common.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::client_ip::Paces;
use super::extensions::Extensions;
use super::filters::Filters;
use super::jobs::Jobs;
use super::peer::Peer;
use super::state::States;
use crate::ask::ConsumedStates;
use crate::limits::Limits;
use crate::scopes::Scopes;
use crate::seal::Sealer;
use crate::watch::Hub;

/// The server as its requests see it.
#[derive(Debug, Default)]
pub(crate) struct Common {
    pub(crate) limits: Limits,
    /// What is hidden from whom.
    pub(crate) filters: Filters,
    /// What the server was told of scopes, by the names that clients use.
    pub(crate) told: HashMap<String, Scopes>,
    /// Whether lists have what the caller lacks scopes for.
    pub(crate) lists_forbidden: bool,
    /// For what is given away and wanted back.
    pub(crate) sealer: Sealer,
    /// What the server is called.
    pub(crate) name: String,
    /// Which states of requests were used; without, they may be used again.
    pub(crate) consumed: Option<Consumed>,
    /// Tells those who want to know of changes.
    pub(crate) hub: Arc<Hub>,
    /// For requests that stand alone.
    pub(crate) nobody: Arc<Peer>,
    /// How often they ask for suggestions.
    pub(crate) paces: Paces,
    /// Whether it said that it sends log messages.
    pub(crate) logs: bool,
    pub(crate) states: States,
    /// What is known of who calls over streams of bytes.
    pub(crate) caller: Extensions,
    /// Outlive the requests that started them.
    pub(crate) jobs: Jobs,
}

/// Which states of requests were used.
#[derive(Clone)]
pub(crate) struct Consumed(pub(crate) Arc<dyn ConsumedStates>);

impl fmt::Debug for Consumed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumed").finish_non_exhaustive()
    }
}
