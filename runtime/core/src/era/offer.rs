//! What a server says of itself, the same to everybody.

use std::sync::{Arc, OnceLock};

use toolwright_spec::{DiscoverResult, Fit, Implementation, Revision, ServerCapabilities};

use super::callers::Callers;
use super::identity::Identity;
use super::settle::write_stateless;
use super::{Era, stateless};
use crate::cache::{CacheHint, Cacheable, Hints};
use crate::error::ProtocolError;
use crate::extension::{Method, Spoken};

/// Identity, capabilities, and for how long all of it holds.
#[derive(Debug)]
pub(crate) struct Offer {
    identity: Identity,
    instructions: Option<String>,
    capabilities: ServerCapabilities,
    hints: Hints,
    spoken: Spoken,
    discover: OnceLock<Result<Arc<str>, ProtocolError>>,
    callers: Callers,
}

impl Offer {
    pub(crate) fn new(
        info: Implementation,
        instructions: Option<String>,
        capabilities: ServerCapabilities,
        hints: Hints,
        spoken: Spoken,
    ) -> Self {
        let identity = Identity::new(info);
        Self {
            identity,
            instructions,
            capabilities,
            hints,
            spoken,
            discover: OnceLock::new(),
            callers: Callers::default(),
        }
    }

    /// Who called lately.
    pub(super) fn callers(&self) -> &Callers {
        &self.callers
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn info(&self) -> &Implementation {
        self.identity.info()
    }

    pub(crate) fn instructions(&self) -> Option<&str> {
        self.instructions.as_deref()
    }

    pub(crate) fn capabilities(&self) -> &ServerCapabilities {
        &self.capabilities
    }

    /// For how long a result may be kept.
    pub(crate) fn hint(&self, what: Cacheable) -> CacheHint {
        self.hints.of(what)
    }

    /// All that is known of keeping results.
    pub(crate) fn hints(&self) -> &Hints {
        &self.hints
    }

    /// What there is beyond the protocol.
    pub(crate) fn spoken(&self) -> &Spoken {
        &self.spoken
    }

    /// A method that the protocol does not have, if it is there for callers of a revision.
    pub(crate) fn method(&self, name: &str, revision: Revision) -> Option<&Method> {
        self.spoken.methods.find(name, Era::of(revision) == Era::Stateless)
    }

    /// The result of `server/discover`.
    pub(crate) fn discover(&self) -> Result<Arc<str>, ProtocolError> {
        let write = || {
            let supported =
                stateless::supported().into_iter().map(str::to_owned).collect::<Vec<_>>();
            let mut result = DiscoverResult::new(supported, self.capabilities.clone());
            let hint = self.hint(Cacheable::Discover);
            result.instructions.clone_from(&self.instructions);
            result.ttl_ms = Some(hint.ttl_ms());
            result.cache_scope = Some(hint.scope());
            let result = result.fit(Revision::LATEST).map_err(|error| {
                tracing::error!(%error, "the server cannot present itself");
                ProtocolError::internal("internal error")
            })?;
            Ok(write_stateless(&result, &self.identity))
        };
        self.discover.get_or_init(write).clone()
    }
}
