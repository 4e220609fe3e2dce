//! A POST: one message, taken to where its era has it.

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use toolwright_core::ProtocolError;
use toolwright_core::server::transport::{Arrival, Era, Message, era_of};
use toolwright_spec::RequestId;

use super::body::Body;
use super::guard::Guarded;
use super::head::Head;
use super::header::first;
use super::receive::receive;
use super::refusal::Refusal;
use super::reply;
use super::respond::Response;
use super::shared::Shared;
use super::standard::{SESSION, VERSION};
use super::{session, stateless};

/// What a message leads to.
enum Outcome {
    /// This response.
    Done(http::Response<Body>),
    /// Whatever handlers make of it.
    Started(Response),
}

/// Answers a POST.
pub(super) async fn post<B: http_body::Body>(
    shared: &Shared,
    request: Guarded<B>,
    streams: bool,
    peer: Option<IpAddr>,
) -> Result<http::Response<Body>, Refusal> {
    let client = request.client();
    let (parts, body) = request.into_parts();
    let message = receive(body, &shared.limits).await?;
    shared.service.start().await.map_err(|error| {
        tracing::error!(%error, "a request finds a server that cannot start");
        Refusal::busy(None, ProtocolError::internal("the server cannot start: come back later"))
    })?;
    let head = Arc::new(Head { parts, peer, client });
    match take(shared, &head, &message)? {
        Outcome::Done(response) => Ok(response),
        Outcome::Started(response) => {
            drop((head, message));
            if response.only_streams() && !streams {
                let message = "this method needs `Accept: application/json, text/event-stream`";
                return Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, message));
            }
            let streams = streams && (shared.streams || response.only_streams());
            Ok(response.finish(streams, shared.limits.keep_alive).await)
        }
    }
}

/// Takes in a message; nothing of it runs yet.
fn take(shared: &Shared, head: &Arc<Head>, body: &Bytes) -> Result<Outcome, Refusal> {
    let headers = &head.parts.headers;
    let version = first(headers, &VERSION);
    let has_session = || shared.sessions_allowed && headers.contains_key(SESSION);
    let era = || era_of(version, has_session());
    match shared.service.read(body) {
        Message::Request { id, method, params } => {
            request(shared, head, version, id, &method, params)
        }
        Message::Notification { method, params } => {
            if era() == Era::Stateless || !shared.sessions_allowed {
                stateless::notification(headers, &method)?;
            } else {
                session::notification(shared, &head.parts, &method, params)?;
            }
            Ok(accepted())
        }
        Message::Response { id, answer } if has_session() && era() == Era::Session => {
            session::response(shared, &head.parts, id.as_ref(), &answer)?;
            Ok(accepted())
        }
        Message::Response { .. } => Err(bad("a response: nothing was asked")),
        Message::Batch(messages) if shared.sessions_allowed => {
            let started = session::batch(shared, head, &messages)?;
            Ok(started.map_or_else(accepted, Outcome::Started))
        }
        Message::Batch(_) => Err(bad("an array of messages: send one message at a time")),
        Message::Ignored => Err(bad("a malformed notification")),
        Message::Invalid { id, error } => Err(Refusal::bad(id, error)),
    }
}

fn request(
    shared: &Shared,
    head: &Arc<Head>,
    version: Option<&str>,
    id: RequestId,
    method: &str,
    params: Option<&str>,
) -> Result<Outcome, Refusal> {
    let headers = &head.parts.headers;
    let arrival = Arrival::new(method, params).with_extensions(head.extensions());
    let arrival = arrival.with_client_ip(head.client_ip());
    // Whoever describes itself in the message needs no other word about its era.
    let has_session = shared.sessions_allowed && headers.contains_key(SESSION);
    if arrival.era(version, has_session) == Era::Stateless {
        let started = stateless::request(shared, headers, id, method, arrival)?;
        return Ok(Outcome::Started(started));
    }
    if !shared.sessions_allowed {
        return Err(stateless::refuse_session(id, version.unwrap_or("2025-11-25 or older")));
    }
    if method == "initialize" {
        return session::open(shared, &head.parts, id, arrival).map(Outcome::Done);
    }
    session::request(shared, &head.parts, id, arrival).map(Outcome::Started)
}

fn accepted() -> Outcome {
    Outcome::Done(reply::empty(StatusCode::ACCEPTED))
}

fn bad(message: &str) -> Refusal {
    Refusal::bad(None, ProtocolError::invalid_request(message))
}
