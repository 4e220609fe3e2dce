//! Verifiers of the user's own.

use std::fmt;

use http::request::Parts;
use toolwright_core::BoxFuture;

use super::Verifier;
use super::error::VerifyError;
use super::token::InboundToken;
use super::verified::Verified;

/// A verifier that is a function; see [`from_fn`].
#[derive(Clone)]
pub struct Own<F>(F);

/// Verifies tokens by a function.
///
/// It has to check everything: that the token is genuine, still valid, and issued for
/// [`InboundToken::resource`]. Compare secrets in constant time.
///
/// ```
/// use toolwright_auth::verify::{InboundToken, VerifyError, Verified, from_fn};
/// use toolwright_core::context::Principal;
/// # async fn lookup(token: &str) -> Option<String> { Some(token.to_owned()) }
///
/// let verifier = from_fn(|token: InboundToken| async move {
///     let user = lookup(token.expose()).await.ok_or(VerifyError::Unknown)?;
///     Ok(Verified::new(Principal::new("my-database", user)))
/// });
/// ```
pub fn from_fn<F, R>(verify: F) -> Own<F>
where
    F: Fn(InboundToken) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Verified, VerifyError>> + Send + 'static,
{
    Own(verify)
}

impl<F, R> Verifier for Own<F>
where
    F: Fn(InboundToken) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Verified, VerifyError>> + Send + 'static,
{
    fn verify<'a>(
        &'a self,
        token: &'a InboundToken,
        _: &'a Parts,
    ) -> BoxFuture<'a, Result<Verified, VerifyError>> {
        let verifying = (self.0)(token.clone());
        Box::pin(async move {
            let verified = verifying.await?;
            verified.presented_as(token)?;
            Ok(verified)
        })
    }
}

impl<F> fmt::Debug for Own<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Own").finish_non_exhaustive()
    }
}
