//! The server as a tower service.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use http::header::{CONNECTION, HeaderValue};
use http::request::Parts;
use http::{Request, Response, StatusCode, Version};
use tokio::time::Instant;
use toolwright_core::ServeError;

use super::authority::{ExpiresIn, Keeper};
use super::body::Body;
use super::cors;
use super::document;
use super::duplex::Duplexes;
use super::error::Error;
use super::guard::{Guard, Guarded, Verb};
use super::limits::Limits;
use super::mirrors::Mirrors;
use super::old;
use super::options::Options;
use super::peer::Peer;
use super::post::post;
use super::refusal::Refusal;
use super::reply;
use super::session;
use super::sessions::Sessions;
use super::shared::Shared;

/// A server over Streamable HTTP, for clients of every revision since 2025-03-26: a
/// [`tower_service::Service`] that any hyper or axum application can mount. Clones are the same
/// service.
///
/// Host and Origin checks, media types and the limits of messages are part of it. **What
/// concerns connections is not: whoever accepts them has to hold the limits of headers, of idle
/// and of stalled connections. [`Runner`](super::Runner) does.**
///
/// A server with a [lifespan](toolwright_core::Server::lifespan) is started by the first request;
/// the application that mounts it calls [`stop`](toolwright_core::Service::stop) on the server at
/// the end.
#[derive(Clone)]
pub struct Service(Arc<Shared>);

impl Service {
    /// Offers a server.
    ///
    /// # Errors
    /// The options are no hosts, origins or paths, or a tool's `x-mcp-header` breaks the rules.
    pub fn new(service: toolwright_core::Service, options: &Options) -> Result<Self, Error> {
        if let Some(Keeper(authority)) = &options.authority {
            authority.check().map_err(Error::Authority)?;
        }
        Ok(Self(Arc::new(Shared {
            guard: Guard::new(options)?,
            mirrors: Mirrors::new(service.tools())?,
            sessions: Sessions::new(&options.limits),
            duplexes: Duplexes::new(options.limits.sessions),
            message_path: options.old.as_ref().map(|(_, messages)| messages.clone()),
            sessions_allowed: options.sessions,
            streams: options.streams,
            limits: options.limits.clone(),
            authority: options.authority.clone(),
            draining: AtomicBool::new(false),
            service,
        })))
    }

    /// Answers one request. Dropping the future before it is ready, or the response's body before
    /// its end, means that the client is gone.
    pub async fn handle<B: http_body::Body>(&self, request: Request<B>) -> Response<Body> {
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        self.handle_from(request, peer).await
    }

    /// The server is about to stop: its [health route](Options::health) says so, responses ask
    /// clients to close their connections, and streams that only wait for something to happen
    /// end. Requests are still served. [`Runner`](super::Runner) does this by itself.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
        self.0.service.stop_listening();
        self.0.sessions.stop_listening();
        self.0.duplexes.close();
    }

    /// As [`Service::handle`], for a request that this peer sent.
    pub(super) async fn handle_from<B: http_body::Body>(
        &self,
        request: Request<B>,
        peer: Option<IpAddr>,
    ) -> Response<Body> {
        let shared = &*self.0;
        let version = request.version();
        let tells_browsers = shared.guard.tells_browsers();
        let page =
            if tells_browsers { shared.guard.page(request.headers()).cloned() } else { None };
        let expires = request.extensions().get::<ExpiresIn>();
        let until = expires.and_then(|ExpiresIn(time)| Instant::now().checked_add(*time));
        let mut is_public = false;
        let mut response = match shared.guard.admit(request, peer) {
            Err(refusal) => refusal.into_response(),
            Ok(request) => {
                is_public = request.verb() == Verb::Document;
                match &shared.authority {
                    Some(authority) if request.verb().is_protected() => {
                        // Boxed, so that servers without one are no larger for it.
                        Box::pin(self.protected(authority, request, peer)).await
                    }
                    _ => self.route(request, peer).await,
                }
            }
        };
        if let Some(until) = until {
            response.body_mut().stop_listening_at(until);
        }
        if tells_browsers && !is_public {
            cors::allow(response.headers_mut(), page);
        }
        // Later versions close connections without words.
        if shared.draining.load(Ordering::Relaxed) && version <= Version::HTTP_11 {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    /// Answers a request if whoever sends it may be there.
    async fn protected<B: http_body::Body>(
        &self,
        authority: &Keeper,
        mut request: Guarded<B>,
        peer: Option<IpAddr>,
    ) -> Response<Body> {
        let passed = match authority.admit(&mut request).await {
            Ok(passed) => passed,
            Err(refused) => return refused,
        };
        let mut response = self.route(request, peer).await;
        authority.complete(passed, &mut response);
        response
    }

    async fn route<B: http_body::Body>(
        &self,
        request: Guarded<B>,
        peer: Option<IpAddr>,
    ) -> Response<Body> {
        let shared = &*self.0;
        let answered = match request.verb() {
            Verb::Post { streams } => post(shared, request, streams, peer).await,
            Verb::Get => session::listen(shared, &request),
            Verb::Delete => session::end(shared, &request),
            Verb::Open => old::open(shared, request.head()),
            Verb::Message => old::message(shared, request).await,
            Verb::Preflight => Ok(cors::preflight(request.headers())),
            Verb::Health => Ok(self.health()),
            Verb::Document => self.document(request.head()),
        };
        answered.unwrap_or_else(Refusal::into_response)
    }

    fn document(&self, head: &Parts) -> Result<Response<Body>, Refusal> {
        let found = self.0.authority.as_ref().and_then(|it| it.0.document(head.uri.path()));
        let gone = || Refusal::new(StatusCode::NOT_FOUND, "there is nothing at this path");
        document::answer(&head.method, &found.ok_or_else(gone)?)
    }

    fn health(&self) -> Response<Body> {
        if self.0.draining.load(Ordering::Relaxed) {
            return reply::text(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
        }
        reply::text(StatusCode::OK, "ok\n")
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// Ends sessions that were idle for too long.
    pub(super) fn sweep(&self) {
        self.0.sessions.sweep();
    }

    /// Makes the server's state, before the first request.
    pub(super) async fn start(&self) -> Result<(), ServeError> {
        self.0.service.start().await
    }

    /// Ends what outlives requests, after the last one.
    pub(super) async fn stop(&self) -> Result<(), ServeError> {
        self.0.service.stop().await
    }

    /// Ends all sessions.
    pub(super) fn close(&self) {
        self.0.sessions.close();
    }
}

impl<B> tower_service::Service<Request<B>> for Service
where
    B: http_body::Body + Send + 'static,
    B::Data: Send,
    B::Error: Send,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let service = self.clone();
        Box::pin(async move { Ok(service.handle(request).await) })
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("sessions", &self.0.sessions).finish_non_exhaustive()
    }
}
