//! What sends requests on behalf of one server's client.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use toolwright_http::client::Network;
use toolwright_http::fetch::Fetch;

/// See the module. Clones are one.
#[derive(Debug, Clone)]
pub(crate) struct Ways {
    /// What the user wants for all requests.
    given: Option<Fetch>,
    learnt: Arc<Mutex<Learnt>>,
}

/// How the client gets to its server, as far as it is known.
#[derive(Debug)]
struct Learnt {
    network: Network,
    own: Fetch,
    others: Fetch,
}

impl Ways {
    pub(crate) fn new(given: Option<Fetch>) -> Self {
        let learnt = Learnt::new(&Network::default());
        Self { given, learnt: Arc::new(Mutex::new(learnt)) }
    }

    /// The client that is used now gets to its server like this.
    pub(crate) fn learn(&self, network: &Network) {
        let mut learnt = self.learnt();
        if !learnt.network.is(network) {
            *learnt = Learnt::new(network);
        }
    }

    /// For requests to the server itself.
    pub(crate) fn own(&self) -> Fetch {
        self.given.clone().unwrap_or_else(|| self.learnt().own.clone())
    }

    /// For requests to whoever the server names.
    pub(crate) fn others(&self) -> Fetch {
        self.given.clone().unwrap_or_else(|| self.learnt().others.clone())
    }

    fn learnt(&self) -> MutexGuard<'_, Learnt> {
        self.learnt.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Learnt {
    fn new(network: &Network) -> Self {
        let (own, others) = (Fetch::of(network), Fetch::beside(network));
        Self { network: network.clone(), own, others }
    }
}
