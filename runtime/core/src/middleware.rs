//! What runs around every request.
//!
//! Ready to use: [`Timeout`], [`Concurrency`], [`RateLimit`], [`ResponseSize`] and [`Trace`];
//! [`Only`] and [`Server::tool_middleware`](crate::Server::tool_middleware) confine them to some
//! requests, [`Layered`](crate::compose::Layered) to a set.

mod busy;
mod concurrency;
mod only;
mod rate_limit;
mod response_size;
mod timeout;
mod trace;

use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::{
    CallToolResult, CompleteResult, GetPromptResult, InputRequiredResult, RawJson,
    ReadResourceResult,
};

use crate::BoxFuture;
use crate::context::Context;
use crate::error::ProtocolError;
use crate::frame::{Kept, Params};

pub use concurrency::Concurrency;
pub use only::Only;
pub use rate_limit::RateLimit;
pub use response_size::ResponseSize;
pub use timeout::Timeout;
pub use trace::Trace;

/// Code around requests: logging, rate limits, access control, caching.
///
/// Middleware runs in the order in which it was added, the first outermost. It sees each request
/// after the protocol has accepted it and before its parameters are looked at, and the response
/// before it takes its final shape for the caller's revision.
///
/// ```
/// use toolwright_core::{BoxFuture, Context, Middleware, Next, ProtocolError, Request, Response};
///
/// struct ReadOnly;
///
/// impl Middleware for ReadOnly {
///     fn handle<'a>(
///         &'a self,
///         cx: &'a Context,
///         request: Request<'a>,
///         next: Next<'a>,
///     ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
///         Box::pin(async move {
///             if request.tool().is_some_and(|tool| tool.starts_with("delete")) {
///                 return Err(ProtocolError::new(403, "deleting is switched off"));
///             }
///             next.run(cx, request).await
///         })
///     }
/// }
/// ```
pub trait Middleware: Send + Sync + 'static {
    /// Answers the request, usually by way of `next`.
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>>;
}

/// A request as middleware sees it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    method: &'a str,
    tool: Option<&'a str>,
    params: Option<&'a RawValue>,
    kept: Option<&'a Kept>,
}

impl<'a> Request<'a> {
    pub(crate) fn new(
        method: &'a str,
        tool: Option<&'a str>,
        params: Option<&'a RawValue>,
    ) -> Self {
        Self { method, tool, params, kept: None }
    }

    /// The same, with what was read of the parameters of a call.
    pub(crate) fn with_kept(mut self, kept: Option<&'a Kept>) -> Self {
        self.kept = kept;
        self
    }

    /// What a call says.
    pub(crate) fn call(&self) -> Params<'a> {
        match self.kept {
            Some(kept) => kept.params(),
            None => Params::read(self.params.map(RawValue::get)),
        }
    }

    /// The method: `tools/call`.
    #[must_use]
    pub fn method(&self) -> &'a str {
        self.method
    }

    /// The tool that is to be called, if the method is `tools/call`. There may be none of that
    /// name.
    #[must_use]
    pub fn tool(&self) -> Option<&'a str> {
        self.tool
    }

    /// Whether it is a stream of change notices, which lasts until somebody ends it.
    #[must_use]
    pub fn is_subscription(&self) -> bool {
        self.method == "subscriptions/listen"
    }

    /// The parameters, a JSON object, as they came.
    #[must_use]
    pub fn params(&self) -> Option<&'a RawValue> {
        self.params
    }
}

/// A result on its way out.
#[derive(Debug, Clone)]
pub struct Response(pub(crate) Body);

/// What a [`Response`] holds.
#[derive(Debug, Clone)]
pub(crate) enum Body {
    /// The result of a tool, not yet fitted to the caller.
    Tool(Box<CallToolResult>),
    /// The contents of a resource, likewise.
    Resource(Box<ReadResourceResult>),
    /// A filled prompt, likewise.
    Prompt(Box<GetPromptResult>),
    /// Suggestions, likewise.
    Completion(Box<CompleteResult>),
    /// Questions that come before the result, likewise.
    Asks(Box<InputRequiredResult>),
    /// The result of a method that the protocol does not have: an object as it was written.
    Custom(RawJson),
    /// A complete result, already written for the caller's revision.
    Written(Arc<str>),
}

impl Response {
    /// The result of a tool call.
    #[must_use]
    pub fn tool_result(&self) -> Option<&CallToolResult> {
        match &self.0 {
            Body::Tool(result) => Some(result),
            _ => None,
        }
    }

    /// The result of a tool call, to be changed.
    #[must_use]
    pub fn tool_result_mut(&mut self) -> Option<&mut CallToolResult> {
        match &mut self.0 {
            Body::Tool(result) => Some(result),
            _ => None,
        }
    }

    /// What the client is asked before there is a result, if that is the response.
    #[must_use]
    pub fn questions(&self) -> Option<&InputRequiredResult> {
        match &self.0 {
            Body::Asks(questions) => Some(questions),
            _ => None,
        }
    }
}

impl From<CallToolResult> for Response {
    fn from(result: CallToolResult) -> Self {
        Self(Body::Tool(Box::new(result)))
    }
}

/// The result of a method that the protocol does not have: an object.
impl From<RawJson> for Response {
    fn from(result: RawJson) -> Self {
        Self(Body::Custom(result))
    }
}

impl From<ReadResourceResult> for Response {
    fn from(result: ReadResourceResult) -> Self {
        Self(Body::Resource(Box::new(result)))
    }
}

impl From<GetPromptResult> for Response {
    fn from(result: GetPromptResult) -> Self {
        Self(Body::Prompt(Box::new(result)))
    }
}

impl From<CompleteResult> for Response {
    fn from(result: CompleteResult) -> Self {
        Self(Body::Completion(Box::new(result)))
    }
}

/// The rest of the chain.
pub struct Next<'a> {
    chain: &'a [Arc<dyn Middleware>],
    end: &'a dyn Endpoint,
}

impl<'a> Next<'a> {
    pub(crate) fn new(chain: &'a [Arc<dyn Middleware>], end: &'a dyn Endpoint) -> Self {
        Self { chain, end }
    }

    /// Hands the request on.
    #[must_use]
    pub fn run(
        self,
        cx: &'a Context,
        request: Request<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        match self.chain.split_first() {
            Some((first, rest)) => first.handle(cx, request, Self { chain: rest, end: self.end }),
            None => self.end.answer(cx, request),
        }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("left", &self.chain.len()).finish_non_exhaustive()
    }
}

/// What stands behind the last middleware.
pub(crate) trait Endpoint: Send + Sync {
    /// Answers an admitted request.
    fn answer<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>>;
}
