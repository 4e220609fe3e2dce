//! Typed values out of named strings: variables of a URI, arguments of a prompt.

use std::fmt;

use serde::de::value::MapDeserializer;
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

/// Named strings, in the order in which they came.
pub(crate) type Values = [(String, String)];

/// Reads the members of a `T`, usually a struct. Numbers and booleans are written as in JSON.
///
/// # Errors
/// A value is missing or no such thing; the text names it.
pub(crate) fn read<T: DeserializeOwned>(values: &Values) -> Result<T, Unfit> {
    T::deserialize(Named(values))
}

/// A value is not what is expected.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unfit {
    /// Of which value it is said, if that is known.
    name: Option<String>,
    reason: String,
}

impl Unfit {
    fn of(mut self, name: &str) -> Self {
        self.name.get_or_insert_with(|| name.to_owned());
        self
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for Unfit {}

impl de::Error for Unfit {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self { name: None, reason: reason.to_string() }
    }
}

struct Named<'a>(&'a Values);

impl<'de> Deserializer<'de> for Named<'_> {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let members = self.0.iter().map(|(name, value)| (name.as_str(), Value { name, value }));
        visitor.visit_map(MapDeserializer::new(members))
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

/// One value and what it is called.
struct Value<'a> {
    name: &'a str,
    value: &'a str,
}

impl Value<'_> {
    fn parse<T: std::str::FromStr>(&self, what: &str) -> Result<T, Unfit> {
        self.value.parse().map_err(|_| {
            let name = Some(self.name.to_owned());
            Unfit { name, reason: format!("expected {what}") }
        })
    }
}

impl<'a> IntoDeserializer<'_, Unfit> for Value<'a> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Methods that parse the text first.
macro_rules! parsed {
    ($($method:ident => $visit:ident $what:literal),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            let parsed = self.parse($what)?;
            visitor.$visit(parsed).map_err(|error: Unfit| error.of(self.name))
        }
    )*};
}

impl<'de> Deserializer<'de> for Value<'_> {
    type Error = Unfit;

    parsed! {
        deserialize_bool => visit_bool "true or false",
        deserialize_i8 => visit_i64 "an integer",
        deserialize_i16 => visit_i64 "an integer",
        deserialize_i32 => visit_i64 "an integer",
        deserialize_i64 => visit_i64 "an integer",
        deserialize_i128 => visit_i128 "an integer",
        deserialize_u8 => visit_u64 "an integer that is not negative",
        deserialize_u16 => visit_u64 "an integer that is not negative",
        deserialize_u32 => visit_u64 "an integer that is not negative",
        deserialize_u64 => visit_u64 "an integer that is not negative",
        deserialize_u128 => visit_u128 "an integer that is not negative",
        deserialize_f32 => visit_f64 "a number",
        deserialize_f64 => visit_f64 "a number",
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_str(self.value).map_err(|error: Unfit| error.of(self.name))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let variant = IntoDeserializer::<Unfit>::into_deserializer(self.value);
        visitor.visit_enum(variant).map_err(|error: Unfit| error.of(self.name))
    }

    forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Size {
        Small,
        Large,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Arguments {
        id: u8,
        size: Option<Size>,
        note: Option<String>,
    }

    fn values(values: &[(&str, &str)]) -> Vec<(String, String)> {
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn strings_become_what_is_expected() {
        let read = read::<Arguments>(&values(&[("id", "7"), ("size", "large"), ("x", "y")]));
        assert_eq!(read, Ok(Arguments { id: 7, size: Some(Size::Large), note: None }));
    }

    #[test]
    fn errors_name_the_value() {
        for (given, told) in [
            (vec![("id", "x")], "id: expected an integer that is not negative"),
            (vec![("id", "300")], "id: invalid value"),
            (vec![("id", "1"), ("size", "huge")], "size: unknown variant `huge`"),
            (vec![], "missing field `id`"),
        ] {
            let error = read::<Arguments>(&values(&given)).unwrap_err().to_string();
            assert!(error.starts_with(told), "{error}");
        }
    }

    #[test]
    fn maps_and_nothing_are_types_too() {
        let given = values(&[("a", "1")]);
        assert_eq!(read::<()>(&given), Ok(()));
        let map = read::<BTreeMap<String, String>>(&given).unwrap();
        assert_eq!(map["a"], "1");
    }
}
