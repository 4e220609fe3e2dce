//! Which trace a request belongs to, as its caller says.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Longest `tracestate` and `baggage` that are taken over, in bytes.
const LONGEST_STATE: usize = 512;
const LONGEST_BAGGAGE: usize = 8192;
/// Most members of each.
const STATE_MEMBERS: usize = 32;
const BAGGAGE_MEMBERS: usize = 180;

/// The trace that a caller works in: `traceparent`, `tracestate` and `baggage` in the `_meta` of
/// its request, in the formats of the W3C. What is malformed is left out.
///
/// [`Trace`](crate::middleware::Trace) makes it known to handlers, as
/// [`Context::trace_context`](super::Context::trace_context): pass it on to services that take part
/// in the trace.
///
/// Specification: `basic/index`, section "`_meta`".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceContext {
    parent: Option<Box<str>>,
    state: Option<Box<str>>,
    baggage: Option<Box<str>>,
}

#[derive(Default, Deserialize)]
struct Meta<'a> {
    #[serde(borrow)]
    traceparent: Option<&'a RawValue>,
    #[serde(borrow)]
    tracestate: Option<&'a RawValue>,
    #[serde(borrow)]
    baggage: Option<&'a RawValue>,
}

impl TraceContext {
    /// Reads `_meta`; `None` if nothing in it can be used.
    pub(crate) fn read(meta: Option<&RawValue>) -> Option<Self> {
        let meta: Meta<'_> = serde_json::from_str(meta?.get()).ok()?;
        let parent = text(meta.traceparent).filter(|text| is_parent(text));
        // A state says nothing without the span that it belongs to.
        let state = text(meta.tracestate).filter(|text| parent.is_some() && is_state(text));
        let baggage = text(meta.baggage).filter(|text| is_baggage(text));
        let has_any = parent.is_some() || baggage.is_some();
        let owned = |text: Cow<'_, str>| text.into();
        has_any.then(|| Self {
            parent: parent.map(owned),
            state: state.map(owned),
            baggage: baggage.map(owned),
        })
    }

    /// The span that the request was sent in: `00-<trace>-<span>-<flags>`.
    #[must_use]
    pub fn traceparent(&self) -> Option<&str> {
        self.parent.as_deref()
    }

    /// The trace: 32 hexadecimal digits.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.traceparent()?.get(3..35)
    }

    /// The span in it: 16 hexadecimal digits.
    #[must_use]
    pub fn span_id(&self) -> Option<&str> {
        self.traceparent()?.get(36..52)
    }

    /// Whether the caller records the trace.
    #[must_use]
    pub fn is_sampled(&self) -> bool {
        let flags = self.traceparent().and_then(|parent| parent.get(53..55));
        flags.and_then(|flags| u8::from_str_radix(flags, 16).ok()).is_some_and(|it| it & 1 == 1)
    }

    /// What tracing systems add to the span.
    #[must_use]
    pub fn tracestate(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Values that go along with the trace. Nobody checked them.
    #[must_use]
    pub fn baggage(&self) -> Option<&str> {
        self.baggage.as_deref()
    }
}

fn text(value: Option<&RawValue>) -> Option<Cow<'_, str>> {
    serde_json::from_str::<String>(value?.get()).ok().map(Cow::Owned)
}

/// `traceparent`, of version 00 or a later one that begins like it.
fn is_parent(text: &str) -> bool {
    let mut parts = text.splitn(5, '-');
    let mut next = |length: usize| {
        let part = parts.next().filter(|part| part.len() == length)?;
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        part.bytes().all(is_hex).then_some(part)
    };
    let (Some(version), Some(trace), Some(span), Some(_)) = (next(2), next(32), next(16), next(2))
    else {
        return false;
    };
    let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    let is_known = match version {
        "00" => parts.next().is_none(),
        version => version != "ff",
    };
    is_known && !is_zero(trace) && !is_zero(span)
}

/// `tracestate`: members `key=value`, each key once.
fn is_state(text: &str) -> bool {
    let mut keys = Vec::new();
    text.len() <= LONGEST_STATE
        && text.split(',').map(|member| member.trim_matches([' ', '\t'])).all(|member| {
            if member.is_empty() {
                return true;
            }
            let Some((key, value)) = member.split_once('=') else {
                return false;
            };
            let is_new = !keys.contains(&key);
            keys.push(key);
            is_new && keys.len() <= STATE_MEMBERS && is_state_key(key) && is_state_value(value)
        })
}

fn is_state_key(key: &str) -> bool {
    let is_part = |part: &str| {
        let mut bytes = part.bytes();
        let begins = bytes.next().is_some_and(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        let goes_on = |it: u8| {
            it.is_ascii_lowercase()
                || it.is_ascii_digit()
                || matches!(it, b'_' | b'-' | b'*' | b'/')
        };
        begins && bytes.all(goes_on)
    };
    key.len() <= 256 && key.splitn(2, '@').all(is_part)
}

fn is_state_value(value: &str) -> bool {
    let is_legal = |it: u8| matches!(it, b' '..=b'~') && !matches!(it, b',' | b'=');
    (1..=256).contains(&value.len()) && value.bytes().all(is_legal)
}

/// `baggage`: members `key=value`, each with properties behind semicolons.
fn is_baggage(text: &str) -> bool {
    let is_octet =
        |it: u8| matches!(it, b'!' | b'#'..=b'+' | b'-'..=b':' | b'<'..=b'[' | b']'..=b'~');
    let is_pair = |pair: &str, needs_value: bool| {
        let (key, value) = match pair.split_once('=') {
            Some((key, value)) => (key, value.trim_matches([' ', '\t'])),
            None if needs_value => return false,
            None => (pair, ""),
        };
        is_token(key.trim_matches([' ', '\t'])) && value.bytes().all(is_octet)
    };
    let mut members = text.split(',');
    text.len() <= LONGEST_BAGGAGE
        && members.clone().count() <= BAGGAGE_MEMBERS
        && members.all(|member| {
            let mut pairs = member.split(';');
            pairs.next().is_some_and(|pair| is_pair(pair, true))
                && pairs.all(|property| is_pair(property, false))
        })
}

/// A name as HTTP has it.
fn is_token(text: &str) -> bool {
    let is_legal = |it: u8| it.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&it);
    !text.is_empty() && text.bytes().all(is_legal)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn read(meta: &serde_json::Value) -> Option<TraceContext> {
        let meta = serde_json::value::to_raw_value(meta).unwrap();
        TraceContext::read(Some(&meta))
    }

    #[test]
    fn a_trace_is_taken_apart() {
        let trace = read(&serde_json::json!({ "traceparent": PARENT, "tracestate": "a=1,b@c=2",
            "baggage": "user=ann%20b;private, tier = gold" }))
        .unwrap();
        assert_eq!(trace.traceparent(), Some(PARENT));
        assert_eq!(trace.trace_id(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        assert_eq!(trace.span_id(), Some("00f067aa0ba902b7"));
        assert!(trace.is_sampled());
        assert_eq!(trace.tracestate(), Some("a=1,b@c=2"));
        assert_eq!(trace.baggage(), Some("user=ann%20b;private, tier = gold"));
    }

    #[test]
    fn what_is_malformed_is_left_out() {
        let zero_trace = format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32));
        for parent in [
            "",
            "00",
            &PARENT[1..],
            &PARENT.to_uppercase(),
            &PARENT.replacen("00", "ff", 1),
            &format!("{PARENT}-more"),
            &format!("{PARENT}\n"),
            &PARENT.replace('-', "_"),
            &zero_trace,
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473é-00f067aa0ba902b7-01",
        ] {
            let meta = serde_json::json!({ "traceparent": parent, "tracestate": "a=1" });
            assert_eq!(read(&meta), None, "{parent}");
        }
        assert!(
            read(&serde_json::json!({ "traceparent": PARENT.replacen("00", "cc", 1) })).is_some()
        );
        let later = format!("{}-more", PARENT.replacen("00", "cc", 1));
        assert!(read(&serde_json::json!({ "traceparent": later })).is_some());
        let (many, long) = ("a=1,".repeat(33), format!("a={}", "x".repeat(600)));
        for state in ["a", "A=1", "=1", "a=", "a=1,a=2", "a=1=2", "a=ü", "a=\n", &many, &long] {
            let meta = serde_json::json!({ "traceparent": PARENT, "tracestate": state });
            assert_eq!(read(&meta).unwrap().tracestate(), None, "{state}");
        }
        let (many, long) = ("a=1,".repeat(200), format!("a={}", "x".repeat(9000)));
        for baggage in ["a", "=1", "a b=1", "a=\"", "a=1,", "a=ü", "a=1\r\nb", &many, &long] {
            assert_eq!(read(&serde_json::json!({ "baggage": baggage })), None, "{baggage}");
        }
        for value in [serde_json::json!(1), serde_json::json!(null), serde_json::json!([PARENT])] {
            assert_eq!(read(&serde_json::json!({ "traceparent": value })), None, "{value}");
        }
        assert_eq!(TraceContext::read(None), None);
    }
}
