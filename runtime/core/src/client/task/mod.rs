//! Calls that go on as tasks, seen by the client.
//!
//! Specification: the extension `io.modelcontextprotocol/tasks` (SEP-2663); in sessions,
//! 2025-11-25 `basic/utilities/tasks`.

mod guard;
mod handle;
mod held;
mod looking;
mod started;
mod state;
mod support;
mod ticket;
mod waiting;
mod watch;

pub use handle::TaskHandle;
pub use started::Started;
pub use state::TaskState;
pub use ticket::TaskTicket;

pub(crate) use guard::Guard;
pub(crate) use state::Snapshot;
pub(crate) use support::Supports;
pub(crate) use waiting::Patience;
pub(crate) use watch::Watches;
