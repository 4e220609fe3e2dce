//! Tokens that are bound to a key of the client.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::{Map, json};
use toolwright_http::client::Refusal;

use super::credentials::now;
use crate::client::challenge::Challenge;
use crate::jose::{JoseError, SigningKey, random_text, sha256_text};

/// The header of proofs.
pub(crate) const DPOP: HeaderName = HeaderName::from_static("dpop");
/// The header of nonces.
pub(crate) const NONCE: HeaderName = HeaderName::from_static("dpop-nonce");
/// Origins whose nonces are remembered, at most.
const ORIGINS: usize = 64;
/// Bytes of a nonce, at most.
const LONGEST: usize = 1024;

/// Binds access tokens to a key of this client (DPoP), so that whoever steals one cannot use it.
///
/// Every request carries a proof that the client has the key: for that request, that moment and
/// that token. Nonces that servers ask for are put in, and the request that taught them is sent
/// once more. Tokens that are not bound are refused.
///
/// Clones share the key and the nonces.
///
/// Specification: RFC 9449.
#[derive(Clone)]
pub struct Dpop {
    key: SigningKey,
    /// By the origins that gave them.
    nonces: Arc<Mutex<HashMap<String, String>>>,
}

impl Dpop {
    /// With a new key, which stays in memory and goes with it.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn new() -> Result<Self, JoseError> {
        Ok(Self::with_key(SigningKey::generate()?))
    }

    /// With a key of yours, for tokens that shall outlive the process.
    #[must_use]
    pub fn with_key(key: SigningKey) -> Self {
        Self { key, nonces: Arc::default() }
    }

    /// What stands for the key in authorization requests (`dpop_jkt`) and tokens.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        self.key.thumbprint()
    }

    /// The proof for one request, with the access token if it carries one.
    pub(crate) fn proof(
        &self,
        method: &Method,
        url: &str,
        token: Option<&str>,
    ) -> Result<HeaderValue, JoseError> {
        let target = url.split(['?', '#']).next().unwrap_or_default();
        let mut claims = Map::from_iter([
            ("jti".to_owned(), json!(random_text()?)),
            ("htm".to_owned(), json!(method.as_str())),
            ("htu".to_owned(), json!(target)),
            ("iat".to_owned(), json!(now())),
        ]);
        if let Some(token) = token {
            claims.insert("ath".to_owned(), sha256_text(token).into());
        }
        if let Some(nonce) = self.nonce(url) {
            claims.insert("nonce".to_owned(), nonce.into());
        }
        let header = Map::from_iter([
            ("typ".to_owned(), json!("dpop+jwt")),
            ("jwk".to_owned(), self.key.public().to_json()),
        ]);
        let proof = self.key.sign(self.key.algorithm(), header, &claims)?;
        let mut proof = HeaderValue::from_str(&proof).map_err(|_| JoseError::Form)?;
        proof.set_sensitive(true);
        Ok(proof)
    }

    /// Notes the nonce of a response; whether it is another than before.
    pub(crate) fn note(&self, url: &str, headers: &HeaderMap) -> bool {
        let Some(nonce) = headers.get(NONCE).and_then(|nonce| nonce.to_str().ok()) else {
            return false;
        };
        let is_legal = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if nonce.is_empty() || nonce.len() > LONGEST || !nonce.bytes().all(is_legal) {
            return false;
        }
        let mut nonces = self.nonces();
        let origin = origin(url);
        if nonces.len() >= ORIGINS && !nonces.contains_key(&origin) {
            nonces.clear();
        }
        nonces.insert(origin, nonce.to_owned()).as_deref() != Some(nonce)
    }

    /// Notes the nonce of a refusal; whether the request was refused for want of it. Servers may
    /// give a new one with every answer, so that alone says nothing: they have to say that this is
    /// why, or at least nothing else, and that once.
    pub(crate) fn wants_nonce(&self, refusal: &Refusal<'_>) -> bool {
        let is_new = self.note(&refusal.request.url.to_string(), refusal.headers);
        let has_proof = refusal.sent.contains_key(DPOP);
        if refusal.status != StatusCode::UNAUTHORIZED || !has_proof {
            return false;
        }
        let is_first = refusal.count == 1;
        let challenges = Challenge::all(refusal.headers);
        let ours = challenges.iter().filter(|it| matches!(&*it.scheme, "bearer" | "dpop"));
        let errors: Vec<&str> = ours.filter_map(|challenge| challenge.get("error")).collect();
        if errors.contains(&"use_dpop_nonce") {
            // Another request may have brought the nonce meanwhile.
            return is_new || is_first && refusal.headers.contains_key(NONCE);
        }
        errors.is_empty() && is_new && is_first
    }

    fn nonce(&self, url: &str) -> Option<String> {
        self.nonces().get(&origin(url)).cloned()
    }

    fn nonces(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.nonces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Dpop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dpop").field("thumbprint", &self.thumbprint()).finish_non_exhaustive()
    }
}

/// Scheme, host and port.
fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    format!("{scheme}://{host}").to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(proof: &HeaderValue) -> serde_json::Value {
        let part = proof.to_str().unwrap().split('.').nth(1).unwrap();
        serde_json::from_slice(&crate::jose::decode(part).unwrap()).unwrap()
    }

    fn told(nonce: &str) -> HeaderMap {
        HeaderMap::from_iter([(NONCE, HeaderValue::from_str(nonce).unwrap())])
    }

    #[test]
    fn proofs_are_for_one_request_without_its_query() {
        let dpop = Dpop::new().unwrap();
        let proof = |token| {
            claims(&dpop.proof(&Method::POST, "https://a.example/mcp?x=1#y", token).unwrap())
        };
        let (first, second) = (proof(None), proof(Some("token")));
        assert_eq!(
            (&first["htm"], &first["htu"]),
            (&json!("POST"), &json!("https://a.example/mcp"))
        );
        assert!(first.get("ath").is_none() && first.get("nonce").is_none());
        assert_eq!(second["ath"], sha256_text("token"));
        assert_ne!(first["jti"], second["jti"]);
    }

    #[test]
    fn nonces_belong_to_who_gave_them() {
        let dpop = Dpop::new().unwrap();
        assert!(dpop.note("https://A.example/token", &told("n1")));
        assert!(!dpop.note("https://a.example/other", &told("n1")));
        for bad in ["", "a b", "a\"b", &"n".repeat(2000)] {
            assert!(!dpop.note("https://a.example/", &told(bad)), "{bad}");
        }
        let nonce = |url| {
            let proof = dpop.proof(&Method::GET, url, None).unwrap();
            claims(&proof).get("nonce").cloned()
        };
        assert_eq!(nonce("https://a.example/mcp"), Some(json!("n1")));
        assert_eq!(nonce("https://b.example/mcp"), None);
        assert_eq!(nonce("http://a.example/mcp"), None);
    }
}
