//! Tasks: calls that are answered at once and go on.
//!
//! A client that speaks the extension `io.modelcontextprotocol/tasks` (revision 2026-07-28) may be
//! given a task in place of a tool's result. It looks after the task (`tasks/get`), answers what
//! the tool asks meanwhile (`tasks/update`), ends it (`tasks/cancel`), or listens
//! (`subscriptions/listen` with `taskIds`). Which tools become tasks is the server's choice:
//!
//! ```
//! use toolwright_core::{Context, Server, task::TaskPolicy, tool::FnTools};
//!
//! let tools = FnTools::new().tool("index", "Reads the archive", |cx: Context, (): ()| async move {
//!     // ... minutes go by; `cx.elicit` and the like work in here as everywhere
//!     drop(cx);
//!     "12,000 documents"
//! });
//! let server =
//!     Server::new("archive", "1.0.0").tools(tools).task_tool("index", TaskPolicy::optional());
//! # server.build().unwrap();
//! ```
//!
//! The handler of a task runs in a task of the runtime, with a [`Context`](crate::Context) that
//! reports neither progress nor log messages. A panic, or an error of the protocol, fails the task;
//! a [`ToolError`](crate::ToolError) is a result like any other. Tasks are kept for
//! [`Limits::task_ttl`](crate::Limits::task_ttl) from their beginning, unfinished ones end then; they
//! belong to the [principal](crate::Context::principal_key) that began them, and nobody else can
//! see them.
//!
//! Clients of revision 2025-11-25 had tasks of another kind, which the same tools are for them:
//! `tools/list` shows them as `optional`, whatever the policy says, and a call that asks for a task
//! is one at once. Its questions are asked while the client waits in `tasks/result`. There is no
//! `tasks/list`, and no `ttl` but ours. Clients that do not ask for tasks, and those of older
//! revisions, have the tool run in place.
//!
//! Specification: the extension `io.modelcontextprotocol/tasks` (SEP-2663); 2025-11-25,
//! `basic/utilities/tasks`.

mod asker;
mod ledger;
mod live;
mod policy;
mod record;
mod session;
mod store;
mod time;

pub use policy::TaskPolicy;
pub use record::{Outcome, TaskRecord};
pub use store::{MemoryTasks, TaskStore};

pub(crate) use asker::TaskAsker;
pub(crate) use ledger::{Bounds, Ledger, task_of, uri_of};
pub(crate) use live::Live;
pub(crate) use session::related;

/// What the extension is called.
pub const EXTENSION: &str = "io.modelcontextprotocol/tasks";
