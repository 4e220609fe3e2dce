//! Messages that stand alone: revisions since 2026-07-28.
//!
//! Specification: `basic/transports/streamable-http`.

use http::{HeaderMap, StatusCode};
use toolwright_core::ProtocolError;
use toolwright_core::server::transport::{Arrival, unsupported_version};
use toolwright_spec::{RequestId, code};

use super::refusal::Refusal;
use super::respond::Response;
use super::shared::Shared;
use super::source::Source;
use super::standard;

/// Its answer is the end of a stream of notices.
const LISTEN: &str = "subscriptions/listen";

/// Starts a request.
pub(super) fn request(
    shared: &Shared,
    headers: &HeaderMap,
    id: RequestId,
    method: &str,
    arrival: Arrival<'_>,
) -> Result<Response, Refusal> {
    let refuse = |error: ProtocolError| Refusal::of(status(error.code()), Some(id.clone()), error);
    if let Some(version) = arrival.version() {
        standard::check_version(headers, &version).map_err(refuse)?;
    }
    let mirrored = arrival.mirrored();
    // Nothing runs before the call is polled.
    let call = shared.service.call(id.clone(), arrival).map_err(refuse)?;
    let name = standard::name(method, &mirrored);
    standard::check_request(headers, method, name.as_deref()).map_err(refuse)?;
    if let (Some(tool), "tools/call") = (&name, method) {
        let parameters = shared.mirrors.of(shared.service.tools());
        // What the caller does not see has no parameters for it either.
        if parameters.has(tool) && call.shows_tool(tool) {
            parameters.check(tool, mirrored.arguments, headers).map_err(refuse)?;
        }
    }
    let response = Response::new(Source::Call(call), answer_status);
    Ok(if method == LISTEN { response.into_stream() } else { response })
}

/// Takes in a notification. There is none that means anything over HTTP.
pub(super) fn notification(headers: &HeaderMap, method: &str) -> Result<(), Refusal> {
    standard::check_notification(headers, method).map_err(|error| Refusal::bad(None, error))
}

/// Refuses `initialize` where there are no sessions, naming what is spoken instead.
pub(super) fn refuse_session(id: RequestId, version: &str) -> Refusal {
    Refusal::bad(Some(id), unsupported_version(version))
}

/// The status of a request that was not started.
fn status(code: i64) -> StatusCode {
    if code == code::METHOD_NOT_FOUND { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST }
}

/// The status of an answer.
fn answer_status(error: Option<i64>) -> StatusCode {
    match error {
        Some(code::METHOD_NOT_FOUND) => StatusCode::NOT_FOUND,
        Some(code::MISSING_REQUIRED_CLIENT_CAPABILITY) => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    }
}
