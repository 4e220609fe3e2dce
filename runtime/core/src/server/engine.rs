//! What all connections of a server share, and the way of a request through it.

use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::{
    Object, PromptsCapability, ResourcesCapability, ServerCapabilities, ToolsCapability,
};

use super::call;
use super::change::Announcer;
use super::completion;
use super::lifespan::Lifespans;
use super::listen::{self, LISTEN};
use super::logging;
use super::prompts::Library;
use super::registry::Registry;
use super::resources::Shelf;
use super::subscribe;
use super::{Server, States};
use crate::BoxFuture;
use crate::ask::MemoryStates;
use crate::context::{Common, Consumed, Context, States as ServerStates};
use crate::era::{Lists, Offer};
use crate::error::{BuildError, ProtocolError};
use crate::frame::Params;
use crate::limits::Limits;
use crate::middleware::{Body, Endpoint, Middleware, Next, Request, Response};
use crate::seal::{Keys, Sealer};
use crate::watch::Kinds;

/// A checked server.
pub(super) struct Engine {
    offer: Offer,
    registry: Registry,
    resources: Shelf,
    prompts: Library,
    middleware: Vec<Arc<dyn Middleware>>,
    common: Arc<Common>,
    announcer: Announcer,
    lifespans: Lifespans,
}

impl Engine {
    pub(super) fn build(server: Server) -> Result<Self, BuildError> {
        let mut capabilities = ServerCapabilities::default();
        if !server.tools.is_empty() {
            capabilities.tools = Some(ToolsCapability::default());
        }
        if !server.resources.is_empty() {
            capabilities.resources = Some(ResourcesCapability::default());
        }
        if !server.prompts.is_empty() {
            capabilities.prompts = Some(PromptsCapability::default());
        }
        let consumed = match server.consumed {
            Some(States::Shared(_)) if server.keys.is_none() => {
                return Err(BuildError::SharedWithoutKeys);
            }
            Some(States::Own) => Some(Consumed(Arc::new(MemoryStates::new()))),
            Some(States::Shared(store)) => Some(Consumed(store)),
            None => None,
        };
        let keys = server.keys.map_or_else(Keys::random, Ok).map_err(BuildError::Random)?;
        let name = server.info.name.clone();
        if server.logs {
            capabilities.logging = Some(Object::default());
        }
        let mut lists = Lists::default();
        let registry = Registry::new(server.tools, &mut lists.tools)?;
        let resources = Shelf::new(server.resources, &mut lists)?;
        let prompts = Library::new(server.prompts, &mut lists.prompts)?;
        if resources.completes() || prompts.completes() {
            capabilities.completions = Some(Object::default());
        }
        if server.subscriptions {
            promise_changes(&mut capabilities);
        }
        let announcer = Announcer::default();
        announcer.plug(Arc::clone(&server.hub));
        let common = Common {
            limits: server.limits,
            sealer: Sealer::new(keys),
            name,
            consumed,
            hub: server.hub,
            logs: server.logs,
            states: ServerStates { given: server.state, ..ServerStates::default() },
            ..Common::default()
        };
        Ok(Self {
            offer: Offer::new(server.info, server.instructions, capabilities, lists),
            registry,
            resources,
            prompts,
            middleware: server.middleware,
            announcer,
            common: Arc::new(common),
            lifespans: Lifespans::new(server.lifespans),
        })
    }

    pub(super) fn offer(&self) -> &Offer {
        &self.offer
    }

    /// Where changes of lists and resources go.
    #[allow(dead_code, reason = "sets that change come to use it")]
    pub(super) fn announcer(&self) -> &Announcer {
        &self.announcer
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.common.limits
    }

    /// Which lists may change; `None` if nothing is ever told to have changed.
    pub(super) fn told(&self) -> Option<Kinds> {
        let told = listen::told(self.offer.capabilities());
        (!told.is_empty() || self.tells_of_resources()).then_some(told)
    }

    /// What all requests share.
    pub(super) fn common(&self) -> &Arc<Common> {
        &self.common
    }

    pub(super) fn lifespans(&self) -> &Lifespans {
        &self.lifespans
    }

    /// Answers an admitted request, middleware first.
    pub(super) async fn respond(
        self: Arc<Self>,
        cx: Context,
        method: Box<str>,
        params: Option<Box<RawValue>>,
    ) -> Result<Response, ProtocolError> {
        let params = params.as_deref();
        if self.middleware.is_empty() {
            return self.route(&cx, &method, params).await;
        }
        let tool = (*method == *"tools/call").then(|| call::name(params)).flatten();
        let request = Request::new(&method, tool.as_deref(), params);
        Next::new(&self.middleware, &*self).run(&cx, request).await
    }

    async fn route(
        &self,
        cx: &Context,
        method: &str,
        params: Option<&RawValue>,
    ) -> Result<Response, ProtocolError> {
        let written = match method {
            "tools/call" => {
                return call::run(&self.registry, cx, params).await;
            }
            "tools/list" if self.offer.capabilities().tools.is_some() => {
                first_page(params)?;
                self.offer.list_tools(cx.revision())?
            }
            "resources/read" if self.has_resources() => {
                return self.resources.read(cx, params).await;
            }
            "resources/list" if self.has_resources() => {
                first_page(params)?;
                self.offer.list_resources(cx.revision())?
            }
            "resources/templates/list" if self.has_resources() => {
                first_page(params)?;
                self.offer.list_templates(cx.revision())?
            }
            "prompts/get" if self.has_prompts() => {
                return self.prompts.fill(cx, params).await;
            }
            "prompts/list" if self.has_prompts() => {
                first_page(params)?;
                self.offer.list_prompts(cx.revision())?
            }
            "completion/complete" if self.offer.capabilities().completions.is_some() => {
                let completed = completion::run(&self.resources, &self.prompts, cx, params);
                return completed.await.map(Response::from);
            }
            "logging/setLevel" if self.common.logs => logging::set_level(cx, params)?,
            "resources/subscribe" if self.tells_of_resources() => {
                subscribe::subscribe(&self.resources, cx, params)?;
                "{}".into()
            }
            "resources/unsubscribe" if self.tells_of_resources() => {
                subscribe::unsubscribe(cx, params)?;
                "{}".into()
            }
            LISTEN if self.told().is_some() => {
                let (capabilities, info) = (self.offer.capabilities(), self.offer.info());
                // Boxed, so that requests of other kinds are no larger for it.
                Box::pin(listen::run(&self.resources, capabilities, info, cx, params)).await?
            }
            "server/discover" => self.offer.discover()?,
            "ping" => "{}".into(),
            _ => return Err(ProtocolError::method_not_found(method)),
        };
        Ok(Response(Body::Written(written)))
    }

    fn has_prompts(&self) -> bool {
        self.offer.capabilities().prompts.is_some()
    }

    fn tells_of_resources(&self) -> bool {
        listen::tells_of_resources(self.offer.capabilities())
    }

    fn has_resources(&self) -> bool {
        self.offer.capabilities().resources.is_some()
    }
}

impl Endpoint for Engine {
    fn answer<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        Box::pin(self.route(cx, request.method(), request.params()))
    }
}

/// Declares that everything there is may change.
fn promise_changes(capabilities: &mut ServerCapabilities) {
    if let Some(tools) = &mut capabilities.tools {
        tools.list_changed = Some(true);
    }
    if let Some(prompts) = &mut capabilities.prompts {
        prompts.list_changed = Some(true);
    }
    if let Some(resources) = &mut capabilities.resources {
        resources.list_changed = Some(true);
        resources.subscribe = Some(true);
    }
}

/// Lists have one page, so no cursor was ever given out.
fn first_page(params: Option<&RawValue>) -> Result<(), ProtocolError> {
    match Params::read(params.map(RawValue::get)).cursor {
        None => Ok(()),
        Some(_) => Err(ProtocolError::invalid_params("unknown cursor: start the list anew")),
    }
}
