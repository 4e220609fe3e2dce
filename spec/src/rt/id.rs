//! Identifiers chosen by the peer: a string or an integer, to be echoed digit for digit.

use std::cmp::Ordering;
use std::fmt;

use serde::de::{Deserializer, Error};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::scalar::integral;
use super::trail;
use super::wire::{Wire, serde_by_wire};

/// Integers of more digits are refused; no peer counts so far.
const LONGEST: usize = 32;

/// Makes an identifier type.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name {
            /// An integer.
            Number(i64),
            /// A string.
            String(Box<str>),
            /// The digits of an integer that `i64` does not hold, 32 at most.
            Large(Large),
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    Self::Number(number) => number.fmt(f),
                    Self::String(text) => f.write_str(text),
                    Self::Large(digits) => f.write_str(&digits.0),
                }
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self::Number(number)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::String(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self::String(text.into())
            }
        }

        impl Wire for $name {
            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(match Id::decode(deserializer)? {
                    Id::Number(number) => Self::Number(number),
                    Id::String(text) => Self::String(text),
                    Id::Large(digits) => Self::Large(digits),
                })
            }

            fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    Self::Number(number) => serializer.serialize_i64(*number),
                    Self::String(text) => serializer.serialize_str(text),
                    Self::Large(digits) => digits.encode(serializer),
                }
            }
        }

        serde_by_wire!($name);
    };
}

id! {
    /// The `id` of a JSON-RPC request: what its answer is recognised by.
    ///
    /// ```
    /// use toolwright_spec::{RequestId, from_str};
    ///
    /// let id: RequestId = from_str("12345678901234567890123")?;
    /// assert_eq!(id.to_string(), "12345678901234567890123");
    /// assert_ne!(RequestId::from(1), RequestId::from("1"));
    /// # Ok::<(), toolwright_spec::DecodeError>(())
    /// ```
    RequestId
}

id! {
    /// What progress notifications name the request by that they belong to.
    ProgressToken
}

impl From<RequestId> for ProgressToken {
    fn from(id: RequestId) -> Self {
        match id {
            RequestId::Number(number) => Self::Number(number),
            RequestId::String(text) => Self::String(text),
            RequestId::Large(digits) => Self::Large(digits),
        }
    }
}

/// The digits of an integer beyond 64 bits, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Large(Box<str>);

impl Large {
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = RawValue::from_string(self.0.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

/// By value.
impl Ord for Large {
    fn cmp(&self, other: &Self) -> Ordering {
        let split = |large: &Self| match large.0.strip_prefix('-') {
            Some(digits) => (true, digits.to_owned()),
            None => (false, large.0.to_string()),
        };
        let ((negative, a), (other_negative, b)) = (split(self), split(other));
        let size = a.len().cmp(&b.len()).then_with(|| a.cmp(&b));
        match (negative, other_negative) {
            (false, false) => size,
            (true, true) => size.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Large {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// An identifier before it is one of the public types.
enum Id {
    Number(i64),
    String(Box<str>),
    Large(Large),
}

impl Id {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <Box<RawValue>>::deserialize(deserializer)?;
        let text = raw.get();
        if text.starts_with('"') {
            return serde_json::from_str(text).map(Self::String).map_err(Error::custom);
        }
        if let Ok(number) = text.parse() {
            return Ok(Self::Number(number));
        }
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return match digits.len() {
                ..=LONGEST => Ok(Self::Large(Large(text.into()))),
                _ => Err(trail::mismatch("an integer of at most 32 digits", text)),
            };
        }
        match text.parse().ok().and_then(integral) {
            Some(number) if is_number(text) => Ok(Self::Number(number)),
            _ => Err(trail::mismatch("a string or an integer", kind(text))),
        }
    }
}

fn is_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

fn kind(text: &str) -> &str {
    match text.bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::super::{from_str, *};

    #[test]
    fn identifiers_come_back_as_they_were() {
        for text in
            ["0", "-7", "\"a\\\"b\"", "9223372036854775808", "-12345678901234567890123456789012"]
        {
            let id: RequestId = from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&id).unwrap(), text);
        }
    }

    #[test]
    fn an_integral_float_is_the_integer() {
        assert_eq!(from_str::<RequestId>("1.0").unwrap(), RequestId::Number(1));
    }

    #[test]
    fn anything_else_is_refused() {
        for (text, found) in
            [("1.5", "1.5"), ("null", "null"), ("{}", "an object"), ("true", "true")]
        {
            let error = from_str::<ProgressToken>(text).unwrap_err();
            let message = format!("at the root: expected a string or an integer, found {found}");
            assert_eq!(error.to_string(), message);
        }
        assert!(from_str::<RequestId>(&"1".repeat(33)).is_err());
    }

    #[test]
    fn large_identifiers_are_ordered_by_value() {
        let id = |text: &str| from_str::<RequestId>(text).unwrap();
        assert!(id("-10000000000000000000") < id("10000000000000000000"));
        assert!(id("99999999999999999999") < id("100000000000000000000"));
        assert!(id("-99999999999999999999") > id("-100000000000000000000"));
    }
}
