//! What a request remembers from one round to the next, sealed.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use toolwright_spec::RawJson;

use super::Origin;
use crate::context::Context;
use crate::error::ProtocolError;
use crate::schema::canonical;
use crate::seal::digest;
use crate::tool::incident;

const PURPOSE: &str = "request state";
/// How far clocks may be apart; a sealed text is good for that much longer.
const SKEW: std::time::Duration = std::time::Duration::from_secs(60);

/// What a client keeps between two rounds without being able to read it. Questions stand by their
/// digests.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct State {
    /// Rounds so far.
    #[serde(rename = "n")]
    pub(super) round: u32,
    /// Answers by key, each with its question.
    #[serde(rename = "a", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) answers: BTreeMap<String, (String, RawJson)>,
    /// Results of effects by key.
    #[serde(rename = "e", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) effects: BTreeMap<String, RawJson>,
    /// What was asked last, by key.
    #[serde(rename = "q")]
    pub(super) open: BTreeMap<String, String>,
}

/// Seals a state for the request that it belongs to.
///
/// # Errors
/// It is one round too many, too large, or cannot be sealed; the log has the reason.
pub(super) fn seal(
    cx: &Context,
    origin: &Origin<'_>,
    state: &State,
    now: SystemTime,
) -> Result<String, ProtocolError> {
    let common = &cx.scope().common;
    let limits = &common.limits;
    if state.round > limits.rounds {
        let keys: Vec<&String> = state.open.keys().collect();
        return Err(failed(
            origin,
            &format!("asked again after {} rounds: {keys:?}", limits.rounds),
        ));
    }
    let plain = serde_json::to_vec(state).map_err(|error| failed(origin, &error.to_string()))?;
    let bound = Bound::new(cx, origin);
    let sealed = common.sealer.seal(PURPOSE, &bound.parts(), &plain, now, limits.state_ttl);
    let sealed = sealed.map_err(|error| failed(origin, &error.to_string()))?;
    if sealed.len() > limits.state_bytes {
        let (size, most) = (sealed.len(), limits.state_bytes);
        return Err(failed(origin, &format!("its state has {size} bytes, of at most {most}")));
    }
    Ok(sealed)
}

/// Opens what a client brings back, and uses it up where states count once.
///
/// # Errors
/// It is not what was given away for this request, has expired or was used; one error for all.
pub(super) async fn open(
    cx: &Context,
    origin: &Origin<'_>,
    state: &RawValue,
    now: SystemTime,
) -> Result<State, ProtocolError> {
    let common = &cx.scope().common;
    // Escapes may make it longer than it is, but never do in what was sealed.
    let text: Option<String> = (state.get().len() <= common.limits.state_bytes + 2)
        .then(|| serde_json::from_str(state.get()).ok())
        .flatten();
    let text = text.unwrap_or_default();
    let bound = Bound::new(cx, origin);
    let plain = common.sealer.open(PURPOSE, &bound.parts(), &text, now).map_err(|_| rejected())?;
    let state: State = serde_json::from_slice(&plain).map_err(|_| rejected())?;
    if let Some(consumed) = &common.consumed {
        // The nonce in it makes every sealed text another.
        let id: String =
            digest(&[text.as_bytes()]).iter().map(|byte| format!("{byte:02x}")).collect();
        let fresh = consumed.0.consume(&id, now + common.limits.state_ttl + SKEW).await;
        if !fresh.map_err(|error| failed(origin, &error.to_string()))? {
            tracing::warn!(method = origin.method, "a state was brought back a second time");
            return Err(rejected());
        }
    }
    Ok(state)
}

/// What a state counts for, and nothing else.
struct Bound<'a> {
    origin: &'a Origin<'a>,
    principal: &'a str,
    server: &'a str,
    revision: &'static str,
    arguments: [u8; 32],
}

impl<'a> Bound<'a> {
    fn new(cx: &'a Context, origin: &'a Origin<'a>) -> Self {
        let canonical = origin.arguments.map(canonical).unwrap_or_default();
        Self {
            origin,
            principal: cx.principal_key(),
            server: &cx.scope().common.name,
            revision: cx.revision().as_str(),
            arguments: digest(&[canonical.as_bytes()]),
        }
    }

    fn parts(&self) -> [&[u8]; 6] {
        [
            self.principal.as_bytes(),
            self.origin.method.as_bytes(),
            self.origin.name.as_bytes(),
            &self.arguments,
            self.server.as_bytes(),
            self.revision.as_bytes(),
        ]
    }
}

/// What any state that does not count is answered with.
fn rejected() -> ProtocolError {
    ProtocolError::invalid_params(
        "`params.requestState` is not valid for this request: send the request without it",
    )
}

/// A fault of the server.
fn failed(origin: &Origin<'_>, reason: &str) -> ProtocolError {
    let incident = incident::number();
    let (method, name) = (origin.method, origin.name);
    tracing::error!(incident, method, name, reason, "a request cannot be asked for its answers");
    ProtocolError::internal(format!("internal error (incident {incident})"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use serde_json::value::to_raw_value;

    use super::*;
    use crate::context::{Common, Scope};
    use crate::limits::Limits;
    use crate::seal::{Keys, Sealer};

    fn context(change: impl FnOnce(&mut Limits)) -> Context {
        let mut scope = Scope::detached();
        let mut common = Common { sealer: Sealer::new(Keys::new([1; 32])), ..Common::default() };
        change(&mut common.limits);
        scope.common = Arc::new(common);
        Context::new(scope)
    }

    fn origin(name: &str) -> Origin<'_> {
        let (arguments, responses, state) = (None, None, None);
        Origin { method: "tools/call", name, arguments, responses, state }
    }

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + second)
    }

    #[tokio::test]
    async fn a_state_comes_back_as_it_was_until_it_expires() {
        let cx = context(|_| {});
        let text = RawJson::new(r#"{"n": 12345678901234567890123}"#).unwrap();
        let state = State {
            round: 3,
            answers: [("a".to_owned(), ("digest".to_owned(), text.clone()))].into(),
            effects: [("e".to_owned(), text)].into(),
            open: [("q".to_owned(), "digest".to_owned())].into(),
        };
        let sealed = seal(&cx, &origin("a"), &state, at(0)).unwrap();
        assert!(!sealed.contains("digest"));
        let sealed = to_raw_value(&sealed).unwrap();
        for (second, is_good) in [(0, true), (660, true), (661, false), (10_000, false)] {
            let opened = open(&cx, &origin("a"), &sealed, at(second)).await;
            assert_eq!(opened.ok(), is_good.then(|| state.copy()));
        }
        assert_eq!(open(&cx, &origin("b"), &sealed, at(0)).await, Err(rejected()));
        // Whatever expired is refused in the same words as what was never given away.
        let expired = open(&cx, &origin("a"), &sealed, at(661)).await;
        assert_eq!(expired, Err(rejected()));
    }

    #[test]
    fn a_state_has_bounds() {
        let cx = context(|limits| (limits.rounds, limits.state_bytes) = (1, 200));
        let state = |round, effect: &str| State {
            round,
            effects: [(effect.to_owned(), RawJson::new("1").unwrap())].into(),
            ..State::default()
        };
        assert!(seal(&cx, &origin("a"), &state(1, "e"), at(0)).is_ok());
        for (round, effect) in [(2, "e".to_owned()), (1, "e".repeat(200))] {
            let error = seal(&cx, &origin("a"), &state(round, &effect), at(0)).unwrap_err();
            assert!(error.code() == -32603 && error.message().contains("incident"), "{error}");
        }
    }

    impl State {
        fn copy(&self) -> Self {
            serde_json::from_str(&serde_json::to_string(self).unwrap()).unwrap()
        }
    }
}
