//! Signed JSON: the parts of JOSE that tokens, proofs and assertions are made of.
//!
//! Cryptography is `ring`'s. What is read here is read strictly: names that appear twice, other
//! alphabets of base64, algorithms and keys that do not belong together are errors.
//!
//! # Map
//! `algorithm` names the signatures, `jwk` keys to check them, `key` keys to make them,
//! `compact` the form `header.payload.signature`, `object` JSON objects without doubles,
//! `encoding` base64 and random texts.
//!
//! Specification: RFC 7515, RFC 7517, RFC 7518, RFC 7519, RFC 7638, RFC 8037.

mod algorithm;
mod compact;
mod encoding;
mod error;
mod jwk;
mod key;
mod object;
#[cfg(test)]
mod tests;

pub use algorithm::Algorithm;
pub(crate) use compact::{Compact, Header};
pub(crate) use encoding::{decode, encode, is_same, random_text, sha256, sha256_text};
pub use error::JoseError;
pub(crate) use jwk::{Jwk, JwkSet};
pub use key::SigningKey;
pub(crate) use object::object;
