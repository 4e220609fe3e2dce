//! Tools of a server elsewhere.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use toolwright_spec::{CallToolResult, Tool};

use crate::client::{Client, ClientError};
use crate::tool::{ToolCall, ToolError, ToolSet, Validated};
use crate::{BoxFuture, Changes, Context};

/// The tools of another server, offered as if they were here. Clones are the same set.
///
/// Calls are passed on, and results come back as they are; when a caller goes away, its call is
/// cancelled over there. What the other server refuses is refused in its words; that it cannot be
/// reached is told by an incident number. Questions of that server to its client are answered by
/// the handlers of the [`Client`], not by our caller.
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
    client: Client,
    tools: RwLock<Vec<Tool>>,
    changes: Changes,
}

impl RemoteTools {
    /// Asks a server for its tools.
    ///
    /// # Errors
    /// It does not say.
    pub async fn connect(client: Client) -> Result<Self, ClientError> {
        let tools = usable(client.list_tools().await?);
        Ok(Self(Arc::new(Inner { client, tools: RwLock::new(tools), changes: Changes::default() })))
    }

    /// Asks for the tools again. If they are others now, the clients of this server are told.
    ///
    /// # Errors
    /// As [`RemoteTools::connect`]; the tools stay as they were.
    pub async fn refresh(&self) -> Result<(), ClientError> {
        let tools = usable(self.0.client.list_tools().await?);
        let changed = {
            let mut known = self.0.tools.write().unwrap_or_else(PoisonError::into_inner);
            let changed = *known != tools;
            *known = tools;
            changed
        };
        if changed {
            self.0.changes.notify();
        }
        Ok(())
    }
}

impl ToolSet for RemoteTools {
    fn tools(&self) -> Vec<Tool> {
        self.0.tools.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn call<'a>(
        &'a self,
        _: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        Box::pin(async move {
            // By name: the list may be another by now.
            let called = self.0.client.call(call.name(), call.arguments()).await;
            called.map_err(|error| match error {
                ClientError::Peer(error) => ToolError::protocol(error),
                error => ToolError::internal(error),
            })
        })
    }

    fn changes(&self) -> Vec<Changes> {
        vec![self.0.changes.clone()]
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
    tools.into_iter().filter(is_usable).collect()
}
