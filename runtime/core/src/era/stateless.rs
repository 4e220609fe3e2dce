//! The era without sessions: revisions since 2026-07-28.

use std::sync::Arc;

use toolwright_spec::{ClientCapabilities, Implementation, Revision};

use super::decode;
use super::meta::Meta;
use crate::context::Caller;
use crate::error::ProtocolError;

/// Requests stand alone, but most repeat the description of the one before.
#[derive(Debug, Default)]
pub(super) struct Stateless {
    last: Option<Description>,
}

/// A description as it came and what it means. The text decides, so nothing leaks from one
/// request to another.
#[derive(Debug)]
struct Description {
    version: Box<str>,
    client: Option<Box<str>>,
    capabilities: Box<str>,
    caller: Arc<Caller>,
}

impl Stateless {
    /// Whether a request of this era was served.
    pub(super) fn is_in_use(&self) -> bool {
        self.last.is_some()
    }

    /// Who a request says it is from.
    ///
    /// Specification: `basic/index`, section "Per-request protocol fields".
    pub(super) fn caller(&mut self, meta: &Meta<'_>) -> Result<Arc<Caller>, ProtocolError> {
        let version = meta.version.ok_or_else(undescribed)?;
        let client = meta.client.map(|client| client.get());
        let capabilities = meta.capabilities.map(|capabilities| capabilities.get());
        if let Some(last) = &self.last
            && *last.version == *version.get()
            && last.client.as_deref() == client
            && Some(&*last.capabilities) == capabilities
        {
            return Ok(Arc::clone(&last.caller));
        }
        let caller = Arc::new(read(meta)?);
        self.last = Some(Description {
            version: version.get().into(),
            client: client.map(Into::into),
            capabilities: capabilities.unwrap_or_default().into(),
            caller: Arc::clone(&caller),
        });
        Ok(caller)
    }
}

/// The revisions of this era, newest first.
pub(super) fn supported() -> Vec<&'static str> {
    let stateless = Revision::ALL.iter().rev().filter(|revision| !revision.has_handshake());
    stateless.map(|revision| revision.as_str()).collect()
}

/// A request does not say what every request has to.
pub(super) fn undescribed() -> ProtocolError {
    ProtocolError::invalid_params(
        "`params._meta` must have `io.modelcontextprotocol/protocolVersion` and \
         `io.modelcontextprotocol/clientCapabilities`",
    )
}

fn read(meta: &Meta<'_>) -> Result<Caller, ProtocolError> {
    let version = meta.version.ok_or_else(undescribed)?;
    let version: String =
        decode(version, "/params/_meta/io.modelcontextprotocol~1protocolVersion")?;
    let revision = version.parse::<Revision>().ok().filter(|revision| !revision.has_handshake());
    let Some(revision) = revision else {
        return Err(ProtocolError::unsupported_version(&version, &supported()));
    };
    let capabilities: ClientCapabilities = decode(
        meta.capabilities.ok_or_else(undescribed)?,
        "/params/_meta/io.modelcontextprotocol~1clientCapabilities",
    )?;
    let client: Option<Implementation> = meta
        .client
        .map(|client| decode(client, "/params/_meta/io.modelcontextprotocol~1clientInfo"))
        .transpose()?;
    Ok(Caller { revision, client, capabilities })
}
