//! Access tokens without a person who logs in.
//!
//! # Map
//! `credentials` is who a client is, `token` asks for tokens, `dpop` binds them to a key.

mod credentials;
mod dpop;
#[allow(dead_code, reason = "for the grants, which come next")]
mod token;

pub use credentials::Credentials;
pub use dpop::Dpop;
