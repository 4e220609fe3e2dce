//! A server, and how somebody logs in there.

use std::sync::Arc;

use super::address::{Address, shown};
use super::discover::Finder;
use super::error::LoginError;
use super::grant::Grant;
use super::keeping;
use super::setup::Setup;
use super::ways::Ways;

/// See the module. Nothing of it changes.
#[derive(Debug, Clone)]
pub(crate) struct Counterpart {
    pub(crate) setup: Arc<Setup>,
    pub(crate) finder: Finder,
    /// The server's URL as the user wrote it.
    pub(crate) server: String,
}

impl Counterpart {
    /// # Errors
    /// The URL is none, or what was set up cannot be used.
    pub(crate) fn new(setup: Arc<Setup>, server: &str) -> Result<Self, LoginError> {
        setup.check()?;
        let address = Address::read(server).map_err(|reason| LoginError::Address {
            what: "the server's URL",
            url: shown(server),
            reason: reason.to_owned(),
        })?;
        let finder = Finder {
            ways: Ways::new(setup.fetch.clone()),
            server: address,
            allow_private: setup.allow_private,
            trust_proxy: setup.trust_proxy,
            allow_parent: setup.allow_parent,
        };
        Ok(Self { setup, finder, server: server.to_owned() })
    }

    /// The tokens in the store, if they are of an authorization server that is used.
    ///
    /// # Errors
    /// The store fails.
    pub(crate) async fn kept(&self) -> Result<Option<Grant>, LoginError> {
        let setup = &*self.setup;
        let kept = keeping::grant(&*setup.store, &self.server, setup.dpop.as_ref()).await?;
        let is_used = |grant: &Grant| {
            setup.issuer.as_ref().is_none_or(|issuer| *issuer == grant.place.issuer)
        };
        Ok(kept.filter(is_used))
    }
}
