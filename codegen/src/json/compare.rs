//! Comparing values with what they are made of.

use super::{Text, Value};

impl PartialEq<str> for Value {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<bool> for Value {
    fn eq(&self, other: &bool) -> bool {
        self.as_bool() == Some(*other)
    }
}

impl PartialEq<f64> for Value {
    fn eq(&self, other: &f64) -> bool {
        self.as_f64() == Some(*other)
    }
}

/// What reads as a text.
macro_rules! texts {
    ($($name:ty),*) => {$(
        impl PartialEq<$name> for Value {
            fn eq(&self, other: &$name) -> bool {
                self.as_str() == Some(other)
            }
        }

        impl PartialEq<Value> for $name {
            fn eq(&self, other: &Value) -> bool {
                other == self
            }
        }
    )*};
}

texts!(&str, String, Text);

impl PartialEq<Value> for str {
    fn eq(&self, other: &Value) -> bool {
        other == self
    }
}

/// Integers, which equal floats as little as they do in serde_json.
macro_rules! integers {
    ($($name:ty: $read:ident),*) => {$(
        impl PartialEq<$name> for Value {
            fn eq(&self, other: &$name) -> bool {
                self.$read().is_some_and(|number| <$name>::try_from(number) == Ok(*other))
            }
        }
    )*};
}

integers!(i32: as_i64, i64: as_i64, u32: as_u64, u64: as_u64, usize: as_u64);

impl PartialEq<serde_json::Value> for Value {
    fn eq(&self, other: &serde_json::Value) -> bool {
        match (self, other) {
            (Self::Null, serde_json::Value::Null) => true,
            (Self::Bool(a), serde_json::Value::Bool(b)) => a == b,
            (Self::Number(a), serde_json::Value::Number(b)) => a == b,
            (Self::String(a), serde_json::Value::String(b)) => a.as_str() == b,
            (Self::Array(a), serde_json::Value::Array(b)) => **a == **b,
            (Self::Object(a), serde_json::Value::Object(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .all(|(name, value)| b.get(name.as_str()).is_some_and(|b| value == b))
            }
            _ => false,
        }
    }
}

impl PartialEq<Value> for serde_json::Value {
    fn eq(&self, other: &Value) -> bool {
        other == self
    }
}

macro_rules! text_with {
    ($($name:ty),*) => {$(
        impl PartialEq<$name> for Text {
            fn eq(&self, other: &$name) -> bool {
                self.as_str() == &other[..]
            }
        }

        impl PartialEq<Text> for $name {
            fn eq(&self, other: &Text) -> bool {
                other == self
            }
        }
    )*};
}

text_with!(str, &str, String);
