//! The era of sessions: revisions up to 2025-11-25.

use std::sync::Arc;

use toolwright_spec::{
    ClientCapabilities, Fit, InitializeRequestParams, InitializeResult, Revision, from_str,
};

use super::Era;
use super::offer::Offer;
use super::settle::write_session;
use crate::context::Caller;
use crate::error::ProtocolError;

pub(super) const INITIALIZE: &str = "initialize";
pub(super) const PING: &str = "ping";

/// A session, once `initialize` has come.
#[derive(Debug, Default)]
pub(super) struct Session {
    caller: Option<Arc<Caller>>,
}

impl Session {
    pub(super) fn is_open(&self) -> bool {
        self.caller.is_some()
    }

    pub(super) fn revision(&self) -> Option<Revision> {
        self.caller.as_ref().map(|caller| caller.revision)
    }

    /// The client of the session; before there is one, nobody in particular (who may ping).
    pub(super) fn caller(&self) -> Arc<Caller> {
        self.caller.clone().unwrap_or_else(|| {
            Arc::new(Caller {
                revision: newest(),
                client: None,
                capabilities: ClientCapabilities::default(),
            })
        })
    }

    /// Answers `initialize`.
    ///
    /// Specification: 2025-11-25, `basic/lifecycle`.
    pub(super) fn open(
        &mut self,
        params: Option<&str>,
        offer: &Offer,
    ) -> Result<Arc<str>, ProtocolError> {
        if self.is_open() {
            return Err(ProtocolError::invalid_request("the session is initialized already"));
        }
        let params: InitializeRequestParams = from_str(params.unwrap_or("{}"))
            .map_err(|error| ProtocolError::invalid_params(error.below("/params").to_string()))?;
        let revision = agree(&params.protocol_version);
        let mut result = InitializeResult::new(
            revision.as_str(),
            offer.capabilities().clone(),
            offer.info().clone(),
        );
        result.instructions = offer.instructions().map(str::to_owned);
        let mut result = result.fit(revision).map_err(|error| {
            tracing::error!(%error, "the server cannot present itself");
            ProtocolError::internal("internal error")
        })?;
        if let Some(extensions) = offer.spoken().for_sessions() {
            // Not of these revisions, whose clients pass over what they do not know.
            result.capabilities.extra.insert("extensions", extensions);
        }
        let text = write_session(&result);
        tracing::debug!(%revision, client = params.client_info.name, "a session begins");
        self.caller = Some(Arc::new(Caller {
            revision,
            client: Some(params.client_info),
            capabilities: params.capabilities,
        }));
        Ok(text)
    }
}

/// What the client asked for if there is a session in it, else the newest that has one.
fn agree(asked: &str) -> Revision {
    let known = asked.parse::<Revision>().ok();
    known.filter(|revision| revision.has_handshake()).unwrap_or_else(newest)
}

fn newest() -> Revision {
    Era::Session.newest().unwrap_or(Revision::LATEST)
}
