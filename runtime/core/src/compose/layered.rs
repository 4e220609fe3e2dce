//! Sets behind middleware of their own.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use toolwright_spec::{
    CallToolResult, GetPromptResult, Prompt, ReadResourceResult, Resource, ResourceTemplate, Tool,
};

use crate::era;
use crate::error::ProtocolError;
use crate::middleware::{Body, Endpoint, Middleware, Next, Request, Response};
use crate::prompt::{PromptCall, PromptSet, prompt_not_found};
use crate::resource::ResourceSet;
use crate::tool::{Schemas, ToolCall, ToolError, ToolSet};
use crate::{BoxFuture, BuildError, Changes, Complete, Context, Failure};

/// A set of tools, resources or prompts with middleware around each call, read or fill.
///
/// The middleware sees a [`Request`] as it does at a server, with the set's own names and without
/// `_meta`; it runs after arguments were checked.
///
/// ```
/// use std::time::Duration;
/// use toolwright_core::Server;
/// use toolwright_core::compose::Layered;
/// use toolwright_core::middleware::{Concurrency, Timeout};
/// use toolwright_core::tool::FnTools;
///
/// let reports = FnTools::new().tool("report", "Adds it all up", |_cx, (): ()| async { "42" });
/// let reports = Layered::new(reports, Concurrency::new(4)).with(Timeout::new(Duration::from_secs(60)));
/// let server = Server::new("shop", "1.0.0").tools(reports);
/// # server.build().unwrap();
/// ```
#[derive(Clone)]
pub struct Layered<S> {
    set: S,
    chain: Arc<[Arc<dyn Middleware>]>,
}

impl<S> Layered<S> {
    /// Puts middleware around a set.
    pub fn new(set: S, middleware: impl Middleware) -> Self {
        Self { set, chain: Arc::new([Arc::new(middleware)]) }
    }

    /// Adds middleware, inside of what was added before.
    #[must_use]
    pub fn with(mut self, middleware: impl Middleware) -> Self {
        let one: Arc<dyn Middleware> = Arc::new(middleware);
        self.chain = self.chain.iter().map(Arc::clone).chain([one]).collect();
        self
    }

    pub(crate) fn shared(set: S, chain: &Arc<[Arc<dyn Middleware>]>) -> Self {
        Self { set, chain: Arc::clone(chain) }
    }

    async fn run(
        &self,
        cx: &Context,
        request: Request<'_>,
        end: &dyn Endpoint,
    ) -> Result<Body, ProtocolError> {
        Next::new(&self.chain, end).run(cx, request).await.map(|response| response.0)
    }
}

impl<S: ToolSet> ToolSet for Layered<S> {
    fn tools(&self) -> Vec<Tool> {
        self.set.tools()
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        Box::pin(async move {
            let params = params(&Named { name: call.name(), arguments: call.arguments() });
            let request = Request::new("tools/call", Some(call.name()), params.as_deref());
            match self.run(cx, request, &Calling { set: &self.set, call }).await {
                Ok(Body::Tool(result)) => Ok(*result),
                Ok(_) => Err(ToolError::internal(STRANGE)),
                Err(error) => Err(ToolError::protocol(error)),
            }
        })
    }

    fn checks(&self, index: usize) -> bool {
        self.set.checks(index)
    }

    fn schemas(&self, index: usize) -> Option<Schemas> {
        self.set.schemas(index)
    }

    fn changes(&self) -> Vec<Changes> {
        self.set.changes()
    }

    fn snapshot(&self) -> Option<Arc<dyn ToolSet>> {
        Some(Arc::new(Layered::shared(self.set.snapshot()?, &self.chain)))
    }
}

impl<S: ResourceSet> ResourceSet for Layered<S> {
    fn resources(&self) -> Vec<Resource> {
        self.set.resources()
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        self.set.templates()
    }

    fn read<'a>(
        &'a self,
        cx: &'a Context,
        uri: &'a str,
    ) -> BoxFuture<'a, Result<ReadResourceResult, Failure>> {
        Box::pin(async move {
            let params = params(&Located { uri });
            let request = Request::new("resources/read", None, params.as_deref());
            let reading = Reading { set: &self.set, uri };
            match self.run(cx, request, &reading).await {
                Ok(Body::Resource(result)) => Ok(*result),
                Ok(_) => Err(Failure::internal(STRANGE)),
                Err(error) if error == no_resource(cx, uri) => Err(Failure::not_found()),
                Err(error) => Err(Failure::protocol(error)),
            }
        })
    }

    fn completer(&self, template: &str, variable: &str) -> Option<Box<dyn Complete + '_>> {
        self.set.completer(template, variable)
    }

    fn has_instances(&self) -> bool {
        self.set.has_instances()
    }

    fn instances<'a>(&'a self, cx: &'a Context) -> BoxFuture<'a, Result<Vec<Resource>, Failure>> {
        self.set.instances(cx)
    }

    fn check(&self) -> Result<(), BuildError> {
        self.set.check()
    }

    fn changes(&self) -> Vec<Changes> {
        self.set.changes()
    }

    fn snapshot(&self) -> Option<Arc<dyn ResourceSet>> {
        Some(Arc::new(Layered::shared(self.set.snapshot()?, &self.chain)))
    }
}

impl<S: PromptSet> PromptSet for Layered<S> {
    fn prompts(&self) -> Vec<Prompt> {
        self.set.prompts()
    }

    fn fill<'a>(
        &'a self,
        cx: &'a Context,
        call: PromptCall<'a>,
    ) -> BoxFuture<'a, Result<GetPromptResult, Failure>> {
        Box::pin(async move {
            let arguments: serde_json::Map<_, _> = call
                .arguments()
                .iter()
                .map(|(name, it)| (name.clone(), it.as_str().into()))
                .collect();
            let params = params(&Named { name: call.name(), arguments });
            let request = Request::new("prompts/get", None, params.as_deref());
            match self.run(cx, request, &Filling { set: &self.set, call }).await {
                Ok(Body::Prompt(result)) => Ok(*result),
                Ok(_) => Err(Failure::internal(STRANGE)),
                Err(error) if error == prompt_not_found(call.name()) => Err(Failure::not_found()),
                Err(error) => Err(Failure::protocol(error)),
            }
        })
    }

    fn completer(&self, index: usize, argument: &str) -> Option<Box<dyn Complete + '_>> {
        self.set.completer(index, argument)
    }

    fn check(&self) -> Result<(), BuildError> {
        self.set.check()
    }

    fn changes(&self) -> Vec<Changes> {
        self.set.changes()
    }

    fn snapshot(&self) -> Option<Arc<dyn PromptSet>> {
        Some(Arc::new(Layered::shared(self.set.snapshot()?, &self.chain)))
    }
}

impl<S: fmt::Debug> fmt::Debug for Layered<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layers = self.chain.len();
        f.debug_struct("Layered").field("set", &self.set).field("layers", &layers).finish()
    }
}

/// What is said of middleware that answers a call with the contents of a resource, or the like.
const STRANGE: &str = "middleware answered with a result of another method";

#[derive(Serialize)]
struct Named<'a, A> {
    name: &'a str,
    arguments: A,
}

#[derive(Serialize)]
struct Located<'a> {
    uri: &'a str,
}

/// Parameters as a client would have sent them.
fn params(params: &impl Serialize) -> Option<Box<RawValue>> {
    to_raw_value(params).ok()
}

/// What is not there, as middleware sees it. Behind the middleware it is what it was, so that
/// another set is asked.
fn no_resource(cx: &Context, uri: &str) -> ProtocolError {
    era::resource_not_found(cx.revision(), uri)
}

struct Calling<'a, S> {
    set: &'a S,
    call: ToolCall<'a>,
}

impl<S: ToolSet> Endpoint for Calling<'_, S> {
    fn answer<'a>(
        &'a self,
        cx: &'a Context,
        _: Request<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        Box::pin(async move {
            let called = self.set.call(cx, self.call).await;
            called.or_else(|error| error.into_answer(self.call.name())).map(Response::from)
        })
    }
}

struct Reading<'a, S> {
    set: &'a S,
    uri: &'a str,
}

impl<S: ResourceSet> Endpoint for Reading<'_, S> {
    fn answer<'a>(
        &'a self,
        cx: &'a Context,
        _: Request<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        Box::pin(async move {
            let read = self.set.read(cx, self.uri).await;
            let missing = || no_resource(cx, self.uri);
            read.map(Response::from)
                .map_err(|failure| failure.into_error("resources/read", missing))
        })
    }
}

struct Filling<'a, S> {
    set: &'a S,
    call: PromptCall<'a>,
}

impl<S: PromptSet> Endpoint for Filling<'_, S> {
    fn answer<'a>(
        &'a self,
        cx: &'a Context,
        _: Request<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        Box::pin(async move {
            let filled = self.set.fill(cx, self.call).await;
            let missing = || prompt_not_found(self.call.name());
            filled.map(Response::from).map_err(|failure| failure.into_error("prompts/get", missing))
        })
    }
}
