//! Documents that everybody may read.

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONTENT_TYPE, HeaderValue,
};
use http::{Method, Response, StatusCode};

use super::body::Body;
use super::refusal::Refusal;
use super::reply;

/// Where documents are.
pub(super) const PREFIX: &str = "/.well-known/";

const ANY: HeaderValue = HeaderValue::from_static("*");

/// Answers a request for a document.
pub(super) fn answer(method: &Method, document: &Bytes) -> Result<Response<Body>, Refusal> {
    let mut response = match *method {
        Method::GET => {
            let mut response = reply::json(StatusCode::OK, document.to_vec());
            let age = HeaderValue::from_static("public, max-age=300");
            response.headers_mut().insert(CACHE_CONTROL, age);
            response
        }
        Method::HEAD => {
            let mut response = reply::empty(StatusCode::OK);
            let kind = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            response
        }
        // Browsers ask first, as clients send the revision they speak.
        Method::OPTIONS => {
            let mut response = reply::empty(StatusCode::NO_CONTENT);
            let headers = response.headers_mut();
            let methods = HeaderValue::from_static("GET");
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
            let sent = HeaderValue::from_static("accept, content-type, mcp-protocol-version");
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, sent);
            headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("3600"));
            response
        }
        _ => return Err(Refusal::not_allowed("GET, HEAD, OPTIONS")),
    };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    Ok(response)
}
