//! What a response means.

mod failure;
mod headers;
mod payload;

pub(crate) use failure::{Asked, failure, is_not_found};
pub use payload::Binary;
pub(crate) use payload::{Payload, Read, read};
