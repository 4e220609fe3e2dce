//! What a result says of how long it may be kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Nothing is kept for longer.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// For how long, and for whom.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hint {
    pub(super) ttl: Duration,
    pub(super) is_public: bool,
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(rename = "resultType", borrow)]
    kind: Option<Cow<'a, str>>,
    #[serde(rename = "ttlMs", borrow)]
    ttl: Option<&'a RawValue>,
    #[serde(rename = "cacheScope", borrow)]
    scope: Option<&'a RawValue>,
}

impl Hint {
    /// Reads the hint of a result; nothing if it is not to be kept: it does not say for how long,
    /// says nonsense, or is no result yet.
    pub(super) fn read(text: &str) -> Option<Self> {
        let members: Members<'_> = serde_json::from_str(text).ok()?;
        if !matches!(members.kind.as_deref(), None | Some("complete")) {
            return None;
        }
        let ttl = milliseconds(members.ttl?.get())?;
        // What is not known to be for everybody is not.
        let is_public = members.scope.is_some_and(|scope| scope.get() == "\"public\"");
        Some(Self { ttl, is_public })
    }
}

fn milliseconds(text: &str) -> Option<Duration> {
    let ttl = match text.parse::<u64>() {
        Ok(whole) => Duration::from_millis(whole),
        Err(_) => {
            let number = text.parse::<f64>().ok().filter(|number| *number > 0.0)?;
            Duration::try_from_secs_f64(number / 1000.0).unwrap_or(LONGEST)
        }
    };
    Some(ttl.min(LONGEST)).filter(|ttl| !ttl.is_zero())
}

/// A result that cannot be read, without what it says of keeping it: that may have been the fault,
/// and matters little. Nothing if it says nothing of the kind.
pub(in crate::client) fn mended(text: &str) -> Option<String> {
    let mut members: BTreeMap<Cow<'_, str>, &RawValue> = serde_json::from_str(text).ok()?;
    let ttl = members.remove("ttlMs");
    let scope = members.remove("cacheScope");
    ttl.or(scope)?;
    serde_json::to_string(&members).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ttl(value: &str) -> Option<Duration> {
        Hint::read(&format!("{{\"ttlMs\":{value},\"cacheScope\":\"private\"}}"))
            .map(|hint| hint.ttl)
    }

    #[test]
    fn times_that_cannot_be_are_none_or_a_day() {
        for nonsense in ["-1", "0", "-0.0", "null", "\"NaN\"", "\"5\"", "[]", "NaN", "-1e400"] {
            assert_eq!(ttl(nonsense), None, "{nonsense}");
        }
        for long in ["1000000000000000000", "1e18", "99999999999999999999999", "86400001"] {
            assert_eq!(ttl(long), Some(LONGEST), "{long}");
        }
        assert_eq!(ttl("1500"), Some(Duration::from_millis(1500)));
        assert_eq!(ttl("1.5e3"), Some(Duration::from_millis(1500)));
    }

    #[test]
    fn what_is_not_public_is_private() {
        let public = |text: &str| Hint::read(text).map(|hint| hint.is_public);
        assert_eq!(public(r#"{"ttlMs":1,"cacheScope":"public"}"#), Some(true));
        for scope in [r#""private""#, r#""shared""#, r#""PUBLIC""#, "null", "7"] {
            assert_eq!(public(&format!("{{\"ttlMs\":1,\"cacheScope\":{scope}}}")), Some(false));
        }
        assert_eq!(public(r#"{"ttlMs":1}"#), Some(false));
        assert_eq!(public(r#"{"ttlMs":1,"resultType":"input_required"}"#), None);
        assert_eq!(public("{}"), None);
    }

    #[test]
    fn hints_are_taken_out() {
        let text = r#"{"ttlMs":"x","tools":[ 1.0 ],"cacheScope":"all"}"#;
        assert_eq!(mended(text).unwrap(), r#"{"tools":[ 1.0 ]}"#);
        assert_eq!(mended(r#"{"tools":1}"#), None);
        assert_eq!(mended("[]"), None);
    }
}
