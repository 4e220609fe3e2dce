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
        own: Option<Extension>,
    ) -> Result<Self, BuildError> {
        let mut spoken = Self::default();
        if let Some(own) = own {
            let Extension { methods, .. } = spoken.introduce(own)?;
            for method in methods {
                spoken.methods.add(method);
            }
        }
        for method in methods {
            spoken.add(method)?;
        }
        for extension in extensions {
            for method in spoken.introduce(extension)?.methods {
                spoken.add(method)?;
            }
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

    /// Advertises an extension; its methods belong to it from here on.
    fn introduce(&mut self, extension: Extension) -> Result<Extension, BuildError> {
        let mut extension = extension;
        let identifier = &extension.identifier;
        let refuse = |reason: &str| BuildError::Extension {
            identifier: identifier.clone(),
            reason: reason.to_owned(),
        };
        if let Some(reason) = fault(identifier) {
            return Err(refuse(reason));
        }
        let Value::Object(settings) = &extension.settings else {
            return Err(refuse("its settings are no object"));
        };
        if extension.reach == Reach::Everyone {
            self.of_sessions.insert(identifier.clone(), settings.clone());
        }
        if self.extensions.insert(identifier.clone(), settings.clone()).is_some() {
            return Err(refuse("it was added twice"));
        }
        let name: Arc<str> = identifier.as_str().into();
        for method in &mut extension.methods {
            method.reach = extension.reach;
            method.extension = Some(Arc::clone(&name));
        }
        Ok(extension)
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
