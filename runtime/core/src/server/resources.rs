//! The resources of a server, by URI.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::{ReadResourceResult, Resource, ResourceTemplate};

use super::claims::{Claims, Faults};
use crate::completion::Complete;
use crate::context::Context;
use crate::era::{self, Catalog, Origin, Served};
use crate::error::{BuildError, ProtocolError};
use crate::frame::Params;
use crate::middleware::{Body, Response};
use crate::resource::{ResourceSet, UriTemplate, is_uri};
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
}

impl Shelf {
    /// Takes the resources of all sets, in order.
    pub(super) fn gather(
        sets: &[Arc<dyn ResourceSet>],
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
        };
        shelf.resources = Catalog::new(shelf.take_resources(resources, faults)?);
        shelf.definitions = Catalog::new(shelf.take_templates(templates, faults)?);
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

    /// Whether lists have to be found out for each request.
    pub(super) fn has_instances(&self) -> bool {
        self.sets.iter().any(|set| set.has_instances())
    }

    /// What is not listed for good, as this caller has it.
    pub(super) async fn instances(&self, cx: &Context) -> Result<Vec<Resource>, ProtocolError> {
        let mut all: Vec<Resource> = Vec::new();
        let mut uris = HashSet::new();
        for set in self.sets.iter().filter(|set| set.has_instances()) {
            let listed = set.instances(cx).await.map_err(|failure| {
                let nothing = || ProtocolError::internal("internal error");
                failure.into_error("resources/list", nothing)
            })?;
            all.extend(listed.into_iter().filter(|resource| {
                let known = self.claims.owner(&resource.uri).is_some();
                is_uri(&resource.uri) && !known && uris.insert(resource.uri.clone())
            }));
        }
        Ok(all)
    }

    /// Whether any variable has a completer.
    pub(super) fn completes(&self) -> bool {
        self.templates.iter().any(|(text, (_, template))| {
            template.variables().any(|name| self.completer(text, name).flatten().is_some())
        })
    }

    /// The definition of a template.
    pub(super) fn template(&self, text: &str) -> Option<&ResourceTemplate> {
        let (index, _) = self.templates.get(text)?;
        self.definitions.items().get(*index)
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

    /// Whether a resource is listed, or a template has it.
    pub(super) fn has(&self, uri: &str) -> bool {
        self.claims.owner(uri).is_some()
            || self.templates.values().any(|(_, template)| template.matches(uri).is_some())
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
        let origin = Origin::new("resources/read", &uri, &params);
        match era::serve(cx, origin, || self.find(cx, &uri)).await? {
            Served::Done(result) => result.map(Response::from),
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
        &self,
        listed: Vec<(usize, Resource)>,
        faults: Faults,
    ) -> Result<Vec<Resource>, BuildError> {
        let mut seen = HashSet::new();
        let mut resources = Vec::with_capacity(listed.len());
        for (position, resource) in listed {
            let uri = resource.uri.clone();
            if !is_uri(&uri) {
                faults.report(BuildError::ResourceUri { uri })?;
            } else if self.claims.owner(&uri) != Some(position) || !seen.insert(uri.clone()) {
                faults.report(BuildError::DuplicateResource { uri })?;
            } else {
                resources.push(resource);
            }
        }
        Ok(resources)
    }

    fn take_templates(
        &mut self,
        listed: Vec<(usize, ResourceTemplate)>,
        faults: Faults,
    ) -> Result<Vec<ResourceTemplate>, BuildError> {
        let mut definitions = Vec::with_capacity(listed.len());
        for (position, definition) in listed {
            let template = definition.uri_template.clone();
            let taken = self.templates.contains_key(&template);
            if taken || self.claims.owner(&template) != Some(position) {
                faults.report(BuildError::DuplicateResource { uri: template })?;
                continue;
            }
            match UriTemplate::new(&template) {
                Ok(parsed) => {
                    self.templates.insert(template, (definitions.len(), parsed));
                    definitions.push(definition);
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
