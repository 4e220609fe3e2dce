//! The resources of a server, by URI.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::{CacheScope, ReadResourceResult, Resource, ResourceTemplate};

use super::claims::{Claims, Faults};
use super::gate::Gate;
use super::instances::Instances;
use super::wanted::Wanted;
use crate::completion::Complete;
use crate::context::Context;
use crate::era::{self, Catalog, Origin, Served};
use crate::error::{BuildError, ProtocolError};
use crate::frame::Params;
use crate::middleware::{Body, Response};
use crate::resource::{ResourceSet, UriTemplate, is_uri};
use crate::scopes::{Scopes, complete};
use crate::visibility::Item;

/// All resources of a server at one time.
pub(super) struct Shelf {
    sets: Vec<Arc<dyn ResourceSet>>,
    /// Which set lists a URI, or a template.
    claims: Claims,
    /// What the templates mean, and where they are listed.
    templates: HashMap<String, (usize, UriTemplate)>,
    resources: Catalog<Resource>,
    definitions: Catalog<ResourceTemplate>,
    gate: Gate,
}

impl Shelf {
    /// Takes the resources of all sets, in order.
    pub(super) fn gather(
        sets: &[Arc<dyn ResourceSet>],
        wanted: &Wanted,
        before: Option<&Self>,
        faults: Faults,
    ) -> Result<Self, BuildError> {
        let now = |set: &Arc<dyn ResourceSet>| set.snapshot().unwrap_or_else(|| Arc::clone(set));
        let sets: Vec<_> = sets.iter().map(now).collect();
        let (mut resources, mut templates) = (Vec::new(), Vec::new());
        for (position, set) in sets.iter().enumerate() {
            if let Err(fault) = set.check() {
                faults.report(fault)?;
            }
            resources.extend(set.resources().into_iter().map(|resource| (position, resource)));
            templates.extend(set.templates().into_iter().map(|template| (position, template)));
        }
        let uris = resources.iter().map(|(position, resource)| (&*resource.uri, *position));
        let texts = templates.iter().map(|(position, known)| (&*known.uri_template, *position));
        let claims = Claims::new(uris.chain(texts), before.map(|before| &before.claims));

        let mut shelf = Self {
            sets,
            claims,
            templates: HashMap::new(),
            resources: Catalog::new(Vec::new()),
            definitions: Catalog::new(Vec::new()),
            gate: Gate::default(),
        };
        shelf.resources = Catalog::scoped(shelf.take_resources(resources, wanted, faults)?);
        shelf.definitions = Catalog::scoped(shelf.take_templates(templates, wanted, faults)?);
        shelf.gate.close(wanted);
        Ok(shelf)
    }

    /// All listed resources.
    pub(super) fn resources(&self) -> &Catalog<Resource> {
        &self.resources
    }

    /// All templates.
    pub(super) fn templates(&self) -> &Catalog<ResourceTemplate> {
        &self.definitions
    }

    /// Whether callers may see different resources.
    pub(super) fn is_scoped(&self) -> bool {
        self.gate.is_scoped()
    }

    /// What callers need for the resource under a URI. Instances are asked if the URI may be one
    /// of theirs.
    ///
    /// # Errors
    /// The caller lacks what is known to be needed before that, or instances cannot be listed.
    pub(super) async fn needed(&self, cx: &Context, uri: &str) -> Result<Scopes, ProtocolError> {
        let scopes = self.gate.scopes(uri);
        if !self.may_be_instance(uri) {
            return Ok(scopes);
        }
        cx.require(&scopes)?;
        let instances = Box::pin(Instances::find(&self.sets, cx)).await?;
        Ok(scopes.and(&instances.scopes(&self.gate, uri)))
    }

    /// Those of the URIs that there are, and that the caller may read.
    ///
    /// # Errors
    /// Instances cannot be listed.
    pub(super) async fn readable(
        &self,
        cx: &Context,
        mut uris: Vec<String>,
    ) -> Result<Vec<String>, ProtocolError> {
        uris.retain(|uri| {
            let is_there = self.has(uri) && cx.shows(&Item::Resource(uri));
            is_there && cx.holds(&self.gate.scopes(uri))
        });
        if uris.iter().any(|uri| self.may_be_instance(uri)) {
            let instances = Instances::find(&self.sets, cx).await?;
            uris.retain(|uri| {
                !self.may_be_instance(uri) || cx.holds(&instances.scopes(&self.gate, uri))
            });
        }
        Ok(uris)
    }

    /// Whether lists have to be found out for each request.
    pub(super) fn has_instances(&self) -> bool {
        self.sets.iter().any(|set| set.has_instances())
    }

    fn may_be_instance(&self, uri: &str) -> bool {
        self.has_instances() && self.claims.owner(uri).is_none()
    }

    /// What is not listed for good, as this caller has it, and whether others may have it
    /// otherwise.
    pub(super) async fn instances(
        &self,
        cx: &Context,
    ) -> Result<(Vec<Resource>, bool), ProtocolError> {
        let instances = Instances::find(&self.sets, cx).await?;
        let is_scoped = instances.is_scoped();
        let new = instances.into_each().filter_map(|(resource, scopes)| {
            let uri = &resource.uri;
            let is_new = is_uri(uri) && self.claims.owner(uri).is_none();
            let scopes = scopes.and(&self.gate.scopes(uri));
            (is_new && cx.lists(&scopes)).then_some(resource)
        });
        Ok((new.collect(), is_scoped))
    }

    /// Whether any variable has a completer.
    pub(super) fn completes(&self) -> bool {
        self.templates.iter().any(|(text, (_, template))| {
            template.variables().any(|name| self.completer(text, name).flatten().is_some())
        })
    }

    /// The definition of a template, and what callers need.
    pub(super) fn template(&self, text: &str) -> Option<(&ResourceTemplate, Scopes)> {
        let (index, _) = self.templates.get(text)?;
        Some((self.definitions.items().get(*index)?, self.definitions.scopes(*index)))
    }

    /// Who completes a variable, if anybody; `None` if there is no such variable.
    pub(super) fn completer(
        &self,
        template: &str,
        variable: &str,
    ) -> Option<Option<Box<dyn Complete + '_>>> {
        let (_, parsed) = self.templates.get(template)?;
        let set = self.sets.get(self.claims.owner(template)?)?;
        let known = parsed.variables().any(|known| known == variable);
        known.then(|| set.completer(template, variable))
    }

    /// Whether a resource or a template is listed under this very name.
    pub(super) fn lists(&self, uri: &str) -> bool {
        self.claims.owner(uri).is_some()
    }

    /// A template that makes a URI.
    pub(super) fn maker(&self, uri: &str) -> Option<&str> {
        let mut templates = self.templates.iter();
        let found = templates.find(|(_, (_, template))| template.matches(uri).is_some());
        found.map(|(text, _)| text.as_str())
    }

    /// Whether a resource is listed, or a template has it.
    pub(super) fn has(&self, uri: &str) -> bool {
        self.lists(uri) || self.maker(uri).is_some()
    }

    /// Answers `resources/read`.
    ///
    /// Specification: `server/resources`.
    pub(super) async fn read(
        &self,
        cx: &Context,
        params: Option<&RawValue>,
    ) -> Result<Response, ProtocolError> {
        let params = Params::read(params.map(RawValue::get));
        let uri = uri_of(&params)?;
        if !cx.shows(&Item::Resource(&uri)) {
            return Err(era::resource_not_found(cx.revision(), &uri));
        }
        let scopes = self.needed(cx, &uri).await?;
        cx.require(&scopes)?;
        let origin = Origin::new("resources/read", &uri, &params);
        match era::serve(cx, origin, || self.find(cx, &uri)).await? {
            Served::Done(Ok(mut result)) => {
                if !scopes.is_empty() {
                    result.cache_scope = Some(CacheScope::Private);
                }
                Ok(result.into())
            }
            Served::Done(Err(error)) => Err(complete(error, &scopes)),
            Served::Asks(questions) => Ok(Response(Body::Asks(questions))),
        }
    }

    /// Asks the set that lists a URI, or all of them.
    async fn find(&self, cx: &Context, uri: &str) -> Result<ReadResourceResult, ProtocolError> {
        let owner = self.claims.owner(uri).and_then(|index| self.sets.get(index));
        let sets = match owner {
            Some(owner) => std::slice::from_ref(owner),
            None => &self.sets,
        };
        for set in sets {
            match set.read(cx, uri).await {
                Err(failure) if failure.is_not_found() => {}
                Err(failure) => {
                    let missing = || era::resource_not_found(cx.revision(), uri);
                    return Err(failure.into_error("resources/read", missing));
                }
                Ok(result) => return Ok(result),
            }
        }
        Err(era::resource_not_found(cx.revision(), uri))
    }

    fn take_resources(
        &mut self,
        listed: Vec<(usize, Resource)>,
        wanted: &Wanted,
        faults: Faults,
    ) -> Result<Vec<(Resource, Scopes)>, BuildError> {
        let mut seen = HashSet::new();
        let mut resources = Vec::with_capacity(listed.len());
        for (position, mut resource) in listed {
            let uri = resource.uri.clone();
            let scopes = wanted.of(&mut resource, |resource| &resource.uri, faults)?;
            self.gate.listed(&uri, &scopes);
            if !is_uri(&uri) {
                faults.report(BuildError::ResourceUri { uri })?;
            } else if self.claims.owner(&uri) != Some(position) || !seen.insert(uri.clone()) {
                faults.report(BuildError::DuplicateResource { uri })?;
            } else {
                resources.push((resource, scopes));
            }
        }
        Ok(resources)
    }

    fn take_templates(
        &mut self,
        listed: Vec<(usize, ResourceTemplate)>,
        wanted: &Wanted,
        faults: Faults,
    ) -> Result<Vec<(ResourceTemplate, Scopes)>, BuildError> {
        let mut definitions = Vec::with_capacity(listed.len());
        for (position, mut definition) in listed {
            let template = definition.uri_template.clone();
            let scopes = wanted.of(&mut definition, |it| &it.uri_template, faults)?;
            // Also of one that is left out below: its set may still be asked.
            if let Ok(parsed) = UriTemplate::new(&template) {
                self.gate.family(position, parsed, &scopes);
            }
            let taken = self.templates.contains_key(&template);
            if taken || self.claims.owner(&template) != Some(position) {
                faults.report(BuildError::DuplicateResource { uri: template })?;
                continue;
            }
            match UriTemplate::new(&template) {
                Ok(parsed) => {
                    self.templates.insert(template, (definitions.len(), parsed));
                    definitions.push((definition, scopes));
                }
                Err(reason) => faults.report(BuildError::UriTemplate { template, reason })?,
            }
        }
        Ok(definitions)
    }
}

/// The resource that parameters name.
pub(super) fn uri(params: Option<&RawValue>) -> Result<String, ProtocolError> {
    uri_of(&Params::read(params.map(RawValue::get)))
}

fn uri_of(params: &Params<'_>) -> Result<String, ProtocolError> {
    let uri: Option<String> = params.uri.and_then(|uri| serde_json::from_str(uri.get()).ok());
    uri.filter(|uri| is_uri(uri)).ok_or_else(|| {
        ProtocolError::invalid_params("`params.uri` must be an absolute URI of at most 64 KiB")
    })
}
