//! Static keys.

use std::fmt;

use http::request::Parts;
use toolwright_core::BoxFuture;
use toolwright_core::context::Principal;

use super::Verifier;
use super::error::{ConfigError, VerifyError};
use super::token::InboundToken;
use super::verified::Verified;
use crate::jose::{is_same, sha256};

/// Characters that a key has at least.
const SHORTEST: usize = 16;

/// Static keys, each of somebody: for machines of one's own, where no authorization server is to
/// be had. Kept as digests; compared in constant time.
///
/// ```
/// use toolwright_auth::verify::ApiKeys;
/// use toolwright_core::context::Principal;
///
/// # fn keys() -> Result<ApiKeys, std::env::VarError> {
/// let deploy = Principal::new("api-key", "deploy").with_scopes(["files:read"]);
/// # Ok(
/// ApiKeys::new().key(&std::env::var("DEPLOY_KEY")?, deploy)
/// # )
/// # }
/// ```
#[derive(Clone, Default)]
pub struct ApiKeys {
    keys: Vec<([u8; 32], Principal)>,
    fault: Option<ConfigError>,
}

impl ApiKeys {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a key of at least 16 characters, as random as they can be, and whose it is. Serving
    /// fails if it is shorter.
    #[must_use]
    pub fn key(mut self, key: &str, principal: Principal) -> Self {
        if key.len() < SHORTEST {
            let text =
                format!("an API key is shorter than {SHORTEST} characters: it can be guessed");
            self.fault = Some(ConfigError(text));
            return self;
        }
        self.keys.push((sha256(key.as_bytes()), principal));
        self
    }

    /// Adds a key by the SHA-256 digest of it in hexadecimal digits, so that the key itself is
    /// nowhere here.
    #[must_use]
    pub fn hashed(mut self, digest: &str, principal: Principal) -> Self {
        match hexadecimal(digest) {
            Some(digest) => self.keys.push((digest, principal)),
            None => {
                let text = "the digest of an API key is no SHA-256 of 64 hexadecimal digits";
                self.fault = Some(ConfigError(text.to_owned()));
            }
        }
        self
    }

    fn find(&self, token: &str) -> Option<&Principal> {
        let digest = sha256(token.as_bytes());
        let mut found = None;
        // All are looked at, however early one fits.
        for (known, principal) in &self.keys {
            if is_same(known, digest) {
                found = Some(principal);
            }
        }
        found
    }
}

impl Verifier for ApiKeys {
    fn verify<'a>(
        &'a self,
        token: &'a InboundToken,
        _: &'a Parts,
    ) -> BoxFuture<'a, Result<Verified, VerifyError>> {
        let found = self.find(token.expose()).cloned();
        Box::pin(async move { found.map(Verified::new).ok_or(VerifyError::Unknown) })
    }

    fn check(&self, _: &str) -> Result<(), ConfigError> {
        match &self.fault {
            Some(fault) => Err(fault.clone()),
            None if self.keys.is_empty() => {
                Err(ConfigError("there are no API keys: nobody could do anything".to_owned()))
            }
            None => Ok(()),
        }
    }
}

fn hexadecimal(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiKeys").field("keys", &self.keys.len()).finish_non_exhaustive()
    }
}
