//! Nonces of this server, which need no memory.

use ring::hmac;

use crate::jose::{JoseError, decode, encode};

/// How long a nonce is given out, in seconds; it is taken for as long again.
const PERIOD: u64 = 300;
/// Bytes of the number of a period.
const NUMBER: usize = 8;

/// Makes nonces, and knows its own.
#[derive(Clone)]
pub(super) struct Nonces(hmac::Key);

impl Nonces {
    pub(super) fn new() -> Result<Self, JoseError> {
        let mut key = [0; 32];
        toolwright_core::random::fill(&mut key).map_err(|_| JoseError::Random)?;
        Ok(Self::with(&key))
    }

    pub(super) fn with(key: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The nonce of this time.
    pub(super) fn current(&self, now: f64) -> String {
        let number = period(now).to_be_bytes();
        let tag = hmac::sign(&self.0, &number);
        encode([number.as_slice(), tag.as_ref()].concat())
    }

    /// Whether it is of this time, or the one before.
    pub(super) fn is_ours(&self, nonce: &str, now: f64) -> bool {
        let Some(bytes) = decode(nonce) else { return false };
        let Some((number, tag)) = bytes.split_first_chunk::<NUMBER>() else { return false };
        let age = period(now).checked_sub(u64::from_be_bytes(*number));
        age.is_some_and(|age| age <= 1) && hmac::verify(&self.0, number, tag).is_ok()
    }
}

/// The number of the period that a moment, in seconds since 1970, is in.
fn period(now: f64) -> u64 {
    now as u64 / PERIOD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonces_are_taken_for_a_while() {
        let nonces = Nonces::new().unwrap();
        let nonce = nonces.current(3000.0);
        for (now, is_taken) in
            [(3000.0, true), (3299.0, true), (3599.0, true), (3600.0, false), (2999.0, false)]
        {
            assert_eq!(nonces.is_ours(&nonce, now), is_taken, "{now}");
        }
        assert!(!Nonces::new().unwrap().is_ours(&nonce, 3000.0));
        let shared = [7; 32];
        assert!(Nonces::with(&shared).is_ours(&Nonces::with(&shared).current(9.0), 9.0));
        for nonsense in ["", "AAAA", "AAAAAAAAAAA", "not base64!"] {
            assert!(!nonces.is_ours(nonsense, 3000.0), "{nonsense}");
        }
    }
}
