//! What a context is made of.

use std::net::IpAddr;
use std::sync::Arc;

use toolwright_spec::{ProgressToken, RequestId, Revision};

use super::{Asking, Caller, Common, Extensions, Outbox, Peer, Verbosity};

/// A request that an era admitted: who asks, and what it wants besides its answer.
#[derive(Debug)]
pub(crate) struct Admitted {
    pub(crate) caller: Arc<Caller>,
    /// Where progress goes, if it is wanted.
    pub(crate) token: Option<ProgressToken>,
    /// How it is asked for what a handler wants to know.
    pub(crate) asking: Asking,
    /// Which log messages are wanted.
    pub(crate) logs: Verbosity,
}

/// A request, and where it stands: what its handlers reach through their context.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) id: RequestId,
    pub(crate) admitted: Admitted,
    /// What its transport knows of it.
    pub(crate) extensions: Extensions,
    /// Where it came from, if that is known.
    pub(crate) client_ip: Option<IpAddr>,
    /// Takes what is sent before the answer.
    pub(crate) outbox: Arc<Outbox>,
    pub(crate) peer: Arc<Peer>,
    pub(crate) common: Arc<Common>,
}

impl Scope {
    /// The latest revision, nobody in particular, nowhere to send anything.
    pub(crate) fn detached() -> Self {
        let caller = Caller {
            revision: Revision::LATEST,
            client: None,
            capabilities: toolwright_spec::ClientCapabilities::default(),
        };
        let outbox = Outbox::new(0);
        outbox.close();
        let (asking, logs) = (Asking::Nobody, Verbosity::Silent);
        Self {
            id: 0.into(),
            admitted: Admitted { caller: Arc::new(caller), token: None, asking, logs },
            extensions: Extensions::default(),
            client_ip: None,
            outbox: Arc::new(outbox),
            peer: Arc::default(),
            common: Arc::default(),
        }
    }
}
