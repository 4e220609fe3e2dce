//! What belongs to a server for as long as it runs.

use std::sync::OnceLock;

use super::extensions::Extensions;

/// A server's values, by type: those it was built with, and those made when it started.
#[derive(Debug, Default)]
pub(crate) struct States {
    pub(crate) given: Extensions,
    pub(crate) started: OnceLock<Extensions>,
}

/// There is no state of this type.
#[derive(Debug, thiserror::Error)]
#[error("the server has no state of the type `{0}`: add one with `Server::state` or `lifespan`")]
pub struct NoState(&'static str);

impl States {
    pub(super) fn find<T: Send + Sync + 'static>(&self) -> Result<&T, NoState> {
        let given = self.given.find();
        given
            .or_else(|| self.started.get()?.find())
            .ok_or_else(|| NoState(std::any::type_name::<T>()))
    }
}
