//! One value or an array of such values.

use std::fmt;
use std::marker::PhantomData;
use std::slice;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::Serializer;

use super::list::FromElements;
use super::members::Members;
use super::record::Record;
use super::wire::{Wire, serde_by_wire};

/// One object, or an array of such objects. Which of the two it was is kept.
#[derive(Debug, Clone, PartialEq)]
pub enum OneOrMany<T> {
    /// A single value, written without brackets.
    One(T),
    /// An array, of any length.
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    /// All values, whichever form they have.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(value) => slice::from_ref(value),
            Self::Many(values) => values,
        }
    }

    /// All values, to be changed.
    #[must_use]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        match self {
            Self::One(value) => slice::from_mut(value),
            Self::Many(values) => values,
        }
    }

    /// All values.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.as_slice().iter()
    }
}

impl<T> From<T> for OneOrMany<T> {
    fn from(value: T) -> Self {
        Self::One(value)
    }
}

impl<T> From<Vec<T>> for OneOrMany<T> {
    fn from(values: Vec<T>) -> Self {
        Self::Many(values)
    }
}

impl<'a, T> IntoIterator for &'a OneOrMany<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Wire + Record> Wire for OneOrMany<T> {
    fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor(PhantomData))
    }

    fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::One(value) => value.encode(serializer),
            Self::Many(values) => values.encode(serializer),
        }
    }
}

serde_by_wire!(@impl OneOrMany, T: Wire + Record);

struct OneOrManyVisitor<T>(PhantomData<T>);

impl<'de, T: Wire + Record> Visitor<'de> for OneOrManyVisitor<T> {
    type Value = OneOrMany<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object ({}) or an array of them", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::read(&mut Members::new(map)).map(OneOrMany::One)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<Self::Value, A::Error> {
        Vec::from_elements(elements).map(OneOrMany::Many)
    }
}
