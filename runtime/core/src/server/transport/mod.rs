//! For transports that carry each message by itself, as HTTP does.
//!
//! A transport reads a message with [`Service::read`], asks [`Arrival::era`] which era a request
//! belongs to, and starts it: with [`Service::call`] if it stands alone, else in the [`Session`]
//! that [`Service::open`] made. The [`Call`] yields what is to be sent. Transports that carry a
//! stream of messages need none of this: see [`Service::serve`].

mod call;
mod session;
mod table;

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::RequestId;

use super::Service;
use crate::context::Extensions;
use crate::era::{self, Admission, Label, State};
use crate::error::ProtocolError;
use crate::frame;

use call::Start;

pub use call::{Answer, Call, Event};
pub use session::Session;

pub use crate::era::Era;
pub use crate::frame::{Answer as PeerAnswer, Message};

/// Parameters of a request, unread.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct Mirrored<'a> {
    /// The tool of a `tools/call`, or the prompt of a `prompts/get`.
    pub name: Option<&'a RawValue>,
    /// The resource of a `resources/read`.
    pub uri: Option<&'a RawValue>,
    /// The task of a `tasks/get` and the like.
    pub task: Option<&'a RawValue>,
    /// What a tool or a prompt is called with.
    pub arguments: Option<&'a RawValue>,
}

/// A request, looked at as far as a transport has to.
pub struct Arrival<'a> {
    method: &'a str,
    params: Option<&'a str>,
    described: era::Arrival<'a>,
    extensions: Extensions,
    client_ip: Option<IpAddr>,
}

impl<'a> Arrival<'a> {
    /// Looks at a request's method and parameters, as [`Message::Request`] has them.
    #[must_use]
    pub fn new(method: &'a str, params: Option<&'a str>) -> Self {
        let described = era::Arrival::new(method, params);
        Self { method, params, described, extensions: Extensions::default(), client_ip: None }
    }

    /// Adds what the transport knows of the request, for its handlers: for example the head of an
    /// HTTP request, or a [`Principal`](crate::context::Principal).
    #[must_use]
    pub fn with_extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Says which address it came from: [`Context::client_ip`](crate::Context::client_ip).
    #[must_use]
    pub fn with_client_ip(mut self, address: Option<IpAddr>) -> Self {
        self.client_ip = address;
        self
    }

    /// Which era it belongs to, given the revision that the transport was told
    /// (`MCP-Protocol-Version`) and whether it was told a session.
    #[must_use]
    pub fn era(&self, version: Option<&str>, has_session: bool) -> Era {
        let label = Label { version, has_session };
        Era::by_label(label, Some(self.method), self.described.is_described())
    }

    /// The parameters that a transport may repeat beside the message.
    #[must_use]
    pub fn mirrored(&self) -> Mirrored<'a> {
        let members = self.described.members();
        Mirrored {
            name: members.name,
            uri: members.uri,
            task: members.task,
            arguments: members.arguments,
        }
    }

    /// The revision it says it is in.
    #[must_use]
    pub fn version(&self) -> Option<Cow<'_, str>> {
        self.described.version()
    }
}

impl Service {
    /// Reads one message.
    #[must_use]
    pub fn read<'a>(&self, message: &'a [u8]) -> Message<'a> {
        frame::parse(message, self.0.limits())
    }

    /// Starts a request that stands alone.
    ///
    /// # Errors
    /// It does not say enough about itself, or there is no such method.
    pub fn call(&self, id: RequestId, arrival: Arrival<'_>) -> Result<Call, ProtocolError> {
        let engine = &self.0;
        let Arrival { method, params, described, extensions, client_ip } = arrival;
        let members = *described.members();
        match Era::Stateless.admit(&mut State::default(), described, engine.offer())? {
            Admission::Answered(text) => Ok(Call::answered(Arc::clone(engine), id, &text)),
            Admission::Serve(admitted) => {
                let peer = Arc::clone(&engine.common().nobody);
                let request =
                    Start { id, admitted, extensions, client_ip, peer, method, params, members };
                Call::start(engine, Era::Stateless, request)
            }
        }
    }

    /// Ends the streams on which requests that stand alone wait for changes, in good order, and
    /// those that are still to come at once: the transport is about to stop.
    pub fn stop_listening(&self) {
        self.0.common().nobody.audience.stop();
    }

    /// Answers `initialize`: a session, and the response to be sent.
    ///
    /// # Errors
    /// The parameters are not what they have to be.
    pub fn open(
        &self,
        id: &RequestId,
        arrival: Arrival<'_>,
    ) -> Result<(Session, Answer), ProtocolError> {
        Session::open(&self.0, id, arrival)
    }
}

/// The era of a message that is no request.
#[must_use]
pub fn era_of(version: Option<&str>, has_session: bool) -> Era {
    Era::by_label(Label { version, has_session }, None, false)
}

/// Whether a label names a revision that sessions are held in.
#[must_use]
pub fn is_session_revision(version: &str) -> bool {
    era::is_session_revision(version)
}

/// -32022, naming the revisions that need no session.
#[must_use]
pub fn unsupported_version(version: &str) -> ProtocolError {
    era::unsupported(version)
}

/// An error response as JSON on one line, without its end.
#[must_use]
pub fn error_response(id: Option<&RequestId>, error: &ProtocolError) -> Vec<u8> {
    let mut out = Vec::new();
    frame::write_error(&mut out, id, error);
    out.pop();
    out
}
