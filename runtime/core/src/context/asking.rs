//! What handlers ask with.

use std::cell::Cell;
use std::future;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use toolwright_spec::{
    CreateMessageRequestParams, CreateMessageResult, ElicitationSchema, RawJson, Root,
};

use super::Context;
use super::journal::{Found, Journal};
use crate::ask::{self, AskError, Question, Reading, Unsupported};
use crate::elicit::{Answers, Elicit};

impl Context {
    /// Asks the user to fill in a form, which is a struct that derives
    /// [`Elicit`]. What comes back fits it.
    ///
    /// A form never asks for secrets: the client and its model see what is entered. See
    /// [`Context::elicit_url`].
    ///
    /// ```
    /// use toolwright_core::elicit::{Answers, Elicit, ElicitError, Form};
    /// use toolwright_core::{AskError, Context, ToolError};
    /// # use toolwright_spec::ElicitationSchema;
    ///
    /// /// With the facade: #[derive(Elicit)]
    /// struct Order {
    ///     copies: u32,
    /// }
    /// # impl Elicit for Order {
    /// #     fn schema() -> ElicitationSchema { Form::new().integer("copies", |f| f).into_schema() }
    /// #     fn read(answers: &Answers) -> Result<Self, ElicitError> {
    /// #         Ok(Self { copies: answers.field("copies")? })
    /// #     }
    /// # }
    ///
    /// async fn order(cx: &Context) -> Result<String, ToolError> {
    ///     match cx.elicit::<Order>("order", "How many copies shall it be?").await {
    ///         Ok(order) => Ok(format!("{} copies are on their way", order.copies)),
    ///         Err(AskError::Declined) => Ok("nothing was ordered".to_owned()),
    ///         Err(error) => Err(error.into()),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// The user declines or dismisses the form, or the client cannot be asked: see [`AskError`].
    ///
    /// Specification: `client/elicitation`, section "Form Mode".
    pub async fn elicit<T: Elicit>(
        &self,
        key: &str,
        message: impl Into<String>,
    ) -> Result<T, AskError> {
        let form = T::schema();
        let question = Question::form(message.into(), form.clone());
        let read = |answer: &RawValue| ask::read_form(&form, answer, |answers| T::read(&answers));
        self.put(key, &question, read).await
    }

    /// As [`Context::elicit`], with a form that was made by hand.
    ///
    /// ```
    /// use toolwright_core::elicit::Form;
    /// use toolwright_core::{Context, ToolError};
    ///
    /// async fn greet(cx: &Context) -> Result<String, ToolError> {
    ///     let form = Form::new().string("name", |field| field.title("Your name")).build()?;
    ///     let answers = cx.elicit_form("name", "What is your name?", form).await?;
    ///     Ok(format!("Hello, {}!", answers.field::<String>("name")?))
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`Context::elicit`].
    ///
    /// Specification: `client/elicitation`, section "Form Mode".
    pub async fn elicit_form(
        &self,
        key: &str,
        message: impl Into<String>,
        form: ElicitationSchema,
    ) -> Result<Answers, AskError> {
        let question = Question::form(message.into(), form.clone());
        self.put(key, &question, |answer| ask::read_form(&form, answer, Ok)).await
    }

    /// Sends the user to a web page, for what the client must not see: passwords, keys, payments,
    /// the consent screen of another service. The answer says that the user agreed to go there,
    /// not that anything was done there: look that up, and see to it that whoever opened the page
    /// is whom the request came from.
    ///
    /// The URL must be `https`, or `http` to this machine, and carries neither credentials nor
    /// personal data. It must be the same each time the handler runs: make a random part of it in
    /// [`Context::once`].
    ///
    /// ```
    /// use toolwright_core::{Context, ToolError};
    ///
    /// async fn connect(cx: &Context) -> Result<String, ToolError> {
    ///     let ticket = cx.once("ticket", async || Ok::<_, ToolError>(new_ticket())).await?;
    ///     let url = format!("https://shop.example/connect?ticket={ticket}");
    ///     cx.elicit_url("connect", "The shop needs your consent.", url).await?;
    ///     Ok(if is_done(&ticket) { "connected" } else { "try again when you are done" }.to_owned())
    /// }
    /// # fn new_ticket() -> String { String::new() }
    /// # fn is_done(_: &str) -> bool { true }
    /// ```
    ///
    /// # Errors
    /// The user declines or dismisses, the client cannot show pages, or the URL is not one that
    /// users should be sent to: see [`AskError`].
    ///
    /// Specification: `client/elicitation`, section "URL Mode".
    pub async fn elicit_url(
        &self,
        key: &str,
        message: impl Into<String>,
        url: impl Into<String>,
    ) -> Result<(), AskError> {
        let question = Question::url(message.into(), url.into());
        self.put(key, &question, ask::read_url).await
    }

    /// Has the client's model continue a conversation.
    ///
    /// With `tools`, for clients that declare `sampling.tools`, the model may answer with uses of
    /// tools. Run them and sample again, under another key, with their results appended; and
    /// bound how often.
    ///
    /// Deprecated since revision 2026-07-28, which still has it: prefer to call a model of your
    /// own.
    ///
    /// ```
    /// use toolwright_core::{Context, ToolError};
    /// use toolwright_spec::{
    ///     CreateMessageRequestParams, Role, SamplingMessage, SamplingMessageContentBlock, TextContent,
    /// };
    ///
    /// async fn summary(cx: &Context, text: &str) -> Result<String, ToolError> {
    ///     let text = SamplingMessageContentBlock::from(TextContent::new(text));
    ///     let messages = [SamplingMessage::new(Role::User, text)];
    ///     let request = CreateMessageRequestParams::new(messages, 200)
    ///         .with_system_prompt("Summarise in one sentence.");
    ///     let answer = cx.sample("summary", request).await?;
    ///     match answer.content.as_slice() {
    ///         [SamplingMessageContentBlock::Text(text), ..] => Ok(text.text.clone()),
    ///         _ => Err(ToolError::new("the model did not answer with text")),
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// The client cannot be asked or refuses, or the conversation breaks the rules for uses of
    /// tools: see [`AskError`].
    ///
    /// Specification: `client/sampling`.
    pub async fn sample(
        &self,
        key: &str,
        request: CreateMessageRequestParams,
    ) -> Result<CreateMessageResult, AskError> {
        let question = Question::sample(request.clone());
        self.put(key, &question, |answer| ask::read_sample(&request, answer)).await
    }

    /// The directories and files in which the client would have the server work: `file://` URIs.
    /// They are guidance, no access control, and may be gone by now.
    ///
    /// Deprecated since revision 2026-07-28, which still has it: prefer arguments or settings.
    ///
    /// ```
    /// # async fn example(cx: &toolwright_core::Context) -> Result<(), toolwright_core::ToolError> {
    /// for root in cx.roots("roots").await? {
    ///     println!("{} {}", root.uri, root.name.unwrap_or_default());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The client has none, or refuses: see [`AskError`].
    ///
    /// Specification: `client/roots`.
    pub async fn roots(&self, key: &str) -> Result<Vec<Root>, AskError> {
        self.put(key, &Question::roots(), ask::read_roots).await
    }

    /// Runs an effect once, however often the handler runs: its result is remembered with the
    /// request, and the next run is given it instead. A failure is not remembered.
    ///
    /// This is *at least once*, not exactly once: a server that dies before the questions after it
    /// are sent has forgotten it, and a client may send an old state again, which
    /// [`Server::single_use_states`](crate::Server::single_use_states) rules out. Nothing can be
    /// asked from within.
    ///
    /// The result travels through the client, encrypted, together with all answers, in at most
    /// [`Limits::state_bytes`](crate::Limits::state_bytes): keep it small.
    ///
    /// ```
    /// use toolwright_core::{Context, ToolError};
    ///
    /// async fn reserve(cx: &Context) -> Result<String, ToolError> {
    ///     let seat = cx.once("seat", async || Ok::<u32, ToolError>(hold_a_seat()?)).await?;
    ///     cx.elicit_url("pay", "Pay to confirm.", format!("https://shop.example/pay/{seat}")).await?;
    ///     Ok(format!("seat {seat} is yours"))
    /// }
    /// # fn hold_a_seat() -> std::io::Result<u32> { Ok(7) }
    /// ```
    ///
    /// # Errors
    /// Those of the effect, and [`AskError::Unaskable`] if its result cannot be written as JSON,
    /// or cannot be read back.
    pub async fn once<T, E>(
        &self,
        key: &str,
        effect: impl AsyncFnOnce() -> Result<T, E>,
    ) -> Result<T, E>
    where
        T: Serialize + DeserializeOwned,
        E: From<AskError>,
    {
        let journal = self.journal();
        loop {
            let mut changed = pin!(journal.changed());
            changed.as_mut().enable();
            match journal.look_for_effect(key) {
                Found::Answer(result) => return result.parse().map_err(|_| unreadable(key).into()),
                Found::Busy => changed.await,
                Found::Nothing => break,
            }
        }
        let _running = Running { cx: self, journal, key };
        let mut effect = pin!(effect());
        let done = future::poll_fn(|task| {
            let _inside = Inside::enter(self);
            effect.as_mut().poll(task)
        });
        let done = done.await?;
        let result = RawJson::from_value(&done).map_err(|_| unreadable(key))?;
        journal.record(key, result);
        Ok(done)
    }

    /// Puts a question, unless its answer is here already.
    pub(crate) async fn put<T>(
        &self,
        key: &str,
        question: &Question,
        read: impl Fn(&RawValue) -> Reading<T>,
    ) -> Result<T, AskError> {
        if Inside::is(self) {
            let message = format!("`{key}` is asked inside an effect that runs once");
            return Err(AskError::Unaskable(message));
        }
        if let Some(fault) = question.fault() {
            return Err(AskError::Unaskable(format!("`{key}`: {fault}")));
        }
        if self.0.over.is_set() {
            return Err(AskError::Gone);
        }
        let (journal, digest) = (self.journal(), question.digest());
        loop {
            let mut changed = pin!(journal.changed());
            changed.as_mut().enable();
            match journal.look(key, &digest)? {
                Found::Busy => changed.await,
                Found::Nothing => break,
                Found::Answer(answer) => match read(answer.as_raw()) {
                    Ok(read) => return read,
                    Err(reason) => {
                        tracing::debug!(key, reason, "an answer is none: it is asked again");
                        journal.forget(key);
                    }
                },
            }
        }
        let open = Asked { journal, key };
        let nobody = || AskError::Unsupported(Unsupported::new("there is no client"));
        let asker = self.0.scope.admitted.asking.asker().ok_or_else(nobody)?;
        let answer = self.unless_over(asker.ask(self, key, question)).await??;
        let read = read(answer.as_raw()).map_err(AskError::Invalid)?;
        journal.keep(key, digest, answer);
        drop(open);
        read
    }

    /// Waits for `done`, but not beyond the end of the request.
    async fn unless_over<T>(&self, done: impl Future<Output = T>) -> Result<T, AskError> {
        let mut done = pin!(done);
        let mut over = pin!(self.0.over.wait());
        future::poll_fn(|task| match done.as_mut().poll(task) {
            Poll::Ready(done) => Poll::Ready(Ok(done)),
            Poll::Pending => over.as_mut().poll(task).map(|()| Err(AskError::Gone)),
        })
        .await
    }
}

fn unreadable(key: &str) -> AskError {
    AskError::Unaskable(format!("the result of `{key}` cannot be written as JSON and read back"))
}

/// Somebody asks, and does not any more once this is dropped.
struct Asked<'a> {
    journal: &'a Journal,
    key: &'a str,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.journal.close(self.key);
    }
}

/// An effect is under way until this is dropped.
struct Running<'a> {
    cx: &'a Context,
    journal: &'a Journal,
    key: &'a str,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.journal.stop(self.key);
        self.cx.wake_driver();
    }
}

/// This thread is polling an effect of a request.
struct Inside {
    outer: usize,
}

thread_local! {
    /// The request whose effect it is, as an address; 0 for none.
    static INSIDE: Cell<usize> = const { Cell::new(0) };
}

impl Inside {
    fn enter(cx: &Context) -> Self {
        Self { outer: INSIDE.replace(Self::name(cx)) }
    }

    fn is(cx: &Context) -> bool {
        INSIDE.get() == Self::name(cx)
    }

    fn name(cx: &Context) -> usize {
        Arc::as_ptr(&cx.0).addr()
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(self.outer);
    }
}
