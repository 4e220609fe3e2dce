//! Clients that log in.
//!
//! # Map
//! `credentials` is who a client is, `token` asks for tokens, `dpop` binds them to a key.
//!
//! Specification: `basic/authorization`.

mod credentials;
mod dpop;
#[allow(dead_code, reason = "for the grants, which come next")]
mod token;

pub use credentials::Credentials;
pub use dpop::Dpop;
