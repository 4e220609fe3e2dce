//! Servers: put together, checked, run.

mod additions;
mod apps;
mod batch;
mod call;
mod cancellation;
mod change;
mod claims;
mod completion;
mod connection;
mod contain;
mod engine;
mod exchange;
mod gate;
mod inflight;
mod instances;
mod internal;
mod lifespan;
mod listen;
mod lists;
mod live;
mod logging;
mod mount;
mod named;
mod notices;
mod output;
mod overload;
mod prompts;
mod registry;
mod resources;
mod scoped;
mod session_tasks;
mod stock;
mod subscribe;
mod task;
mod tasks;
mod throttle;
pub mod transport;
mod wanted;

use std::collections::HashMap;
use std::fmt;
use std::future::{self, Future};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncRead, AsyncWrite};
use toolwright_spec::{Implementation, Tool};

use crate::apps::App;
use crate::ask::ConsumedStates;
use crate::cache::{CacheHint, Cacheable, Hints};
use crate::context::{Context, Extensions, Filters};
use crate::error::{BuildError, Result, ServeError};
use crate::extension::{Extension, Method};
use crate::limits::Limits;
use crate::middleware::{Middleware, Only};
use crate::prompt::PromptSet;
use crate::resource::ResourceSet;
use crate::seal::Keys;
use crate::task::{TaskPolicy, TaskStore};
use crate::tool::{FnTools, IntoToolResult, ToolSet};
use crate::visibility::Item;
use crate::watch::{Bus, Hub, Publisher};

use connection::Connection;
use engine::Engine;
use lifespan::Lifespan;
use mount::Mount;

/// A server in the making.
///
/// ```no_run
/// use toolwright_core::Server;
///
/// # async fn run() -> toolwright_core::Result<()> {
/// Server::new("shop", "1.0.0")
///     .title("The corner shop")
///     .instructions("Search before you order.")
///     .stdio()
///     .await
/// # }
/// ```
///
/// What was added is what the server advertises: a server without tools says that it has none.
///
/// Handlers of one connection take turns in the task that serves it, so they wait for one another
/// only while one of them keeps the thread: work that blocks, or computes for long, belongs into
/// [`tokio::task::spawn_blocking`].
pub struct Server {
    info: Implementation,
    instructions: Option<String>,
    tools: Vec<Arc<dyn ToolSet>>,
    resources: Vec<Arc<dyn ResourceSet>>,
    prompts: Vec<Arc<dyn PromptSet>>,
    middleware: Vec<Arc<dyn Middleware>>,
    limits: Limits,
    keys: Option<Keys>,
    consumed: Option<States>,
    logs: bool,
    state: Extensions,
    lifespans: Vec<Lifespan>,
    subscriptions: bool,
    hub: Arc<Hub>,
    hints: Hints,
    filters: Filters,
    /// What is needed besides what definitions say, by name, URI or template.
    scopes: HashMap<String, Vec<String>>,
    lists_forbidden: bool,
    /// What is known of who calls over streams of bytes.
    caller: Extensions,
    validate_output: bool,
    extensions: Vec<Extension>,
    methods: Vec<Method>,
    apps: Vec<App>,
    task_policies: HashMap<String, TaskPolicy>,
    task_store: Option<Box<dyn TaskStore>>,
    mounts: Vec<Mount>,
    /// Tools that have middleware of their own.
    confined: Vec<String>,
}

/// Where it is kept which states of requests were used.
enum States {
    /// In this process.
    Own,
    /// Where others see it too.
    Shared(Arc<dyn ConsumedStates>),
}

impl Server {
    /// A server by this name and version, which clients show to their users.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            info: Implementation::new(name, version),
            instructions: None,
            tools: Vec::new(),
            resources: Vec::new(),
            prompts: Vec::new(),
            middleware: Vec::new(),
            limits: Limits::default(),
            keys: None,
            consumed: None,
            logs: false,
            state: Extensions::default(),
            lifespans: Vec::new(),
            subscriptions: false,
            hub: Arc::default(),
            hints: Hints::default(),
            filters: Filters::default(),
            scopes: HashMap::new(),
            lists_forbidden: false,
            caller: Extensions::default(),
            validate_output: cfg!(debug_assertions),
            extensions: Vec::new(),
            methods: Vec::new(),
            apps: Vec::new(),
            task_policies: HashMap::new(),
            task_store: None,
            mounts: Vec::new(),
            confined: Vec::new(),
        }
    }

    /// A name for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.info = self.info.with_title(title);
        self
    }

    /// How to use the server, written for the model.
    #[must_use]
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// Everything else that can be said of it: description, web site, icons. Replaces name,
    /// version and title.
    #[must_use]
    pub fn info(mut self, info: Implementation) -> Self {
        self.info = info;
        self
    }

    /// Adds tools. Sets are listed in the order in which they are added.
    #[must_use]
    pub fn tools(mut self, set: impl ToolSet) -> Self {
        self.tools.push(Arc::new(set));
        self
    }

    /// Adds one tool, a closure. [`FnTools`] has more to say about it, and collects several.
    ///
    /// ```
    /// use toolwright_core::Server;
    ///
    /// #[derive(serde::Deserialize, schemars::JsonSchema)]
    /// struct Search {
    ///     /// Words to look for
    ///     query: String,
    /// }
    ///
    /// let server = Server::new("shop", "1.0.0")
    ///     .tool("search", "Search the catalogue", |_cx, search: Search| async move {
    ///         format!("nothing about {}", search.query)
    ///     });
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn tool<A, R, T>(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        handler: impl Fn(Context, A) -> R + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned + JsonSchema + 'static,
        R: Future<Output = T> + Send + 'static,
        T: IntoToolResult + 'static,
    {
        self.tools(FnTools::new().tool(name, description, handler))
    }

    /// Adds resources. Sets are listed, and asked for what none of them lists, in the order in
    /// which they are added.
    ///
    /// ```
    /// use toolwright_core::{Resources, Server};
    /// use toolwright_spec::Resource;
    ///
    /// let hours = Resource::new("hours", "shop://hours").with_mime_type("text/plain");
    /// let server = Server::new("shop", "1.0.0").resources(Resources::new().text(hours, "9 to 5"));
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn resources(mut self, set: impl ResourceSet) -> Self {
        self.resources.push(Arc::new(set));
        self
    }

    /// Adds prompts. Sets are listed in the order in which they are added.
    ///
    /// ```
    /// use toolwright_core::{Prompts, Server};
    ///
    /// let greet = Prompts::new().prompt("greet", "Says hello", |_cx, (): ()| async { "Hello!" });
    /// let server = Server::new("shop", "1.0.0").prompts(greet);
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn prompts(mut self, set: impl PromptSet) -> Self {
        self.prompts.push(Arc::new(set));
        self
    }

    /// Adds middleware, inside of what was added before.
    #[must_use]
    pub fn middleware(mut self, middleware: impl Middleware) -> Self {
        self.middleware.push(Arc::new(middleware));
        self
    }

    /// Adds middleware for one tool. The server is not built without a tool of this name, unless
    /// its tools change at run time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use toolwright_core::Server;
    /// use toolwright_core::middleware::Timeout;
    /// use toolwright_core::tool::FnTools;
    ///
    /// let report = FnTools::new().tool("report", "Adds it all up", |_cx, (): ()| async { "42" });
    /// let server = Server::new("shop", "1.0.0")
    ///     .tools(report)
    ///     .tool_middleware("report", Timeout::new(Duration::from_secs(60)));
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn tool_middleware(mut self, tool: impl Into<String>, middleware: impl Middleware) -> Self {
        let tool = tool.into();
        self.confined.push(tool.clone());
        self.middleware(Only::tools([tool], middleware))
    }

    /// Other limits than the default ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// For how long clients may use results again, and whether they may share them. What nothing
    /// is said about is for the caller alone: lists for five minutes (ten seconds if they may
    /// change), contents not at all. See [`CacheHint`].
    #[must_use]
    pub fn cache(mut self, what: Cacheable, hint: CacheHint) -> Self {
        self.hints.set(what, hint);
        self
    }

    /// Hides tools, prompts and resources from some callers: those for which the filter says
    /// `false`. What a caller does not see is not there for it: not in a list, not to be called,
    /// read or filled, not in completions. With several filters, all have to show an item.
    ///
    /// The filter is asked for every item of a list and every request for one, so it must not
    /// block; and it must say the same of an item in a list and by itself. Lists are then written
    /// for each request, and no cache may share them.
    ///
    /// ```
    /// use toolwright_core::Server;
    ///
    /// let server = Server::new("shop", "1.0.0")
    ///     .tool("search", "Search the catalogue", |_cx, (): ()| async { "nothing" })
    ///     .tool("admin_close", "Close the shop", |_cx, (): ()| async { "closed" })
    ///     .visibility(|cx, item| {
    ///         let is_admin = cx.principal().is_some_and(|who| who.has_scope("shop:admin"));
    ///         is_admin || !item.name().starts_with("admin_")
    ///     });
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn visibility(
        mut self,
        filter: impl Fn(&Context, &Item<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.filters.add(filter);
        self
    }

    /// Whether structured results of tools are held to their `outputSchema`. One that does not fit
    /// becomes an internal error, and the log says where. By default only in debug builds.
    ///
    /// ```
    /// use toolwright_core::Server;
    ///
    /// let server = Server::new("shop", "1.0.0").validate_output(true);
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn validate_output(mut self, validate: bool) -> Self {
        self.validate_output = validate;
        self
    }

    /// The keys to what is given to clients to be brought back: cursors, and the state of requests
    /// that wait for an answer. Without them there is one random key, so that nothing survives a
    /// restart and replicas refuse each other's.
    #[must_use]
    pub fn keys(mut self, keys: Keys) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Lets the state of a request count once: what [`Context::once`](crate::Context::once) ran
    /// cannot be had again with an old state. This process remembers which were used; a client
    /// that loses the response to a retry has to start its request anew.
    ///
    /// ```
    /// # use toolwright_core::Server;
    /// let server = Server::new("shop", "1.0.0").single_use_states();
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn single_use_states(mut self) -> Self {
        self.consumed = Some(States::Own);
        self
    }

    /// As [`Server::single_use_states`], with a store that several processes share. They have to
    /// share their [`Server::keys`] too.
    #[must_use]
    pub fn consumed_states(mut self, store: impl ConsumedStates) -> Self {
        self.consumed = Some(States::Shared(Arc::new(store)));
        self
    }

    /// Whether clients are told what changes: lists of tools, prompts and resources, and single
    /// resources that they subscribe to. Without it, all of this is taken to stay as it is. Taking
    /// a [publisher](Server::publisher) switches it on; do so by hand where only
    /// [`Service::publisher`] or [`Context::publisher`](crate::Context::publisher) is used.
    ///
    /// Specification: `basic/patterns/subscriptions`.
    #[must_use]
    pub fn subscriptions(mut self, subscriptions: bool) -> Self {
        self.subscriptions = subscriptions;
        self
    }

    /// What tells clients of changes, before the server is built: for code that sees things change
    /// and knows nothing of servers.
    ///
    /// ```
    /// use toolwright_core::Server;
    ///
    /// let mut server = Server::new("shop", "1.0.0");
    /// let publisher = server.publisher();
    /// # server.build().unwrap();
    /// std::thread::spawn(move || publisher.resource_updated("shop://stock"));
    /// ```
    pub fn publisher(&mut self) -> Publisher {
        self.subscriptions = true;
        Publisher::new(Arc::clone(&self.hub))
    }

    /// Shares changes with other replicas of the server, and switches on
    /// [subscriptions](Server::subscriptions). Only the first bus counts.
    #[must_use]
    pub fn bus(mut self, bus: impl Bus) -> Self {
        self.subscriptions = true;
        self.hub.connect(Arc::new(bus));
        self
    }

    /// Checks the server and makes it shareable.
    ///
    /// # Errors
    /// Two tools have one name, a name is not 1 to 128 of `A-Z a-z 0-9 _ . -`, or a schema cannot
    /// be used; two resources have one URI, or a URI or a template is none; two
    /// prompts have one name; or no keys were given, and the system has no random numbers or a
    /// store of states is shared.
    pub fn build(self) -> Result<Service, BuildError> {
        Engine::build(self).map(|engine| Service(Arc::new(engine)))
    }

    /// Serves one connection over any byte stream, one message per line, until the peer closes
    /// its side. For many connections, [`Server::build`] once and use [`Service::serve`].
    ///
    /// # Errors
    /// The server cannot be built or started, the stream fails, handlers outlast
    /// [`Limits::shutdown_grace`], or its state does not end well.
    pub async fn serve<R, W>(self, reader: R, writer: W) -> Result<(), ServeError>
    where
        R: AsyncRead + Send + Unpin,
        W: AsyncWrite + Send + Unpin,
    {
        let service = self.build()?;
        let served = service.serve(reader, writer).await;
        let stopped = service.stop().await;
        served.and(stopped)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("info", &self.info).finish_non_exhaustive()
    }
}

/// A checked server. Clones share it; it serves any number of connections.
#[derive(Clone)]
pub struct Service(Arc<Engine>);

impl Service {
    /// Serves one connection until the peer closes its side. At the end of the last connection,
    /// [`Service::stop`].
    ///
    /// # Errors
    /// The server cannot be started, the stream fails, or handlers outlast [`Limits::shutdown_grace`].
    pub async fn serve<R, W>(&self, reader: R, writer: W) -> Result<(), ServeError>
    where
        R: AsyncRead + Send + Unpin,
        W: AsyncWrite + Send + Unpin,
    {
        self.serve_until(reader, writer, future::pending()).await
    }

    /// Serves one connection until the peer closes its side or `stop` completes. Requests in
    /// flight then have [`Limits::shutdown_grace`] to finish; their answers are delivered.
    ///
    /// # Errors
    /// The server cannot be started, the stream fails, or handlers outlast the time they have.
    pub async fn serve_until<R, W, S>(
        &self,
        reader: R,
        writer: W,
        stop: S,
    ) -> Result<(), ServeError>
    where
        R: AsyncRead + Send + Unpin,
        W: AsyncWrite + Send + Unpin,
        S: Future<Output = ()> + Send,
    {
        let caller = self.0.common().caller.clone();
        self.serve_caller(reader, writer, stop, caller).await
    }

    /// As [`Service::serve_until`], for transports that know who is at the other end: all that
    /// they know goes into the contexts of its requests, a
    /// [`Principal`](crate::context::Principal) among it if there is one.
    ///
    /// # Errors
    /// As [`Service::serve_until`].
    pub async fn serve_caller<R, W, S>(
        &self,
        reader: R,
        writer: W,
        stop: S,
        caller: Extensions,
    ) -> Result<(), ServeError>
    where
        R: AsyncRead + Send + Unpin,
        W: AsyncWrite + Send + Unpin,
        S: Future<Output = ()> + Send,
    {
        self.start().await?;
        Connection::new(Arc::clone(&self.0), reader, writer, Box::pin(stop), caller).await
    }

    /// Makes the server's state, if that has not been done; every way of serving begins with it.
    ///
    /// # Errors
    /// What [`Server::lifespan`] was given failed.
    pub async fn start(&self) -> Result<(), ServeError> {
        self.0.lifespans().start(&self.0.common().states).await
    }

    /// Ends what outlives single requests: first the work that was not to be interrupted and tasks,
    /// then the server's state. Each has [`Limits::shutdown_grace`] to finish; tasks that wait for
    /// an answer are told at once that there will be none. The service is not used afterwards.
    ///
    /// # Errors
    /// Something did not finish in time, or state did not end well. All the rest was ended too.
    pub async fn stop(&self) -> Result<(), ServeError> {
        let grace = self.limits().shutdown_grace;
        let jobs = self.0.end_jobs().await;
        self.0.lifespans().stop(grace).await?;
        match jobs {
            0 => Ok(()),
            jobs => Err(ServeError::Unfinished { requests: jobs }),
        }
    }

    /// What tells clients of changes. They hear of them if the server has
    /// [subscriptions](Server::subscriptions).
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        Publisher::new(Arc::clone(&self.0.common().hub))
    }

    /// What the server is called.
    #[must_use]
    pub fn info(&self) -> &Implementation {
        self.0.offer().info()
    }

    /// What a connection or a request may cost.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        self.0.limits()
    }

    /// Definitions of its tools as they are now, in list order. The same allocation until they
    /// change.
    #[must_use]
    pub fn tools(&self) -> Arc<[Tool]> {
        Arc::clone(self.0.stock().tools.now().catalog().items())
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("info", self.info()).finish_non_exhaustive()
    }
}
