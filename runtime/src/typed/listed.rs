//! Enums of strings: one reader and one writer for all of them.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};
use serde::ser::Serializer;

/// An enum that is one of several strings.
pub trait Listed: Copy + PartialEq + 'static {
    /// Its name, for errors.
    const NAME: &'static str;
    /// The strings.
    const NAMES: &'static [&'static str];
    /// The values, in the order of their strings.
    const VALUES: &'static [Self];
}

/// Reads one of the strings.
///
/// # Errors
/// It is another one, or no string.
pub fn read_listed<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Listed,
    D: Deserializer<'de>,
{
    deserializer.deserialize_enum(T::NAME, T::NAMES, Whole(PhantomData))
}

/// Writes the string of a value.
///
/// # Errors
/// What the serializer says.
pub fn write_listed<T: Listed, S: Serializer>(value: T, serializer: S) -> Result<S::Ok, S::Error> {
    let position = T::VALUES.iter().position(|known| *known == value).unwrap_or_default();
    let name = T::NAMES.get(position).copied().unwrap_or_default();
    serializer.serialize_unit_variant(T::NAME, u32::try_from(position).unwrap_or_default(), name)
}

/// The position of a string, or one that none has.
pub fn position(names: &[&str], text: &str) -> usize {
    names.iter().position(|known| *known == text).unwrap_or(usize::MAX)
}

/// How `Serialize` and `Deserialize` are implemented for an enum of strings, and for one that takes
/// any other string as well: that is the variant behind `else`, and the values have positions.
///
/// ```
/// #[derive(Debug, Clone, Copy, PartialEq)]
/// enum Size {
///     Small,
///     Large,
/// }
/// toolwright::__rt::listed! { Size { "small" => Small, "LARGE" => Large } }
///
/// assert_eq!(serde_json::from_str::<Size>(r#""LARGE""#)?, Size::Large);
/// assert_eq!(serde_json::to_string(&Size::Small)?, r#""small""#);
///
/// #[derive(Debug, Clone, PartialEq)]
/// enum Colour {
///     Red,
///     Unknown(String),
/// }
/// toolwright::__rt::listed! { Colour { 0 "red" => Red } else Unknown }
///
/// assert_eq!(Colour::from("red".to_owned()), Colour::Red);
/// let blue: Colour = serde_json::from_str(r#""blue""#)?;
/// assert_eq!(blue.as_str(), "blue");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! __listed {
    ($name:ident { $($wire:literal => $value:ident),* $(,)? }) => {
        impl $crate::__rt::Listed for $name {
            const NAME: &'static str = ::core::stringify!($name);
            const NAMES: &'static [&'static str] = &[$($wire),*];
            const VALUES: &'static [Self] = &[$(Self::$value),*];
        }

        impl $crate::__rt::serde::Serialize for $name {
            fn serialize<S: $crate::__rt::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__rt::write_listed(*self, serializer)
            }
        }

        impl<'de> $crate::__rt::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__rt::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__rt::read_listed(deserializer)
            }
        }
    };
    ($name:ident { $($at:literal $wire:literal => $value:ident),* $(,)? } else $other:ident) => {
        impl $name {
            /// The value as the API spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$value => $wire,)*
                    Self::$other(text) => text,
                }
            }
        }

        impl ::core::convert::From<::std::string::String> for $name {
            fn from(text: ::std::string::String) -> Self {
                match $crate::__rt::position(&[$($wire),*], &text) {
                    $($at => Self::$value,)*
                    _ => Self::$other(text),
                }
            }
        }

        impl $crate::__rt::serde::Serialize for $name {
            fn serialize<S: $crate::__rt::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__rt::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__rt::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__rt::serde::Deserialize::deserialize(deserializer)
                    .map(<Self as ::core::convert::From<::std::string::String>>::from)
            }
        }
    };
}

struct Whole<T>(PhantomData<T>);

impl<'de, T: Listed> Visitor<'de> for Whole<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "enum {}", T::NAME)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<T, A::Error> {
        let (value, variant) = data.variant_seed(Name(PhantomData))?;
        variant.unit_variant()?;
        Ok(value)
    }
}

struct Name<T>(PhantomData<T>);

impl<'de, T: Listed> DeserializeSeed<'de> for Name<T> {
    type Value = T;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<T: Listed> Visitor<'_> for Name<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("variant identifier")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<T, E> {
        let position = T::NAMES.iter().position(|known| *known == name);
        let value = position.and_then(|position| T::VALUES.get(position).copied());
        value.ok_or_else(|| E::unknown_variant(name, T::NAMES))
    }

    fn visit_bytes<E: de::Error>(self, name: &[u8]) -> Result<T, E> {
        self.visit_str(&String::from_utf8_lossy(name))
    }
}
