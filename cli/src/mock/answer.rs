//! A response of the mock.

use http::StatusCode;

/// A response.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Empty where there is no body.
    pub(super) media_type: String,
    pub(super) body: Vec<u8>,
}
