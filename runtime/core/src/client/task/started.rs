//! What becomes of a call.

use toolwright_spec::CallToolResult;

use super::handle::TaskHandle;

/// What [`Call::start`](crate::client::Call::start) brings.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Started {
    /// The result: the call did not become a task.
    Done(CallToolResult),
    /// The call goes on as a task.
    Task(TaskHandle),
}
