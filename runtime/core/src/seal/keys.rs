//! The keys that a server seals with.

use std::fmt;
use std::io;
use std::str::FromStr;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use orion::hazardous::aead::xchacha20poly1305::SecretKey;

use super::digest;
use crate::random;

/// Bytes of a key.
const LENGTH: usize = 32;
/// Bytes of what tells keys apart.
pub(super) const ID: usize = 4;

/// Keys for what a server hands to a client and wants back unaltered: cursors of lists, and the
/// state of requests that wait for an answer. The first key seals, all of them open.
///
/// A server makes a random one when it is built. Where several processes serve the same clients,
/// or where a restart shall not make the clients begin again, give all of them the same keys:
///
/// ```
/// use toolwright_core::Server;
/// use toolwright_core::seal::Keys;
///
/// # fn secret() -> String { "Zm9ydHktdGhyZWUgbGV0dGVycyBvZiBhIHNlY3JldC0".to_owned() }
/// // 32 bytes in base64 or hexadecimal, for example from `openssl rand -base64 32`.
/// let keys: Keys = secret().parse()?;
/// let server = Server::new("shop", "1.0.0").keys(keys);
/// # server.build()?;
/// # Ok::<_, toolwright_core::Error>(())
/// ```
///
/// To change a key without refusing what is under way: add the new one behind the old one
/// everywhere, then put it first, and leave the old one out when everything that it sealed has
/// expired.
///
/// ```
/// use toolwright_core::seal::Keys;
///
/// # let (new, old) = ([1; 32], [2; 32]);
/// let keys = Keys::new(new).and_accept(old);
/// ```
#[derive(Clone)]
pub struct Keys {
    first: Key,
    others: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: [u8; ID],
    bytes: [u8; LENGTH],
}

impl Keys {
    /// A key of 32 random bytes. A passphrase is none: see [`Keys::random`].
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { first: Key::new(key), others: Vec::new() }
    }

    /// A new key that nobody else has.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn random() -> io::Result<Self> {
        let mut key = [0; LENGTH];
        random::fill(&mut key)?;
        Ok(Self::new(key))
    }

    /// One more key that opens what it sealed.
    #[must_use]
    pub fn and_accept(mut self, key: [u8; 32]) -> Self {
        self.others.push(Key::new(key));
        self
    }

    /// The key that seals, and what it is called.
    pub(super) fn first(&self) -> Option<([u8; ID], SecretKey)> {
        Some((self.first.id, self.first.secret()?))
    }

    /// The key of this name.
    pub(super) fn find(&self, id: [u8; ID]) -> Option<SecretKey> {
        let mut keys = std::iter::once(&self.first).chain(&self.others);
        keys.find(|key| key.id == id)?.secret()
    }
}

impl Key {
    fn new(bytes: [u8; LENGTH]) -> Self {
        let [a, b, c, d, ..] = digest(&[b"toolwright key id", &bytes]);
        Self { id: [a, b, c, d], bytes }
    }

    fn secret(&self) -> Option<SecretKey> {
        SecretKey::try_from(&self.bytes[..]).ok()
    }
}

/// Keys of 32 bytes in base64 (either alphabet, with or without padding) or hexadecimal, separated
/// by commas or white space. The first one seals.
impl FromStr for Keys {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let words = text.split(|c: char| c == ',' || c.is_whitespace());
        let mut keys = None;
        for (index, word) in words.filter(|word| !word.is_empty()).enumerate() {
            let key = decode(word).ok_or(KeyError::Unreadable { number: index + 1 })?;
            keys = Some(match keys {
                None => Self::new(key),
                Some(keys) => Self::and_accept(keys, key),
            });
        }
        keys.ok_or(KeyError::Missing)
    }
}

/// What the keys are called, never what they are.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = std::iter::once(&self.first).chain(&self.others);
        let ids = keys.map(|key| format!("{:08x}", u32::from_be_bytes(key.id)));
        f.debug_tuple("Keys").field(&ids.collect::<Vec<_>>()).finish()
    }
}

/// A text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// There is no key at all.
    #[error("there is no key; make one, for example with `openssl rand -base64 32`")]
    Missing,
    /// A key cannot be read.
    #[error("key {number} is not 32 bytes in base64 or hexadecimal")]
    Unreadable {
        /// The how manyeth, from 1.
        number: usize,
    },
}

fn decode(word: &str) -> Option<[u8; LENGTH]> {
    let bytes = if word.len() == 2 * LENGTH {
        let digits = word.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8));
        let digits = digits.collect::<Option<Vec<u8>>>()?;
        digits
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
            .collect()
    } else {
        let config =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let alphabet =
            if word.contains(['-', '_']) { alphabet::URL_SAFE } else { alphabet::STANDARD };
        GeneralPurpose::new(&alphabet, config).decode(word).ok()?
    };
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_from_text() {
        let hex = "00ff".repeat(16);
        let padded = "AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8=";
        let url = "AP8A_wD_AP8A_wD_AP8A_wD_AP8A_wD_AP8A_wD_AP8";
        let ids = |text: &str| text.parse::<Keys>().map(|keys| format!("{keys:?}"));
        assert_eq!(ids(&hex), ids(padded));
        assert_eq!(ids(&hex), ids(url));
        assert_eq!(ids(&hex.to_uppercase()), ids(&format!("  {url}\n")));
        let two: Keys = format!("{url}, {}", "01".repeat(32)).parse().unwrap();
        assert_eq!((two.first.bytes[1], two.others[0].bytes), (255, [1; 32]));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert_eq!(" , ".parse::<Keys>().unwrap_err(), KeyError::Missing);
        let long = "0".repeat(66);
        for text in ["password", "00", "AP8A", &"g".repeat(64), &"é".repeat(32), &long] {
            assert_eq!(text.parse::<Keys>().unwrap_err(), KeyError::Unreadable { number: 1 });
        }
        let second = format!("{} x", "01".repeat(32));
        assert_eq!(second.parse::<Keys>().unwrap_err(), KeyError::Unreadable { number: 2 });
    }

    #[test]
    fn a_key_is_never_printed() {
        let printed = format!("{:?}", Keys::new([0xab; 32]).and_accept([0xcd; 32]));
        assert!(!printed.contains("171") && !printed.contains("abab"), "{printed}");
        assert!(!printed.contains("205") && !printed.contains("cdcd"), "{printed}");
        assert_ne!(
            format!("{:?}", Keys::random().unwrap()),
            format!("{:?}", Keys::random().unwrap())
        );
    }
}
