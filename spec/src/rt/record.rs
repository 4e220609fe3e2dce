//! Values that are JSON objects.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use super::Object;
use super::members::Members;
use super::wire::{Wire, put};

/// A value that is a JSON object: a struct, or a union of structs.
pub trait Record: Sized {
    /// Its name in error messages; empty where it has none.
    const NAME: &'static str;

    /// Reads it from its members.
    ///
    /// # Errors
    /// A member is missing, occurs twice or has the wrong type.
    fn read<'de, A: MapAccess<'de>>(members: &mut Members<'de, A>) -> Result<Self, A::Error>;

    /// Writes its members.
    ///
    /// # Errors
    /// Those of the serializer.
    fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error>;
}

impl<T: Record> Record for Box<T> {
    const NAME: &'static str = T::NAME;

    fn read<'de, A: MapAccess<'de>>(members: &mut Members<'de, A>) -> Result<Self, A::Error> {
        T::read(members).map(Self::new)
    }

    fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        T::write(self, out)
    }
}

impl Record for Object {
    const NAME: &'static str = "";

    fn read<'de, A: MapAccess<'de>>(members: &mut Members<'de, A>) -> Result<Self, A::Error> {
        while members.next(&[])?.is_some() {}
        Ok(members.extra().into())
    }

    fn write<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        self.iter().try_for_each(|(name, value)| put(out, name, value))
    }
}

impl Wire for Object {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode(deserializer)
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        encode(self, serializer)
    }
}

/// [`Wire::decode`] of a record.
pub(crate) fn decode<'de, T: Record, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_map(RecordVisitor(PhantomData))
}

/// [`Wire::encode`] of a record.
pub(crate) fn encode<T: Record, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_map(None)?;
    value.write(&mut out)?;
    out.end()
}

struct RecordVisitor<T>(PhantomData<T>);

impl<'de, T: Record> Visitor<'de> for RecordVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match T::NAME {
            "" => f.write_str("an object"),
            name => write!(f, "an object ({name})"),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::read(&mut Members::new(map))
    }
}

/// Makes types that are [`Record`] readable and writable.
macro_rules! records {
    ($($name:ident),* $(,)?) => {
        $(impl $crate::rt::Wire for $name {
            fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::rt::decode_record(deserializer)
            }

            fn encode<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::rt::encode_record(self, serializer)
            }
        })*

        $crate::rt::serde_by_wire!($($name),*);
    };
}

pub(crate) use records;
