//! Puts a server's extensions and methods together.

use std::sync::Arc;

use serde_json::Value;
use toolwright_spec::{ClientRequest, Map, Object, Revision, ServerRequest};

use super::Extension;
use super::identifier::fault;
use super::method::{Method, Methods, Reach};
use crate::error::BuildError;

/// What a server speaks besides the protocol.
#[derive(Debug, Default)]
pub(crate) struct Spoken {
    pub(crate) methods: Methods,
    extensions: Map<Object>,
    of_sessions: Map<Object>,
}

impl Spoken {
    pub(crate) fn new(
        extensions: Vec<Extension>,
        methods: Vec<Method>,
    ) -> Result<Self, BuildError> {
        let mut spoken = Self::default();
        for method in methods {
            spoken.add(method)?;
        }
        for extension in extensions {
            spoken.extend(extension)?;
        }
        Ok(spoken)
    }

    /// As requests that stand alone are told.
    pub(crate) fn extensions(&self) -> Option<Map<Object>> {
        (!self.extensions.is_empty()).then(|| self.extensions.clone())
    }

    /// As sessions are told.
    pub(crate) fn for_sessions(&self) -> Option<Value> {
        let known = self.of_sessions.iter();
        let known: Object =
            known.map(|(name, set)| (name.to_owned(), set.clone().into())).collect();
        (!known.is_empty()).then(|| known.into())
    }

    fn extend(&mut self, extension: Extension) -> Result<(), BuildError> {
        let Extension { identifier, settings, reach, methods } = extension;
        let refuse = |reason: &str| BuildError::Extension {
            identifier: identifier.clone(),
            reason: reason.to_owned(),
        };
        if let Some(reason) = fault(&identifier) {
            return Err(refuse(reason));
        }
        let Value::Object(settings) = settings else {
            return Err(refuse("its settings are no object"));
        };
        if reach == Reach::Everyone {
            self.of_sessions.insert(identifier.clone(), settings.clone());
        }
        if self.extensions.insert(identifier.clone(), settings).is_some() {
            return Err(refuse("it was added twice"));
        }
        let name: Arc<str> = identifier.into();
        for mut method in methods {
            method.reach = reach;
            method.extension = Some(Arc::clone(&name));
            self.add(method)?;
        }
        Ok(())
    }

    fn add(&mut self, method: Method) -> Result<(), BuildError> {
        let name = method.name.clone();
        let refuse = |reason| BuildError::MethodName { name: name.clone(), reason };
        if name.is_empty() || name.chars().any(|letter| !letter.is_ascii_graphic()) {
            return Err(refuse("it is not made of visible letters of ASCII"));
        }
        if ["rpc.", "notifications/", "tasks/"].iter().any(|start| name.starts_with(start)) {
            return Err(refuse("names that begin like this are reserved"));
        }
        let known = ClientRequest::NAMES.contains(&&*name)
            || ServerRequest::NAMES.contains(&&*name)
            || Revision::ALL.iter().any(|revision| revision.knows_method(&name));
        if known {
            return Err(refuse("the protocol has a method of that name"));
        }
        if !self.methods.add(method) {
            return Err(refuse("another method has that name"));
        }
        Ok(())
    }
}
