//! Typed protocol structs for every revision of the Model Context Protocol.

#[rustfmt::skip]
mod r#gen;
pub mod rt;

/// A marker type for each method, tying its name, parameters and result together.
pub mod method {
    pub use crate::r#gen::methods::*;
}

pub use r#gen::model::*;
pub use r#gen::revision::Revision;
pub use r#gen::*;
pub use method::{ClientNotification, ClientRequest, ServerNotification, ServerRequest};
pub use rt::{
    DecodeError, Extra, Fit, FitError, JsonSchema, Map, Notification, Object, OneOrMany, Payload,
    ProgressToken, RawJson, Request, RequestId, UnknownRevision, from_raw, from_slice, from_str,
};
