//! Clients that log in.
//!
//! Specification: `basic/authorization`.

mod grants;

pub use grants::{Credentials, Dpop};
