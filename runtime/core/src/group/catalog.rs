//! What is known of the servers' lists, to find out whose something is.

use std::collections::{BTreeSet, HashMap};

use super::naming::{Renamed, names};
use crate::resource::UriTemplate;

/// See the module. Of a server that does not answer, what it said last counts.
#[derive(Debug)]
pub(super) struct Catalog {
    pub(super) tools: Index,
    pub(super) prompts: Index,
    pub(super) resources: Vec<BTreeSet<String>>,
    pub(super) templates: Vec<Vec<UriTemplate>>,
}

/// Names of one kind, by server.
#[derive(Debug, Default)]
pub(super) struct Index {
    own: Vec<Vec<String>>,
    known: HashMap<String, (usize, String)>,
}

impl Catalog {
    pub(super) fn new(servers: usize) -> Self {
        let index = || Index { own: vec![Vec::new(); servers], known: HashMap::new() };
        Self {
            tools: index(),
            prompts: index(),
            resources: vec![BTreeSet::new(); servers],
            templates: vec![Vec::new(); servers],
        }
    }

    /// The servers that have a resource, or if none has, a template for it.
    pub(super) fn owners(&self, uri: &str) -> Vec<usize> {
        let listed = self.resources.iter().map(|uris| uris.contains(uri));
        let listed = places(listed);
        if !listed.is_empty() {
            return listed;
        }
        places(
            self.templates
                .iter()
                .map(|templates| templates.iter().any(|template| template.matches(uri).is_some())),
        )
    }
}

fn places(are: impl Iterator<Item = bool>) -> Vec<usize> {
    are.enumerate().filter_map(|(place, is)| is.then_some(place)).collect()
}

impl Index {
    /// Takes in what a server lists now.
    pub(super) fn learn(&mut self, server: usize, own: Vec<String>) {
        if let Some(known) = self.own.get_mut(server) {
            *known = own;
        }
    }

    /// Gives everything its name, given the names of the servers; by server and own name.
    pub(super) fn name(
        &mut self,
        servers: &[&str],
    ) -> HashMap<(usize, String), (String, Option<Renamed>)> {
        let mut seen = BTreeSet::new();
        let mut all = Vec::new();
        for (server, own) in self.own.iter().enumerate() {
            // A server that lists the same name twice means the first.
            all.extend(own.iter().map(|own| (server, own)).filter(|key| seen.insert(*key)));
        }
        let pairs: Vec<(&str, &str)> = all
            .iter()
            .map(|(server, own)| (servers.get(*server).copied().unwrap_or_default(), own.as_str()))
            .collect();
        let mut named = HashMap::with_capacity(all.len());
        self.known.clear();
        for ((server, own), (name, why)) in all.into_iter().zip(names(&pairs)) {
            self.known.insert(name.clone(), (server, own.clone()));
            named.insert((server, own.clone()), (name, why));
        }
        named
    }

    /// Whose this is, and what it is called there.
    pub(super) fn find(&self, name: &str) -> Option<(usize, String)> {
        self.known.get(name).cloned()
    }
}
