//! The client itself.

use std::fmt;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinHandle;
use toolwright_spec::{
    CallToolResult, Implementation, Revision, ServerCapabilities, TaskSupport, Tool,
};

use super::backoff::{Backoff, Repeatable};
use super::error::ClientError;
use super::exchange::{Link, Options, Question};
use super::greetings::Greeting;
use super::output::{CheckOutput, Schemas};
use super::process::Process;
use super::shared::Shared;
use super::standing::{Beginning, Standing};
use super::task::Supports;
use super::verdict::Verdict;
use crate::era::Era;
use crate::limits::Limits;

/// A connection to a server of any revision. Cheap to clone; all clones share the connection.
///
/// ```
/// use toolwright_core::{Client, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toolwright_core::Result<()> {
/// let client = Client::in_memory(Server::new("shop", "1.0.0")).await?;
/// assert_eq!(client.server_info().map(|info| &*info.name), Some("shop"));
/// client.shutdown().await;
/// # Ok(())
/// # }
/// ```
///
/// Calls may run at the same time; dropping one cancels it. A server that was started by the
/// client is killed when the last clone is dropped; [`Client::shutdown`] is the kinder way.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    link: Link,
    greeting: Greeting,
    standing: Standing,
    process: Option<Process>,
    /// The server, if it lives here.
    memory: Mutex<Option<JoinHandle<()>>>,
    schemas: Schemas,
    /// Which tools may be called as tasks, in a session.
    supports: Supports,
    check: CheckOutput,
    backoff: Backoff,
    repeatable: Repeatable,
}

/// What a client is made of.
pub(super) struct Parts {
    pub(super) link: Link,
    pub(super) beginning: Beginning,
    pub(super) process: Option<Process>,
    pub(super) memory: Option<JoinHandle<()>>,
    pub(super) check: CheckOutput,
    pub(super) backoff: Backoff,
}

impl Client {
    pub(super) fn new(parts: Parts) -> Self {
        let Parts { link, beginning, process, memory, check, backoff } = parts;
        let Beginning { greeting, speak, is_proven } = beginning;
        let inner = Inner {
            link,
            standing: Standing::new(speak, is_proven),
            greeting,
            process,
            memory: Mutex::new(memory),
            schemas: Schemas::default(),
            supports: Supports::default(),
            check,
            backoff,
            repeatable: Repeatable::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The revision that is spoken.
    #[must_use]
    pub fn revision(&self) -> Revision {
        self.shared().revision().unwrap_or(self.greeting().revision)
    }

    /// What the server calls itself, if it says so. For display only: nobody checks it.
    #[must_use]
    pub fn server_info(&self) -> Option<&Implementation> {
        self.greeting().info.as_deref()
    }

    /// What the server can do.
    #[must_use]
    pub fn server_capabilities(&self) -> &ServerCapabilities {
        &self.greeting().capabilities
    }

    /// How to use the server, written for the model.
    #[must_use]
    pub fn instructions(&self) -> Option<&str> {
        self.greeting().instructions.as_deref()
    }

    /// All this, to be saved: [`ClientBuilder::known`](super::ClientBuilder::known) begins with it
    /// next time. It may change while the client is used, if the server does.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let carrier = self.inner.link.transport.carrier();
        Verdict { greeting: self.greeting().clone(), carrier }
    }

    fn greeting(&self) -> &Greeting {
        self.shared().greetings.last().unwrap_or(&self.inner.greeting)
    }

    /// The limits, among them all timeouts.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.shared().limits
    }

    /// Why the connection is closed, if it is: calls fail with this. A server that is asked over
    /// HTTP without a session has none that could close.
    #[must_use]
    pub fn closed(&self) -> Option<ClientError> {
        self.shared().waiting.closed()
    }

    /// Ends the connection, for all clones: closes the server's input, waits for it to finish,
    /// and makes it end if it does not. Calls that still run fail with [`ClientError::Closed`].
    /// Returns how its process ended, if it is one.
    pub async fn shutdown(self) -> Option<ExitStatus> {
        let inner = &*self.inner;
        inner.link.shared.close(&ClientError::closed());
        inner.link.transport.close().await;
        let memory = inner.memory.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(server) = memory {
            // How it ended is its own affair.
            let _ = server.await;
        }
        match &inner.process {
            Some(process) => process.end().await,
            None => None,
        }
    }

    pub(super) fn link(&self) -> &Link {
        &self.inner.link
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.inner.link.shared
    }

    /// Whether the server asks on the open connection, without saying in which call.
    pub(crate) fn has_session(&self) -> bool {
        self.era() == Era::Session
    }

    pub(super) fn era(&self) -> Era {
        Era::of(self.revision())
    }

    pub(super) fn backoff(&self) -> &Backoff {
        &self.inner.backoff
    }

    pub(super) fn repeatable(&self) -> &Repeatable {
        &self.inner.repeatable
    }

    /// One request and the text of its result. If the server turns out not to be what it was
    /// taken for, it is asked once more, in its own words.
    pub(super) async fn exchange(
        &self,
        question: Question<'_>,
        options: &mut Options,
    ) -> Result<Box<str>, ClientError> {
        let Inner { standing, link, .. } = &*self.inner;
        standing.settled(link).await;
        let before = link.shared.greetings.count();
        match self.attempt(question, options).await {
            Err(error) if standing.doubts(link, &error) => {
                standing.find_out(link, before, error).await?;
                let revision = self.revision();
                if !revision.knows_method(question.method)
                    && Revision::ALL.iter().any(|other| other.knows_method(question.method))
                {
                    let what = format!("`{}`", question.method);
                    return Err(ClientError::NotInRevision { what, revision });
                }
                self.attempt(question, options).await
            }
            Err(error) => Err(error),
            Ok(text) => {
                standing.prove();
                Ok(text)
            }
        }
    }

    async fn attempt(
        &self,
        question: Question<'_>,
        options: &mut Options,
    ) -> Result<Box<str>, ClientError> {
        match (self.inner.link.exchange(question, options).await, &self.inner.process) {
            (Err(error), Some(process)) => Err(process.explain(error).await),
            (result, _) => result,
        }
    }

    /// The server listed these tools.
    pub(super) fn learn(&self, tools: &mut Vec<Tool>) {
        self.inner.link.transport.learn(tools);
        self.inner.repeatable.learn(&self.inner.backoff, tools, self.limits().list_items);
        if self.inner.check != CheckOutput::Off {
            self.inner.schemas.learn(tools, self.limits().list_items);
        }
        if self.has_session_tasks() {
            self.inner.supports.learn(tools, self.limits().list_items);
        }
    }

    /// What a tool said of tasks, in a session whose server has them.
    pub(super) fn task_support(&self, tool: &str) -> Option<TaskSupport> {
        self.inner.supports.of(tool)
    }

    /// Whether the server runs tools as tasks where the client asks for it, as sessions have it.
    pub(super) fn has_session_tasks(&self) -> bool {
        let tasks = self.server_capabilities().tasks.as_ref();
        let tools = tasks.and_then(|tasks| tasks.requests.as_ref()?.tools.as_ref());
        tools.is_some_and(|tools| tools.call.is_some())
            && self.shared().handlers.tasks
            && self.era() == Era::Session
            && self.revision().knows_method("tasks/get")
    }

    /// Checks what a tool returned.
    pub(super) fn check(
        &self,
        tool: &str,
        result: CallToolResult,
    ) -> Result<CallToolResult, ClientError> {
        self.inner.schemas.check(self.inner.check, tool, result)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("revision", &self.revision())
            .field("server", &self.server_info().map(|info| &info.name))
            .field("transport", &self.inner.link.transport)
            .finish_non_exhaustive()
    }
}
