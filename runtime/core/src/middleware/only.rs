//! Middleware for some requests.

use std::collections::HashSet;

use super::{Middleware, Next, Request, Response};
use crate::BoxFuture;
use crate::context::Context;
use crate::error::ProtocolError;

/// Middleware that only some requests pass through; the others go past it.
///
/// ```
/// use std::time::Duration;
/// use toolwright_core::Server;
/// use toolwright_core::middleware::{Only, RateLimit, Timeout};
///
/// let server = Server::new("shop", "1.0.0")
///     .middleware(Only::tools(["report"], Timeout::new(Duration::from_secs(300))))
///     .middleware(Only::methods(["tools/call"], RateLimit::new(60, Duration::from_secs(60))));
/// # server.build().unwrap();
/// ```
#[derive(Debug)]
pub struct Only<M> {
    /// Tools, or methods.
    names: HashSet<String>,
    is_tools: bool,
    middleware: M,
}

impl<M: Middleware> Only<M> {
    /// For calls of these tools.
    pub fn tools<S: Into<String>>(names: impl IntoIterator<Item = S>, middleware: M) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        Self { names, is_tools: true, middleware }
    }

    /// For requests with these methods.
    pub fn methods<S: Into<String>>(names: impl IntoIterator<Item = S>, middleware: M) -> Self {
        let names = names.into_iter().map(Into::into).collect();
        Self { names, is_tools: false, middleware }
    }
}

impl<M: Middleware> Middleware for Only<M> {
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        let name = if self.is_tools { request.tool() } else { Some(request.method()) };
        if name.is_some_and(|name| self.names.contains(name)) {
            return self.middleware.handle(cx, request, next);
        }
        next.run(cx, request)
    }
}
