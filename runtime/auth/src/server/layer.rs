//! Protection for services of any make.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW,
    AUTHORIZATION, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE,
};
use http::{HeaderName, Method, Request, Response, StatusCode};
use toolwright_http::serve::{Authority, Denied, ExpiresIn, RequiredScopes};
use tower_layer::Layer;
use tower_service::Service;

use super::body::Body;
use super::resource::ProtectedResource;
use crate::verify::{ConfigError, Verified};

const DPOP: HeaderName = HeaderName::from_static("dpop");

/// A layer that protects a service: see [`ProtectedResource::layer`].
#[derive(Clone)]
pub struct Protect(Arc<ProtectedResource>);

/// A service that lets in only those who have a token; see [`ProtectedResource::layer`].
#[derive(Clone)]
pub struct Protected<S> {
    resource: Arc<ProtectedResource>,
    inner: S,
}

impl ProtectedResource {
    /// A [`tower_layer::Layer`] that protects any HTTP service: an application of axum, of hyper,
    /// or of this crate's own make. Who was let in is in the extensions of its requests, as a
    /// [`Principal`](toolwright_core::context::Principal) and as [`Verified`]; the token is not. The layer has to see
    /// the paths of the metadata, [`ProtectedResource::paths`], too: put it around the whole
    /// application, or route them to it.
    ///
    /// A handler that finds out that the caller lacks scopes answers 403 with
    /// [`RequiredScopes`](toolwright_http::serve::RequiredScopes) in the extensions of its
    /// response; the layer tells the client. How long the token is good is in the extensions of
    /// requests, as [`ExpiresIn`]: services of this crate's make end streams that only wait for
    /// something to happen then, and others should.
    ///
    /// ```
    /// use toolwright_auth::server::ProtectedResource;
    /// use toolwright_core::Server;
    /// use toolwright_http::serve::Serve;
    /// use tower_layer::Layer;
    ///
    /// let resource = ProtectedResource::new("https://mcp.example.com/mcp")
    ///     .authorization_server("https://login.example.com");
    /// let service = Server::new("files", "1.0.0").into_http_service()?;
    /// let service = resource.layer()?.layer(service);
    /// # Ok::<_, toolwright_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// It was put together wrongly.
    pub fn layer(self) -> Result<Protect, ConfigError> {
        self.find_faults()?;
        Ok(Protect(Arc::new(self)))
    }
}

impl<S> Layer<S> for Protect {
    type Service = Protected<S>;

    fn layer(&self, inner: S) -> Protected<S> {
        Protected { resource: Arc::clone(&self.0), inner }
    }
}

impl<S, B, R> Service<Request<B>> for Protected<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response<Body<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let resource = Arc::clone(&self.resource);
        // The one that is ready is called.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        Box::pin(async move {
            if let Some(document) = resource.document(request.uri().path()) {
                return Ok(published(request.method(), document));
            }
            let (mut head, body) = request.into_parts();
            let access = match resource.authorize(&head).await {
                Ok(access) => access,
                Err(denied) => return Ok(refused(&denied)),
            };
            head.headers.remove(AUTHORIZATION);
            head.headers.remove(DPOP);
            head.extensions.insert(access.principal().clone());
            if let Some(expires) = access.expires() {
                head.extensions.insert(ExpiresIn(expires));
            }
            if let Some(verified) = access.extensions().find::<Verified>() {
                head.extensions.insert(verified.clone());
            }
            let mut response = inner.call(Request::from_parts(head, body)).await?.map(Body::inner);
            if let Some(RequiredScopes(scopes)) = response.extensions().get()
                && let Some(challenge) = resource.challenge(scopes)
            {
                response.headers_mut().append(WWW_AUTHENTICATE, challenge);
            }
            response.headers_mut().extend(access.headers().clone());
            Ok(response)
        })
    }
}

/// A document for everybody, pages of all origins included.
fn published<R>(method: &Method, document: Bytes) -> Response<Body<R>> {
    let mut response = Response::new(Body::own(match *method {
        Method::GET => document,
        _ => Bytes::new(),
    }));
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    match *method {
        Method::GET | Method::HEAD => {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        Method::OPTIONS => {
            headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET"));
            let sent = HeaderValue::from_static("accept, content-type, mcp-protocol-version");
            headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, sent);
            *response.status_mut() = StatusCode::NO_CONTENT;
        }
        _ => {
            headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"));
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        }
    }
    response
}

fn refused<R>(denied: &Denied) -> Response<Body<R>> {
    let mut response = Response::new(Body::own(denied.message().to_owned()));
    *response.status_mut() = denied.status();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    headers.extend(denied.headers().clone());
    response
}

impl fmt::Debug for Protect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Protect").field(&self.0).finish()
    }
}

impl<S> fmt::Debug for Protected<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Protected").field("resource", &self.resource).finish_non_exhaustive()
    }
}
