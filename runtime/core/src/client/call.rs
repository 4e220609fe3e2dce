//! A call in the making.

use std::borrow::Cow;
use std::fmt;
use std::future::IntoFuture;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use toolwright_spec::{
    CallToolResult, InputRequiredResult, InputResponses, LoggingLevel, RawJson, TaskMetadata, code,
};

use super::cache::{is_cacheable, mended};
use super::connection::Client;
use super::error::ClientError;
use super::exchange::{Options, Question};
use super::outcome::{self, Read, Round};
use super::progress::Progress;
use super::required;
use super::rounds;
use super::spoken::members;
use super::task::{Guard, Patience, TaskHandle};
use crate::BoxFuture;
use crate::watch::Change;

/// A call that is made when it is awaited; what may be chosen for it comes before.
///
/// ```
/// # use std::time::Duration;
/// # use toolwright_core::{Client, Server};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toolwright_core::Result<()> {
/// # let client = Client::in_memory(Server::new("shop", "1.0.0")).await?;
/// let result = client
///     .call("search", &serde_json::json!({ "query": "rust" }))
///     .timeout(Duration::from_secs(5))
///     .on_progress(|report| println!("{}", report.progress))
///     .await;
/// # assert!(result.is_err());
/// # Ok(())
/// # }
/// ```
///
/// Dropping the future cancels the call. If the server asks for input before it answers, the
/// client's handlers give it and the call goes on; [`Call::round`] is for those who rather see
/// to it themselves.
#[must_use = "a call is made when it is awaited"]
pub struct Call<T> {
    pub(super) client: Client,
    pub(super) method: Cow<'static, str>,
    /// The text of an object, or why there is none.
    pub(super) params: Result<String, ClientError>,
    /// Which tool or prompt; empty for others.
    pub(super) name: String,
    pub(super) options: Options,
    pub(super) retry: Retry,
    /// In a session: the call is to become a task.
    pub(super) as_task: bool,
    /// What is kept is not good enough.
    pub(super) fresh: bool,
    pub(super) read: Read<T>,
    pub(super) finish: Finish<T>,
}

/// What is done with a result before the caller gets it.
pub(super) type Finish<T> = fn(&Client, &str, T) -> Result<T, ClientError>;

/// What a call gives the server that it asked for.
#[derive(Debug, Default)]
pub(super) struct Retry {
    pub(super) responses: Option<InputResponses>,
    pub(super) state: Option<String>,
}

impl<T: Send + 'static> Call<T> {
    pub(super) fn new(
        client: &Client,
        method: impl Into<Cow<'static, str>>,
        params: Result<String, ClientError>,
        read: Read<T>,
    ) -> Self {
        Self {
            client: client.clone(),
            method: method.into(),
            params,
            name: String::new(),
            options: Options::default(),
            retry: Retry::default(),
            as_task: false,
            fresh: false,
            read,
            finish: |_, _, result| Ok(result),
        }
    }

    /// How long the server may stay silent; progress starts it anew. Otherwise
    /// [`Limits::request_idle`](crate::Limits::request_idle).
    pub fn timeout(mut self, idle: Duration) -> Self {
        self.options.idle = Some(idle);
        self
    }

    /// How long one round may take altogether, with whatever progress. Time in which a person is
    /// asked does not count. Otherwise [`Limits::request_total`](crate::Limits::request_total).
    pub fn total_timeout(mut self, total: Duration) -> Self {
        self.options.total = Some(total);
        self
    }

    /// Calls `on_progress` whenever the server reports progress. It runs where the call is
    /// awaited; reports that come too fast are thinned out, the last one always arrives.
    pub fn on_progress(mut self, on_progress: impl FnMut(Progress) + Send + 'static) -> Self {
        self.options.on_progress = Some(Box::new(on_progress));
        self
    }

    /// Asks for log messages of this level and above while the call runs. Sessions know levels
    /// only for all calls: [`Client::log_level`].
    pub fn log_level(mut self, level: LoggingLevel) -> Self {
        self.options.log_level = Some(level);
        self
    }

    /// Says that it does no harm to make the call twice: it may then be made again when it got
    /// lost on the way, as [`Backoff`](super::Backoff) says. What only reads is so anyway.
    ///
    /// ```
    /// # use toolwright_core::{Client, Server};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toolwright_core::Result<()> {
    /// # let client = Client::in_memory(Server::new("shop", "1.0.0")).await?;
    /// let price = client.call("price", &serde_json::json!({ "of": "book" })).idempotent().await;
    /// # assert!(price.is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn idempotent(mut self) -> Self {
        self.options.idempotent = true;
        self
    }

    /// Adds a member to the call's `_meta`, for example `traceparent`. Awaiting the call fails if
    /// the member is one that the client writes itself.
    pub fn meta(mut self, name: &str, value: impl Into<Value>) -> Self {
        const OURS: [&str; 5] = [
            "progressToken",
            "io.modelcontextprotocol/protocolVersion",
            "io.modelcontextprotocol/clientInfo",
            "io.modelcontextprotocol/clientCapabilities",
            "io.modelcontextprotocol/logLevel",
        ];
        if OURS.contains(&name) {
            let reason = format!("the client writes `{name}` of `_meta` itself");
            self.params = Err(ClientError::Usage { reason });
        } else {
            self.options.meta.insert(name.to_owned(), value.into());
        }
        self
    }

    /// Asks the server even if its last answer may still be used, and keeps the new one. Matters
    /// for what servers let clients keep: lists, resources and what they say of themselves.
    ///
    /// ```
    /// # use toolwright_core::{Client, Resources, Server};
    /// # use toolwright_spec::Resource;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toolwright_core::Result<()> {
    /// # let resources = Resources::new().text(Resource::new("rules", "shop://rules"), "be kind");
    /// # let client = Client::in_memory(Server::new("shop", "1.0.0").resources(resources)).await?;
    /// let rules = client.read_resource("shop://rules").fresh().await?;
    /// # assert_eq!(rules.contents.len(), 1);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Specification: `server/utilities/caching`.
    pub fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// Answers what an earlier round of this call asked for: [`Round::InputRequired`]. `state` is
    /// the `requestState` that came with the questions, unchanged, if one did.
    pub fn input(mut self, responses: InputResponses, state: Option<String>) -> Self {
        self.retry = Retry { responses: Some(responses), state };
        self
    }

    /// Makes the call without answering questions: what comes first is returned, be it the result,
    /// a task or the questions. Those can be stored, answered later, even by another process, and given
    /// to a new call with [`Call::input`].
    ///
    /// Specification: `basic/patterns/mrtr`.
    ///
    /// # Errors
    /// As awaiting the call.
    pub async fn round(mut self) -> Result<Round<T>, ClientError> {
        self.prepare();
        match self.once().await? {
            Round::Complete(result) => {
                (self.finish)(&self.client, &self.name, result).map(Round::Complete)
            }
            asked => Ok(asked),
        }
    }

    /// One exchange.
    async fn once(&mut self) -> Result<Round<T>, ClientError> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Given<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            input_responses: Option<&'a InputResponses>,
            #[serde(skip_serializing_if = "Option::is_none")]
            request_state: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            task: Option<TaskMetadata>,
        }
        let params = self.params.as_deref().map_err(Clone::clone)?;
        let more = members(&Given {
            input_responses: self.retry.responses.as_ref(),
            request_state: self.retry.state.as_deref(),
            task: self.as_task.then(TaskMetadata::new),
        });
        if self.options.log_level.is_none() {
            self.options.log_level = self.client.shared().level();
        }
        let question = Question { method: &self.method, params, more: &more };
        if more.is_empty() && self.client.keeps(&self.method) {
            let kept = self.client.kept(question, &mut self.options, self.fresh).await;
            let text = kept.inspect_err(|error| self.client.suspect(&self.method, error))?;
            return self.text(text.as_str());
        }
        let answer = self.client.exchange_again(question, &mut self.options, &self.name).await;
        let answer = answer.inspect_err(|error| self.client.suspect(&self.method, error))?;
        match self.text(&answer)? {
            Round::Task(ticket) => match self.admit(ticket) {
                Some(ticket) => Ok(Round::Task(ticket)),
                None => Err(outcome::unexpected("task")),
            },
            round => Ok(round),
        }
    }

    /// Reads a result. Nonsense about how long it may be kept does not make it useless.
    fn text(&self, text: &str) -> Result<Round<T>, ClientError> {
        let era = self.client.era();
        (self.read)(text, era).or_else(|error| match mended(text) {
            Some(mended) if is_cacheable(&self.method) => (self.read)(&mended, era),
            _ => Err(error),
        })
    }

    /// One exchange, and another one if the server misses headers that its tools ask for: they
    /// may have changed.
    ///
    /// Specification: `basic/transports/streamable-http`, section "Client Behavior".
    async fn twice(&mut self) -> Result<Round<T>, ClientError> {
        match self.once().await {
            Err(ClientError::Peer(error))
                if error.code() == code::HEADER_MISMATCH && self.method == "tools/call" =>
            {
                self.client.forget(&Change::Tools);
                self.client.list_tools().await?;
                self.once().await
            }
            Err(error) if self.was_to_be_task(&error).await => self.once().await,
            done => done,
        }
    }

    /// All rounds, and what the call comes to if it becomes a task.
    async fn drive(mut self) -> Result<T, ClientError> {
        let result = match self.reach().await? {
            Reached::Done(result) => result,
            Reached::Task(task) => {
                let patience = Patience { idle: self.options.idle, total: self.options.total };
                let task = Guard(task);
                let text = task.0.finished(patience).await?;
                match (self.read)(&text, self.client.era())? {
                    Round::Complete(result) => result,
                    _ => return Err(ClientError::invalid("the task has no result of the call")),
                }
            }
        };
        (self.finish)(&self.client, &self.name, result)
    }

    /// All rounds before there is a result or a task.
    pub(super) async fn reach(&mut self) -> Result<Reached<T>, ClientError> {
        self.prepare();
        let limits = self.client.limits().clone();
        for _ in 0..=limits.retries {
            let round = match self.twice().await {
                Err(error) if required::visited(self.client.shared(), &error).await? => continue,
                round => round?,
            };
            match round {
                Round::Complete(result) => return Ok(Reached::Done(result)),
                Round::Task(ticket) => {
                    return Ok(Reached::Task(TaskHandle::new(&self.client, *ticket)));
                }
                Round::InputRequired(InputRequiredResult {
                    input_requests, request_state, ..
                }) => {
                    let requests = input_requests.unwrap_or_default();
                    let responses =
                        rounds::answer(self.client.shared(), requests, limits.questions).await?;
                    let responses = (!responses.is_empty()).then_some(responses);
                    self.retry = Retry { responses, state: request_state };
                }
            }
        }
        let what = format!("more than {} rounds of questions", limits.retries);
        Err(ClientError::TooLarge { what })
    }
}

/// Where the rounds lead.
pub(super) enum Reached<T> {
    Done(T),
    Task(TaskHandle),
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T, ClientError>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.drive())
    }
}

impl Call<CallToolResult> {
    /// Makes the call and reads the tool's structured content as a `T`; where a tool has only
    /// text, that text as JSON.
    ///
    /// ```
    /// # use toolwright_core::{Client, Context, Json, Server, ToolError, tool::FnTools};
    /// # #[derive(serde::Serialize, schemars::JsonSchema)]
    /// # struct Sum { sum: i64 }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toolwright_core::Result<()> {
    /// # #[derive(serde::Deserialize, schemars::JsonSchema)]
    /// # struct Terms { a: i64, b: i64 }
    /// # let tools = FnTools::new().tool("add", "Adds", |_: Context, terms: Terms| async move {
    /// #     Ok::<_, ToolError>(Json(Sum { sum: terms.a + terms.b }))
    /// # });
    /// # let client = Client::in_memory(Server::new("sums", "1.0.0").tools(tools)).await?;
    /// #[derive(serde::Deserialize)]
    /// struct Added { sum: i64 }
    ///
    /// let added: Added = client.call("add", &serde_json::json!({ "a": 1, "b": 2 })).json().await?;
    /// assert_eq!(added.sum, 3);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As awaiting the call; [`ClientError::Tool`] if the tool failed;
    /// [`ClientError::InvalidResponse`] if what it returned is no `T`.
    pub async fn json<T: DeserializeOwned>(self) -> Result<T, ClientError> {
        let result = self.await?;
        if result.failed() {
            return Err(ClientError::Tool(Box::new(result)));
        }
        if let Some(structured) = &result.structured_content {
            return structured
                .parse()
                .map_err(|error| ClientError::invalid(error.below("/result/structuredContent")));
        }
        let mut texts = result.content.iter().filter_map(|block| block.as_text());
        match (texts.next(), texts.next()) {
            (Some(text), None) => toolwright_spec::from_str(text)
                .map_err(|error| ClientError::invalid(error.below("/result/content/0/text"))),
            _ => Err(ClientError::invalid("the tool returned no structured content")),
        }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("method", &self.method)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The text of an object: what `value` is written as. Nothing (`()`) is written as `{}`.
pub(super) fn object(value: &(impl Serialize + ?Sized)) -> Result<RawJson, ClientError> {
    let text = RawJson::from_value(value).map_err(ClientError::arguments)?;
    match text.as_str() {
        "null" => RawJson::new("{}").map_err(ClientError::arguments),
        _ if text.is_object() => Ok(text),
        _ => Err(ClientError::arguments("they are no JSON object")),
    }
}
