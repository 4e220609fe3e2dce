//! Errors as `application/problem+json`.

use http::StatusCode;
use serde_json::json;

use super::answer::Answer;

/// An error with a sentence about it.
pub(super) fn problem(status: StatusCode, detail: &str) -> Answer {
    let body = json!({
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": detail,
    });
    Answer {
        status,
        media_type: "application/problem+json".to_owned(),
        body: body.to_string().into_bytes(),
        ..Answer::default()
    }
}
