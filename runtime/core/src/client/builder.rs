//! How a client comes to its connection.

use std::future::Future;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::process::Command;
use toolwright_spec::{
    CreateMessageRequestParams, CreateMessageResult, ElicitAction, Implementation,
    LoggingMessageNotificationParams, Root,
};

use super::backoff::Backoff;
use super::cache::{CacheStore, Keeper, MemoryCache};
use super::connection::{Client, Parts};
use super::error::ClientError;
use super::exchange::Link;
use super::form::{Form, Reply, Visit};
use super::greeting::Speak;
use super::handlers::Handlers;
use super::inbox::Inbox;
use super::output::CheckOutput;
use super::pipe::Pipe;
use super::process::{Environment, Process, Setup, Started};
use super::restart::Restart;
use super::revived::{self, Revived};
use super::shared::Shared;
use super::standing::{Beginning, begin};
use super::stderr::OnLine;
use super::transport::Transport;
use super::verdict::Verdict;
use crate::error::ProtocolError;
use crate::limits::Limits;
use crate::server::Server;

/// Bytes on their way between a client and a server in one process, each way.
const PIPE: usize = 64 * 1024;

/// A client in the making; see [`Client::builder`].
#[derive(Debug, Clone)]
pub struct ClientBuilder {
    speak: Speak,
    info: Implementation,
    limits: Limits,
    handlers: Handlers,
    check: CheckOutput,
    setup: Setup,
    restart: Option<Restart>,
    backoff: Backoff,
    /// Where results are kept; a memory of its own unless given.
    store: Option<Arc<dyn CacheStore>>,
    keeps: bool,
    caller: String,
    known: Option<Verdict>,
    /// What was given and cannot be used.
    fault: Option<ClientError>,
}

impl Default for ClientBuilder {
    fn default() -> Self {
        Self {
            speak: Speak::Auto,
            info: Implementation::new("toolwright", env!("CARGO_PKG_VERSION")),
            limits: Limits::default(),
            handlers: Handlers::with_tasks(),
            check: CheckOutput::default(),
            setup: Setup::default(),
            restart: None,
            backoff: Backoff::default(),
            store: None,
            keeps: true,
            caller: String::new(),
            known: None,
            fault: None,
        }
    }
}

impl Client {
    /// More choices: revisions, identity, limits, handlers.
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Starts a server and connects to its standard input and output. Its standard error is
    /// inherited unless the command says otherwise; if it is a pipe, its end is kept for
    /// [`ClientError::Closed`]. Of the environment it gets what every program needs and what the
    /// command sets; see [`ClientBuilder::environment`].
    ///
    /// ```no_run
    /// use std::time::Duration;
    ///
    /// use tokio::process::Command;
    /// use toolwright_core::client::Environment;
    /// use toolwright_core::{Client, Limits};
    ///
    /// # async fn run() -> toolwright_core::Result<()> {
    /// // a package of npm; one of PyPI starts with `uvx PACKAGE`
    /// let mut command = Command::new(if cfg!(windows) { "npx.cmd" } else { "npx" });
    /// command.args(["-y", "@modelcontextprotocol/server-memory"]);
    /// command.env("MEMORY_FILE_PATH", "/srv/memory.jsonl");
    /// let mut limits = Limits::default();
    /// limits.discover = Duration::from_secs(60); // the first start fetches the package
    /// let client = Client::builder()
    ///     .environment(Environment::Inherited) // with proxies and tokens for that
    ///     .limits(limits)
    ///     .spawn(command)
    ///     .await?;
    /// # client.shutdown().await;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The command cannot be started, or the server is none.
    pub async fn spawn(command: Command) -> Result<Self, ClientError> {
        Self::builder().spawn(command).await
    }

    /// Connects to a server in this process, which runs in a task of its own.
    ///
    /// # Errors
    /// The server cannot be built.
    pub async fn in_memory(server: Server) -> Result<Self, ClientError> {
        Self::builder().in_memory(server).await
    }

    /// Connects over any byte stream, one message per line.
    ///
    /// # Errors
    /// Who is at the other end is no server.
    pub async fn over<R, W>(reader: R, writer: W) -> Result<Self, ClientError>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        Self::builder().over(reader, writer).await
    }
}

/// Choices.
impl ClientBuilder {
    /// Which revisions to speak; all of them, by default.
    #[must_use]
    pub fn era(mut self, speak: Speak) -> Self {
        self.speak = speak;
        self
    }

    /// Who the server is told is calling.
    #[must_use]
    pub fn info(mut self, info: Implementation) -> Self {
        self.info = info;
        self
    }

    /// Other limits than the default ones, among them all timeouts.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Which variables of its environment a server that is started gets; few, by default, since
    /// others may be secrets.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.setup.environment = environment;
        self
    }

    /// Takes what a server that is started writes to standard error, line by line; longer lines
    /// than 8 KiB come in pieces. `handler` runs where the lines come in and must not block. The
    /// last 64 KiB are kept for [`ClientError::Closed`] besides.
    ///
    /// ```
    /// # use toolwright_core::Client;
    /// let builder = Client::builder().on_stderr(|line| println!("shop: {line}"));
    /// ```
    #[must_use]
    pub fn on_stderr(mut self, handler: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.setup.on_stderr = Some(OnLine::new(handler));
        self
    }

    /// Starts a server's process again when it ends unexpectedly; see [`Restart`].
    #[must_use]
    pub fn restart(mut self, restart: Restart) -> Self {
        self.restart = Some(restart);
        self
    }

    /// Keeps what the server lets clients keep in this store instead of a [`MemoryCache`] of the
    /// client's own, for example to share it with other clients.
    ///
    /// What a server said may be kept for no longer than it says, and 24 hours; notices of changes
    /// end that time, as do [`Client::forget`] and, for one call,
    /// [`Call::fresh`](super::Call::fresh). What it does not call public is never shared beyond
    /// its caller: over HTTP that is whoever has the same headers, for a command whoever gives it
    /// the same environment, and in both cases the same [`Self::caller`]. Over other
    /// streams every client stands alone.
    ///
    /// Only servers since 2026-07-28 say such things.
    ///
    /// Specification: `server/utilities/caching`.
    #[must_use]
    pub fn cache(mut self, store: impl CacheStore) -> Self {
        self.store = Some(Arc::new(store));
        self.keeps = true;
        self
    }

    /// Keeps nothing: every call is made.
    #[must_use]
    pub fn no_cache(mut self) -> Self {
        self.keeps = false;
        self
    }

    /// For whom the client asks, if several share a store and the server can tell them apart by
    /// more than what the transport knows. Goes into keys as a digest, and nowhere else.
    #[must_use]
    pub fn caller(mut self, caller: &str) -> Self {
        caller.clone_into(&mut self.caller);
        self
    }

    /// Begins with what was found out of this server at another time: see [`Verdict`]. Without
    /// sessions, nothing is sent before the first call; with sessions, the handshake is. If the
    /// server is not what it was any more, it is found out anew at the first request that shows
    /// it, and [`Client::verdict`] says so. A verdict that [`Self::era`] rules out is ignored.
    #[must_use]
    pub fn known(mut self, verdict: Verdict) -> Self {
        self.known = Some(verdict);
        self
    }

    /// What to do when a tool breaks its own output schema.
    #[must_use]
    pub fn check_output(mut self, check: CheckOutput) -> Self {
        self.check = check;
        self
    }

    /// How calls are made again that failed on the way; twice where it does no harm, by default.
    #[must_use]
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }

    /// Declares that forms can be shown to a person, and shows them with `handler`. Its errors go
    /// to the server as they are.
    ///
    /// Specification: `client/elicitation`.
    #[must_use]
    pub fn on_elicit<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Form) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, ProtocolError>> + Send + 'static,
    {
        self.handlers.on_form(handler);
        self
    }

    /// Declares that a person can be sent to a web page, and does it with `handler`.
    /// [`ElicitAction::Accept`] means that they agreed to go there, not that they are done. A call
    /// that a server of 2025-11-25 refuses until then is made again when the server says so.
    ///
    /// Specification: `client/elicitation`, section "URL Mode".
    #[must_use]
    pub fn on_visit<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(Visit) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<ElicitAction, ProtocolError>> + Send + 'static,
    {
        self.handlers.on_visit(handler);
        self
    }

    /// Declares that the server may use a language model, and asks it with `handler`. It should
    /// let a person see what goes to the model and back, and respects `max_tokens`.
    ///
    /// Specification: `client/sampling`. Deprecated since 2026-07-28.
    #[must_use]
    pub fn on_sample<F, Fut>(mut self, handler: F) -> Self
    where
        F: Fn(CreateMessageRequestParams) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<CreateMessageResult, ProtocolError>> + Send + 'static,
    {
        self.handlers.on_sample(handler);
        self
    }

    /// Declares that the handler of [`Self::on_sample`] takes tools. Without this, requests that
    /// have some do not reach it.
    #[must_use]
    pub fn sampling_with_tools(mut self) -> Self {
        self.handlers.sample_with_tools();
        self
    }

    /// Takes the server's log messages. `handler` runs where messages come in and must not block.
    /// [`Client::log_level`] and [`Call::log_level`](super::Call::log_level) ask for them.
    ///
    /// Specification: `server/utilities/logging`. Deprecated since 2026-07-28.
    #[must_use]
    pub fn on_log(
        mut self,
        handler: impl Fn(LoggingMessageNotificationParams) + Send + Sync + 'static,
    ) -> Self {
        self.handlers.on_log(handler);
        self
    }

    /// Tells servers that calls must not become tasks: they have to answer at once. By default they
    /// may, and [`Client::call`] waits for the result.
    ///
    /// Specification: the extension `io.modelcontextprotocol/tasks`.
    #[must_use]
    pub fn without_tasks(mut self) -> Self {
        self.handlers.tasks = false;
        self
    }

    /// Declares roots: directories or files, as `file://` URIs, that the server may work with.
    /// Connecting fails if one is no such URI. [`Client::set_roots`] changes them later.
    ///
    /// Specification: `client/roots`. Deprecated since 2026-07-28.
    #[must_use]
    pub fn roots(mut self, roots: impl IntoIterator<Item = Root>) -> Self {
        if let Err(error) = self.handlers.set_roots(roots.into_iter().collect()) {
            self.fault = Some(error);
        }
        self
    }
}

/// Connections.
impl ClientBuilder {
    /// As [`Client::spawn`].
    ///
    /// # Errors
    /// As there.
    pub async fn spawn(self, mut command: Command) -> Result<Client, ClientError> {
        if let Some(restart) = self.restart.clone() {
            return self.start_again(command, restart).await;
        }
        let mut client = self.clone().start(&mut command).await;
        // It may be another one that ends at what it does not know.
        if let (Err(ClientError::Closed { .. }), Some(_)) = (&client, &self.known) {
            client = self.clone().unknown().start(&mut command).await;
        }
        match client {
            // Some servers of the older kind end at the first message that they do not know.
            Err(ClientError::Closed { .. }) if self.speak == Speak::Auto => {
                let Some(speak) = Speak::newest_session() else {
                    return client;
                };
                self.unknown().era(speak).start(&mut command).await.or(client)
            }
            client => client,
        }
    }

    /// As [`Client::in_memory`].
    ///
    /// # Errors
    /// As there.
    pub async fn in_memory(self, server: Server) -> Result<Client, ClientError> {
        let service = server.build()?;
        let (here, there) = tokio::io::duplex(PIPE);
        let (input, output) = tokio::io::split(there);
        let (from_server, to_server) = tokio::io::split(here);
        let memory = tokio::spawn(async move {
            if let Err(error) = service.serve(input, output).await {
                tracing::warn!(%error, "the server in memory ended badly");
            }
        });
        let (check, backoff) = (self.check, self.backoff.clone());
        let (link, beginning) = self.link_over(from_server, to_server).await?;
        Ok(Client::new(Parts {
            link,
            beginning,
            process: None,
            memory: Some(memory),
            check,
            backoff,
        }))
    }

    /// As [`Client::over`].
    ///
    /// # Errors
    /// As there.
    pub async fn over<R, W>(self, reader: R, writer: W) -> Result<Client, ClientError>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let (check, backoff) = (self.check, self.backoff.clone());
        let (link, beginning) = self.link_over(reader, writer).await?;
        Ok(Client::new(Parts { link, beginning, process: None, memory: None, check, backoff }))
    }

    /// Connects over a transport of your own, which is made with the inbox of the new client.
    ///
    /// # Errors
    /// Who is at the other end is no server.
    pub async fn transport<T: Transport>(
        self,
        transport: impl FnOnce(Inbox) -> T,
    ) -> Result<Client, ClientError> {
        let (check, backoff) = (self.check, self.backoff.clone());
        let (link, beginning) = self.link(transport).await?;
        Ok(Client::new(Parts { link, beginning, process: None, memory: None, check, backoff }))
    }

    /// The choice of [`Self::era`].
    #[must_use]
    pub fn speaks(&self) -> Speak {
        self.speak
    }

    /// The choice of [`Self::known`].
    #[must_use]
    pub fn knows(&self) -> Option<&Verdict> {
        self.known.as_ref()
    }

    /// Takes back [`Self::known`].
    #[must_use]
    pub fn unknown(mut self) -> Self {
        self.known = None;
        self
    }

    /// The choice of [`Self::limits`].
    #[must_use]
    pub fn limits_set(&self) -> &Limits {
        &self.limits
    }

    async fn start(self, command: &mut Command) -> Result<Client, ClientError> {
        let partition = Process::partition(command, &self.setup);
        let Started { process, stdin, stdout } = Process::start(command, &self.setup)?;
        let (check, backoff) = (self.check, self.backoff.clone());
        match self.link_over(stdout, stdin).await {
            Ok((link, beginning)) => {
                // Nobody else has set it.
                let _ = link.shared.partition.set(partition);
                let process = Some(process);
                Ok(Client::new(Parts { link, beginning, process, memory: None, check, backoff }))
            }
            Err(error) => Err(process.explain(error).await),
        }
    }

    /// Starts a server that is kept running.
    async fn start_again(self, command: Command, restart: Restart) -> Result<Client, ClientError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let store = self.store.unwrap_or_else(|| Arc::new(MemoryCache::new()));
        let keeper = Keeper::new(self.keeps.then_some(store), self.caller);
        let inbox = Inbox::new(Shared::new(self.limits, self.handlers, self.info, keeper));
        let shared = Arc::clone(&inbox.0);
        // Nobody else has set it.
        let _ = shared.partition.set(Process::partition(&command, &self.setup));
        let beginning = revived::Beginning {
            command,
            setup: self.setup,
            speak: self.speak,
            restart,
            inbox,
            known: self.known,
            process: None,
        };
        let (transport, process, beginning) = Revived::begin(beginning).await?;
        let transport: Arc<dyn Transport> = Arc::new(transport);
        // Nobody else has set it.
        let _ = shared.transport.set(Arc::downgrade(&transport));
        let link = Link { shared, transport };
        let (check, backoff) = (self.check, self.backoff);
        let process = Some(process);
        Ok(Client::new(Parts { link, beginning, process, memory: None, check, backoff }))
    }

    async fn link_over<R, W>(self, reader: R, writer: W) -> Result<(Link, Beginning), ClientError>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        self.link(|inbox| Pipe::start(inbox, reader, writer)).await
    }

    async fn link<T: Transport>(
        self,
        transport: impl FnOnce(Inbox) -> T,
    ) -> Result<(Link, Beginning), ClientError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let store = self.store.unwrap_or_else(|| Arc::new(MemoryCache::new()));
        let keeper = Keeper::new(self.keeps.then_some(store), self.caller);
        let inbox = Inbox::new(Shared::new(self.limits, self.handlers, self.info, keeper));
        let shared = Arc::clone(&inbox.0);
        let transport: Arc<dyn Transport> = Arc::new(transport(inbox));
        // Nobody else has set it.
        let _ = shared.transport.set(Arc::downgrade(&transport));
        let link = Link { shared, transport };
        let beginning = match begin(&link, self.speak, self.known).await {
            Ok(beginning) => beginning,
            Err(error) => {
                link.transport.close().await;
                return Err(link.shared.garbage.explain(error));
            }
        };
        link.settle(beginning.greeting.revision);
        link.knows(&beginning.greeting);
        Ok((link, beginning))
    }
}
