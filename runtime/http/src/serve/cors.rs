//! Requests from pages of other origins (CORS): what browsers have to be told.
//!
//! Specification: Fetch, section "CORS protocol".

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, VARY,
};
use http::request::Parts;
use http::{HeaderMap, Method, Response, StatusCode};

use super::body::Body;
use super::reply;

const METHODS: HeaderValue = HeaderValue::from_static("POST, GET, DELETE");
/// What pages may send besides what they always may.
const HEADERS: &str = "accept, authorization, content-type, dpop, last-event-id, mcp-method, mcp-name, \
                       mcp-protocol-version, mcp-session-id";
/// What pages may read besides what they always may.
const EXPOSED: HeaderValue =
    HeaderValue::from_static("Mcp-Session-Id, WWW-Authenticate, Retry-After, DPoP-Nonce");
/// How long browsers may remember the answer, in seconds.
const AGE: HeaderValue = HeaderValue::from_static("3600");
/// Headers of parameters that one preflight may ask for.
const PARAMETERS: usize = 64;
const PARAMETER: &str = "mcp-param-";

/// Whether a browser asks what it may send.
pub(super) fn is_preflight(head: &Parts) -> bool {
    head.method == Method::OPTIONS && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to that.
pub(super) fn preflight(headers: &HeaderMap) -> Response<Body> {
    let mut response = reply::empty(StatusCode::NO_CONTENT);
    let reply = response.headers_mut();
    reply.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    reply.insert(ACCESS_CONTROL_MAX_AGE, AGE);
    let mut allowed = HEADERS.to_owned();
    for name in parameters(headers) {
        allowed.push_str(", ");
        allowed.push_str(&name);
    }
    if let Ok(allowed) = HeaderValue::try_from(allowed) {
        reply.insert(ACCESS_CONTROL_ALLOW_HEADERS, allowed);
    }
    reply.append(VARY, HeaderValue::from_name(ACCESS_CONTROL_REQUEST_HEADERS));
    response
}

/// Lets the pages of an origin read a response; those of no origin if there is none.
pub(super) fn allow(response: &mut HeaderMap, origin: Option<HeaderValue>) {
    response.append(VARY, HeaderValue::from_static("origin"));
    if let Some(origin) = origin {
        response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}

/// The headers of parameters that are asked for: only they have names that the server chose.
fn parameters(headers: &HeaderMap) -> impl Iterator<Item = String> {
    let asked = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
    let names = asked.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','));
    names
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| name.starts_with(PARAMETER) && name.len() > PARAMETER.len())
        .filter(|name| http::HeaderName::from_bytes(name.as_bytes()).is_ok())
        .take(PARAMETERS)
}
