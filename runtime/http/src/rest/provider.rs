//! Secrets that change while a server runs.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use toolwright_core::{BoxFuture, Context};

use crate::secret::Secret;

/// For so long the content of a file is kept.
const FRESH: Duration = Duration::from_secs(10);
/// Bytes that a file with a secret has at most.
const FILE: u64 = 64 << 10;

/// Where the secret of a security scheme comes from, if it changes: a vault, a token that rotates,
/// one for each user.
///
/// It is asked before every call, so it should keep what it knows; and once more if the service
/// answers that the secret is not accepted (HTTP status 401), upon which the call is made again if
/// the secret is another one then.
///
/// The context says who calls. What the caller showed to this server is *not* sent to the service:
/// a token for one service is none for another. A provider may derive one from the other.
///
/// ```
/// use toolwright_core::Context;
/// use toolwright_core::descriptor::Descriptor;
/// use toolwright_http::rest::{Provider, ProviderError, Secret, UpstreamBuilder, Upstream, Wanted};
///
/// struct Vault;
///
/// impl Provider for Vault {
///     async fn secret(&self, cx: &Context, wanted: &Wanted<'_>) -> Result<Secret, ProviderError> {
///         let user = cx.principal().ok_or(ProviderError::new("nobody is signed in"))?;
///         Ok(look_up(user.subject(), wanted.is_refused).await)
///     }
/// }
///
/// # async fn look_up(_: &str, _: bool) -> Secret { "secret".into() }
/// fn upstream(descriptor: &Descriptor) -> UpstreamBuilder {
///     Upstream::builder(descriptor).provider("token", Vault)
/// }
/// ```
///
/// Where a service is meant to get the very token that the caller showed, since it is issued for both,
/// whoever builds the server has to say so twice: a verifier of its own keeps the token among the
/// claims of the principal, and a provider gives it out. Nothing does so by itself.
///
/// ```
/// use serde_json::{Map, Value};
/// use toolwright_core::{Context, context::Principal};
/// use toolwright_http::rest::{Provider, ProviderError, Secret, Wanted};
///
/// /// For the closure of `toolwright::auth::verify::from_fn`, once it has verified the token.
/// fn keeping(user: Principal, token: &str) -> Principal {
///     user.with_claims(Map::from_iter([("token".to_owned(), Value::from(token))]))
/// }
///
/// struct OfTheCaller;
///
/// impl Provider for OfTheCaller {
///     async fn secret(&self, cx: &Context, _: &Wanted<'_>) -> Result<Secret, ProviderError> {
///         let token = cx.principal().and_then(|user| user.claims().get("token")?.as_str());
///         token.map(Secret::new).ok_or(ProviderError::new("nobody is signed in"))
///     }
/// }
/// # let ann = keeping(Principal::new("https://login.example", "ann"), "t");
/// # assert!(ann.claims().contains_key("token") && !format!("{ann:?}").contains("claims"));
/// ```
pub trait Provider: Send + Sync + 'static {
    /// The secret to send now, in the form that the scheme wants (basic: `user:password`).
    fn secret(
        &self,
        cx: &Context,
        wanted: &Wanted<'_>,
    ) -> impl Future<Output = Result<Secret, ProviderError>> + Send;
}

/// What a secret is wanted for.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Wanted<'a> {
    /// Name of the security scheme in the document.
    pub scheme: &'a str,
    /// Scopes that the operation requires, if the document names any.
    pub scopes: &'a [String],
    /// Whether the service has refused the secret given last.
    pub is_refused: bool,
}

/// There is no secret. The reason is shown to the model and thus to users: it must not contain
/// anything secret.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct ProviderError(String);

impl ProviderError {
    /// Why there is none.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

/// A question for a secret.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) scheme: &'a str,
    pub(crate) scopes: &'a [String],
    /// The secret that was not accepted.
    pub(crate) refused: Option<&'a Secret>,
}

/// Whatever has secrets that change.
pub(crate) trait Changing: Send + Sync {
    fn secret<'a>(&'a self, asking: Asking<'a>) -> BoxFuture<'a, Result<Secret, ProviderError>>;
}

/// A user's provider.
pub(crate) struct Provided<P>(pub(crate) P);

impl<P: Provider> Changing for Provided<P> {
    fn secret<'a>(&'a self, asking: Asking<'a>) -> BoxFuture<'a, Result<Secret, ProviderError>> {
        let Asking { cx, scheme, scopes, refused } = asking;
        Box::pin(async move {
            let wanted = Wanted { scheme, scopes, is_refused: refused.is_some() };
            self.0.secret(cx, &wanted).await
        })
    }
}

/// A file, read again now and then.
pub(crate) struct File {
    path: PathBuf,
    last: Mutex<Option<(Secret, Instant)>>,
}

impl File {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, last: Mutex::new(None) }
    }

    fn known(&self, refused: Option<&Secret>) -> Option<Secret> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let (secret, read) = last.as_ref()?;
        let is_fresh = read.elapsed() < FRESH && refused.is_none_or(|refused| refused != secret);
        is_fresh.then(|| secret.clone())
    }
}

impl Changing for File {
    fn secret<'a>(&'a self, asking: Asking<'a>) -> BoxFuture<'a, Result<Secret, ProviderError>> {
        Box::pin(async move {
            if let Some(secret) = self.known(asking.refused) {
                return Ok(secret);
            }
            let path = self.path.clone();
            let reading = tokio::task::spawn_blocking(move || read(&path));
            let secret = reading.await.ok().flatten().ok_or_else(|| {
                ProviderError::new("the file with the secret cannot be read, or is empty")
            })?;
            let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            *last = Some((secret.clone(), Instant::now()));
            Ok(secret)
        })
    }
}

/// The content of a file without the white space around it.
pub(crate) fn read(path: &std::path::Path) -> Option<Secret> {
    use std::io::Read;

    let mut text = String::new();
    std::fs::File::open(path).ok()?.take(FILE).read_to_string(&mut text).ok()?;
    let secret = Secret::new(text.trim());
    zeroize::Zeroize::zeroize(&mut text);
    (!secret.expose().is_empty()).then_some(secret)
}
