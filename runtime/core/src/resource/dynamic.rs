//! Resources that come and go while a server runs.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use toolwright_spec::{ReadResourceResult, Resource, ResourceTemplate};

use super::{ResourceSet, UriTemplate, is_uri};
use crate::{BoxFuture, BuildError, Changes, Complete, Context, Failure};

/// A set of resources that changes at run time. Clones are the same set.
///
/// Clients that want to know are told of every change of the list
/// (`notifications/resources/list_changed`).
///
/// ```
/// use toolwright_core::resource::{DynamicResources, ResourceSet};
/// use toolwright_core::{Resources, Server};
/// use toolwright_spec::Resource;
///
/// let resources = DynamicResources::new();
/// let server = Server::new("shop", "1.0.0").resources(resources.clone()).build()?;
///
/// // Any time later:
/// resources.add(Resources::new().text(Resource::new("hours", "shop://hours"), "9 to 5"))?;
/// assert_eq!(resources.resources()[0].uri, "shop://hours");
/// assert!(resources.remove("shop://hours"));
/// # Ok::<_, toolwright_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct DynamicResources(Arc<Shared>);

#[derive(Default)]
struct Shared {
    now: RwLock<Arc<Members>>,
    changes: Changes,
}

/// The set at one time.
#[derive(Clone, Default)]
struct Members {
    resources: Vec<(Resource, Arc<dyn ResourceSet>)>,
    templates: Vec<Family>,
    /// What was removed, though a template might make it, and whoever has the template still know
    /// it.
    removed: HashSet<String>,
}

/// A template and who has it.
#[derive(Clone)]
struct Family {
    definition: ResourceTemplate,
    template: UriTemplate,
    set: Arc<dyn ResourceSet>,
}

impl DynamicResources {
    /// No resources yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds all resources and templates of a set, behind those that are there.
    ///
    /// # Errors
    /// As [`Server::build`](crate::Server::build) about resources; nothing is added then. A URI
    /// that another set of the server has is noticed later: the resource is left out, and the log
    /// says so.
    pub fn add(&self, set: impl ResourceSet) -> Result<(), BuildError> {
        let more = Members::of(set)?;
        self.update(|members| {
            members.removed.retain(|uri| more.resources.iter().all(|(new, _)| new.uri != *uri));
            members.resources.extend(more.resources);
            members.templates.extend(more.templates);
            members.check()
        })
    }

    /// Puts the resources of a set in the place of all that are there, at once.
    ///
    /// # Errors
    /// As [`DynamicResources::add`]; nothing changes then.
    pub fn replace(&self, set: impl ResourceSet) -> Result<(), BuildError> {
        let new = Members::of(set)?;
        self.update(|members| {
            *members = new;
            members.check()
        })
    }

    /// Removes the resource with this URI, or the template with this text; whether it was there.
    pub fn remove(&self, uri: &str) -> bool {
        let removed = self.update(|members| {
            let before = members.resources.len() + members.templates.len();
            members.resources.retain(|(resource, _)| resource.uri != uri);
            members.templates.retain(|family| family.definition.uri_template != uri);
            if members.resources.len() + members.templates.len() == before {
                return Err(());
            }
            if members.templates.iter().any(|family| family.template.matches(uri).is_some()) {
                members.removed.insert(uri.to_owned());
            }
            Ok(())
        });
        removed.is_ok()
    }

    fn update<E>(&self, change: impl FnOnce(&mut Members) -> Result<(), E>) -> Result<(), E> {
        {
            let mut now = self.0.now.write().unwrap_or_else(PoisonError::into_inner);
            let mut members = Members::clone(&now);
            change(&mut members)?;
            *now = Arc::new(members);
        }
        self.0.changes.notify();
        Ok(())
    }

    fn now(&self) -> Arc<Members> {
        Arc::clone(&self.0.now.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ResourceSet for DynamicResources {
    fn resources(&self) -> Vec<Resource> {
        self.now().resources()
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        self.now().templates()
    }

    fn read<'a>(
        &'a self,
        cx: &'a Context,
        uri: &'a str,
    ) -> BoxFuture<'a, Result<ReadResourceResult, Failure>> {
        let now = self.now();
        Box::pin(async move { now.read(cx, uri).await })
    }

    fn changes(&self) -> Vec<Changes> {
        vec![self.0.changes.clone()]
    }

    fn snapshot(&self) -> Option<Arc<dyn ResourceSet>> {
        Some(self.now())
    }
}

impl Members {
    fn of(set: impl ResourceSet) -> Result<Self, BuildError> {
        let set: Arc<dyn ResourceSet> = Arc::new(set);
        let set = set.snapshot().unwrap_or(set);
        set.check()?;
        let mut members = Self::default();
        for resource in set.resources() {
            if !is_uri(&resource.uri) {
                return Err(BuildError::ResourceUri { uri: resource.uri });
            }
            members.resources.push((resource, Arc::clone(&set)));
        }
        for definition in set.templates() {
            let template = UriTemplate::new(&definition.uri_template).map_err(|reason| {
                BuildError::UriTemplate { template: definition.uri_template.clone(), reason }
            })?;
            members.templates.push(Family { definition, template, set: Arc::clone(&set) });
        }
        Ok(members)
    }

    /// Every set that has a template, once.
    fn owners(&self) -> impl Iterator<Item = &Arc<dyn ResourceSet>> {
        let mut seen: Vec<&Arc<dyn ResourceSet>> = Vec::new();
        for family in &self.templates {
            if !seen.iter().any(|set| Arc::ptr_eq(set, &family.set)) {
                seen.push(&family.set);
            }
        }
        seen.into_iter()
    }
}

impl ResourceSet for Members {
    fn resources(&self) -> Vec<Resource> {
        self.resources.iter().map(|(resource, _)| resource.clone()).collect()
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        self.templates.iter().map(|family| family.definition.clone()).collect()
    }

    fn read<'a>(
        &'a self,
        cx: &'a Context,
        uri: &'a str,
    ) -> BoxFuture<'a, Result<ReadResourceResult, Failure>> {
        if let Some((_, set)) = self.resources.iter().find(|(resource, _)| resource.uri == uri) {
            return set.read(cx, uri);
        }
        let mut families = self.templates.iter();
        let family = families.find(|family| family.template.matches(uri).is_some());
        match family.filter(|_| !self.removed.contains(uri)) {
            Some(family) => family.set.read(cx, uri),
            None => Box::pin(async { Err(Failure::not_found()) }),
        }
    }

    fn completer(&self, template: &str, variable: &str) -> Option<Box<dyn Complete + '_>> {
        let mut families = self.templates.iter();
        let family = families.find(|family| family.definition.uri_template == template)?;
        family.set.completer(template, variable)
    }

    fn has_instances(&self) -> bool {
        self.owners().any(|set| set.has_instances())
    }

    fn instances<'a>(&'a self, cx: &'a Context) -> BoxFuture<'a, Result<Vec<Resource>, Failure>> {
        Box::pin(async move {
            let mut all = Vec::new();
            for set in self.owners() {
                all.extend(set.instances(cx).await?);
            }
            Ok(all)
        })
    }

    fn check(&self) -> Result<(), BuildError> {
        let mut uris = HashSet::new();
        let resources = self.resources.iter().map(|(resource, _)| &resource.uri);
        let templates = self.templates.iter().map(|family| &family.definition.uri_template);
        match resources.chain(templates).find(|uri| !uris.insert(*uri)) {
            Some(uri) => Err(BuildError::DuplicateResource { uri: uri.clone() }),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for DynamicResources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = self.now();
        let uris = now.resources.iter().map(|(resource, _)| &resource.uri);
        let templates = now.templates.iter().map(|family| &family.definition.uri_template);
        f.debug_tuple("DynamicResources").field(&uris.chain(templates).collect::<Vec<_>>()).finish()
    }
}
