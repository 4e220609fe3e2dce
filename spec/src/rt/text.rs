//! Strings out of a list.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error, Visitor};

use super::select::one_of;
use super::trail;

/// A string enum.
pub trait Text: Sized {
    /// The strings that it knows.
    const KNOWN: &'static [&'static str];

    /// The value for a string; an open enum has one for each.
    fn from_text(text: &str) -> Option<Self>;

    /// The string for a value.
    fn text(&self) -> &str;
}

/// [`super::Wire::decode`] of a string enum.
pub(crate) fn decode<'de, T: Text, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    deserializer.deserialize_str(TextVisitor(PhantomData))
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: Text> Visitor<'_> for TextVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&one_of(T::KNOWN))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::from_text(text)
            .ok_or_else(|| trail::mismatch(one_of(T::KNOWN), format_args!("{text:?}")))
    }
}

/// Makes string enums readable and writable, and prints them as their string.
macro_rules! texts {
    ($($name:ident),* $(,)?) => {
        $(impl $crate::rt::Wire for $name {
            fn decode<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::rt::decode_text(deserializer)
            }

            fn encode<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str($crate::rt::Text::text(self))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str($crate::rt::Text::text(self))
            }
        })*

        $crate::rt::serde_by_wire!($($name),*);
    };
}

pub(crate) use texts;
