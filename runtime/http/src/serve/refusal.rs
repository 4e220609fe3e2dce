//! Responses to requests that go no further.

use http::header::{ALLOW, CONNECTION, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use toolwright_core::ProtocolError;
use toolwright_core::server::transport::error_response;
use toolwright_spec::RequestId;

use super::body::Body;

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    id: Option<RequestId>,
    error: ProtocolError,
    more: Option<More>,
}

/// What the client is told besides.
#[derive(Debug, Clone, Copy)]
enum More {
    /// The methods that there are.
    Allow(&'static str),
    /// To come back after so many seconds.
    RetryAfter(&'static str),
    /// That the connection has no further use.
    Close,
}

impl Refusal {
    /// One about HTTP: the JSON-RPC error is -32600 and names no request.
    pub(super) fn new(status: StatusCode, message: &str) -> Self {
        Self::of(status, None, ProtocolError::invalid_request(message))
    }

    /// One with any error.
    pub(super) fn of(status: StatusCode, id: Option<RequestId>, error: ProtocolError) -> Self {
        Self { status, id, error, more: None }
    }

    /// 400 with any error.
    pub(super) fn bad(id: Option<RequestId>, error: ProtocolError) -> Self {
        Self::of(StatusCode::BAD_REQUEST, id, error)
    }

    /// 405, with the methods that there are.
    pub(super) fn not_allowed(allow: &'static str) -> Self {
        let refusal = Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            &format!("this endpoint takes {allow} and nothing else"),
        );
        Self { more: Some(More::Allow(allow)), ..refusal }
    }

    /// 413. What is left of the body is not waited for.
    pub(super) fn too_large(limit: usize) -> Self {
        let message = format!("the body is larger than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, &message).closing()
    }

    /// 503: come back later.
    pub(super) fn busy(id: Option<RequestId>, error: ProtocolError) -> Self {
        let refusal = Self::of(StatusCode::SERVICE_UNAVAILABLE, id, error);
        Self { more: Some(More::RetryAfter("10")), ..refusal }
    }

    /// With another status.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The connection has no further use.
    pub(super) fn closing(self) -> Self {
        Self { more: Some(More::Close), ..self }
    }

    /// With the request's id.
    pub(super) fn for_request(self, id: RequestId) -> Self {
        Self { id: Some(id), ..self }
    }

    pub(super) fn into_response(self) -> Response<Body> {
        tracing::debug!(status = self.status.as_u16(), reason = self.error.message(), "refused");
        let text = error_response(self.id.as_ref(), &self.error);
        let mut response = super::reply::json(self.status, text);
        let more = self.more.map(|more| match more {
            More::Allow(methods) => (ALLOW, methods),
            More::RetryAfter(seconds) => (RETRY_AFTER, seconds),
            More::Close => (CONNECTION, "close"),
        });
        if let Some((name, value)) = more {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}
