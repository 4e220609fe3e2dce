//! What a client answers when the server asks, in whichever era.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError, RwLock};

use toolwright_spec::{
    ClientCapabilities, CreateMessageRequestParams, CreateMessageResult, ElicitAction,
    ElicitRequestParams, ElicitResult, ElicitationCapability, Fit, Implementation, ListRootsResult,
    LoggingMessageNotificationParams, Object, Revision, Root, RootsCapability, SamplingCapability,
};

use super::error::ClientError;
use super::form::{Form, Reply, Visit};
use crate::BoxFuture;
use crate::error::ProtocolError;
use crate::task::EXTENSION;

/// A handler: a question in, an answer out.
type Handler<Q, A> =
    Arc<dyn Fn(Q) -> BoxFuture<'static, Result<A, ProtocolError>> + Send + Sync + 'static>;

/// The handlers of a client. What is there is what it declares.
#[derive(Clone, Default)]
pub(super) struct Handlers {
    form: Option<Handler<Form, Reply>>,
    visit: Option<Handler<Visit, ElicitAction>>,
    sample: Option<Handler<CreateMessageRequestParams, CreateMessageResult>>,
    sample_with_tools: bool,
    roots: Option<Arc<RwLock<Vec<Root>>>>,
    log: Option<Arc<dyn Fn(LoggingMessageNotificationParams) + Send + Sync>>,
    /// Whether calls may become tasks.
    pub(super) tasks: bool,
}

/// Boxes what a handler returns.
fn boxed<Q, A, F, Fut>(handler: F) -> Handler<Q, A>
where
    F: Fn(Q) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<A, ProtocolError>> + Send + 'static,
{
    Arc::new(move |question| Box::pin(handler(question)))
}

/// Why a question stays unanswered.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// Nobody is there to answer it.
    NoHandler(String),
    /// Whoever is there failed.
    Failed(ProtocolError),
}

impl From<ProtocolError> for Unanswered {
    fn from(error: ProtocolError) -> Self {
        Self::Failed(error)
    }
}

impl From<Unanswered> for ClientError {
    fn from(error: Unanswered) -> Self {
        match error {
            Unanswered::NoHandler(what) => Self::NoHandler { what },
            Unanswered::Failed(error) => Self::Handler(error),
        }
    }
}

impl Handlers {
    /// None, in a client whose calls may become tasks.
    pub(super) fn with_tasks() -> Self {
        Self { tasks: true, ..Self::default() }
    }

    pub(super) fn on_form<F, Fut>(&mut self, handler: F)
    where
        F: Fn(Form) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, ProtocolError>> + Send + 'static,
    {
        self.form = Some(boxed(handler));
    }

    pub(super) fn on_visit<F, Fut>(&mut self, handler: F)
    where
        F: Fn(Visit) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<ElicitAction, ProtocolError>> + Send + 'static,
    {
        self.visit = Some(boxed(handler));
    }

    pub(super) fn on_sample<F, Fut>(&mut self, handler: F)
    where
        F: Fn(CreateMessageRequestParams) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<CreateMessageResult, ProtocolError>> + Send + 'static,
    {
        self.sample = Some(boxed(handler));
    }

    pub(super) fn sample_with_tools(&mut self) {
        self.sample_with_tools = true;
    }

    pub(super) fn on_log(
        &mut self,
        handler: impl Fn(LoggingMessageNotificationParams) + Send + Sync + 'static,
    ) {
        self.log = Some(Arc::new(handler));
    }

    /// A log message of the server.
    pub(super) fn log(&self, message: LoggingMessageNotificationParams) {
        if let Some(handler) = &self.log {
            // It runs where messages come in, which has to go on.
            let taken = catch_unwind(AssertUnwindSafe(|| handler(message)));
            if taken.is_err() {
                tracing::error!("the handler of log messages panicked");
            }
        }
    }

    /// Roots are directories or files of this machine.
    ///
    /// # Errors
    /// One is not under a `file` URI, or leads elsewhere with `..`.
    pub(super) fn set_roots(&mut self, roots: Vec<Root>) -> Result<(), ClientError> {
        check_roots(&roots)?;
        match &self.roots {
            Some(known) => *known.write().unwrap_or_else(PoisonError::into_inner) = roots,
            None => self.roots = Some(Arc::new(RwLock::new(roots))),
        }
        Ok(())
    }

    /// Other roots than before; whether there were any to be replaced.
    ///
    /// # Errors
    /// As [`Self::set_roots`].
    pub(super) fn replace_roots(&self, roots: Vec<Root>) -> Result<bool, ClientError> {
        check_roots(&roots)?;
        let Some(known) = &self.roots else { return Ok(false) };
        *known.write().unwrap_or_else(PoisonError::into_inner) = roots;
        Ok(true)
    }

    /// What a peer of this revision is told.
    pub(super) fn capabilities(&self, revision: Revision) -> ClientCapabilities {
        let mut capabilities = ClientCapabilities::default();
        if self.form.is_some() || self.visit.is_some() {
            let mut elicitation = ElicitationCapability::new();
            elicitation.form = self.form.as_ref().map(|_| Object::new());
            elicitation.url = self.visit.as_ref().map(|_| Object::new());
            let fitted = elicitation.clone().fit(revision).unwrap_or(elicitation);
            // Where there are no modes yet, there are only forms.
            if self.form.is_some() || fitted.url.is_some() {
                capabilities.elicitation = Some(fitted);
            }
        }
        if self.sample.is_some() {
            let mut sampling = SamplingCapability::new();
            sampling.tools = self.sample_with_tools.then(Object::new);
            capabilities.sampling = Some(sampling);
        }
        if self.roots.is_some() {
            capabilities.roots = Some(RootsCapability::new().with_list_changed(true));
        }
        if self.tasks {
            let extensions = [(EXTENSION.to_owned(), Object::new())];
            capabilities.extensions = Some(extensions.into_iter().collect());
        }
        capabilities.clone().fit(revision).unwrap_or(capabilities)
    }

    /// Answers `elicitation/create`.
    pub(super) async fn elicit(
        &self,
        server: Option<Arc<Implementation>>,
        params: ElicitRequestParams,
    ) -> Result<ElicitResult, Unanswered> {
        match (params, &self.form, &self.visit) {
            (ElicitRequestParams::Form(params), Some(handler), _) => {
                let form = Form::new(server, *params);
                let reply = handler(form.clone()).await?;
                Ok(form.settle(reply)?)
            }
            (ElicitRequestParams::Url(params), _, Some(handler)) => {
                Ok(ElicitResult::new(handler(Visit::new(server, *params)).await?))
            }
            (ElicitRequestParams::Form(_), None, _) => {
                Err(Unanswered::NoHandler("elicitation in form mode".to_owned()))
            }
            (ElicitRequestParams::Url(_), _, None) => {
                Err(Unanswered::NoHandler("elicitation in url mode".to_owned()))
            }
            _ => Err(Unanswered::NoHandler("elicitation of an unknown mode".to_owned())),
        }
    }

    /// Answers `sampling/createMessage`.
    pub(super) async fn sample(
        &self,
        params: CreateMessageRequestParams,
    ) -> Result<CreateMessageResult, Unanswered> {
        let Some(handler) = &self.sample else {
            return Err(Unanswered::NoHandler("sampling".to_owned()));
        };
        if (params.tools.is_some() || params.tool_choice.is_some()) && !self.sample_with_tools {
            return Err(Unanswered::NoHandler("sampling with tools".to_owned()));
        }
        Ok(handler(params).await?)
    }

    /// Answers `roots/list`.
    pub(super) fn list_roots(&self) -> Result<ListRootsResult, Unanswered> {
        let Some(roots) = &self.roots else {
            return Err(Unanswered::NoHandler("roots".to_owned()));
        };
        let roots = roots.read().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(ListRootsResult::new(roots))
    }
}

impl fmt::Debug for Handlers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handlers")
            .field("form", &self.form.is_some())
            .field("visit", &self.visit.is_some())
            .field("sample", &self.sample.is_some())
            .field("roots", &self.roots)
            .finish_non_exhaustive()
    }
}

fn check_roots(roots: &[Root]) -> Result<(), ClientError> {
    for root in roots {
        let path = root.uri.strip_prefix("file://");
        let strays = |path: &str| {
            path.split('/').any(|segment| {
                let plain = segment.replace("%2e", ".").replace("%2E", ".");
                plain == ".." || plain == "."
            })
        };
        if path.is_none_or(strays) {
            let reason = format!(
                "the root `{}` is no absolute `file://` URI without `.` and `..`",
                root.uri
            );
            return Err(ClientError::Usage { reason });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn declared(handlers: &Handlers, revision: Revision) -> Value {
        serde_json::to_value(handlers.capabilities(revision)).unwrap()
    }

    #[test]
    fn what_is_handled_is_declared() {
        let mut handlers = Handlers::default();
        assert_eq!(declared(&handlers, Revision::LATEST), json!({}));
        handlers.on_visit(|_| async { Ok(ElicitAction::Accept) });
        assert_eq!(declared(&handlers, Revision::LATEST), json!({ "elicitation": { "url": {} } }));
        assert_eq!(declared(&handlers, Revision::V2025_06_18), json!({}));
        handlers.on_form(|_| async { Ok(Reply::Cancel) });
        assert_eq!(declared(&handlers, Revision::V2025_06_18), json!({ "elicitation": {} }));
        handlers.on_sample(|_| async { Err(ProtocolError::internal("no")) });
        handlers.sample_with_tools();
        handlers.set_roots(vec![Root::new("file:///home/ada")]).unwrap();
        assert_eq!(
            declared(&handlers, Revision::V2025_11_25),
            json!({ "elicitation": { "form": {}, "url": {} }, "sampling": { "tools": {} },
                "roots": { "listChanged": true } })
        );
    }

    #[test]
    fn roots_are_places_of_this_machine() {
        for uri in ["https://example.com/", "/home", "file:///a/../b", "file:///a/%2e%2E/b"] {
            let set = Handlers::default().set_roots(vec![Root::new(uri)]);
            assert!(matches!(set, Err(ClientError::Usage { .. })), "{uri}");
        }
    }
}
