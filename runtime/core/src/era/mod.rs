//! The seam between the two eras of the protocol.
//!
//! Up to 2025-11-25 a connection is a session: `initialize` settles revision and capabilities
//! once. Since 2026-07-28 there is none: every request says all this about itself. One connection
//! may see both. [`State::classify`] decides per message, and from there on an [`Era`] does what
//! differs, by these verbs:
//!
//! - **admit**: who is calling, under which revision ([`Era::admit`]);
//! - **settle**: the final shape of a result ([`Era::settle`]);
//! - **ask**: how a handler gets an answer from the client ([`serve`]).
//!
//! Where change notices go needs no such verb: each era has methods of its own to ask for them,
//! and both lead to [`watch`](crate::watch).
//!
//! The two implementations, `session` and `stateless`, never see each other, handlers see
//! neither, and no other code compares revisions.

mod ask;
mod callers;
mod catalog;
mod choice;
mod evidence;
mod identity;
mod listed;
mod lower;
mod meta;
mod missing;
mod offer;
mod page;
mod session;
mod settle;
mod stateless;

use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::{ClientRequest, Revision};

use crate::context::{Admitted, Verbosity};
use crate::error::ProtocolError;
use crate::frame::Params;

use meta::Meta;

pub(crate) use ask::{Origin, Served, presentable, serve};
pub(crate) use catalog::{Catalog, written};
pub(crate) use evidence::{Label, is_session_revision, unsupported};
pub(crate) use listed::Listed;
pub(crate) use missing::resource_not_found;
pub(crate) use offer::Offer;
pub(crate) use page::{Bounds, Draft, with_cursor};

/// How a message is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// As part of a session that `initialize` opened.
    Session,
    /// By itself.
    Stateless,
}

/// What a connection remembers, each era for itself.
#[derive(Debug, Default)]
pub(crate) struct State {
    session: session::Session,
    stateless: stateless::Stateless,
}

/// A request that may go on.
pub(crate) enum Admission {
    /// To the handlers.
    Serve(Admitted),
    /// It is answered already, with this result: the handshake.
    Answered(Arc<str>),
}

/// A request as the eras look at it.
pub(crate) struct Arrival<'a> {
    method: &'a str,
    params: Option<&'a str>,
    members: Params<'a>,
    meta: Result<Meta<'a>, ProtocolError>,
}

impl<'a> Arrival<'a> {
    pub(crate) fn new(method: &'a str, params: Option<&'a str>) -> Self {
        let members = Params::read(params);
        Self { method, params, meta: Meta::read(members.meta), members }
    }

    /// The members of its parameters.
    pub(crate) fn members(&self) -> &Params<'a> {
        &self.members
    }
}

impl State {
    /// Which era a request belongs to.
    ///
    /// # Errors
    /// It belongs to neither: there is no session, and it does not describe itself.
    pub(crate) fn classify(&self, arrival: &Arrival<'_>) -> Result<Era, ProtocolError> {
        if arrival.method == session::INITIALIZE {
            return Ok(Era::Session);
        }
        if arrival.meta.as_ref().is_ok_and(Meta::is_modern) {
            return Ok(Era::Stateless);
        }
        if self.session.is_open() || arrival.method == session::PING {
            return Ok(Era::Session);
        }
        if !ClientRequest::NAMES.contains(&arrival.method) {
            return Err(ProtocolError::method_not_found(arrival.method));
        }
        // Nothing tells for certain what the client meant to speak. A modern request always has
        // parameters, so one without comes from a client that left the handshake out.
        if arrival.params.is_none() && !self.stateless.is_in_use() {
            return Err(ProtocolError::invalid_request(
                "there is no session: send `initialize` first, or describe the request in `_meta`",
            ));
        }
        Err(arrival.meta.as_ref().err().cloned().unwrap_or_else(stateless::undescribed))
    }

    /// Whether the peer understands an error that names no request.
    pub(crate) fn takes_errors_without_id(&self) -> bool {
        self.session.revision().is_none_or(|revision| revision >= Revision::V2025_11_25)
    }

    /// Whether an array of messages is a message.
    pub(crate) fn takes_batches(&self) -> bool {
        self.session.revision().is_some_and(Revision::has_batches)
    }
}

impl Era {
    /// Whether a request is the handshake.
    pub(crate) fn opens(self, method: &str) -> bool {
        self == Self::Session && method == session::INITIALIZE
    }

    /// Checks what the caller says of itself.
    ///
    /// # Errors
    /// It says too little, nonsense, or asks for what its revision does not have.
    pub(crate) fn admit(
        self,
        state: &mut State,
        arrival: Arrival<'_>,
        offer: &Offer,
    ) -> Result<Admission, ProtocolError> {
        let Arrival { method, params, meta, .. } = arrival;
        let meta = meta?;
        let token = meta.progress_token()?;
        let caller = match self {
            Self::Session if self.opens(method) => {
                return state.session.open(params, offer).map(Admission::Answered);
            }
            Self::Session => state.session.caller(),
            Self::Stateless => state.stateless.caller(&meta, offer.callers())?,
        };
        let logs = match self {
            Self::Session => Verbosity::OfSession,
            Self::Stateless => meta.verbosity()?,
        };
        let known = caller.revision.knows_method(method) && ClientRequest::NAMES.contains(&method);
        if !known && offer.method(method, caller.revision).is_none() {
            return Err(ProtocolError::method_not_found(method));
        }
        Ok(Admission::Serve(Admitted { caller, token, asking: self.asking(), logs }))
    }
}

/// Text that is in `params` as raw JSON, or the reason why not.
fn decode<T: serde::de::DeserializeOwned>(
    raw: &RawValue,
    pointer: &str,
) -> Result<T, ProtocolError> {
    toolwright_spec::from_raw(raw)
        .map_err(|error| ProtocolError::invalid_params(error.below(pointer).to_string()))
}
