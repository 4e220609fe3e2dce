//! What all connections of a server share, and the way of a request through it.

use std::sync::Arc;

use serde_json::value::RawValue;
use toolwright_spec::{Object, ServerCapabilities};

use super::apps;
use super::call::{self, Rules};
use super::change::Announcer;
use super::completion;
use super::lifespan::Lifespans;
use super::listen::{self, LISTEN, Telling};
use super::lists::List;
use super::logging;
use super::named;
use super::session_tasks;
use super::stock::Stock;
use super::subscribe;
use super::task::{self, Tasks};
use super::wanted::Wanted;
use super::{Server, States};
use crate::BoxFuture;
use crate::ask::MemoryStates;
use crate::context::{Common, Consumed, Context, States as ServerStates};
use crate::era::{Catalog, Listed, Offer};
use crate::error::{BuildError, ProtocolError};
use crate::extension::Spoken;
use crate::frame::{Kept, Params};
use crate::limits::Limits;
use crate::middleware::{Body, Endpoint, Middleware, Next, Request, Response};
use crate::seal::{Keys, Sealer};
use crate::task::Ledger;
use crate::visibility::Item;
use crate::watch::Kinds;

/// A checked server.
pub(super) struct Engine {
    offer: Arc<Offer>,
    stock: Stock,
    validate_output: bool,
    middleware: Vec<Arc<dyn Middleware>>,
    common: Arc<Common>,
    lifespans: Lifespans,
    tasks: Option<Tasks>,
}

/// Parameters on their way to a handler.
pub(super) struct Given {
    /// All of them; missing where only `call` is looked at.
    params: Option<Box<RawValue>>,
    /// Of a `tools/call`.
    call: Option<Kept>,
}

impl Engine {
    pub(super) fn build(mut server: Server) -> Result<Self, BuildError> {
        apps::add(&mut server)?;
        server.check_mounts()?;
        let mut capabilities = ServerCapabilities::default();
        let kinds =
            (!server.tools.is_empty(), !server.resources.is_empty(), !server.prompts.is_empty());
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
        let announcer = Announcer::default();
        let mut stock = Stock::new(
            server.tools,
            server.resources,
            server.prompts,
            server.task_policies.clone(),
            Wanted::new(server.scopes)?,
        )?;
        let missing = |name: &String| stock.tools.now().find(name).is_none();
        if let Some(name) = server.confined.into_iter().find(missing)
            && !stock.tools.changes()
        {
            return Err(BuildError::NoSuchTool { name });
        }
        stock.announce(&announcer);
        stock.advertise(kinds, &mut capabilities);
        let mut hints = server.hints;
        stock.hint(&mut hints);
        if !server.filters.is_empty() {
            hints.filtered();
        }
        if server.subscriptions {
            promise_changes(&mut capabilities);
        }
        announcer.plug(Arc::clone(&server.hub));
        apps::check(&stock)?;
        let ledger = task::store(&stock, &server.task_policies, server.task_store)?;
        let ledger = ledger.map(|store| {
            Arc::new(Ledger::new(store, Arc::clone(&server.hub), task::bounds(&server.limits)))
        });
        let own = ledger.as_ref().map(task::extension);
        let spoken = Spoken::new(server.extensions, server.methods, own)?;
        capabilities.extensions = spoken.extensions();
        capabilities.tasks = ledger.as_ref().map(|_| session_tasks::capability());
        let common = Common {
            limits: server.limits,
            filters: server.filters,
            told: stock.told(),
            lists_forbidden: server.lists_forbidden,
            caller: server.caller,
            sealer: Sealer::new(keys),
            name,
            consumed,
            hub: server.hub,
            logs: server.logs,
            states: ServerStates { given: server.state, ..ServerStates::default() },
            ..Common::default()
        };
        let offer = Offer::new(server.info, server.instructions, capabilities, hints, spoken);
        let offer = Arc::new(offer);
        let tasks = ledger.map(|ledger| Tasks::new(ledger, Arc::clone(&offer)));
        Ok(Self {
            offer,
            tasks,
            stock,
            validate_output: server.validate_output,
            middleware: server.middleware,
            common: Arc::new(common),
            lifespans: Lifespans::new(server.lifespans),
        })
    }

    pub(super) fn offer(&self) -> &Offer {
        &self.offer
    }

    /// What the server has.
    pub(super) fn stock(&self) -> &Stock {
        &self.stock
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.common.limits
    }

    /// Which lists may change; `None` if nothing is ever told to have changed.
    pub(super) fn told(&self) -> Option<Kinds> {
        let told = listen::told(self.offer.capabilities());
        let tells = !told.is_empty() || self.tells_of_resources() || self.tasks.is_some();
        tells.then_some(told)
    }

    /// What all requests share.
    pub(super) fn common(&self) -> &Arc<Common> {
        &self.common
    }

    /// Ends what outlives requests; how much of it did not finish in time.
    pub(super) async fn end_jobs(&self) -> usize {
        if let Some(tasks) = &self.tasks {
            tasks.ledger().hang_up();
        }
        let left = self.common.jobs.end(self.limits().shutdown_grace).await;
        if let Some(tasks) = &self.tasks {
            tasks.ledger().abandon().await;
        }
        left
    }

    pub(super) fn lifespans(&self) -> &Lifespans {
        &self.lifespans
    }

    /// Keeps what is needed of a request's parameters.
    ///
    /// # Errors
    /// They are no JSON.
    pub(super) fn keep(
        &self,
        method: &str,
        params: Option<&str>,
        members: &Params<'_>,
    ) -> Result<Given, ProtocolError> {
        let call = (method == "tools/call").then(|| Kept::new(members));
        // Nobody else looks at the parameters of a call.
        let rest = params.filter(|_| call.is_none() || !self.middleware.is_empty());
        let rest = rest.map(|params| RawValue::from_string(params.to_owned())).transpose();
        let params = rest.map_err(|error| ProtocolError::invalid_params(error.to_string()))?;
        Ok(Given { params, call })
    }

    /// Answers an admitted request, middleware first.
    pub(super) async fn respond(
        self: Arc<Self>,
        cx: Context,
        method: Box<str>,
        given: Given,
    ) -> Result<Response, ProtocolError> {
        let Given { params, call } = &given;
        let (params, call) = (params.as_deref(), call.as_ref());
        if self.middleware.is_empty() {
            let request = Request::new(&method, None, params).with_kept(call);
            return self.route(&cx, request).await;
        }
        let tool = call.and_then(|call| named::name_of(&call.params()));
        let request = Request::new(&method, tool.as_deref(), params).with_kept(call);
        Next::new(&self.middleware, &*self).run(&cx, request).await
    }

    async fn route(&self, cx: &Context, request: Request<'_>) -> Result<Response, ProtocolError> {
        let (method, params) = (request.method(), request.params());
        let written = match method {
            "tools/call" => {
                let tools = self.stock.tools.now();
                return call::run(&tools, cx, self.rules(), &request.call()).await;
            }
            "tools/list" if self.offer.capabilities().tools.is_some() => {
                list(self.stock.tools.now().catalog(), &self.offer, cx, params)?
            }
            "resources/read" if self.has_resources() => {
                let resources = self.stock.resources.now();
                let mut read = resources.read(cx, params).await?;
                if let Body::Resource(result) = &mut read.0 {
                    self.offer.hints().fill(result);
                }
                return Ok(read);
            }
            "resources/list" if self.has_resources() => self.list_resources(cx, params).await?,
            "resources/templates/list" if self.has_resources() => {
                let resources = self.stock.resources.now();
                list(resources.templates(), &self.offer, cx, params)?
            }
            "prompts/get" if self.has_prompts() => {
                return self.stock.prompts.now().fill(cx, params).await;
            }
            "prompts/list" if self.has_prompts() => {
                list(self.stock.prompts.now().catalog(), &self.offer, cx, params)?
            }
            "completion/complete" if self.offer.capabilities().completions.is_some() => {
                let (resources, prompts) = (self.stock.resources.now(), self.stock.prompts.now());
                let completed = completion::run(&resources, &prompts, cx, params);
                return completed.await.map(Response::from);
            }
            "logging/setLevel" if self.common.logs => logging::set_level(cx, params)?,
            "resources/subscribe" if self.tells_of_resources() => {
                let uri = subscribe::wanted(|uri| self.has(cx, uri), cx, params)?;
                let scopes = self.stock.resources.now().needed(cx, &uri).await?;
                subscribe::subscribe(cx, &uri, scopes)?;
                "{}".into()
            }
            "resources/unsubscribe" if self.tells_of_resources() => {
                subscribe::unsubscribe(cx, params)?;
                "{}".into()
            }
            LISTEN if self.told().is_some() => {
                let ledger = self.tasks.as_ref().map(Tasks::ledger);
                let telling = Telling {
                    capabilities: self.offer.capabilities(),
                    identity: self.offer.info(),
                    ledger: ledger.map(|ledger| &**ledger),
                };
                // Boxed, so that requests of other kinds are no larger for it.
                let readable = |uris: Vec<String>| -> BoxFuture<'_, _> {
                    Box::pin(async move { self.stock.resources.now().readable(cx, uris).await })
                };
                Box::pin(listen::run(readable, telling, cx, params)).await?
            }
            "server/discover" => self.offer.discover()?,
            "ping" => "{}".into(),
            _ if session_tasks::METHODS.contains(&method) && session_tasks::spoken_by(cx) => {
                let tasks = self.tasks.as_ref();
                let tasks = tasks.ok_or_else(|| ProtocolError::method_not_found(method))?;
                // As above.
                return Box::pin(session_tasks::answer(tasks.ledger(), cx, method, params)).await;
            }
            _ => match self.offer.method(method, cx.revision()) {
                Some(custom) => return custom.answer(cx, params).await.map(Response::from),
                None => return Err(ProtocolError::method_not_found(method)),
            },
        };
        Ok(Response(Body::Written(written)))
    }

    /// A page of the resources, with those that are found out for this request.
    async fn list_resources(
        &self,
        cx: &Context,
        params: Option<&RawValue>,
    ) -> Result<Arc<str>, ProtocolError> {
        let resources = self.stock.resources.now();
        let (more, scoped) = match resources.has_instances() {
            true => resources.instances(cx).await?,
            false => (Vec::new(), false),
        };
        let private = scoped || resources.is_scoped();
        List { catalog: resources.resources(), more, private }.answer(&self.offer, cx, params)
    }

    /// Whether there is a resource under a URI, as far as the caller can see.
    fn has(&self, cx: &Context, uri: &str) -> bool {
        self.stock.resources.now().has(uri) && cx.shows(&Item::Resource(uri))
    }

    fn rules(&self) -> Rules<'_> {
        Rules { validate_output: self.validate_output, tasks: self.tasks.as_ref() }
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
        Box::pin(self.route(cx, request))
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

/// A page of a list that is the same for all requests, but for what is hidden.
fn list<T: Listed>(
    catalog: &Catalog<T>,
    offer: &Offer,
    cx: &Context,
    params: Option<&RawValue>,
) -> Result<Arc<str>, ProtocolError> {
    let private = catalog.is_scoped();
    List { catalog, more: Vec::new(), private }.answer(offer, cx, params)
}
