//! The resources of a server, by URI.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::ReadResourceResult;

use crate::completion::Complete;
use crate::context::Context;
use crate::era::{self, Lists, Origin, Served};
use crate::error::{BuildError, ProtocolError};
use crate::frame::Params;
use crate::middleware::{Body, Response};
use crate::resource::{ResourceSet, UriTemplate, is_uri};

/// All resources of a server.
pub(super) struct Shelf {
    sets: Vec<Arc<dyn ResourceSet>>,
    /// Which set lists a URI.
    listed: HashMap<String, usize>,
    /// Which set has a template, and what it means.
    templates: HashMap<String, (usize, UriTemplate)>,
}

impl Shelf {
    /// Takes the resources of all sets; adds them and their templates to the lists, in order.
    pub(super) fn new(
        sets: Vec<Arc<dyn ResourceSet>>,
        lists: &mut Lists,
    ) -> Result<Self, BuildError> {
        let mut listed = HashMap::new();
        let mut templates = HashMap::new();
        for (index, set) in sets.iter().enumerate() {
            for resource in set.resources() {
                let uri = resource.uri.clone();
                if !is_uri(&uri) {
                    return Err(BuildError::ResourceUri { uri });
                }
                match listed.entry(uri) {
                    Entry::Vacant(place) => *place.insert(index),
                    Entry::Occupied(taken) => {
                        return Err(BuildError::DuplicateResource { uri: taken.key().clone() });
                    }
                };
                lists.resources.push(resource);
            }
            for definition in set.templates() {
                let template = definition.uri_template.clone();
                let parsed = match UriTemplate::new(&template) {
                    Ok(parsed) => parsed,
                    Err(reason) => return Err(BuildError::UriTemplate { template, reason }),
                };
                if templates.insert(template.clone(), (index, parsed)).is_some() {
                    return Err(BuildError::DuplicateResource { uri: template });
                }
                lists.templates.push(definition);
            }
        }
        Ok(Self { sets, listed, templates })
    }

    /// Whether any variable has a completer.
    pub(super) fn completes(&self) -> bool {
        self.templates.iter().any(|(text, (_, template))| {
            template.variables().any(|name| self.completer(text, name).flatten().is_some())
        })
    }

    /// Who completes a variable, if anybody; `None` if there is no such variable.
    pub(super) fn completer(
        &self,
        template: &str,
        variable: &str,
    ) -> Option<Option<Box<dyn Complete + '_>>> {
        let (set, parsed) = self.templates.get(template)?;
        let set = self.sets.get(*set)?;
        let known = parsed.variables().any(|known| known == variable);
        known.then(|| set.completer(template, variable))
    }

    /// Whether a resource is listed, or a template has it.
    pub(super) fn has(&self, uri: &str) -> bool {
        self.listed.contains_key(uri)
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
        let origin = Origin::new("resources/read", &uri, &params);
        match era::serve(cx, origin, || self.find(cx, &uri)).await? {
            Served::Done(result) => result.map(Response::from),
            Served::Asks(questions) => Ok(Response(Body::Asks(questions))),
        }
    }

    /// Asks the set that lists a URI, or all of them.
    async fn find(&self, cx: &Context, uri: &str) -> Result<ReadResourceResult, ProtocolError> {
        let owner = self.listed.get(uri).and_then(|index| self.sets.get(*index));
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
