//! What a server says of itself, the same to everybody.

use std::sync::{Arc, OnceLock};

use toolwright_spec::{
    CacheScope, DiscoverResult, Fit, Implementation, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, Prompt, Resource,
    ResourceTemplate, Revision, ServerCapabilities, Tool,
};

use super::identity::Identity;
use super::settle::{write_session, write_stateless};
use super::{Era, stateless};
use crate::error::ProtocolError;

/// For how long lists may be reused, in milliseconds. They do not change while a server runs, but
/// the next run may have another list.
const TTL_MS: i64 = 300_000;

/// Identity, capabilities and lists; lists are written once per revision.
#[derive(Debug)]
pub(crate) struct Offer {
    identity: Identity,
    instructions: Option<String>,
    capabilities: ServerCapabilities,
    lists: Lists,
    discover: OnceLock<Written>,
    written: Vec<(Revision, PerList)>,
}

/// What a server has, in list order.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    pub(crate) tools: Vec<Tool>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) templates: Vec<ResourceTemplate>,
    pub(crate) prompts: Vec<Prompt>,
}

/// The lists in the words of one revision.
#[derive(Debug, Default)]
struct PerList {
    tools: OnceLock<Written>,
    resources: OnceLock<Written>,
    templates: OnceLock<Written>,
    prompts: OnceLock<Written>,
}

/// A result's text, or that it cannot be expressed.
type Written = Result<Arc<str>, ProtocolError>;

impl Offer {
    pub(crate) fn new(
        info: Implementation,
        instructions: Option<String>,
        capabilities: ServerCapabilities,
        lists: Lists,
    ) -> Self {
        Self {
            identity: Identity::new(info),
            instructions,
            capabilities,
            lists,
            discover: OnceLock::new(),
            written: Revision::ALL.iter().map(|known| (*known, PerList::default())).collect(),
        }
    }

    pub(crate) fn identity(&self) -> &Identity {
        &self.identity
    }

    pub(crate) fn info(&self) -> &Implementation {
        self.identity.info()
    }

    pub(crate) fn instructions(&self) -> Option<&str> {
        self.instructions.as_deref()
    }

    pub(crate) fn capabilities(&self) -> &ServerCapabilities {
        &self.capabilities
    }

    /// The definitions, in list order.
    pub(crate) fn tools(&self) -> &[Tool] {
        &self.lists.tools
    }

    /// The result of `server/discover`.
    pub(crate) fn discover(&self) -> Result<Arc<str>, ProtocolError> {
        let write = || {
            let supported =
                stateless::supported().into_iter().map(str::to_owned).collect::<Vec<_>>();
            let mut result = DiscoverResult::new(supported, self.capabilities.clone());
            result.instructions.clone_from(&self.instructions);
            result.ttl_ms = Some(TTL_MS);
            result.cache_scope = Some(CacheScope::Public);
            self.write(result, Revision::LATEST)
        };
        self.discover.get_or_init(write).clone()
    }

    /// The result of `tools/list`: one page.
    pub(crate) fn list_tools(&self, revision: Revision) -> Result<Arc<str>, ProtocolError> {
        self.list(
            revision,
            |written| &written.tools,
            || {
                let mut result = ListToolsResult::new(self.lists.tools.clone());
                result.ttl_ms = Some(TTL_MS);
                result.cache_scope = Some(CacheScope::Public);
                self.write(result, revision)
            },
        )
    }

    /// The result of `resources/list`: one page.
    pub(crate) fn list_resources(&self, revision: Revision) -> Result<Arc<str>, ProtocolError> {
        self.list(
            revision,
            |written| &written.resources,
            || {
                let mut result = ListResourcesResult::new(self.lists.resources.clone());
                result.ttl_ms = Some(TTL_MS);
                result.cache_scope = Some(CacheScope::Public);
                self.write(result, revision)
            },
        )
    }

    /// The result of `resources/templates/list`: one page.
    pub(crate) fn list_templates(&self, revision: Revision) -> Result<Arc<str>, ProtocolError> {
        self.list(
            revision,
            |written| &written.templates,
            || {
                let mut result = ListResourceTemplatesResult::new(self.lists.templates.clone());
                result.ttl_ms = Some(TTL_MS);
                result.cache_scope = Some(CacheScope::Public);
                self.write(result, revision)
            },
        )
    }

    /// The result of `prompts/list`: one page.
    pub(crate) fn list_prompts(&self, revision: Revision) -> Result<Arc<str>, ProtocolError> {
        self.list(
            revision,
            |written| &written.prompts,
            || {
                let mut result = ListPromptsResult::new(self.lists.prompts.clone());
                result.ttl_ms = Some(TTL_MS);
                result.cache_scope = Some(CacheScope::Public);
                self.write(result, revision)
            },
        )
    }

    /// A list that was written before, or is now.
    fn list(
        &self,
        revision: Revision,
        which: impl Fn(&PerList) -> &OnceLock<Written>,
        write: impl FnOnce() -> Written,
    ) -> Written {
        match self.written.iter().find(|(known, _)| *known == revision) {
            Some((_, written)) => which(written).get_or_init(write).clone(),
            None => write(),
        }
    }

    fn write<T: Fit + serde::Serialize>(&self, result: T, revision: Revision) -> Written {
        let result = result.fit(revision).map_err(|error| {
            tracing::error!(%error, "a list cannot be expressed in this revision");
            ProtocolError::internal("this cannot be expressed in the revision that you speak")
        })?;
        Ok(match Era::of(revision) {
            Era::Session => write_session(&result),
            Era::Stateless => write_stateless(&result, &self.identity),
        })
    }
}
