//! A response of the mock.

use http::StatusCode;

/// A response.
#[derive(Debug, Default)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Empty where there is no body.
    pub(super) media_type: String,
    pub(super) body: Vec<u8>,
    /// The methods that a path takes, where it was not one of these.
    pub(super) allow: String,
    /// What credentials are asked for.
    pub(super) challenge: String,
}
