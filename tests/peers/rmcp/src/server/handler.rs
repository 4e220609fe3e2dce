//! What the server answers.
// The specification has marked logging as deprecated, and rmcp old subscriptions.
#![expect(deprecated)]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rmcp::ServerHandler;
use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::handler::server::tool::ToolCallContext;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CancelTaskParams, CompleteRequestParams,
    CompleteResult, CompletionInfo, CreateTaskResult, ErrorData, GetPromptRequestParams,
    GetPromptResponse, GetTaskParams, GetTaskResult, Implementation, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, PaginatedRequestParams,
    ReadResourceRequestParams, ReadResourceResponse, Reference, ServerCapabilities, ServerConfig,
    SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter, Tool,
    UnsubscribeRequestParams, UpdateTaskParams,
};
use rmcp::service::{RequestContext, RoleServer, SubscriptionContext};
use tokio::sync::broadcast::Receiver;

use crate::contents::{TWO, WATCHED, filled, prompts, read, resources, templates};
use crate::shared::{Change, Shared};
use crate::tasks::begin;

/// How many tools a page has.
const PAGE: usize = 5;

/// The server, for one session, or for one request where there are no sessions.
pub(crate) struct Server {
    pub(crate) shared: Arc<Shared>,
    /// Whether this session wants to hear of the watched resource.
    pub(crate) watched: AtomicBool,
    tools: ToolRouter<Self>,
    /// The changes for subscriptions that are about to begin.
    beginning: Mutex<Vec<Receiver<Change>>>,
}

impl Server {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            watched: AtomicBool::new(false),
            tools: Self::tool_router(),
            beginning: Mutex::default(),
        }
    }

    fn is_here(&self, tool: &str) -> bool {
        tool != "passing_tool" || self.shared.passing.load(Ordering::SeqCst)
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_logging()
            .enable_completions()
            .enable_prompts()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_tools()
            .enable_tool_list_changed()
            .enable_extensions()
            .enable_tasks()
            .build();
        ServerConfig::new(capabilities)
            .with_server_info(Implementation::new("everything-rmcp", "1.0.0"))
            .with_instructions("Call what you like: nothing here has an effect.")
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let all = self.tools.list_all().into_iter().filter(|tool| self.is_here(&tool.name));
        let all: Vec<Tool> = all.collect();
        let cursor = request.and_then(|request| request.cursor);
        let start: usize = match cursor {
            None => 0,
            Some(cursor) => cursor
                .parse()
                .map_err(|_| ErrorData::invalid_params("this is no cursor of ours", None))?,
        };
        let next = start.saturating_add(PAGE);
        let next_cursor = (next < all.len()).then(|| next.to_string());
        let tools = all.into_iter().skip(start).take(PAGE).collect();
        let mut page = ListToolsResult::with_all_items(tools);
        page.next_cursor = next_cursor;
        Ok(page)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if !self.is_here(&request.name) {
            return Err(ErrorData::invalid_params("there is no such tool", None));
        }
        if context.client_capabilities().is_some_and(|client| client.supports_tasks()) {
            let arguments = request.arguments.clone().unwrap_or_default();
            if let Some(task) = begin(&self.shared.tasks, &request.name, &arguments) {
                return Ok(CallToolResponse::Task(CreateTaskResult::new(task)));
            }
        }
        self.tools.call(ToolCallContext::new(self, request, context)).await
    }

    async fn get_task(
        &self,
        request: GetTaskParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetTaskResult, ErrorData> {
        Ok(GetTaskResult::new(self.shared.tasks.get_task(&request.task_id)?))
    }

    async fn update_task(
        &self,
        request: UpdateTaskParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.shared.tasks.update_task(&request.task_id, request.input_responses)
    }

    async fn cancel_task(
        &self,
        request: CancelTaskParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.shared.tasks.cancel_task(&request.task_id)
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(resources()))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        Ok(read(&request.uri, self.shared.changed.load(Ordering::SeqCst))?.into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(prompts()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        Ok(filled(&request.name, &request.arguments.unwrap_or_default())?.into())
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let candidates: &[&str] = match &request.r#ref {
            Reference::Prompt(prompt) if prompt.name == TWO => &["testing", "tested", "other"],
            Reference::Resource(_) => &["123", "124"],
            _ => &[],
        };
        let given = &*request.argument.value;
        let fitting = candidates.iter().filter(|candidate| candidate.starts_with(given));
        let values = fitting.map(|&candidate| candidate.to_owned()).collect();
        let info = CompletionInfo::with_all_values(values)
            .map_err(|error| ErrorData::internal_error(error, None))?;
        Ok(CompleteResult::new(info))
    }

    async fn set_level(
        &self,
        _: SetLevelRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        // There are messages of one level only.
        Ok(())
    }

    async fn subscribe(
        &self,
        request: SubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.watched.fetch_or(request.uri == WATCHED, Ordering::SeqCst);
        Ok(())
    }

    async fn unsubscribe(
        &self,
        request: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        self.watched.fetch_and(request.uri != WATCHED, Ordering::SeqCst);
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        // The client is told before `listen` begins, and may change something at once.
        let changes = self.shared.changes.subscribe();
        self.beginning.lock().unwrap_or_else(PoisonError::into_inner).push(changes);
        Some(requested.clone())
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let begun = self.beginning.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut changes = begun.unwrap_or_else(|| self.shared.changes.subscribe());
        let sink = context.sink();
        loop {
            let change = tokio::select! {
                () = context.cancelled() => return Ok(()),
                change = changes.recv() => change,
            };
            // What was not asked for is refused by the sink, and passed over.
            let _ = match change {
                Ok(Change::Tools) => sink.notify_tool_list_changed().await,
                Ok(Change::Watched) => sink.notify_resource_updated(WATCHED).await,
                Err(error) => return Err(ErrorData::internal_error(error.to_string(), None)),
            };
        }
    }
}
