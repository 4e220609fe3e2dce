//! The Toolwright engine without HTTP: servers and clients of the Model Context Protocol over any
//! byte stream, for every protocol revision from one set of handlers.
//!
//! Most programs use it through the facade `toolwright`; use this crate alone where only the
//! engine is wanted, for example to carry MCP over a transport of your own.
//!
//! # Map
//! - [`Server`] is built from [`ToolSet`]s and [`Middleware`]; [`Server::stdio`] and
//!   [`Server::serve`] run it, [`Service`] is the checked, shareable form.
//! - [`Context`] is what a handler sees of its request: progress, cancellation, who is calling.
//! - [`tool`]: definitions, calls, results. [`schema`]: validation of arguments and results.
//! - [`Client`] speaks to a server in another process, in memory, or over any byte stream.
//! - [`Limits`]: every bound there is, with its default.
//!
//! Inside, `frame` turns bytes into messages and knows nothing of MCP, `era` is the only place
//! that tells protocol revisions apart, `server` drives handlers.

pub mod client;
pub mod context;
pub mod error;
pub mod limits;
pub mod middleware;
pub mod schema;
pub mod server;
pub mod stdio;
pub mod tool;

#[doc(hidden)]
pub mod descriptor;

mod era;
mod frame;

use std::future::Future;
use std::pin::Pin;

pub use client::{Client, ClientError};
pub use context::Context;
pub use error::{BuildError, Error, ProtocolError, Result, ServeError};
pub use limits::Limits;
pub use middleware::{Middleware, Next, Request, Response};
pub use server::{Server, Service};
pub use tool::{IntoToolResult, Json, ToolCall, ToolError, ToolSet};

#[doc(hidden)]
pub use crate::__dispatch as dispatch;

/// A boxed future, as the object-safe seams return it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;
