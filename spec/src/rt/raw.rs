//! JSON that belongs to the user: kept as text, parsed when somebody asks.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::error::DecodeError;
use super::read::{from_str, traced};
use super::wire::{Wire, serde_by_wire};

/// Raw JSON that can say whether it is an object.
pub trait RawObject {
    /// Whether it is.
    fn is_object(&self) -> bool;
    /// The value for an error message.
    fn shown(&self) -> &str;
}

/// Makes a newtype around raw JSON text.
macro_rules! raw {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name(Box<RawValue>);

        impl $name {
            /// Takes JSON text as it is.
            ///
            /// # Errors
            /// The text is not JSON.
            pub fn new(text: impl Into<String>) -> Result<Self, DecodeError> {
                traced(|| RawValue::from_string(text.into())).map(Self)
            }

            /// Serialises a value.
            ///
            /// # Errors
            /// The value cannot be written as JSON, such as a map with keys that are not strings.
            pub fn from_value<T: Serialize + ?Sized>(value: &T) -> Result<Self, DecodeError> {
                traced(|| serde_json::value::to_raw_value(value)).map(Self)
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.get()
            }

            /// The text in serde_json's type.
            #[must_use]
            pub fn as_raw(&self) -> &RawValue {
                &self.0
            }

            /// Whether it is a JSON object.
            #[must_use]
            pub fn is_object(&self) -> bool {
                self.as_str().trim_start().starts_with('{')
            }

            /// Reads it as a value of your own.
            ///
            /// # Errors
            /// It is not a `T`.
            pub fn parse<T: DeserializeOwned>(&self) -> Result<T, DecodeError> {
                from_str(self.as_str())
            }

            /// Reads it as a tree; `null` if it nests deeper than serde_json goes (128 levels).
            #[must_use]
            pub fn to_value(&self) -> Value {
                self.parse().unwrap_or(Value::Null)
            }
        }

        /// Equal texts are equal; so texts that differ in white space or member order are not.
        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl From<Box<RawValue>> for $name {
            fn from(raw: Box<RawValue>) -> Self {
                Self(raw)
            }
        }

        impl From<&RawValue> for $name {
            fn from(raw: &RawValue) -> Self {
                Self(raw.to_owned())
            }
        }

        impl From<Value> for $name {
            fn from(value: Value) -> Self {
                // A tree of JSON values always has a text; `null` keeps this free of panics.
                let raw = serde_json::value::to_raw_value(&value);
                Self(raw.unwrap_or_else(|_| RawValue::NULL.to_owned()))
            }
        }

        impl Wire for $name {
            const NULL: bool = true;

            fn decode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Box::<RawValue>::deserialize(deserializer).map(Self)
            }

            fn encode<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl RawObject for $name {
            fn is_object(&self) -> bool {
                Self::is_object(self)
            }

            fn shown(&self) -> &str {
                if self.as_str().starts_with('[') { "an array" } else { self.as_str() }
            }
        }

        serde_by_wire!($name);
    };
}

raw! {
    /// Any JSON value as text: tool arguments, structured results.
    ///
    /// Nothing is parsed until [`RawJson::parse`], and numbers, member order and white space stay
    /// as they came.
    ///
    /// ```
    /// use toolwright_spec::RawJson;
    ///
    /// let raw = RawJson::new(r#"{"n": 12345678901234567890123}"#)?;
    /// assert_eq!(raw.as_str(), r#"{"n": 12345678901234567890123}"#);
    /// # Ok::<(), toolwright_spec::DecodeError>(())
    /// ```
    RawJson
}

raw! {
    /// A JSON Schema as text.
    ///
    /// ```
    /// use toolwright_spec::JsonSchema;
    ///
    /// let schema = JsonSchema::new(r#"{"type":"object","required":["query"]}"#)?;
    /// assert_eq!(schema.to_value()["type"], "object");
    /// # Ok::<(), toolwright_spec::DecodeError>(())
    /// ```
    JsonSchema
}

impl JsonSchema {
    /// The schema of an object without members: `{"type":"object"}`.
    #[must_use]
    pub fn empty_object() -> Self {
        serde_json::json!({ "type": "object" }).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_as_it_came() {
        let text = "{\"b\": 1.0,\n \"a\": 12345678901234567890123}";
        let raw: RawJson = from_str(text).unwrap();
        assert_eq!(raw.as_str(), text);
        assert_eq!(serde_json::to_string(&raw).unwrap(), text);
    }

    #[test]
    fn a_value_becomes_text_and_back() {
        let raw = RawJson::from_value(&vec![1, 2]).unwrap();
        assert_eq!(raw.as_str(), "[1,2]");
        assert_eq!(raw.parse::<Vec<u8>>().unwrap(), [1, 2]);
        assert!(RawJson::new("{").is_err());
    }
}
