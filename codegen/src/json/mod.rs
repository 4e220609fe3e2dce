//! The tree of JSON values that documents, schemas and passes are made of.
//!
//! It is small, and what is equal is there once: keys and short texts while they are read, and whole
//! subtrees when a value is copied, which only counts one more owner. A change copies the containers
//! on its way, so whoever holds the same value elsewhere keeps what they have.
//!
//! ```
//! use toolwright_codegen::json::Value;
//!
//! let schema: Value = serde_json::from_str(r#"{"type": "object", "properties": {"id": {}}}"#)?;
//! let mut other = schema.clone();
//! other.as_object_mut().unwrap().insert("type", "array");
//! assert_eq!(schema["type"], "object");
//! assert_eq!(other.to_string(), r#"{"properties":{"id":{}},"type":"array"}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! Members stand in the order of their names, which is the order that they are printed in.

mod compare;
mod convert;
mod index;
mod intern;
mod list;
mod macros;
mod map;
mod read;
mod text;
mod value;
mod write;

#[cfg(test)]
mod tests;

pub use list::List;
pub use map::Map;
pub use serde_json::Number;
pub use text::Text;

pub(crate) use convert::ToValue;
pub(crate) use intern::Interner;
pub(crate) use macros::{json, start};
pub(crate) use read::Reader;

/// A JSON value. Its copies share what is in it until one of them is changed.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number: an integer of 64 bits, or else a finite float.
    Number(Number),
    /// A text.
    String(Text),
    /// A list.
    Array(List),
    /// Members by name.
    Object(Map),
}
