//! What the generated types stand on: reading, writing, raw JSON, errors.
//!
//! The types a user meets ([`RawJson`], [`Extra`], [`DecodeError`], …) are re-exported at the
//! crate root. The rest ([`Wire`], [`Record`], [`Members`], …) is what generated code calls:
//!
//! * [`Wire`] says how a value is read and written. It differs from serde's traits in what MCP
//!   needs: `300000.0` is an integer, integral floats lose their fraction, `null` is told apart
//!   from absent, and every failure leaves a trail for its JSON pointer.
//! * [`Record`] is a value that is a JSON object. It reads from [`Members`], which lets a union
//!   look for its discriminator and hand over what it has already seen, so nothing is buffered
//!   but the members in front of the discriminator, and those as raw text.

mod constant;
mod error;
mod extra;
mod fit;
mod id;
mod kind;
mod list;
mod map;
mod members;
mod method;
mod one_or_many;
mod raw;
mod read;
mod record;
mod revision;
mod scalar;
mod select;
mod text;
mod trail;
mod wire;

pub use constant::Constant;
pub use error::DecodeError;
pub use extra::Extra;
pub use fit::{Fit, FitError};
pub use id::{ProgressToken, RequestId};
pub use kind::ByKind;
pub use list::FromElements;
pub use map::Map;
pub use members::Members;
pub use method::{Notification, Payload, Request};
pub use one_or_many::OneOrMany;
pub use raw::{JsonSchema, RawJson, RawObject};
pub use read::{from_raw, from_slice, from_str};
pub use record::Record;
pub use revision::UnknownRevision;
pub use select::Tag;
pub use text::Text;
pub use wire::{Wire, put, put_if};

pub(crate) use fit::{Narrow, adapt, recast, supply, unchanging};
pub(crate) use kind::{decode as decode_kind, kinds};
pub(crate) use method::decode_params;
pub(crate) use record::{decode as decode_record, encode as encode_record, records};
pub(crate) use text::{decode as decode_text, texts};
pub(crate) use wire::serde_by_wire;

/// A JSON object: member names to any JSON value.
pub type Object = serde_json::Map<String, serde_json::Value>;
