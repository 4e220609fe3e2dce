//! Files that are encrypted.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use toolwright_core::random;
use zeroize::Zeroizing;

/// What every file begins with.
const MAGIC: &[u8] = b"toolwright-tokens-1\n";

/// A key that encrypts files with ChaCha20-Poly1305. Nonces are random: a file would have to be
/// written billions of times before one came again.
pub(super) struct SealKey(LessSafeKey);

impl SealKey {
    pub(super) fn new(key: &[u8; 32]) -> Option<Self> {
        Some(Self(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).ok()?)))
    }

    /// The contents of a file that holds `plain`; nothing without random numbers.
    pub(super) fn seal(&self, plain: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        random::fill(&mut nonce).ok()?;
        let mut sealed = plain.to_vec();
        let nonce_used = Nonce::assume_unique_for_key(nonce);
        self.0.seal_in_place_append_tag(nonce_used, Aad::from(MAGIC), &mut sealed).ok()?;
        Some([MAGIC, &nonce, &sealed].concat())
    }

    /// What a file holds; nothing if it was sealed with another key, or altered.
    pub(super) fn open(&self, file: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = file.strip_prefix(MAGIC)?.split_first_chunk::<NONCE_LEN>()?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.0.open_in_place(nonce, Aad::from(MAGIC), &mut sealed).ok()?.len();
        sealed.truncate(length);
        Some(sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn not_a_bit_may_differ() {
        let key = SealKey::new(&[1; 32]).unwrap();
        let file = key.seal(b"plain canary").unwrap();
        assert!(!file.windows(6).any(|window| window == b"canary"));
        assert_eq!(&**key.open(&file).unwrap(), b"plain canary");
        for bit in 0..file.len() * 8 {
            let mut altered = file.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(key.open(&altered).is_none(), "{bit}");
        }
        for length in 0..file.len() {
            assert!(key.open(&file[..length]).is_none());
        }
        assert!(SealKey::new(&[2; 32]).unwrap().open(&file).is_none());
        assert_ne!(key.seal(b"").unwrap(), key.seal(b"").unwrap());
    }
}
