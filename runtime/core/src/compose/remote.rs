//! Tools of servers elsewhere.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};
use std::task::Poll;

use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use toolwright_spec::{CallToolResult, SubscriptionFilter, Tool};

use super::relay::{Asked, Line, Relay};
use crate::client::{Call, Client, ClientError, Progress};
use crate::group::{Found, Group, Item};
use crate::scopes;
use crate::tool::{ToolCall, ToolError, ToolSet, Validated};
use crate::watch::Change;
use crate::{BoxFuture, Changes, Context};

/// Reports of progress that wait for our caller; more are left out.
const REPORTS: usize = 16;

/// The tools of another server, or of a [`Group`] of them, offered as if they were here. Clones
/// are the same set.
///
/// Calls are passed on, and results and progress come back as they are; when a caller goes away,
/// its call is cancelled over there. What the other server refuses is refused in its words; that
/// it cannot be reached is told by an incident number. When it says that its tools have changed,
/// the clients of this server are told. Its questions are answered by the handlers of the
/// [`Client`], or, with a [`Relay`], by our caller.
///
/// ```
/// use toolwright_core::compose::{Prefixed, RemoteTools};
/// use toolwright_core::tool::FnTools;
/// use toolwright_core::{Client, Server};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let tools = FnTools::new().tool("search", "Searches", |_cx, (): ()| async { "nothing" });
/// let client = Client::in_memory(Server::new("shop", "1.0.0").tools(tools)).await?;
///
/// let shop = RemoteTools::connect(client).await?;
/// let front = Server::new("mall", "1.0.0").tools(Prefixed::new("shop_", shop)).build()?;
/// assert_eq!(front.tools()[0].name, "shop_search");
/// # Ok::<_, toolwright_core::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone)]
pub struct RemoteTools(Arc<Inner>);

struct Inner {
    source: Source,
    tools: RwLock<Vec<Tool>>,
    changes: Changes,
    relay: RwLock<Option<Relay>>,
    following: Mutex<Option<AbortHandle>>,
}

enum Source {
    One(Client),
    Many(Group),
}

impl Drop for Inner {
    fn drop(&mut self) {
        let following = self.following.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(following) = following.take() {
            following.abort();
        }
    }
}

impl RemoteTools {
    /// Asks a server for its tools.
    ///
    /// # Errors
    /// It does not say.
    pub async fn connect(client: Client) -> Result<Self, ClientError> {
        Self::of(Source::One(client)).await
    }

    /// Asks all servers of a group for their tools, which are offered under the names that the
    /// group gives them. Those of servers that do not answer are left out.
    ///
    /// ```
    /// use toolwright_core::compose::RemoteTools;
    /// use toolwright_core::tool::FnTools;
    /// use toolwright_core::{Group, Server};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toolwright_core::Result<()> {
    /// # let shop = || {
    /// #     let tools = FnTools::new().tool("search", "", |_cx, (): ()| async { "" });
    /// #     Server::new("shop", "1.0.0").tools(tools)
    /// # };
    /// let group = Group::builder()
    ///     .server("books", move |client| client.in_memory(shop()))
    ///     .server("wine", move |client| client.in_memory(shop()))
    ///     .connect()
    ///     .await?;
    /// let tools = RemoteTools::group(group).await?;
    /// let mall = Server::new("mall", "1.0.0").tools(tools).build()?;
    /// assert_eq!(mall.tools()[1].name, "wine_search");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// None of the servers says.
    pub async fn group(group: Group) -> Result<Self, ClientError> {
        Self::of(Source::Many(group)).await
    }

    /// Questions are put to our callers. The relay's handlers have to be those of the client, or
    /// of all clients of the group.
    #[must_use]
    pub fn relay(self, relay: Relay) -> Self {
        *self.0.relay.write().unwrap_or_else(PoisonError::into_inner) = Some(relay);
        self
    }

    /// Asks for the tools again. If they are others now, the clients of this server are told.
    ///
    /// # Errors
    /// As [`RemoteTools::connect`]; the tools stay as they were.
    pub async fn refresh(&self) -> Result<(), ClientError> {
        self.0.refresh().await
    }

    async fn of(source: Source) -> Result<Self, ClientError> {
        let tools = RwLock::new(usable(source.list().await?));
        let changes = Changes::default();
        let (relay, following) = (RwLock::default(), Mutex::default());
        let inner = Arc::new(Inner { source, tools, changes, relay, following });
        let following = inner.source.follow(Arc::downgrade(&inner)).await;
        *inner.following.lock().unwrap_or_else(PoisonError::into_inner) = following;
        Ok(Self(inner))
    }
}

impl Inner {
    async fn refresh(&self) -> Result<(), ClientError> {
        self.source.forget();
        let tools = usable(self.source.list().await?);
        let changed = {
            let mut known = self.tools.write().unwrap_or_else(PoisonError::into_inner);
            let changed = *known != tools;
            *known = tools;
            changed
        };
        if changed {
            self.changes.notify();
        }
        Ok(())
    }
}

/// The tools of the set may have changed.
async fn changed(set: &Weak<Inner>) -> bool {
    let Some(set) = set.upgrade() else { return false };
    if let Err(error) = set.refresh().await {
        tracing::warn!(%error, "the tools of another server stay as they were");
    }
    true
}

impl Source {
    /// What the clients kept of the lists does not count.
    fn forget(&self) {
        match self {
            Self::One(client) => client.forget(&Change::Tools),
            Self::Many(group) => {
                let clients = group.status().into_iter().map(|status| group.client(&status.server));
                clients.flatten().for_each(|client| client.forget(&Change::Tools));
            }
        }
    }

    async fn list(&self) -> Result<Vec<Tool>, ClientError> {
        let group = match self {
            Self::One(client) => {
                // Whoever asks again does not want what is kept.
                client.forget(&Change::Tools);
                return client.list_tools().await;
            }
            Self::Many(group) => group,
        };
        let listed = group.list_tools().await;
        match listed.missing.into_iter().next() {
            Some((_, error)) if listed.items.is_empty() => Err(error),
            _ => Ok(listed.items.into_iter().map(Item::into_tool).collect()),
        }
    }

    /// Listens for changes, for as long as the set is there. Those who cannot tell are not asked.
    async fn follow(&self, set: Weak<Inner>) -> Option<AbortHandle> {
        let filter = SubscriptionFilter::new().with_tools_list_changed(true);
        let task = match self {
            Self::One(client) => {
                client.server_capabilities().tools.as_ref()?.list_changed.filter(|told| *told)?;
                let mut changes = match client.listen(filter).await {
                    Ok(changes) => changes,
                    Err(error) => {
                        tracing::warn!(%error, "changes of another server are not heard of");
                        return None;
                    }
                };
                tokio::spawn(async move {
                    while let Some(Ok(_)) = changes.next().await {
                        if !changed(&set).await {
                            break;
                        }
                    }
                })
            }
            Self::Many(group) => {
                let mut changes = group.listen(filter).await;
                tokio::spawn(async move {
                    while changes.next().await.is_some() {
                        if !changed(&set).await {
                            break;
                        }
                    }
                })
            }
        };
        Some(task.abort_handle())
    }

    /// Whose a tool is, and what it is called there.
    async fn find(&self, name: &str) -> Result<(Client, String), ClientError> {
        match self {
            Self::One(client) => Ok((client.clone(), name.to_owned())),
            Self::Many(group) => {
                let Found { client, name, .. } = group.tool(name).await?;
                Ok((client, name))
            }
        }
    }
}

impl ToolSet for RemoteTools {
    fn tools(&self) -> Vec<Tool> {
        self.0.tools.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        Box::pin(async move {
            // By name: the list may be another by now.
            let (client, name) = self.0.source.find(call.name()).await.map_err(told)?;
            let relay = self.0.relay.read().unwrap_or_else(PoisonError::into_inner).clone();
            let has_session = client.has_session();
            let passed = client.call(&name, call.arguments());
            pass(cx, passed, relay.map(|relay| (relay, has_session))).await
        })
    }

    fn changes(&self) -> Vec<Changes> {
        vec![self.0.changes.clone()]
    }
}

enum Step {
    Done(Result<CallToolResult, ClientError>),
    Report(Progress),
    Asked(Asked),
}

/// Makes the call, and passes on to our caller what comes in its course.
async fn pass(
    cx: &Context,
    call: Call<CallToolResult>,
    relay: Option<(Relay, bool)>,
) -> Result<CallToolResult, ToolError> {
    let (sender, mut reports) = mpsc::channel(REPORTS);
    let call = call.on_progress(move |report| {
        // The newest one of a flood may get lost, which the client thins out anyway.
        let _ = sender.try_send(report);
    });
    let (mut line, call): (Option<Line>, BoxFuture<'_, _>) = match relay {
        Some((relay, has_session)) => {
            let (line, call) = relay.line(has_session, call.into_future()).await;
            (Some(line), Box::pin(call))
        }
        None => (None, call.into_future()),
    };
    let mut call = pin!(call);
    let done = loop {
        let step = poll_fn(|task| {
            if let Poll::Ready(Some(report)) = reports.poll_recv(task) {
                return Poll::Ready(Step::Report(report));
            }
            if let Some(line) = &mut line
                && let Poll::Ready(asked) = line.poll(task)
            {
                return Poll::Ready(Step::Asked(asked));
            }
            call.as_mut().poll(task).map(Step::Done)
        });
        match (step.await, &mut line) {
            (Step::Done(done), _) => break done,
            (Step::Report(report), _) => relayed(cx, report).await,
            (Step::Asked(asked), Some(line)) => line.put(cx, asked).await,
            (Step::Asked(_), None) => {}
        }
    };
    while let Ok(report) = reports.try_recv() {
        relayed(cx, report).await;
    }
    match (done, line.and_then(|line| line.failed)) {
        // What our caller cannot be asked is theirs to know.
        (Err(ClientError::Handler(_) | ClientError::Peer(_)), Some(error)) => Err(error.into()),
        (Ok(result), Some(error)) if result.failed() => Err(error.into()),
        (done, _) => done.map_err(told),
    }
}

async fn relayed(cx: &Context, report: Progress) {
    cx.report(report.progress, report.total, report.message.as_deref()).await;
}

fn told(error: ClientError) -> ToolError {
    match error {
        ClientError::Peer(error) => ToolError::protocol(error),
        error => ToolError::internal(error),
    }
}

impl fmt::Debug for RemoteTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.tools().into_iter().map(|tool| tool.name).collect();
        f.debug_tuple("RemoteTools").field(&names).finish()
    }
}

/// Leaves out what this server could not offer, so that one strange tool does not cost all.
fn usable(tools: Vec<Tool>) -> Vec<Tool> {
    let is_usable = |tool: &Tool| match Validated::new(tool) {
        Ok(_) => true,
        Err(error) => {
            tracing::warn!(%error, "left out a tool of another server");
            false
        }
    };
    let own = |mut tool: Tool| {
        scopes::forget(&mut tool);
        tool
    };
    tools.into_iter().map(own).filter(is_usable).collect()
}
