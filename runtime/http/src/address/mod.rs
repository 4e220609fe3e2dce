//! Addresses: which belong to the public internet, and connections to no others.

mod class;
mod resolve;

pub(crate) use class::Class;
#[allow(unused_imports, reason = "for URLs that others name")]
pub(crate) use class::is_local;
pub(crate) use resolve::{NotAllowed, Resolver};
