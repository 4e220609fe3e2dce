//! Who may send requests.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use toolwright_core::BoxFuture;
use toolwright_core::context::{Extensions, Principal};

/// Decides who may send requests to a server, and says what clients have to do about it. Set by
/// [`Options::authority`](super::Options::authority).
///
/// It is asked after Host and Origin were checked, before the body is read or a session is looked
/// for, on every route but the health route and its own documents. `toolwright-auth` has one for
/// OAuth.
///
/// ```
/// use http::request::Parts;
/// use http::{HeaderValue, StatusCode};
/// use toolwright_core::BoxFuture;
/// use toolwright_core::context::Principal;
/// use toolwright_http::serve::{Access, Authority, Denied};
///
/// /// Believes what a proxy says that logs people in.
/// struct Proxy;
///
/// impl Authority for Proxy {
///     fn authorize<'a>(&'a self, head: &'a Parts) -> BoxFuture<'a, Result<Access, Denied>> {
///         let user = head.headers.get("x-user").and_then(|user| user.to_str().ok());
///         let known = user.map(|user| Access::new(Principal::new("proxy", user)));
///         let denied = || Denied::new(StatusCode::UNAUTHORIZED, "log in at the proxy");
///         Box::pin(async move { known.ok_or_else(denied) })
///     }
/// }
/// ```
pub trait Authority: Send + Sync + 'static {
    /// Finds out who sends a request.
    fn authorize<'a>(&'a self, head: &'a Parts) -> BoxFuture<'a, Result<Access, Denied>>;

    /// The JSON document at a path, which everybody may read, pages of all origins included.
    /// Paths begin with `/.well-known/`.
    fn document(&self, path: &str) -> Option<Bytes> {
        let _ = path;
        None
    }

    /// What a response says in `WWW-Authenticate` if the caller lacks scopes; these are all that
    /// the request takes.
    fn challenge(&self, scopes: &[String]) -> Option<HeaderValue> {
        let _ = scopes;
        None
    }

    /// Finds mistakes of whoever set it up; asked when the service is made.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    fn check(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(())
    }
}

impl<A: Authority + ?Sized> Authority for Arc<A> {
    fn authorize<'a>(&'a self, head: &'a Parts) -> BoxFuture<'a, Result<Access, Denied>> {
        (**self).authorize(head)
    }

    fn document(&self, path: &str) -> Option<Bytes> {
        (**self).document(path)
    }

    fn challenge(&self, scopes: &[String]) -> Option<HeaderValue> {
        (**self).challenge(scopes)
    }

    fn check(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        (**self).check()
    }
}

/// A request may pass.
#[derive(Debug, Clone)]
pub struct Access {
    pub(super) principal: Principal,
    pub(super) expires: Option<Duration>,
    pub(super) headers: HeaderMap,
    pub(super) extensions: Extensions,
}

impl Access {
    /// It is this one who sends it.
    #[must_use]
    pub fn new(principal: Principal) -> Self {
        let extensions = Extensions::default();
        Self { principal, expires: None, headers: HeaderMap::new(), extensions }
    }

    /// What else is known of the request: handlers find it with
    /// [`Context::extension`](toolwright_core::Context::extension).
    #[must_use]
    pub fn with<T: Send + Sync + 'static>(mut self, value: T) -> Self {
        self.extensions.insert(value);
        self
    }

    /// That is true for so long from now on. Streams that only wait for something to happen end
    /// then; requests that are being served go on.
    #[must_use]
    pub fn expires_in(mut self, time: Duration) -> Self {
        self.expires = Some(time);
        self
    }

    /// Adds a header to the response.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// Who it is.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// For how long from now on.
    #[must_use]
    pub fn expires(&self) -> Option<Duration> {
        self.expires
    }

    /// What the response says besides.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// What else is known.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }
}

/// A request may not pass.
#[derive(Debug, Clone)]
pub struct Denied {
    status: StatusCode,
    message: Cow<'static, str>,
    headers: Box<HeaderMap>,
}

impl Denied {
    /// With this status, and words for people. They reach the client: nothing internal belongs
    /// there.
    #[must_use]
    pub fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into(), headers: Box::default() }
    }

    /// Adds a header to the response.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// In words.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the response says besides.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

/// In the extensions of a response: the scopes that the request takes, some of which the caller
/// lacks. A [`Service`](super::Service) puts them there beside status 403, for layers around it
/// that know how to say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredScopes(pub Vec<String>);

/// In the extensions of a request: what a layer around a [`Service`](super::Service) let it in by
/// holds for so long from now on. Streams that only wait for something to happen end then, as with
/// [`Access::expires_in`].
///
/// ```
/// use std::time::Duration;
///
/// use toolwright_http::serve::ExpiresIn;
///
/// let mut request = http::Request::new("");
/// request.extensions_mut().insert(ExpiresIn(Duration::from_secs(600)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExpiresIn(pub Duration);

/// An authority as options have it.
#[derive(Clone)]
pub(super) struct Keeper(pub(super) Arc<dyn Authority>);

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper")
    }
}
