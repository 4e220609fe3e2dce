//! How a value is read from and written to the wire.

use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Serialize, de};

/// A value that goes over the wire. Every type of this crate is one.
pub trait Wire: Sized {
    /// `null` is one of its values, so that an optional member holding `null` is present.
    const NULL: bool = false;

    /// Reads it.
    ///
    /// # Errors
    /// The input is not of this type.
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Writes it.
    ///
    /// # Errors
    /// Those of the serializer.
    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// Writes a member that is always there.
///
/// # Errors
/// Those of the serializer.
pub fn put<T: Wire, M: SerializeMap>(out: &mut M, name: &str, value: &T) -> Result<(), M::Error> {
    out.serialize_entry(name, &Encoded(value))
}

/// Writes a member that may be absent.
///
/// # Errors
/// Those of the serializer.
pub fn put_if<T: Wire, M: SerializeMap>(
    out: &mut M,
    name: &str,
    value: &Option<T>,
) -> Result<(), M::Error> {
    match value {
        Some(value) => put(out, name, value),
        None => Ok(()),
    }
}

/// Lets serde write a [`Wire`] value.
pub(super) struct Encoded<'a, T>(pub(super) &'a T);

impl<T: Wire> Serialize for Encoded<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer)
    }
}

/// Lets serde read a [`Wire`] value.
pub(super) struct Seed<T>(PhantomData<T>);

impl<T> Seed<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Wire> DeserializeSeed<'de> for Seed<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        T::decode(deserializer)
    }
}

/// Reads a value or `null`.
pub(super) struct OrNull<T>(PhantomData<T>);

impl<T> OrNull<T> {
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Wire> DeserializeSeed<'de> for OrNull<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Wire> Visitor<'de> for OrNull<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_none<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        T::decode(deserializer).map(Some)
    }
}

/// `null` is `None`: a member that must be there and may be `null`.
impl<T: Wire> Wire for Option<T> {
    const NULL: bool = true;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_option(OrNull::new())
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.encode(serializer),
            None => serializer.serialize_unit(),
        }
    }
}

impl<T: Wire> Wire for Box<T> {
    const NULL: bool = T::NULL;

    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::decode(deserializer).map(Self::new)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        T::encode(self, serializer)
    }
}

/// Gives types that are [`Wire`] serde's two traits.
macro_rules! serde_by_wire {
    ($($name:ident),* $(,)?) => {
        $($crate::rt::serde_by_wire!(@impl $name, );)*
    };
    (@impl $name:ident, $($param:ident: $($bound:tt)+)?) => {
        impl $(<$param: $($bound)+>)? serde::Serialize for $name $(<$param>)? {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::rt::Wire::encode(self, serializer)
            }
        }

        impl<'de $(, $param: $($bound)+)?> serde::Deserialize<'de> for $name $(<$param>)? {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::rt::Wire::decode(deserializer)
            }
        }
    };
}

pub(crate) use serde_by_wire;
