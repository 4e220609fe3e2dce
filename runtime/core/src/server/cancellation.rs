//! `notifications/cancelled`.

use serde::Deserialize;
use serde_json::value::RawValue;
use toolwright_spec::RequestId;

/// The request that a client cancels, if that can be read.
///
/// Specification: `basic/patterns/cancellation`.
pub(super) fn subject(params: Option<&str>) -> Option<RequestId> {
    #[derive(Deserialize)]
    struct Cancelled<'a> {
        #[serde(borrow, rename = "requestId")]
        id: &'a RawValue,
    }
    let params: Cancelled<'_> = serde_json::from_str(params?).ok()?;
    toolwright_spec::from_raw(params.id).ok()
}
