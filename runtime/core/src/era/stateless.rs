//! The era without sessions: revisions since 2026-07-28.

use std::sync::Arc;

use toolwright_spec::{ClientCapabilities, Implementation, Revision};

use super::callers::Callers;
use super::decode;
use super::meta::Meta;
use crate::context::Caller;
use crate::error::ProtocolError;

/// What a connection remembers of requests that stand alone.
#[derive(Debug, Default)]
pub(super) struct Stateless {
    in_use: bool,
}

impl Stateless {
    /// Whether a request of this era was served.
    pub(super) fn is_in_use(&self) -> bool {
        self.in_use
    }

    /// Who a request says it is from.
    ///
    /// Specification: `basic/index`, section "Per-request protocol fields".
    pub(super) fn caller(
        &mut self,
        meta: &Meta<'_>,
        known: &Callers,
    ) -> Result<Arc<Caller>, ProtocolError> {
        if let Some(caller) = known.find(meta) {
            self.in_use = true;
            return Ok(caller);
        }
        let caller = Arc::new(read(meta)?);
        known.keep(meta, &caller);
        self.in_use = true;
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
