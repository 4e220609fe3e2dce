//! Sealing and opening.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use orion::errors::UnknownCryptoError;
use orion::hazardous::aead::xchacha20poly1305::{Nonce, SecretKey, XChaCha20Poly1305};

use super::keys::{ID, Keys};
use crate::random;

/// What every sealed text begins with.
const VERSION: u8 = 1;
const NONCE: usize = 24;
const TAG: usize = 16;
/// Issue and expiry, in seconds since 1970.
const TIMES: usize = 16;
/// How far the clocks of two machines may be apart.
const SKEW: u64 = 60;

/// Seals bytes into text, and opens it again.
///
/// XChaCha20-Poly1305 with a random nonce. The text is URL-safe, 82 characters plus four for every
/// three bytes.
#[derive(Debug, Default)]
pub(crate) struct Sealer {
    /// Without, nothing can be sealed, and nothing opens.
    keys: Option<Keys>,
}

/// What came back is not what was sealed here for this purpose, or it has expired. Which of it, only
/// the log knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rejected;

impl Sealer {
    pub(crate) fn new(keys: Keys) -> Self {
        Self { keys: Some(keys) }
    }

    /// Seals `plain` for `purpose`; only who names the same purpose and `bound` opens it, until
    /// `ttl` after `now`.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub(crate) fn seal(
        &self,
        purpose: &'static str,
        bound: &[&[u8]],
        plain: &[u8],
        now: SystemTime,
        ttl: Duration,
    ) -> std::io::Result<String> {
        let failed = || std::io::Error::other("nothing can be sealed");
        let mut nonce = [0; NONCE];
        random::fill(&mut nonce)?;
        let (id, key) = self.keys.as_ref().and_then(Keys::first).ok_or_else(failed)?;
        let issued = seconds(now);
        let times = [issued, issued.saturating_add(ttl.as_secs())].map(u64::to_le_bytes);
        let inside = [times.as_flattened(), plain].concat();
        let mut sealed = vec![0; inside.len() + TAG];
        let written = XChaCha20Poly1305::seal(
            &key,
            &Nonce::from(nonce),
            &inside,
            Some(&associated(purpose, bound, id)),
            &mut sealed,
        );
        written.map_err(|_| failed())?;
        Ok(URL_SAFE_NO_PAD.encode([&[VERSION], &id[..], &nonce, &sealed].concat()))
    }

    /// What was sealed for this purpose and `bound`. Rejects after about the same work, whatever is
    /// wrong, and says why in the log alone.
    ///
    /// # Errors
    /// The text was not sealed with these keys for this, was altered, or has expired.
    pub(crate) fn open(
        &self,
        purpose: &'static str,
        bound: &[&[u8]],
        text: &str,
        now: SystemTime,
    ) -> Result<Vec<u8>, Rejected> {
        self.try_open(purpose, bound, text, now).map_err(|cause| {
            tracing::warn!(purpose, "sealed text was rejected: {cause}");
            Rejected
        })
    }

    fn try_open(
        &self,
        purpose: &'static str,
        bound: &[&[u8]],
        text: &str,
        now: SystemTime,
    ) -> Result<Vec<u8>, Cause> {
        let keys = self.keys.as_ref().ok_or(Cause::Key)?;
        let (first, key) = keys.first().ok_or(Cause::Key)?;
        let decoded = URL_SAFE_NO_PAD.decode(text);
        let envelope = decoded.as_deref().ok().and_then(Envelope::read);
        let Some(Envelope { id, nonce, sealed }) = envelope else {
            // As much work as for a text of this length that is well formed.
            let _ = open(&key, [0; NONCE], &associated(purpose, bound, first), text.as_bytes());
            return Err(Cause::Malformed);
        };
        let known = keys.find(id);
        let opened =
            open(known.as_ref().unwrap_or(&key), nonce, &associated(purpose, bound, id), sealed);
        if known.is_none() {
            return Err(Cause::Key);
        }
        let inside = opened.map_err(|_| Cause::Altered)?;
        let (times, plain) = inside.split_first_chunk::<TIMES>().ok_or(Cause::Malformed)?;
        let times = u128::from_le_bytes(*times);
        let (issued, expires) = (times as u64, (times >> 64) as u64);
        let now = seconds(now);
        if issued > now.saturating_add(SKEW) {
            return Err(Cause::Early);
        }
        if now > expires.saturating_add(SKEW) {
            return Err(Cause::Expired);
        }
        Ok(plain.to_vec())
    }
}

/// The outer form of a sealed text.
struct Envelope<'a> {
    id: [u8; ID],
    nonce: [u8; NONCE],
    sealed: &'a [u8],
}

impl<'a> Envelope<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let ([version], rest) = bytes.split_first_chunk()?;
        let (id, rest) = rest.split_first_chunk()?;
        let (nonce, sealed) = rest.split_first_chunk()?;
        let whole = *version == VERSION && sealed.len() >= TAG + TIMES;
        whole.then_some(Self { id: *id, nonce: *nonce, sealed })
    }
}

/// Why a text was rejected, for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Cause {
    #[error("it is no sealed text")]
    Malformed,
    #[error(
        "sealed with another key: give all replicas the same `Keys`, and keep an old key until what it sealed has expired"
    )]
    Key,
    #[error("it was altered, or sealed for another caller, request or list")]
    Altered,
    #[error("it has expired")]
    Expired,
    #[error("it comes from the future: the clocks of the replicas differ")]
    Early,
}

fn open(
    key: &SecretKey,
    nonce: [u8; NONCE],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, UnknownCryptoError> {
    let mut plain = vec![0; sealed.len().saturating_sub(TAG)];
    XChaCha20Poly1305::open(key, &Nonce::from(nonce), sealed, Some(associated), &mut plain)?;
    Ok(plain)
}

/// Everything that a text is bound to, each part with its length before it.
fn associated(purpose: &str, bound: &[&[u8]], id: [u8; ID]) -> Vec<u8> {
    let fixed: [&[u8]; 3] = [&[VERSION], &id, purpose.as_bytes()];
    let mut all = Vec::new();
    for part in fixed.iter().chain(bound) {
        all.extend_from_slice(&(part.len() as u64).to_le_bytes());
        all.extend_from_slice(part);
    }
    all
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TTL: Duration = Duration::from_secs(600);

    fn at(second: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + second)
    }

    fn sealer(key: u8) -> Sealer {
        Sealer::new(Keys::new([key; 32]))
    }

    fn sealed(sealer: &Sealer) -> String {
        sealer.seal("test", &[b"a", b"b"], b"plain", at(0), TTL).unwrap()
    }

    #[test]
    fn what_is_sealed_opens() {
        let text = sealed(&sealer(1));
        assert_eq!(text.len(), 88);
        assert_eq!(sealer(1).open("test", &[b"a", b"b"], &text, at(1)).unwrap(), b"plain");
        assert_ne!(text, sealed(&sealer(1)));
        let empty = sealer(1).seal("test", &[], b"", at(0), TTL).unwrap();
        assert_eq!(sealer(1).open("test", &[], &empty, at(1)).unwrap(), b"");
    }

    #[test]
    fn not_a_bit_may_differ() {
        let sealer = sealer(1);
        let bytes = URL_SAFE_NO_PAD.decode(sealed(&sealer)).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            let text = URL_SAFE_NO_PAD.encode(altered);
            assert_eq!(sealer.open("test", &[b"a", b"b"], &text, at(1)), Err(Rejected), "{bit}");
        }
        for length in 0..bytes.len() {
            let text = URL_SAFE_NO_PAD.encode(&bytes[..length]);
            assert_eq!(sealer.open("test", &[b"a", b"b"], &text, at(1)), Err(Rejected), "{length}");
        }
        let longer = URL_SAFE_NO_PAD.encode([&bytes[..], &[0]].concat());
        assert_eq!(sealer.open("test", &[b"a", b"b"], &longer, at(1)), Err(Rejected));
    }

    #[test]
    fn not_a_letter_may_differ() {
        let (sealer, text) = (sealer(1), sealed(&sealer(1)));
        for at_letter in 0..text.len() {
            for other in ["A", "B", "_", "=", "+", " ", "é"] {
                let altered = format!("{}{other}{}", &text[..at_letter], &text[at_letter + 1..]);
                if altered != text {
                    let opened = sealer.open("test", &[b"a", b"b"], &altered, at(1));
                    assert_eq!(opened, Err(Rejected), "{altered}");
                }
            }
        }
    }

    #[test]
    fn it_opens_for_nothing_else() {
        let (sealer, text) = (sealer(1), sealed(&sealer(1)));
        let others: [(&'static str, &[&[u8]]); 7] = [
            ("other", &[b"a", b"b"]),
            ("test", &[b"a"]),
            ("test", &[b"a", b"b", b""]),
            ("test", &[b"ab"]),
            ("test", &[b"ab", b""]),
            ("test", &[b"b", b"a"]),
            ("", &[b"test", b"a", b"b"]),
        ];
        for (purpose, bound) in others {
            assert_eq!(sealer.try_open(purpose, bound, &text, at(1)), Err(Cause::Altered));
        }
    }

    #[test]
    fn it_expires() {
        let (sealer, text) = (sealer(1), sealed(&sealer(1)));
        let open = |now| sealer.try_open("test", &[b"a", b"b"], &text, now).map(|_| ());
        assert_eq!(open(at(0)), Ok(()));
        assert_eq!(open(at(660)), Ok(()));
        assert_eq!(open(at(661)), Err(Cause::Expired));
        assert_eq!(open(at(0) - Duration::from_secs(60)), Ok(()));
        assert_eq!(open(at(0) - Duration::from_secs(61)), Err(Cause::Early));
        assert_eq!(open(SystemTime::UNIX_EPOCH), Err(Cause::Early));
    }

    #[test]
    fn keys_come_and_go() {
        let open = |keys: Keys, text: &str| {
            Sealer::new(keys).try_open("test", &[b"a", b"b"], text, at(1)).map(|_| ())
        };
        let old = sealed(&sealer(1));
        let new = Keys::new([2; 32]);
        assert_eq!(open(new.clone().and_accept([1; 32]), &old), Ok(()));
        assert_eq!(open(new.clone(), &old), Err(Cause::Key));
        let both = sealed(&Sealer::new(new.clone().and_accept([1; 32])));
        assert_eq!(open(new, &both), Ok(()));
        assert_eq!(open(Keys::new([1; 32]), &both), Err(Cause::Key));
        assert!(Cause::Key.to_string().contains("give all replicas the same `Keys`"));
    }

    #[test]
    fn noise_opens_to_nothing() {
        let sealer = sealer(1);
        let mut noise = vec![0; 200 * 10_000];
        random::fill(&mut noise).unwrap();
        for (index, bytes) in noise.chunks_exact(200).enumerate() {
            let bytes = &bytes[..index % 200];
            let text = match index % 2 {
                0 => URL_SAFE_NO_PAD.encode(bytes),
                _ => String::from_utf8_lossy(bytes).into_owned(),
            };
            assert!(sealer.try_open("test", &[], &text, at(1)).is_err(), "{text}");
        }
    }
}
