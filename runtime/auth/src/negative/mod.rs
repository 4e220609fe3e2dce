//! What is refused, and how exactly: a table of attacks and mistakes, and the reaction to each.
//!
//! Each file has the cases of one place. A case is a line in a [`Table`]: its name, what was
//! observed, and what has to be. Another file is added here, and its number of cases to
//! [`the_table_is_long`].

mod introspected;
mod keys;
mod proofs;
mod requests;
mod tokens;

use serde_json::{Map, Value, json};

use crate::jose::{Algorithm, SigningKey, encode};
use crate::verify::{InboundToken, Scheme, Verified, Verifier, VerifyError};

/// Whose tokens are taken.
const ISSUER: &str = "https://login.example.com";
/// What they have to be for.
const RESOURCE: &str = "https://mcp.example.com/mcp";

/// Cases, and what came of them.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<(String, String, String)>);

impl Table {
    /// Adds a case: what was observed, and what has to be.
    pub(crate) fn row(&mut self, name: &str, observed: impl Into<String>, expected: &str) {
        assert!(self.0.iter().all(|(known, ..)| known != name), "{name} is in the table twice");
        self.0.push((name.to_owned(), observed.into(), expected.to_owned()));
    }

    /// Fails with all cases that came out otherwise, or if there are not so many.
    pub(crate) fn judge(self, cases: usize) {
        let wrong: Vec<String> = self
            .0
            .iter()
            .filter(|(_, observed, expected)| observed != expected)
            .map(|(name, observed, expected)| format!("{name}: {observed}\n  not: {expected}"))
            .collect();
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
        assert_eq!(self.0.len(), cases, "the number of cases has changed: say so");
    }
}

/// A key for tests.
pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::from_pem(match name {
        "rsa" => include_str!("../../tests/keys/rsa.pem"),
        "other" => include_str!("../../tests/keys/rsa-other.pem"),
        "p384" => include_str!("../../tests/keys/p384.pem"),
        "ed25519" => include_str!("../../tests/keys/ed25519.pem"),
        _ => include_str!("../../tests/keys/p256.pem"),
    })
    .unwrap()
}

/// Seconds since 1970, and so many more.
pub(crate) fn at(seconds: i64) -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap() + seconds
}

/// An object in which members replace or (`null`) remove others.
pub(crate) fn with(base: Value, changes: Value) -> Map<String, Value> {
    let (Value::Object(mut all), Value::Object(changes)) = (base, changes) else { panic!() };
    for (name, value) in changes {
        match value {
            Value::Null => drop(all.remove(&name)),
            value => drop(all.insert(name, value)),
        }
    }
    all
}

/// The claims of a good token, changed.
pub(crate) fn claims(changes: Value) -> Map<String, Value> {
    let good = json!({ "iss": ISSUER, "aud": RESOURCE, "sub": "ann", "client_id": "editor",
        "scope": "files:read files:write", "iat": at(-10), "exp": at(600), "jti": "1" });
    with(good, changes)
}

/// A token with any header and payload, and what `sign` makes of them.
pub(crate) fn forged(header: &str, payload: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let signed = format!("{}.{}", encode(header), encode(payload));
    let signature = sign(signed.as_bytes());
    format!("{signed}.{}", encode(signature))
}

/// A token that a key signed.
pub(crate) fn signed(
    key: &SigningKey,
    algorithm: Algorithm,
    header: Value,
    claims: &Map<String, Value>,
) -> String {
    key.sign(algorithm, with(header, json!({})), claims).unwrap()
}

/// What a peer sees of an answer, and what the log says.
pub(crate) fn reaction(answer: &Result<Verified, VerifyError>) -> String {
    match answer {
        Ok(verified) => format!("taken: {}", verified.principal().subject()),
        Err(error) => {
            let code = error.code().unwrap_or("-");
            assert!(error.description().chars().all(|c| c.is_ascii() && c != '"' && c != '\\'));
            format!("{} {code}: {error}", error.status().as_u16())
        }
    }
}

/// What a verifier makes of a token.
pub(crate) async fn verified(
    verifier: &impl Verifier,
    token: &str,
) -> Result<Verified, VerifyError> {
    verified_at(RESOURCE, verifier, token).await
}

/// What it makes of one that was presented to a resource.
pub(crate) async fn verified_at(
    resource: &str,
    verifier: &impl Verifier,
    token: &str,
) -> Result<Verified, VerifyError> {
    let inbound = InboundToken::new(Scheme::Bearer, token, resource);
    let head = http::Request::new(()).into_parts().0;
    let answer = verifier.verify(&inbound, &head).await;
    // Whatever is said of it, it is not in there.
    assert!(token.len() < 16 || !format!("{answer:?} {inbound:?}").contains(token), "{token}");
    answer
}

#[test]
fn the_table_is_long() {
    let cases = tokens::CASES + proofs::CASES + keys::CASES + introspected::CASES + requests::CASES;
    assert!(cases >= 60, "{cases}");
}
