//! Fingerprints of data.

use orion::hazardous::hash::blake2::blake2b::Blake2b;

/// A fingerprint of parts, each with its length before it, so that `["ab"]` is not `["a", "b"]`.
///
/// BLAKE2b, 256 bits, without a key: for comparing, not for proving who made it.
pub(crate) fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut sum = [0; 32];
    // These fail for a bad size and after 2^128 bytes; neither can be.
    let Ok(mut hash) = Blake2b::new(sum.len()) else {
        return sum;
    };
    for part in parts {
        let _ = hash.update(&(part.len() as u64).to_le_bytes());
        let _ = hash.update(part);
    }
    if let Ok(digest) = hash.finalize() {
        sum.iter_mut().zip(digest.as_ref()).for_each(|(to, from)| *to = *from);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_differs_has_another_fingerprint() {
        let cases: [&[&[u8]]; 6] =
            [&[], &[b""], &[b"ab"], &[b"a", b"b"], &[b"a", b"b", b""], &[b"b"]];
        for (index, case) in cases.iter().enumerate() {
            assert_ne!(digest(case), [0; 32]);
            assert_eq!(digest(case), digest(case));
            for other in &cases[..index] {
                assert_ne!(digest(case), digest(other), "{case:?} {other:?}");
            }
        }
    }
}
