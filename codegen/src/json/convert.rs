//! Between values and what they are made of.

use std::collections::BTreeMap;

use super::{Interner, List, Map, Number, Text, Value};

impl From<&Value> for Value {
    fn from(value: &Value) -> Self {
        value.clone()
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<f64> for Value {
    /// `null` for what is no number of JSON.
    fn from(number: f64) -> Self {
        Number::from_f64(number).map_or(Self::Null, Self::Number)
    }
}

macro_rules! variants {
    ($($variant:ident: $($name:ty),*;)*) => {$($(
        impl From<$name> for Value {
            fn from(inner: $name) -> Self {
                Self::$variant(inner.into())
            }
        }
    )*)*};
}

variants! {
    Number: i32, i64, u8, u16, u32, u64, usize, Number;
    String: &str, String, &String, Text, &Text;
    Array: List, Vec<Value>;
    Object: Map;
}

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        from_serde(value, &mut Interner::default())
    }
}

fn from_serde(value: serde_json::Value, texts: &mut Interner) -> Value {
    match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => Value::Bool(flag),
        serde_json::Value::Number(number) => Value::Number(number),
        serde_json::Value::String(text) => Value::String(texts.text(&text)),
        serde_json::Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| from_serde(item, texts)).collect())
        }
        serde_json::Value::Object(members) => {
            let members = members.into_iter();
            let members = members.map(|(name, value)| (texts.key(&name), from_serde(value, texts)));
            Value::Object(members.collect())
        }
    }
}

impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => Self::Number(number.clone()),
            Value::String(text) => Self::String(text.into()),
            Value::Array(items) => Self::Array(items.iter().map(Self::from).collect()),
            Value::Object(members) => Self::Object(members.into()),
        }
    }
}

impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        Self::from(&value)
    }
}

impl From<&Map> for serde_json::Map<String, serde_json::Value> {
    fn from(members: &Map) -> Self {
        members.iter().map(|(name, value)| (name.into(), value.into())).collect()
    }
}

impl<V: Into<Value>> FromIterator<V> for Value {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Self {
        Self::Array(items.into_iter().collect())
    }
}

/// What can stand in [`json!`](super::json!).
pub(crate) trait ToValue {
    /// It as a value, which shares what it can.
    fn to_value(&self) -> Value;
}

macro_rules! copied {
    ($($name:ty),*) => {$(
        impl ToValue for $name {
            fn to_value(&self) -> Value {
                Value::from(self.clone())
            }
        }
    )*};
}

copied!(Value, Map, List, Text, Number, bool, f64, i32, i64, u8, u16, u32, u64, usize);

impl ToValue for str {
    fn to_value(&self) -> Value {
        Value::from(self)
    }
}

impl ToValue for String {
    fn to_value(&self) -> Value {
        Value::from(self)
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue + ?Sized> ToValue for &mut T {
    fn to_value(&self) -> Value {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl<T: ToValue> ToValue for [T] {
    fn to_value(&self) -> Value {
        self.iter().map(ToValue::to_value).collect()
    }
}

impl<T: ToValue, const N: usize> ToValue for [T; N] {
    fn to_value(&self) -> Value {
        self.as_slice().to_value()
    }
}

impl<T: ToValue> ToValue for Vec<T> {
    fn to_value(&self) -> Value {
        self.as_slice().to_value()
    }
}

impl<T: ToValue> ToValue for BTreeMap<String, T> {
    fn to_value(&self) -> Value {
        Value::Object(self.iter().map(|(name, value)| (name, value.to_value())).collect())
    }
}
