//! `notifications/cancelled`.

use serde::Deserialize;
use serde_json::value::RawValue;
use toolwright_spec::RequestId;

/// Longest reason that is logged, in characters.
const REASON: usize = 256;

/// The request that a client cancels, if that can be read, and why, as a log may have it: without
/// control characters.
///
/// Specification: `basic/patterns/cancellation`.
pub(super) fn subject(params: Option<&str>) -> Option<(RequestId, String)> {
    #[derive(Deserialize)]
    struct Cancelled<'a> {
        #[serde(borrow, rename = "requestId")]
        id: &'a RawValue,
        #[serde(borrow)]
        reason: Option<&'a RawValue>,
    }
    let params: Cancelled<'_> = serde_json::from_str(params?).ok()?;
    let reason = params.reason.and_then(|reason| serde_json::from_str::<String>(reason.get()).ok());
    let reason = reason.unwrap_or_default().chars().take(REASON).collect::<String>();
    Some((toolwright_spec::from_raw(params.id).ok()?, reason.escape_debug().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_fit_for_a_log() {
        let params = r#"{"requestId":7,"reason":"no\n\u001b[31m\u202emore"}"#;
        let (id, reason) = subject(Some(params)).unwrap();
        assert_eq!(id, 7.into());
        assert_eq!(reason, r"no\n\u{1b}[31m\u{202e}more");
        let (_, reason) = subject(Some(r#"{"requestId":"x","reason":7}"#)).unwrap();
        assert_eq!(reason, "");
        assert_eq!(subject(Some(r#"{"requestId":null}"#)), None);
    }
}
