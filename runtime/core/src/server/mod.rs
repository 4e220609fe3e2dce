//! Servers: put together, checked, run.

mod batch;
mod call;
mod cancellation;
mod change;
mod completion;
mod connection;
mod contain;
mod engine;
mod exchange;
mod inflight;
mod prompts;
mod registry;
mod resources;
mod throttle;
pub mod transport;

use std::fmt;
use std::future::{self, Future};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use toolwright_spec::{Implementation, Tool};

use crate::ask::ConsumedStates;
use crate::error::{BuildError, ServeError};
use crate::limits::Limits;
use crate::middleware::Middleware;
use crate::prompt::PromptSet;
use crate::resource::ResourceSet;
use crate::seal::Keys;
use crate::tool::ToolSet;

use connection::Connection;
use engine::Engine;

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

    /// Other limits than the default ones.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
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
    /// The server cannot be built, the stream fails, or handlers outlast
    /// [`Limits::shutdown_grace`].
    pub async fn serve<R, W>(self, reader: R, writer: W) -> Result<(), ServeError>
    where
        R: AsyncRead + Send + Unpin,
        W: AsyncWrite + Send + Unpin,
    {
        self.build()?.serve(reader, writer).await
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
    /// Serves one connection until the peer closes its side.
    ///
    /// # Errors
    /// The stream fails, or handlers outlast [`Limits::shutdown_grace`].
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
    /// The stream fails, or handlers outlast the time they have.
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
        Connection::new(Arc::clone(&self.0), reader, writer, Box::pin(stop)).await
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

    /// Definitions of its tools, in list order.
    #[must_use]
    pub fn tools(&self) -> &[Tool] {
        self.0.offer().tools()
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("info", self.info()).finish_non_exhaustive()
    }
}
