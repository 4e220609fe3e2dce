//! Resources that are found out for each request.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use toolwright_spec::Resource;

use super::gate::Gate;
use crate::context::Context;
use crate::error::ProtocolError;
use crate::resource::ResourceSet;
use crate::scopes::Scopes;
use crate::uri::meaning;

/// What all sets list for one caller besides what they list for good.
#[derive(Default)]
pub(super) struct Instances {
    resources: Vec<Resource>,
    /// What those say that they take, and which set said so.
    scoped: Vec<(usize, String, Scopes)>,
    /// All of them, with the sum of what is said.
    scopes: HashMap<String, Scopes>,
}

impl Instances {
    /// Asks all sets that have some.
    pub(super) async fn find(
        sets: &[Arc<dyn ResourceSet>],
        cx: &Context,
    ) -> Result<Self, ProtocolError> {
        let mut all = Self::default();
        for (position, set) in sets.iter().enumerate().filter(|(_, set)| set.has_instances()) {
            let listed = set.instances(cx).await.map_err(|failure| {
                let nothing = || ProtocolError::internal("internal error");
                failure.into_error("resources/list", nothing)
            })?;
            listed.into_iter().for_each(|resource| all.add(position, resource));
        }
        Ok(all)
    }

    fn add(&mut self, set: usize, mut resource: Resource) {
        let uri = resource.uri.clone();
        let scopes = Scopes::take_or_close(&mut resource, &uri);
        let known = self.scopes.entry(uri.clone()).or_default();
        *known = known.and(&scopes);
        if !scopes.is_empty() {
            self.scoped.push((set, uri, scopes));
        }
        self.resources.push(resource);
    }

    /// Whether callers may see different ones.
    pub(super) fn is_scoped(&self) -> bool {
        !self.scoped.is_empty()
    }

    /// What callers need for the resource under a URI, as far as instances say. One that is not
    /// listed under this very URI may be one that is: only its handler knows which variables mean
    /// the same. So it takes what all take that are made by a template that makes it, too.
    pub(super) fn scopes(&self, gate: &Gate, uri: &str) -> Scopes {
        if let Some(scopes) = self.scopes.get(uri) {
            return scopes.clone();
        }
        let meant = meaning(uri);
        let alike = self
            .scoped
            .iter()
            .filter(|(set, other, _)| meaning(other) == meant || gate.are_kin(*set, uri, other));
        alike.fold(Scopes::default(), |sum, (_, _, scopes)| sum.and(scopes))
    }

    /// All of them once, with what they say that they take.
    pub(super) fn into_each(self) -> impl Iterator<Item = (Resource, Scopes)> {
        let Self { resources, scopes, .. } = self;
        let mut seen = HashSet::new();
        let new = resources.into_iter().filter(move |resource| seen.insert(resource.uri.clone()));
        new.map(move |resource| {
            let scopes = scopes.get(&resource.uri).cloned().unwrap_or_default();
            (resource, scopes)
        })
    }
}
