//! Messages of sessions: revisions up to 2025-11-25.
//!
//! Specification: 2025-11-25, `basic/transports`, section "Streamable HTTP".

use std::collections::HashSet;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderName, HeaderValue, StatusCode};
use toolwright_core::ProtocolError;
use toolwright_core::context::Principal;
use toolwright_core::server::transport::{
    Answer, Arrival, Call, Event, Message, PeerAnswer, Session, is_session_revision,
};
use toolwright_spec::{RequestId, code};

use super::body::Body;
use super::guard::Guarded;
use super::head::Head;
use super::header::first;
use super::refusal::Refusal;
use super::replay::parse_id;
use super::reply;
use super::respond::{self, Response};
use super::sessions::{Full, Lease};
use super::shared::Shared;
use super::source::{Kept, Source};
use super::standard::{SESSION, VERSION};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Answers `initialize`.
pub(super) fn open(
    shared: &Shared,
    head: &Parts,
    id: RequestId,
    arrival: Arrival<'_>,
) -> Result<http::Response<Body>, Refusal> {
    if head.headers.contains_key(SESSION) {
        // Either there is no such session, or it is open already.
        find(shared, head).map_err(|refusal| refusal.for_request(id.clone()))?;
        let error = ProtocolError::invalid_request("the session is initialized already");
        return Err(Refusal::bad(Some(id), error));
    }
    let owner = head.extensions.get::<Principal>().map(Principal::key);
    let full = |full| {
        let error = ProtocolError::internal("there are too many sessions: come back later");
        let refusal = Refusal::busy(Some(id.clone()), error);
        match full {
            Full::All => refusal,
            Full::Owner => refusal.with_status(StatusCode::TOO_MANY_REQUESTS),
        }
    };
    shared.sessions.check_room(owner).map_err(full)?;
    let opened = shared.service.open(&id, arrival);
    let (session, answer) = opened.map_err(|error| Refusal::bad(Some(id.clone()), error))?;
    let name = shared.sessions.keep(session, owner).map_err(full)?;
    let mut response = reply::json(StatusCode::OK, answer.text);
    if let Ok(name) = HeaderValue::try_from(name) {
        response.headers_mut().insert(SESSION, name);
    }
    Ok(response)
}

/// Starts a request.
pub(super) fn request(
    shared: &Shared,
    head: &Parts,
    id: RequestId,
    arrival: Arrival<'_>,
) -> Result<Response, Refusal> {
    let lease = find(shared, head).map_err(|refusal| refusal.for_request(id.clone()))?;
    match lease.session().call(id.clone(), arrival) {
        Ok(call) => Ok(Response::new(Source::Session(Kept::one(call, lease)), answer_status)),
        Err(error) => Err(Refusal::of(answer_status(Some(error.code())), Some(id), error)),
    }
}

/// Takes in a notification.
pub(super) fn notification(
    shared: &Shared,
    head: &Parts,
    method: &str,
    params: Option<&str>,
) -> Result<(), Refusal> {
    find(shared, head)?.session().notify(method, params);
    Ok(())
}

/// Takes in a response. One that answers nothing, or comes too late, does no harm.
pub(super) fn response(
    shared: &Shared,
    head: &Parts,
    id: Option<&RequestId>,
    answer: &PeerAnswer<'_>,
) -> Result<(), Refusal> {
    find(shared, head)?.session().respond(id, answer);
    Ok(())
}

/// Starts the requests of a batch; `None` if there are none.
pub(super) fn batch(
    shared: &Shared,
    head: &Arc<Head>,
    messages: &[&[u8]],
) -> Result<Option<Response>, Refusal> {
    let refuse = |text: &str| Refusal::bad(None, ProtocolError::invalid_request(text));
    if !head.parts.headers.contains_key(SESSION) {
        return Err(refuse("an array of messages: send one message at a time"));
    }
    let lease = find(shared, &head.parts)?;
    let Some(most) = lease.session().largest_batch() else {
        return Err(refuse("batches are not part of this revision: send one message at a time"));
    };
    if messages.is_empty() || messages.len() > most {
        return Err(refuse(&format!("a batch has 1 to {most} messages")));
    }
    let messages: Vec<_> = messages.iter().map(|message| shared.service.read(message)).collect();
    check_batch(&messages).map_err(refuse)?;
    let mut batch = Batch { calls: Vec::new(), answers: Vec::new() };
    for message in messages {
        batch.add(lease.session(), head, message);
    }
    if batch.calls.is_empty() && batch.answers.is_empty() {
        return Ok(None);
    }
    let kept = Kept::batch(batch.calls, batch.answers, lease);
    Ok(Some(Response::new(Source::Session(kept), answer_status)))
}

/// Opens a stream for what has to do with no request, or one that was lost.
pub(super) fn listen<B>(
    shared: &Shared,
    request: &Guarded<B>,
) -> Result<http::Response<Body>, Refusal> {
    let lease = find(shared, request.head())?;
    let mut resumed = None;
    if let Some(id) = first(request.headers(), &LAST_EVENT_ID) {
        let reader = parse_id(id).and_then(|(stream, event)| lease.resume(stream, event));
        let message = "the header Last-Event-ID names no event of a stream that is still kept";
        let reader = reader.ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, message))?;
        if !reader.log().is_endless() {
            return Ok(respond::events(None, Source::Log(reader), shared.limits.keep_alive));
        }
        resumed = Some(reader);
    }
    let who = request.head().extensions.get::<Principal>().cloned();
    let Some(listener) = lease.listen(&shared.sessions, resumed, who) else {
        let message = "the session has as many streams as it may have: close one first";
        return Err(Refusal::new(StatusCode::CONFLICT, message));
    };
    let source = Source::Listener(listener);
    Ok(respond::events(None::<Event>, source, shared.limits.keep_alive))
}

/// Ends a session.
pub(super) fn end<B>(
    shared: &Shared,
    request: &Guarded<B>,
) -> Result<http::Response<Body>, Refusal> {
    drop(find(shared, request.head())?);
    shared.sessions.end(first(request.headers(), &SESSION).unwrap_or_default());
    Ok(reply::empty(StatusCode::NO_CONTENT))
}

/// The session that a request belongs to.
fn find(shared: &Shared, head: &Parts) -> Result<Lease, Refusal> {
    let headers = &head.headers;
    let bad = |text: &str| Refusal::bad(None, ProtocolError::invalid_request(text));
    if let Some(version) = first(headers, &VERSION)
        && !(is_session_revision(version) && headers.get_all(VERSION).iter().count() == 1)
    {
        return Err(bad("the header MCP-Protocol-Version names no revision that has sessions"));
    }
    let Some(id) = first(headers, &SESSION) else {
        return Err(bad(
            "the header Mcp-Session-Id is missing: send `initialize` first, or describe the \
             request in `_meta` as revision 2026-07-28 has it",
        ));
    };
    if headers.get_all(SESSION).iter().count() != 1 {
        return Err(bad("the header Mcp-Session-Id occurs twice"));
    }
    // One that belongs to somebody else is none.
    let asks = head.extensions.get::<Principal>().map(Principal::key);
    shared.sessions.find(id, asks).ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "there is no such session: send `initialize`")
    })
}

/// The status of an answer: what the protocol refuses is 400, all else an answer like any other.
fn answer_status(error: Option<i64>) -> StatusCode {
    if error == Some(code::INVALID_REQUEST) { StatusCode::BAD_REQUEST } else { StatusCode::OK }
}

/// What makes a batch as a whole unacceptable.
fn check_batch(messages: &[Message<'_>]) -> Result<(), &'static str> {
    let mut ids = HashSet::new();
    for message in messages {
        match message {
            Message::Request { method, .. } if method == "initialize" => {
                return Err("`initialize` must not be in a batch");
            }
            Message::Request { id, .. } if !ids.insert(id) => {
                return Err("two requests of the batch have one id");
            }
            Message::Batch(_) => return Err("a batch in a batch"),
            _ => {}
        }
    }
    Ok(())
}

struct Batch {
    calls: Vec<Call>,
    answers: Vec<Answer>,
}

impl Batch {
    fn add(&mut self, session: &Session, head: &Arc<Head>, message: Message<'_>) {
        match message {
            Message::Request { id, method, params } => {
                let arrival = Arrival::new(&method, params).with_extensions(head.extensions());
                let arrival = arrival.with_client_ip(head.client_ip());
                match session.call(id.clone(), arrival) {
                    Ok(call) => self.calls.push(call),
                    Err(error) => self.refuse(Some(&id), &error),
                }
            }
            Message::Notification { method, params } => session.notify(&method, params),
            Message::Invalid { id, error } => self.refuse(id.as_ref(), &error),
            Message::Response { id, answer } => {
                session.respond(id.as_ref(), &answer);
            }
            Message::Ignored | Message::Batch(_) => {}
        }
    }

    /// Revisions with batches have no error without an id.
    fn refuse(&mut self, id: Option<&RequestId>, error: &ProtocolError) {
        if let Some(id) = id {
            self.answers.push(Answer::refusal(Some(id), error));
        }
    }
}
