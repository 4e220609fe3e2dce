//! Whether a request is sent again, and after which pause.

use std::time::Duration;

use toolwright_core::random;

use super::error::CallError;
use super::limits::Limits;
use super::received::Received;
use crate::retry_after::retry_after;

/// How long to wait before another attempt, if there may be one; `before` have failed already.
pub(crate) fn pause(
    limits: &Limits,
    outcome: &Result<Received, CallError>,
    before: u32,
    is_idempotent: bool,
) -> Option<Duration> {
    if before >= limits.retries {
        return None;
    }
    let wanted = match outcome {
        Err(CallError::NotSent) => Duration::ZERO,
        Err(CallError::Broken) if is_idempotent => Duration::ZERO,
        Ok(received) if is_idempotent && is_passing(received.status.as_u16()) => {
            retry_after(&received.headers).unwrap_or_default()
        }
        _ => return None,
    };
    if wanted > limits.longest_pause {
        return None;
    }
    let doubled = limits.first_pause.saturating_mul(1 << before.min(20));
    Some(wanted + doubled.min(limits.longest_pause).mul_f64(random::portion().unwrap_or(1.0)))
}

/// Whether a status tells of something that passes.
fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 502 | 503 | 504)
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use http::header::{HeaderMap, HeaderValue, RETRY_AFTER};

    use super::*;

    fn came(status: u16, after: Option<&'static str>) -> Result<Received, CallError> {
        let after = after.map(|after| (RETRY_AFTER, HeaderValue::from_static(after)));
        Ok(Received {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::from_iter(after),
            ..Received::default()
        })
    }

    #[test]
    fn only_what_does_no_harm_is_sent_again() {
        let limits = Limits::default();
        let again =
            |outcome: &_, is_idempotent| pause(&limits, outcome, 0, is_idempotent).is_some();
        assert!(again(&Err(CallError::NotSent), false));
        for outcome in [Err(CallError::Broken), came(429, None), came(502, None), came(503, None)] {
            assert!(again(&outcome, true) && !again(&outcome, false), "{outcome:?}");
        }
        for outcome in [
            Err(CallError::Connect("its name is not known")),
            Err(CallError::Timeout(30)),
            Err(CallError::Protocol),
            came(200, None),
            came(404, None),
            came(500, None),
            came(401, None),
        ] {
            assert!(!again(&outcome, true), "{outcome:?}");
        }
    }

    #[test]
    fn pauses_are_random_doubled_and_bounded() {
        let limits = Limits { retries: 100, ..Limits::default() };
        let mut longest = Duration::ZERO;
        for before in 0..100 {
            let pause = pause(&limits, &Err(CallError::NotSent), before, false).unwrap();
            let most = Duration::from_millis(250).saturating_mul(1 << before.min(20));
            assert!(pause <= most.min(Duration::from_secs(10)), "{pause:?}");
            longest = longest.max(pause);
        }
        // Out of a hundred random ones, the longest is not short.
        assert!(longest > Duration::from_secs(2), "{longest:?}");
        assert_eq!(pause(&limits, &Err(CallError::NotSent), 100, false), None);
        let told = pause(&limits, &came(429, Some("7")), 0, true).unwrap();
        assert!((7000..=7250).contains(&told.as_millis()), "{told:?}");
        assert_eq!(pause(&limits, &came(503, Some("11")), 0, true), None);
        assert!(pause(&limits, &came(503, Some("99999999999999999999")), 5, true).is_some());
    }
}
