//! Calls that may go on as tasks.

use toolwright_spec::{CallToolResult, TaskSupport, code};

use super::call::{Call, Reached};
use super::error::ClientError;
use super::task::{Started, TaskTicket};
use crate::era::Era;

impl Call<CallToolResult> {
    /// Makes the call, and hands it out as a task if it becomes one, which is the server's choice
    /// (in a session, of the tool: those that may are called as tasks). What the server asks
    /// before goes to the client's handlers.
    ///
    /// ```
    /// # use toolwright_core::{Client, Context, Server, task::TaskPolicy, tool::FnTools};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toolwright_core::Result<()> {
    /// # let tools = FnTools::new().tool("index", "", |_: Context, (): ()| async { "done" });
    /// # let server = Server::new("archive", "1.0.0").tools(tools);
    /// # let client = Client::in_memory(server.task_tool("index", TaskPolicy::optional())).await?;
    /// use toolwright_core::client::Started;
    ///
    /// let result = match client.call("index", &()).start().await? {
    ///     Started::Task(task) => {
    ///         println!("{:?}", task.state().message);
    ///         task.wait().await?
    ///     }
    ///     Started::Done(result) => result,
    ///     _ => return Ok(()),
    /// };
    /// # assert_eq!(result.content[0].as_text(), Some("done"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As awaiting the call.
    pub async fn start(mut self) -> Result<Started, ClientError> {
        if self.client.has_session_tasks() && self.client.task_support(&self.name).is_none() {
            self.client.list_tools().await?;
        }
        self.prefer_task();
        match self.reach().await? {
            Reached::Done(result) => {
                (self.finish)(&self.client, &self.name, result).map(Started::Done)
            }
            Reached::Task(task) => Ok(Started::Task(task)),
        }
    }

    /// In a session, the client says which calls become tasks.
    fn prefer_task(&mut self) {
        let support = self.client.task_support(&self.name);
        self.as_task = self.client.has_session_tasks() && support == Some(TaskSupport::Optional);
    }
}

impl<T> Call<T> {
    /// A tool that has to be called as a task in a session is.
    pub(super) fn prepare(&mut self) {
        if self.is_of_tool()
            && self.client.has_session_tasks()
            && self.client.task_support(&self.name) == Some(TaskSupport::Required)
        {
            self.as_task = true;
        }
    }

    /// Whether a call failed because the client did not know that it has to be a task; then it
    /// does now.
    pub(super) async fn was_to_be_task(&mut self, error: &ClientError) -> bool {
        let refused = matches!(error, ClientError::Peer(error)
            if matches!(error.code(), code::METHOD_NOT_FOUND | code::INVALID_REQUEST));
        if !refused || self.as_task || !self.is_of_tool() || !self.client.has_session_tasks() {
            return false;
        }
        if self.client.list_tools().await.is_err() {
            return false;
        }
        self.prepare();
        self.as_task
    }

    /// A call may become a task only if the server was told so.
    pub(super) fn admit(&self, mut ticket: Box<TaskTicket>) -> Option<Box<TaskTicket>> {
        let client = &self.client;
        let is_expected = match client.era() {
            Era::Session => self.as_task,
            Era::Stateless => client.shared().handlers.tasks,
        };
        self.name.clone_into(&mut ticket.tool);
        ticket.server = client.server_info().map(|info| info.name.clone());
        client.revision().as_str().clone_into(&mut ticket.revision);
        is_expected.then_some(ticket)
    }

    fn is_of_tool(&self) -> bool {
        self.method == "tools/call"
    }
}
