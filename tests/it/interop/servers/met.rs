//! A server that was met, and what it said of its own accord.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use toolwright::client::{
    Call, ClientBuilder, Form, Notice, Reply, Speak, Started, Subscription, Visit,
};
use toolwright::http_client::ConnectWith;
use toolwright::spec::{
    CallToolResult, CreateMessageResult, ElicitAction, ElicitedValue,
    LoggingMessageNotificationParams, Map, PrimitiveSchemaDefinition, Role, Root,
    SamplingMessageContentBlock, StringFormat, TextContent,
};
use toolwright::watch::Change;
use toolwright::{Client, ClientError, ProtocolError};
use toolwright_tests::background::Background;

use super::row::{Reach, Tried, ensure};

/// What the model of our client says to everything.
pub(super) const SAID: &str = "an answer";

/// A connection, and what came over it unasked.
pub(super) struct Met {
    pub(super) client: Client,
    logs: Mutex<mpsc::UnboundedReceiver<LoggingMessageNotificationParams>>,
    visits: Arc<AtomicUsize>,
    /// Forms and messages for a model.
    questions: Arc<AtomicUsize>,
}

impl Met {
    /// Connects with every handler there is. What runs in the background has to be kept.
    pub(super) async fn connect(
        reach: Reach,
        speak: Speak,
    ) -> Result<(Self, Option<Background>), ClientError> {
        let (log, logs) = mpsc::unbounded_channel();
        let (visits, questions) = (Arc::default(), Arc::default());
        let builder = builder(log, &visits, &questions).era(speak);
        let (client, background) = match reach {
            Reach::Command(command) => {
                let mut command = tokio::process::Command::from(command);
                command.stderr(std::process::Stdio::piped());
                (builder.spawn(command).await?, None)
            }
            Reach::Url(url, background) => (builder.connect(&url).await?, Some(background)),
        };
        Ok((Self { client, logs: Mutex::new(logs), visits, questions }, background))
    }

    /// Calls a tool and returns the text it begins with.
    pub(super) async fn text(
        &self,
        tool: &str,
        arguments: serde_json::Value,
    ) -> Result<String, ClientError> {
        let result = self.client.call(tool, &arguments).await?;
        match text_of(&result) {
            _ if result.failed() => Err(ClientError::Tool(Box::new(result))),
            text => Ok(text),
        }
    }

    /// The log messages that have come since this was asked last.
    pub(super) async fn logs(&self) -> Vec<LoggingMessageNotificationParams> {
        let mut logs = self.logs.lock().await;
        std::iter::from_fn(|| logs.try_recv().ok()).collect()
    }

    /// The next log message.
    pub(super) async fn next_log(&self) -> Option<LoggingMessageNotificationParams> {
        self.logs.lock().await.recv().await
    }

    /// The list of tools has more than one page, and no tool twice.
    pub(super) async fn pages(&self) -> Tried {
        let first = self.client.tools_page(None).await?;
        let all = self.client.list_tools().await?;
        let names: BTreeSet<&str> = all.iter().map(|tool| &*tool.name).collect();
        ensure(names.len() == all.len(), &names)?;
        match first.next_cursor {
            Some(_) => ensure(first.tools.len() < all.len(), &(first.tools.len(), all.len())),
            None => Err("all tools are on one page".into()),
        }
    }

    /// Waits until these changes were told of.
    pub(super) async fn told(&self, changes: &mut Subscription, mut missing: Vec<Change>) -> Tried {
        while !missing.is_empty() {
            match changes.next().await.transpose()? {
                Some(Notice::Changed(change)) => missing.retain(|wanted| *wanted != change),
                Some(_) => {}
                None => return Err(format!("the stream ended before {missing:?}").into()),
            }
        }
        Ok(())
    }

    /// The progress that a call reports until it is done; there has to be some.
    pub(super) async fn reports(
        &self,
        call: Call<CallToolResult>,
    ) -> Result<Vec<f64>, Box<dyn Error + Send + Sync>> {
        let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
        let reports = Arc::clone(&seen);
        call.on_progress(move |report| reports.lock().unwrap().push(report.progress)).await?;
        let seen = seen.lock().unwrap().clone();
        ensure(!seen.is_empty(), &seen)?;
        Ok(seen)
    }

    /// Gives up a call as soon as it was sent; the server goes on serving others.
    pub(super) async fn given_up(&self, tool: &str, arguments: serde_json::Value) -> Tried {
        tokio::select! {
            biased;
            ended = self.client.call(tool, &arguments) => {
                return Err(format!("it ended: {ended:?}").into());
            }
            () = std::future::ready(()) => {}
        }
        Ok(self.client.ping().await?)
    }

    /// Whether the server says that it has tasks, in the words of either era.
    pub(super) fn declares_tasks(&self) -> bool {
        let told = self.client.server_capabilities();
        let extensions = told.extensions.as_ref();
        told.tasks.is_some()
            || extensions.is_some_and(|known| known.contains_key("io.modelcontextprotocol/tasks"))
    }

    /// Calls a tool as a task, which is taken up again from its ticket; the text of the result.
    pub(super) async fn task(
        &self,
        tool: &str,
        arguments: serde_json::Value,
    ) -> Result<String, Box<dyn Error + Send + Sync>> {
        match self.client.call(tool, &arguments).start().await? {
            Started::Task(task) => {
                let again = self.client.resume_task(task.ticket()).await?;
                Ok(text_of(&again.wait().await?))
            }
            other => Err(format!("there is no task: {other:?}").into()),
        }
    }

    /// Whether a question was put to our client.
    pub(super) fn asked(&self) -> Tried {
        match self.questions.load(Ordering::Relaxed) {
            0 => Err("nothing was asked".into()),
            _ => Ok(()),
        }
    }

    /// How often a person was sent to a page.
    pub(super) fn visits(&self) -> usize {
        self.visits.load(Ordering::Relaxed)
    }
}

/// The first text of a result.
pub(super) fn text_of(result: &CallToolResult) -> String {
    let mut texts = result.content.iter().filter_map(|block| block.as_text());
    texts.next().unwrap_or_default().to_owned()
}

/// Asks the server again and again until it says what is waited for.
pub(super) async fn until<Fut>(mut holds: impl FnMut() -> Fut) -> Tried
where
    Fut: Future<Output = Result<bool, ClientError>>,
{
    while !holds().await? {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// Where the roots of our client are.
pub(super) fn folder() -> String {
    env!("CARGO_TARGET_TMPDIR").to_owned()
}

fn builder(
    log: mpsc::UnboundedSender<LoggingMessageNotificationParams>,
    visits: &Arc<AtomicUsize>,
    questions: &Arc<AtomicUsize>,
) -> ClientBuilder {
    let visits = Arc::clone(visits);
    let (forms, samples) = (Arc::clone(questions), Arc::clone(questions));
    Client::builder()
        .on_elicit(move |form: Form| {
            forms.fetch_add(1, Ordering::Relaxed);
            async move { Ok(Reply::Accept(filled(&form))) }
        })
        .on_visit(move |_: Visit| {
            visits.fetch_add(1, Ordering::Relaxed);
            async { Ok(ElicitAction::Accept) }
        })
        .on_sample(move |_| {
            samples.fetch_add(1, Ordering::Relaxed);
            async { answer() }
        })
        .on_log(move |message| {
            // Nobody reads it any more when all has been tried.
            let _ = log.send(message);
        })
        .roots([Root::new(format!("file://{}", folder()))])
}

fn answer() -> Result<CreateMessageResult, ProtocolError> {
    let content = SamplingMessageContentBlock::Text(TextContent::new(SAID));
    Ok(CreateMessageResult::new(Role::Assistant, content, "none"))
}

/// What a person fills in: where nothing stands, something that fits.
fn filled(form: &Form) -> Map<ElicitedValue> {
    let mut content = form.defaults();
    for (name, field) in form.schema.properties.iter() {
        let value = match field {
            _ if content.get(name).is_some() => continue,
            PrimitiveSchemaDefinition::Boolean(_) => ElicitedValue::Bool(true),
            PrimitiveSchemaDefinition::String(field) => {
                let text = match &field.format {
                    None => "ada",
                    Some(StringFormat::Uri) => "https://example.com/",
                    Some(StringFormat::Date) => "1815-12-10",
                    Some(_) => "ada@example.com",
                };
                ElicitedValue::String(text.to_owned())
            }
            _ => continue,
        };
        content.insert(name, value);
    }
    content
}
