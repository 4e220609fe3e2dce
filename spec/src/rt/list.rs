//! Arrays.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::ser::{SerializeSeq, Serializer};

use super::trail;
use super::wire::{Encoded, Seed, Wire};

/// An array of announced length is trusted with this many items of memory, no more.
const TRUSTED: usize = 1024;

/// A value that is a JSON array.
pub trait FromElements: Sized {
    /// Reads it from its elements.
    ///
    /// # Errors
    /// An element is not of the right type.
    fn from_elements<'de, A: SeqAccess<'de>>(elements: A) -> Result<Self, A::Error>;
}

impl<T: Wire> FromElements for Vec<T> {
    fn from_elements<'de, A: SeqAccess<'de>>(mut elements: A) -> Result<Self, A::Error> {
        let mut list = Self::with_capacity(elements.size_hint().unwrap_or(0).min(TRUSTED));
        loop {
            match elements.next_element_seed(Seed::new()) {
                Ok(Some(item)) => list.push(item),
                Ok(None) => return Ok(list),
                Err(error) => return Err(trail::at(list.len().to_string(), error)),
            }
        }
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(ListVisitor(PhantomData))
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_seq(Some(self.len()))?;
        for item in self {
            out.serialize_element(&Encoded(item))?;
        }
        out.end()
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Wire> Visitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Vec<T>, A::Error> {
        Vec::from_elements(elements)
    }
}
