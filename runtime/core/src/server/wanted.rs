//! Which scopes are needed for what.

use std::collections::HashMap;

use super::claims::Faults;
use crate::error::BuildError;
use crate::scopes::{Scoped, Scopes};

/// What the server was told, by name, URI or template, besides what definitions say.
#[derive(Debug, Default)]
pub(super) struct Wanted(HashMap<String, Scopes>);

impl Wanted {
    /// # Errors
    /// A scope is none.
    pub(super) fn new(told: HashMap<String, Vec<String>>) -> Result<Self, BuildError> {
        let checked = told.into_iter().map(|(name, scopes)| {
            let scopes = Scopes::checked(scopes, &name)?;
            Ok((name, scopes))
        });
        checked.collect::<Result<_, _>>().map(Self)
    }

    /// What is needed for an item; its definition does not say so any more. If what it says is no
    /// scope, and the fault is to be lived with, nobody has what is needed.
    ///
    /// # Errors
    /// What it says is no scope.
    pub(super) fn of<T: Scoped>(
        &self,
        item: &mut T,
        name: impl Fn(&T) -> &String,
        faults: Faults,
    ) -> Result<Scopes, BuildError> {
        let name = name(item).clone();
        let own = match Scopes::take(item, &name) {
            Ok(own) => own,
            Err(fault) => {
                faults.report(fault)?;
                Scopes::nobody()
            }
        };
        Ok(match self.0.get(&name) {
            Some(told) => own.and(told),
            None => own,
        })
    }

    /// All of it, by name.
    pub(super) fn all(&self) -> HashMap<String, Scopes> {
        self.0.clone()
    }

    /// Everything that it names.
    pub(super) fn names(&self) -> impl Iterator<Item = (&String, &Scopes)> {
        self.0.iter()
    }
}
