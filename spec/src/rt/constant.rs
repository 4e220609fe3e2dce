//! Constants of the schema: checked on reading, not held.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

use super::scalar::integral;
use super::trail;

/// A constant of the schema: a string or an integer.
pub trait Constant: Copy + fmt::Display {
    /// It is a string and not an integer. Asking for the right one keeps clear of what serde_json
    /// makes of "any" number under its feature `arbitrary_precision`.
    const IS_TEXT: bool;

    /// It is this string.
    fn is_str(self, _: &str) -> bool {
        false
    }

    /// It is this integer.
    fn is_integer(self, _: i64) -> bool {
        false
    }
}

impl Constant for &str {
    const IS_TEXT: bool = true;

    fn is_str(self, text: &str) -> bool {
        self == text
    }
}

impl Constant for i64 {
    const IS_TEXT: bool = false;

    fn is_integer(self, integer: i64) -> bool {
        self == integer
    }
}

/// Reads a value and checks that it is the constant.
pub(super) struct ConstantSeed<C>(pub(super) C);

impl<'de, C: Constant> DeserializeSeed<'de> for ConstantSeed<C> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        match C::IS_TEXT {
            true => deserializer.deserialize_str(self),
            false => deserializer.deserialize_i64(self),
        }
    }
}

impl<C: Constant> Visitor<'_> for ConstantSeed<C> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }

    fn visit_str<E: Error>(self, found: &str) -> Result<(), E> {
        check(self.0.is_str(found), self.0, format_args!("{found:?}"))
    }

    fn visit_i64<E: Error>(self, found: i64) -> Result<(), E> {
        check(self.0.is_integer(found), self.0, found)
    }

    fn visit_u64<E: Error>(self, found: u64) -> Result<(), E> {
        check(i64::try_from(found).is_ok_and(|n| self.0.is_integer(n)), self.0, found)
    }

    fn visit_f64<E: Error>(self, found: f64) -> Result<(), E> {
        check(integral(found).is_some_and(|n| self.0.is_integer(n)), self.0, found)
    }
}

fn check<E: Error>(
    equal: bool,
    expected: impl fmt::Display,
    found: impl fmt::Display,
) -> Result<(), E> {
    if equal { Ok(()) } else { Err(trail::mismatch(format!("`{expected}`"), found)) }
}
