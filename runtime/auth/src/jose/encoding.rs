//! Texts of bytes.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use subtle::ConstantTimeEq;

use super::error::JoseError;

/// Bytes as base64url, without padding.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of base64url without padding; there is one spelling for each.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// A text of 43 letters, digits, `-` and `_` that nobody can guess.
///
/// # Errors
/// The system has no random numbers.
pub(crate) fn random_text() -> Result<String, JoseError> {
    let mut bytes = [0; 32];
    toolwright_core::random::fill(&mut bytes).map_err(|_| JoseError::Random)?;
    Ok(encode(bytes))
}

/// The digest of bytes.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];
    for (to, from) in digest.iter_mut().zip(digest::digest(&digest::SHA256, bytes).as_ref()) {
        *to = *from;
    }
    digest
}

/// The digest of bytes as base64url: a code challenge, a thumbprint, the `ath` of a proof.
pub(crate) fn sha256_text(bytes: impl AsRef<[u8]>) -> String {
    encode(sha256(bytes.as_ref()))
}

/// Whether two secrets are the same; how long that takes does not tell where they differ.
pub(crate) fn is_same(one: impl AsRef<[u8]>, other: impl AsRef<[u8]>) -> bool {
    one.as_ref().ct_eq(other.as_ref()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_spelling() {
        assert_eq!(encode([251, 255]), "-_8");
        assert_eq!(decode("-_8"), Some(vec![251, 255]));
        for text in ["+/8", "-_8=", "-_9", "-_8\n", " -_8", "-"] {
            assert_eq!(decode(text), None, "{text}");
        }
    }

    #[test]
    fn digests_are_those_of_others() {
        // The example of RFC 7636, appendix B.
        assert_eq!(
            sha256_text("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        assert_ne!(random_text().unwrap(), random_text().unwrap());
        assert_eq!(random_text().unwrap().len(), 43);
        assert!(is_same("a", "a") && !is_same("a", "b") && !is_same("a", "ab"));
    }
}
