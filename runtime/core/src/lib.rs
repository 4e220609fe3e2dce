//! The Toolwright engine without HTTP: servers and clients of the Model Context Protocol over any
//! byte stream, for every protocol revision from one set of handlers.
//!
//! Most programs use it through the facade `toolwright`; use this crate alone where only the
//! engine is wanted, for example to carry MCP over a transport of your own.
//!
//! ```
//! use toolwright_core::{BoxFuture, Client, Context, Result, Server, ToolCall, ToolError, ToolSet};
//! use toolwright_spec::{CallToolResult, ContentBlock, JsonSchema, TextContent, Tool};
//!
//! struct Clock;
//!
//! impl ToolSet for Clock {
//!     fn tools(&self) -> Vec<Tool> {
//!         vec![Tool::new("now", JsonSchema::empty_object())]
//!     }
//!
//!     fn call<'a>(
//!         &'a self,
//!         _: &'a Context,
//!         _: ToolCall<'a>,
//!     ) -> BoxFuture<'a, std::result::Result<CallToolResult, ToolError>> {
//!         Box::pin(async {
//!             let since = std::time::UNIX_EPOCH.elapsed()?;
//!             let text = TextContent::new(since.as_secs().to_string());
//!             Ok(CallToolResult::new(vec![ContentBlock::Text(text)]))
//!         })
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! let client = Client::in_memory(Server::new("clock", "1.0.0").tools(Clock)).await?;
//! assert_eq!(client.list_tools().await?.len(), 1);
//! assert_ne!(client.call("now", &()).await?.is_error, Some(true));
//! # Ok(())
//! # }
//! ```
//!
//! # Map
//! - [`Server`] is built from [`ToolSet`]s, [`ResourceSet`]s, [`PromptSet`]s and
//!   [`Middleware`]; [`Server::stdio`] and
//!   [`Server::serve`] run it, [`Service`] is the checked, shareable form.
//! - [`Context`] is what a handler sees of its request: progress, cancellation, who is calling.
//! - [`ask`]: questions to the client and its user while a request is served.
//! - [`tool`]: definitions, calls, results. [`resource`]: what a server has to be read.
//!   [`prompt`]: texts that a server fills. [`elicit`]: forms that ask a person. [`schema`]: validation of arguments and results.
//! - [`Publisher`] tells clients that something changed: see [`watch`].
//! - [`extension`]: methods beyond those of the protocol, agreed on by name.
//!   [`apps`]: pages that show the results of tools. [`task`]: calls that go on after their
//!   answer.
//! - [`compose`]: several servers and sets in one.
//! - [`Client`] speaks to a server in another process, in memory, or over any byte stream.
//! - [`Group`]: several servers behind one client.
//! - [`seal::Keys`]: the keys to what a server gives away and wants back.
//! - [`cache`]: for how long clients may keep results. [`visibility`]: who sees what. [`scopes`]:
//!   what callers have to be allowed.
//!   [`Changes`]: sets that change while a server runs.
//! - [`Limits`]: every bound there is, with its default.
//! - `testing` (feature): a kit for tests of servers and clients.
//!
//! Inside, `frame` turns bytes into messages and knows nothing of MCP, `era` is the only place
//! that tells protocol revisions apart, `server` drives handlers.

pub mod apps;
pub mod ask;
pub mod cache;
pub mod client;
pub mod completion;
pub mod compose;
pub mod context;
pub mod elicit;
pub mod error;
pub mod extension;
pub mod group;
pub mod limits;
pub mod middleware;
pub mod prompt;
pub mod resource;
pub mod schema;
pub mod scopes;
pub mod seal;
pub mod server;
pub mod stdio;
pub mod task;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tool;
pub mod visibility;
pub mod watch;

#[doc(hidden)]
pub mod descriptor;
#[doc(hidden)]
pub mod lexeme;
#[doc(hidden)]
pub mod members;
#[doc(hidden)]
pub mod random;

mod changes;
mod era;
mod failure;
mod frame;
mod pointer;
mod uri;
mod values;
#[cfg(not(feature = "testing"))]
mod wall;
#[cfg(feature = "testing")]
#[path = "testing/wall.rs"]
mod wall;

use std::future::Future;
use std::pin::Pin;

pub use ask::AskError;
pub use changes::Changes;
pub use client::{Client, ClientError};
pub use completion::Complete;
pub use context::Context;
pub use elicit::Elicit;
pub use error::{BuildError, Error, ProtocolError, Result, ServeError};
pub use extension::Extension;
pub use failure::Failure;
pub use group::Group;
pub use limits::Limits;
pub use middleware::{Middleware, Next, Request, Response};
pub use prompt::{PromptSet, Prompts};
pub use resource::{ResourceSet, Resources};
pub use server::{Server, Service};
pub use tool::{IntoToolResult, Json, ToolCall, ToolError, ToolSet};
pub use watch::Publisher;

#[doc(hidden)]
pub use crate::__answer as answer;
#[doc(hidden)]
pub use crate::__dispatch as dispatch;

/// A boxed future, as the object-safe seams return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
