//! Unions told apart by JSON type.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::Serializer;

use super::members::Members;
use super::scalar::integral;
use super::trail;

/// A union whose alternatives differ in JSON type. An alternative it lacks is an error.
pub trait ByKind: Sized {
    /// Its alternatives in words.
    const EXPECTED: &'static str;

    /// From a string.
    fn string(_: &str) -> Option<Self> {
        None
    }

    /// From an integer.
    fn integer(_: i64) -> Option<Self> {
        None
    }

    /// From a number; an integer that [`ByKind::integer`] does not take comes here.
    fn number(_: f64) -> Option<Self> {
        None
    }

    /// From a boolean.
    fn boolean(_: bool) -> Option<Self> {
        None
    }

    /// From `null`.
    fn null() -> Option<Self> {
        None
    }

    /// From an object.
    ///
    /// # Errors
    /// A member is not as it should be.
    fn object<'de, A: MapAccess<'de>>(_: &mut Members<'de, A>) -> Result<Self, A::Error> {
        Err(trail::mismatch(Self::EXPECTED, "an object"))
    }

    /// From an array.
    ///
    /// # Errors
    /// An element is not as it should be.
    fn array<'de, A: SeqAccess<'de>>(_: A) -> Result<Self, A::Error> {
        Err(trail::mismatch(Self::EXPECTED, "an array"))
    }

    /// Writes it.
    ///
    /// # Errors
    /// Those of the serializer.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// [`super::Wire::decode`] of such a union.
pub(crate) fn decode<'de, T: ByKind, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_any(KindVisitor(PhantomData))
}

struct KindVisitor<T>(PhantomData<T>);

impl<'de, T: ByKind> Visitor<'de> for KindVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        or_refuse(T::string(text), format_args!("{text:?}"))
    }

    fn visit_i64<E: Error>(self, integer: i64) -> Result<T, E> {
        #[expect(clippy::cast_precision_loss, reason = "a JSON number is a double to most peers")]
        let value = T::integer(integer).or_else(|| T::number(integer as f64));
        or_refuse(value, integer)
    }

    fn visit_u64<E: Error>(self, integer: u64) -> Result<T, E> {
        #[expect(clippy::cast_precision_loss, reason = "a JSON number is a double to most peers")]
        match i64::try_from(integer) {
            Ok(integer) => self.visit_i64(integer),
            Err(_) => or_refuse(T::number(integer as f64), integer),
        }
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<T, E> {
        let value = T::number(number).or_else(|| integral(number).and_then(T::integer));
        or_refuse(value, number)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        or_refuse(T::boolean(value), value)
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        or_refuse(T::null(), "null")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        let mut members = Members::new(map);
        match members.arbitrary_number()? {
            Some(digits) => self.digits(&digits),
            None => T::object(&mut members),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<T, A::Error> {
        T::array(elements)
    }
}

impl<T: ByKind> KindVisitor<T> {
    /// From the text of a number.
    fn digits<E: Error>(self, digits: &str) -> Result<T, E> {
        if let Ok(integer) = digits.parse() {
            return self.visit_i64(integer);
        }
        match digits.parse() {
            Ok(number) => self.visit_f64(number),
            Err(_) => or_refuse(None, digits),
        }
    }
}

fn or_refuse<T: ByKind, E: Error>(value: Option<T>, found: impl fmt::Display) -> Result<T, E> {
    value.ok_or_else(|| trail::mismatch(T::EXPECTED, found))
}

/// Makes unions that are [`ByKind`] readable and writable.
macro_rules! kinds {
    ($($name:ident),* $(,)?) => {
        $(impl $crate::rt::Wire for $name {
            fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::rt::decode_kind(deserializer)
            }

            fn encode<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::rt::ByKind::write(self, serializer)
            }
        })*

        $crate::rt::serde_by_wire!($($name),*);
    };
}

pub(crate) use kinds;

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::value::{Error, MapDeserializer};

    use crate::ElicitedValue;

    /// What serde_json's feature `arbitrary_precision`, which anybody's crate may switch on for
    /// all, makes of a number.
    #[test]
    fn a_number_may_come_as_a_map() {
        for (digits, number) in [("3.5", 3.5), ("-7", -7.0), ("1e3", 1000.0)] {
            let members = [("$serde_json::private::Number", digits)];
            let map = MapDeserializer::<_, Error>::new(members.into_iter());
            assert_eq!(ElicitedValue::deserialize(map), Ok(ElicitedValue::Number(number)));
        }
    }
}
