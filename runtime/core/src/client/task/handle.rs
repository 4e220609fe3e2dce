//! A task in somebody's hand.

use std::fmt;
use std::sync::Arc;

use serde_json::json;
use toolwright_spec::{
    CallToolResult, InputRequiredResult, InputResponses, Revision, SubscriptionFilter, TaskStatus,
};

use super::super::connection::Client;
use super::super::error::ClientError;
use super::super::outcome::{self, Round};
use super::super::subscription::Subscription;
use super::held::Task;
use super::looking::{look, send};
use super::state::TaskState;
use super::ticket::TaskTicket;
use super::waiting::{Patience, Turn, finished, turn, update};
use crate::era::Era;

/// A call that goes on as a task on the server. Cheap to clone; all clones are the same task.
///
/// ```
/// use toolwright_core::client::Started;
/// use toolwright_core::{Client, Context, Server, task::TaskPolicy, tool::FnTools};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toolwright_core::Result<()> {
/// let tools = FnTools::new().tool("index", "", |_: Context, (): ()| async { "12,000 documents" });
/// let server = Server::new("archive", "1.0.0").tools(tools);
/// let client = Client::in_memory(server.task_tool("index", TaskPolicy::optional())).await?;
///
/// match client.call("index", &()).start().await? {
///     Started::Task(task) => {
///         let ticket = serde_json::to_string(&task.ticket())?; // to be stored
///         // ... and later, perhaps in another process:
///         let task = client.resume_task(serde_json::from_str(&ticket)?).await?;
///         let result = task.wait().await?;
///         assert_eq!(result.content[0].as_text(), Some("12,000 documents"));
///     }
///     done => println!("{done:?}"), // the server answered at once
/// }
/// # Ok(())
/// # }
/// ```
///
/// Dropping it leaves the task to the server; [`TaskHandle::cancel`] ends it.
///
/// Specification: the extension `io.modelcontextprotocol/tasks`; in sessions, 2025-11-25
/// `basic/utilities/tasks`.
#[derive(Clone)]
pub struct TaskHandle {
    task: Arc<Task>,
}

impl Client {
    /// Goes on with a task that was begun earlier: asks the server how it stands.
    ///
    /// # Errors
    /// [`ClientError::Usage`] if the ticket is of a server with another name, or of the other
    /// era of the protocol; [`ClientError::TaskGone`] if the server does not have the task.
    pub async fn resume_task(&self, ticket: TaskTicket) -> Result<TaskHandle, ClientError> {
        let unusable = |reason: String| Err(ClientError::Usage { reason });
        let here = self.server_info().map(|info| &info.name);
        if let (Some(here), Some(there)) = (here, &ticket.server)
            && here != there
        {
            return unusable(format!("the task belongs to the server `{there}`, this is `{here}`"));
        }
        let begun_in = ticket.revision.parse::<Revision>().ok().map(Era::of);
        if begun_in != Some(self.era()) {
            return unusable(format!(
                "the task was begun in revision {}, whose tasks revision {} does not know",
                ticket.revision,
                self.revision(),
            ));
        }
        let handle = TaskHandle::new(self, ticket);
        handle.refresh().await?;
        Ok(handle)
    }
}

impl TaskHandle {
    pub(crate) fn new(client: &Client, ticket: TaskTicket) -> Self {
        Self { task: Arc::new(Task::new(client, ticket)) }
    }

    /// Waits for the text of the result.
    pub(crate) async fn finished(&self, patience: Patience) -> Result<Box<str>, ClientError> {
        finished(&self.task, patience).await
    }

    /// What the server calls it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.task.id
    }

    /// The tool that was called.
    #[must_use]
    pub fn tool(&self) -> &str {
        &self.task.tool
    }

    /// How it stood when the server last told.
    #[must_use]
    pub fn state(&self) -> TaskState {
        self.task.seen().state.clone()
    }

    /// Asks the server how it stands.
    ///
    /// # Errors
    /// [`ClientError::TaskGone`] if the server does not have it any more, and as with every call.
    pub async fn refresh(&self) -> Result<TaskState, ClientError> {
        let snapshot = look(&self.task, self.task.client.limits().request_idle).await?;
        self.task.note(&snapshot)?;
        // What comes with the status is for whoever waits.
        self.task.later(u32::from(snapshot.state.status == TaskStatus::Working));
        Ok(snapshot.state)
    }

    /// Waits for the result, asking as often as the server wants it. Questions of the task go to
    /// the client's handlers, and the time they take does not count. Whoever stops waiting can
    /// begin again: the task goes on.
    ///
    /// # Errors
    /// [`ClientError::Peer`] if the call failed, [`ClientError::TaskCancelled`] and
    /// [`ClientError::TaskGone`] if it came to nothing, [`ClientError::Timeout`] after
    /// [`Limits::task_wait`](crate::Limits::task_wait), and as with every call.
    pub async fn wait(&self) -> Result<CallToolResult, ClientError> {
        let text = finished(&self.task, Patience::default()).await?;
        self.result(&text)
    }

    /// Waits until it is over or asks something that was not answered yet, which is left to the
    /// caller: give the answers to [`TaskHandle::update`]. In a session questions go to the
    /// client's handlers, whoever waits.
    ///
    /// # Errors
    /// As [`TaskHandle::wait`].
    pub async fn round(&self) -> Result<Round<CallToolResult>, ClientError> {
        let mut clock = Patience::default().clock(&self.task.client);
        match turn(&self.task, &mut clock).await? {
            Turn::Done(text) => self.result(&text).map(Round::Complete),
            Turn::Asks(questions) => {
                let mut asked = InputRequiredResult::new();
                asked.input_requests = Some(questions);
                Ok(Round::InputRequired(asked))
            }
        }
    }

    /// Answers questions of the task: those of [`TaskHandle::round`], or some of them.
    ///
    /// # Errors
    /// [`ClientError::NotInRevision`] in a session, whose questions are answered where they are
    /// asked; otherwise as with every call.
    pub async fn update(&self, answers: InputResponses) -> Result<(), ClientError> {
        let client = &self.task.client;
        if client.era() == Era::Session {
            let what = "`tasks/update`".to_owned();
            return Err(ClientError::NotInRevision { what, revision: client.revision() });
        }
        update(&self.task, &answers).await
    }

    /// Asks the server to end it. The server may be done first: then there is a result after all.
    ///
    /// # Errors
    /// [`ClientError::TaskGone`] if there is nothing to end, and as with every call.
    pub async fn cancel(&self) -> Result<(), ClientError> {
        let idle = self.task.client.limits().request_idle;
        send(&self.task, "tasks/cancel", idle).await.map(drop)
    }

    /// Has the server tell when something of it changes, for as long as the subscription lives:
    /// whoever waits then hears of it at once. Without it the server is asked now and then.
    ///
    /// # Errors
    /// As [`Client::listen`].
    pub async fn listen(&self) -> Result<Subscription, ClientError> {
        let mut filter = SubscriptionFilter::new();
        if self.task.client.era() == Era::Stateless {
            filter.extra.insert("taskIds", json!([self.task.id]));
        }
        self.task.client.listen(filter).await
    }

    /// What another process needs to go on with it.
    #[must_use]
    pub fn ticket(&self) -> TaskTicket {
        let seen = self.task.seen();
        let mut answered: Vec<String> = seen.answered.iter().cloned().collect();
        answered.sort_unstable();
        TaskTicket {
            id: self.task.id.clone(),
            tool: self.task.tool.clone(),
            server: self.task.client.server_info().map(|info| info.name.clone()),
            revision: self.task.client.revision().as_str().to_owned(),
            answered,
            state: seen.state.clone(),
        }
    }

    /// Reads the text of a result.
    fn result(&self, text: &str) -> Result<CallToolResult, ClientError> {
        let client = &self.task.client;
        match outcome::tool(text, client.era())? {
            Round::Complete(result) => client.check(&self.task.tool, result),
            _ => Err(ClientError::invalid("the result of the task is none of a tool")),
        }
    }
}

impl fmt::Debug for TaskHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskHandle")
            .field("tool", &self.task.tool)
            .field("status", &self.state().status)
            .finish_non_exhaustive()
    }
}
