//! What a server may have besides tools, resources and prompts.

use std::future::Future;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Server;
use super::lifespan::Lifespan;
use crate::apps::App;
use crate::context::Context;
use crate::error::{ProtocolError, Result};
use crate::extension::{Extension, Method};
use crate::task::{TaskPolicy, TaskStore};

impl Server {
    /// Adds an extension of the protocol.
    #[must_use]
    pub fn extension(mut self, extension: Extension) -> Self {
        self.extensions.push(extension);
        self
    }

    /// Lets calls of a tool become tasks. See [`task`](crate::task). What is said here counts for
    /// more than what the tool's definition says (`execution.taskSupport`).
    #[must_use]
    pub fn task_tool(mut self, name: impl Into<String>, policy: TaskPolicy) -> Self {
        self.task_policies.insert(name.into(), policy);
        self
    }

    /// Keeps tasks in a store of your own. Default: [`MemoryTasks`](crate::task::MemoryTasks).
    #[must_use]
    pub fn task_store(mut self, store: impl TaskStore) -> Self {
        self.task_store = Some(Box::new(store));
        self
    }

    /// Adds a page that shows the results of tools. See [`apps`](crate::apps).
    #[must_use]
    pub fn app(mut self, app: App) -> Self {
        self.apps.push(app);
        self
    }

    /// Adds a method that the protocol does not have, for clients that know of it in some other
    /// way. See [`Extension::method`], which also lets them find it.
    ///
    /// ```
    /// use toolwright_core::{Context, ProtocolError, Server};
    ///
    /// async fn depth(_cx: Context, (): ()) -> Result<serde_json::Value, ProtocolError> {
    ///     Ok(serde_json::json!({ "depth": 3 }))
    /// }
    ///
    /// let server = Server::new("queue", "1.0.0").method("com.example/depth", depth);
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn method<P, R, F>(
        mut self,
        name: impl Into<String>,
        handler: impl Fn(Context, P) -> F + Send + Sync + 'static,
    ) -> Self
    where
        P: DeserializeOwned,
        R: Serialize,
        F: Future<Output = std::result::Result<R, ProtocolError>> + Send + 'static,
    {
        self.methods.push(Method::new(name.into(), handler));
        self
    }

    /// Says that the server sends log messages, with [`Context::log`](crate::Context::log) and the
    /// like. Without this, they go nowhere.
    ///
    /// The protocol deprecates logging since 2026-07-28.
    #[must_use]
    pub fn logging(mut self) -> Self {
        self.logs = true;
        self
    }

    /// Gives handlers a value, which they find with [`Context::state`](crate::Context::state). One
    /// of the same type that was given before is replaced.
    ///
    /// ```
    /// use toolwright_core::{Server, ToolError, tool::FnTools};
    ///
    /// struct Catalogue(Vec<&'static str>);
    ///
    /// let tools = FnTools::new().tool("count", "How many books there are", |cx, (): ()| async move {
    ///     Ok::<_, ToolError>(cx.state::<Catalogue>()?.0.len())
    /// });
    /// let server = Server::new("shop", "1.0.0").state(Catalogue(vec!["Ulysses"])).tools(tools);
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn state<T: Send + Sync + 'static>(mut self, state: T) -> Self {
        self.state.insert(state);
        self
    }

    /// Gives handlers a value that is made when the server starts, before the first request, and
    /// ended when it stops, after the last one. They find it with
    /// [`Context::state`](crate::Context::state).
    ///
    /// Several are made in the order in which they are added and ended in the opposite one, each
    /// within [`Limits::shutdown_grace`](crate::Limits::shutdown_grace). If one cannot be made, those before it are ended and
    /// nothing is served. [`Server::serve`], [`Server::stdio`] and the HTTP runner see to all of
    /// this; whoever serves a [`Service`](crate::Service) by other means calls [`Service::stop`](crate::Service::stop) at the end.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use toolwright_core::{Result, Server, ToolError, tool::FnTools};
    ///
    /// struct Database;
    ///
    /// impl Database {
    ///     async fn open() -> Result<Self> {
    ///         Ok(Self)
    ///     }
    ///     async fn close(&self) -> Result<()> {
    ///         Ok(())
    ///     }
    ///     fn books(&self) -> u32 {
    ///         12
    ///     }
    /// }
    ///
    /// let tools = FnTools::new().tool("count", "How many books there are", |cx, (): ()| async move {
    ///     Ok::<_, ToolError>(cx.state::<Database>()?.books())
    /// });
    /// let server = Server::new("shop", "1.0.0")
    ///     .lifespan(Database::open, |database| async move { database.close().await })
    ///     .tools(tools);
    /// # server.build().unwrap();
    /// ```
    #[must_use]
    pub fn lifespan<T, S, E>(
        mut self,
        start: impl FnOnce() -> S + Send + Sync + 'static,
        stop: impl FnOnce(Arc<T>) -> E + Send + Sync + 'static,
    ) -> Self
    where
        T: Send + Sync + 'static,
        S: Future<Output = Result<T>> + Send + 'static,
        E: Future<Output = Result<()>> + Send + 'static,
    {
        self.lifespans.push(Lifespan::new(start, stop));
        self
    }
}
