//! What the client answers, and what it writes down of what it is told.
// The specification has marked sampling, roots and logging as deprecated; they are tried all the same.
#![expect(deprecated)]

use std::sync::{Arc, Mutex, PoisonError};

use rmcp::ClientHandler;
use rmcp::model::{
    ClientCapabilities, ClientConfig, CreateMessageRequestParams, CreateMessageResult,
    ElicitRequestParams, ElicitResult, ElicitationAction, ErrorData, Implementation,
    ListRootsResult, LoggingMessageNotificationParam, ProgressNotificationParam, ProtocolVersion,
    ResourceUpdatedNotificationParam, Root, SamplingMessage,
};
use rmcp::service::{NotificationContext, RequestContext, RoleClient};
use serde_json::json;

/// What the client was told.
#[derive(Clone, Default)]
pub(crate) struct Seen(Arc<Mutex<Told>>);

#[derive(Default)]
pub(crate) struct Told {
    pub(crate) logs: usize,
    pub(crate) progress: Vec<f64>,
    pub(crate) updated: Vec<String>,
    pub(crate) lists: usize,
}

impl Seen {
    /// Reads or changes what is written down.
    pub(crate) fn with<T>(&self, use_it: impl FnOnce(&mut Told) -> T) -> T {
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The client.
pub(crate) struct Handler {
    revision: ProtocolVersion,
    seen: Seen,
}

impl Handler {
    pub(crate) fn new(revision: ProtocolVersion, seen: Seen) -> Self {
        Self { revision, seen }
    }
}

impl ClientHandler for Handler {
    fn get_info(&self) -> ClientConfig {
        let capabilities =
            ClientCapabilities::builder().enable_roots().enable_sampling().enable_elicitation();
        let capabilities = if self.revision.has_initialize() {
            capabilities.build()
        } else {
            capabilities.enable_extensions().enable_tasks().build()
        };
        ClientConfig::new(capabilities, Implementation::new("matrix", "1.0.0"))
            .with_protocol_version(self.revision.clone())
    }

    async fn create_message(
        &self,
        _: CreateMessageRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<CreateMessageResult, ErrorData> {
        let answer = SamplingMessage::assistant_text("an answer");
        Ok(CreateMessageResult::new(answer, "none".to_owned()))
    }

    async fn list_roots(
        &self,
        _: RequestContext<RoleClient>,
    ) -> Result<ListRootsResult, ErrorData> {
        Ok(ListRootsResult::new(vec![Root::new("file:///home/ada")]))
    }

    async fn create_elicitation(
        &self,
        _: ElicitRequestParams,
        _: RequestContext<RoleClient>,
    ) -> Result<ElicitResult, ErrorData> {
        let content = json!({ "username": "ada", "email": "ada@example.com" });
        Ok(ElicitResult::new(ElicitationAction::Accept).with_content(content))
    }

    async fn on_progress(
        &self,
        report: ProgressNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.seen.with(|told| told.progress.push(report.progress));
    }

    async fn on_logging_message(
        &self,
        _: LoggingMessageNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.seen.with(|told| told.logs += 1);
    }

    async fn on_resource_updated(
        &self,
        update: ResourceUpdatedNotificationParam,
        _: NotificationContext<RoleClient>,
    ) {
        self.seen.with(|told| told.updated.push(update.uri));
    }

    async fn on_tool_list_changed(&self, _: NotificationContext<RoleClient>) {
        self.seen.with(|told| told.lists += 1);
    }
}
