//! Who presents a token: verifiers for signed tokens, tokens that the authorization server is
//! asked about, static keys, and your own.
//!
//! ```
//! use toolwright_auth::verify::JwtVerifier;
//!
//! // Keys are found by the issuer's metadata. The audience is the protected resource.
//! let verifier = JwtVerifier::new("https://login.example.com");
//! ```
//!
//! Every verifier checks the audience, unless it is told not to: a token that was issued for
//! another server must not be taken here. Whatever goes wrong becomes 401, or 503 where nobody
//! can be asked; what exactly it was goes to the log.
//!
//! # Map
//! `token` is what came, `verified` what is known of it then, `error` why it is not taken. `jwt`
//! (with `claims`, `keys`), `introspection` (with `cache`), `api_keys` and `own` are
//! the verifiers.
//!
//! Specification: `basic/authorization`, RFC 7519, RFC 7662, RFC 9068.

mod api_keys;
mod cache;
mod claims;
mod error;
mod introspection;
mod jwt;
mod keys;
mod own;
mod setup;
#[cfg(test)]
mod tests;
mod token;
mod verified;

use std::sync::Arc;

use http::request::Parts;
use toolwright_core::BoxFuture;

pub use api_keys::ApiKeys;
pub use error::{ConfigError, VerifyError};
pub use introspection::Introspection;
pub use jwt::JwtVerifier;
pub use own::{Own, from_fn};
pub use token::{InboundToken, Scheme};
pub use verified::Verified;

/// Finds out who presents a token.
pub trait Verifier: Send + Sync + 'static {
    /// Finds out who presents a token; `head` is the request that it came with, as it came.
    ///
    /// # Errors
    /// The token is not taken, or that cannot be found out now.
    fn verify<'a>(
        &'a self,
        token: &'a InboundToken,
        head: &'a Parts,
    ) -> BoxFuture<'a, Result<Verified, VerifyError>>;

    /// Finds mistakes of whoever set it up, for a resource; asked once, before anything is served.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    fn check(&self, resource: &str) -> Result<(), ConfigError> {
        let _ = resource;
        Ok(())
    }
}

impl<V: Verifier + ?Sized> Verifier for Arc<V> {
    fn verify<'a>(
        &'a self,
        token: &'a InboundToken,
        head: &'a Parts,
    ) -> BoxFuture<'a, Result<Verified, VerifyError>> {
        (**self).verify(token, head)
    }

    fn check(&self, resource: &str) -> Result<(), ConfigError> {
        (**self).check(resource)
    }
}
