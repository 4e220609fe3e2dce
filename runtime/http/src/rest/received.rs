//! What an upstream sent.

use http::StatusCode;
use http::header::HeaderMap;

use super::stream::Stream;

/// A whole response.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Vec<u8>,
    /// Instead of a body: the items of a successful stream.
    pub(crate) stream: Option<Stream>,
}
