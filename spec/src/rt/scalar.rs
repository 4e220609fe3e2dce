//! Scalars as JSON Schema sees them.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::trail;
use super::wire::Wire;

/// Beyond this an `f64` no longer holds every integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Wire for bool {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }
}

impl Wire for String {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

/// Reads `300000.0` as well: to JSON Schema it is an integer, and Python writes it so.
impl Wire for i64 {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_i64(IntegerVisitor)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(*self)
    }
}

/// Writes an integral value without a fraction.
impl Wire for f64 {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_f64(NumberVisitor)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match integral(*self) {
            Some(integer) => serializer.serialize_i64(integer),
            None => serializer.serialize_f64(*self),
        }
    }
}

impl Wire for Value {
    const NULL: bool = true;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

/// The integer that `number` is, if it is one that an `f64` holds exactly.
pub(super) fn integral(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "integral and below 2^53")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

struct IntegerVisitor;

impl Visitor<'_> for IntegerVisitor {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<i64, E> {
        Ok(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<i64, E> {
        i64::try_from(value).map_err(|_| trail::mismatch("an integer of 64 bits", value))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<i64, E> {
        integral(value).ok_or_else(|| trail::mismatch("an integer", value))
    }
}

struct NumberVisitor;

#[expect(clippy::cast_precision_loss, reason = "a JSON number is a double to most peers")]
impl Visitor<'_> for NumberVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::{Encoded, Seed};
    use super::*;
    use serde::de::DeserializeSeed;

    fn read<T: Wire>(text: &str) -> Result<T, String> {
        Seed::<T>::new()
            .deserialize(&mut serde_json::Deserializer::from_str(text))
            .map_err(|e| e.to_string())
    }

    #[test]
    fn an_integer_may_be_written_with_a_fraction_of_zero() {
        assert_eq!(read::<i64>("300000.0"), Ok(300_000));
        assert_eq!(read::<i64>("-3e2"), Ok(-300));
        assert!(read::<i64>("1.5").is_err());
        assert!(read::<i64>("1e300").is_err());
        assert!(read::<i64>("18446744073709551615").is_err());
    }

    #[test]
    fn an_integral_number_is_written_without_a_fraction() {
        let text = |n: f64| serde_json::to_string(&Encoded(&n)).unwrap();
        assert_eq!(text(50.0), "50");
        assert_eq!(text(-0.5), "-0.5");
        assert_eq!(
            text(1e300),
            "1e+300".replace('+', if text(1e300).contains('+') { "+" } else { "" })
        );
    }
}
