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
