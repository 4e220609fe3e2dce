//! Questions of other servers, put to whoever called.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::value::RawValue;
use tokio::sync::{OwnedMutexGuard, mpsc, oneshot};
use toolwright_spec::{CreateMessageResult, ElicitAction, ElicitResult, RawJson};

use crate::Context;
use crate::ask::{AskError, Question};
use crate::client::{ClientBuilder, Form, Reply, Visit};
use crate::error::ProtocolError;

/// Questions that wait for the one before; a server asks one after the other.
const WAITING: usize = 8;

tokio::task_local! {
    /// The call in whose course a handler runs, where that is known.
    static CALL: mpsc::Sender<Asked>;
}

/// Puts the questions of a server elsewhere to the caller in whose call they came up: forms,
/// pages, and requests for the caller's model. Clones are the same relay.
///
/// A server that has sessions does not say which call a question belongs to. Its calls are
/// therefore made one after the other, so that nobody is asked for somebody else. A caller without
/// a session answers by repeating the call, and the server elsewhere is then called again from the
/// beginning.
///
/// ```
/// use toolwright_core::compose::{RemoteTools, Relay};
/// use toolwright_core::{Client, Server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> toolwright_core::Result<()> {
/// # let far = Server::new("far", "1.0.0").tools(toolwright_core::tool::FnTools::new());
/// let relay = Relay::new();
/// let client = relay.handlers(Client::builder()).in_memory(far).await?;
/// let tools = RemoteTools::connect(client).await?.relay(relay);
/// let front = Server::new("front", "1.0.0").tools(tools);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Relay {
    /// Whoever calls a server with sessions.
    turn: Arc<tokio::sync::Mutex<()>>,
    /// Their questions.
    current: Arc<Mutex<Option<mpsc::Sender<Asked>>>>,
}

/// A question that waits for its answer.
pub(super) struct Asked {
    question: Question,
    answer: oneshot::Sender<Result<RawJson, ProtocolError>>,
}

/// One call's end of a relay.
pub(super) struct Line {
    questions: mpsc::Receiver<Asked>,
    /// How many were asked.
    count: usize,
    /// Why the last one was not answered.
    pub(super) failed: Option<AskError>,
    turn: Option<Turn>,
}

/// The right to be asked, until this is dropped.
struct Turn {
    current: Arc<Mutex<Option<mpsc::Sender<Asked>>>>,
    _held: OwnedMutexGuard<()>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Relay {
    /// For [`RemoteTools::relay`](super::RemoteTools::relay).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The handlers of the client that is connected to the server elsewhere.
    #[must_use]
    pub fn handlers(&self, client: ClientBuilder) -> ClientBuilder {
        let (forms, visits, samples) = (self.clone(), self.clone(), self.clone());
        client
            .on_elicit(move |form: Form| {
                let relay = forms.clone();
                async move {
                    let question = Question::form(form.message, form.schema);
                    let result: ElicitResult = relay.ask(question).await?;
                    Ok(match result.action {
                        ElicitAction::Accept => Reply::Accept(result.content.unwrap_or_default()),
                        ElicitAction::Decline => Reply::Decline,
                        _ => Reply::Cancel,
                    })
                }
            })
            .on_visit(move |visit: Visit| {
                let relay = visits.clone();
                async move {
                    let question = Question::url(visit.message, visit.url);
                    let result: ElicitResult = relay.ask(question).await?;
                    Ok(result.action)
                }
            })
            .on_sample(move |request| {
                let relay = samples.clone();
                async move { relay.ask::<CreateMessageResult>(Question::sample(request)).await }
            })
            .sampling_with_tools()
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        question: Question,
    ) -> Result<T, ProtocolError> {
        let nobody = || ProtocolError::internal("nobody is there to be asked");
        let current = || self.current.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let line = CALL.try_with(Clone::clone).ok().or_else(current).ok_or_else(nobody)?;
        let (answer, answered) = oneshot::channel();
        line.send(Asked { question, answer }).await.map_err(|_| nobody())?;
        let answer = answered.await.map_err(|_| nobody())??;
        answer.parse().map_err(|error| ProtocolError::internal(error.to_string()))
    }

    /// A line for a call, which runs within the future that is made of its own one.
    pub(super) async fn line<F: Future>(
        self,
        has_session: bool,
        call: F,
    ) -> (Line, impl Future<Output = F::Output>) {
        let (sender, questions) = mpsc::channel(WAITING);
        let mut turn = None;
        if has_session {
            let held = self.turn.lock_owned().await;
            let current = self.current;
            *current.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender.clone());
            turn = Some(Turn { current, _held: held });
        }
        let line = Line { questions, count: 0, failed: None, turn };
        (line, CALL.scope(sender, call))
    }
}

impl Line {
    /// The next question, if one comes.
    pub(super) fn poll(&mut self, task: &mut std::task::Context<'_>) -> std::task::Poll<Asked> {
        match self.questions.poll_recv(task) {
            std::task::Poll::Ready(Some(asked)) => std::task::Poll::Ready(asked),
            _ => std::task::Poll::Pending,
        }
    }

    /// Puts a question to the caller.
    pub(super) async fn put(&mut self, cx: &Context, asked: Asked) {
        self.count += 1;
        let key = format!("remote question {}", self.count);
        let answer = cx.relay(&key, &asked.question).await.map_err(|error| {
            let told = ProtocolError::internal("the question could not be put to the caller");
            self.failed = Some(error);
            told
        });
        // Who asked may be gone.
        let _ = asked.answer.send(answer);
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("has_turn", &self.turn.is_some()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").finish_non_exhaustive()
    }
}

impl Context {
    /// Puts a question that somebody else asks; the answer is as it came.
    async fn relay(&self, key: &str, question: &Question) -> Result<RawJson, AskError> {
        let whole = |answer: &RawValue| {
            RawJson::new(answer.get()).map(Ok).map_err(|error| error.to_string())
        };
        self.put(key, question, whole).await
    }
}
