//! The tools.
// The specification has marked logging as deprecated; it is tried all the same.
#![expect(deprecated)]

use std::sync::atomic::Ordering;

use rmcp::handler::server::tool::{InputResponses, RequestState, schema_for_type};
use rmcp::handler::server::wrapper::Parameters;
use rmcp::model::{
    CallToolResponse, CallToolResult, ContentBlock, ErrorData, InputRequest, LoggingLevel,
    LoggingMessageNotificationParam, ProgressNotificationParam, ResourceUpdatedNotificationParam,
};
use rmcp::service::{RequestContext, RoleServer, ServiceError};
use rmcp::{Json, schemars, tool, tool_router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::asking::{Asked, Round, ask, form, prompt, roots};
use crate::contents::WATCHED;
use crate::handler::Server;
use crate::shared::{Change, Waiting};

#[derive(Deserialize, schemars::JsonSchema)]
struct Count {
    count: u32,
}

#[derive(Deserialize, schemars::JsonSchema)]
struct Message {
    message: String,
}

#[derive(Deserialize, schemars::JsonSchema)]
struct Prompt {
    prompt: String,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Sample {
    at: u32,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Samples {
    samples: Vec<Sample>,
}

#[tool_router(vis = "pub(crate)")]
impl Server {
    #[tool(description = "Says one thing")]
    fn test_simple_text(&self) -> String {
        "This is a simple text.".to_owned()
    }

    #[tool(description = "Fails")]
    fn test_error_handling(&self) -> CallToolResult {
        CallToolResult::error(vec![ContentBlock::text("This tool always fails")])
    }

    #[tool(description = "Lists measurements")]
    fn samples(&self, Parameters(Count { count }): Parameters<Count>) -> Json<Samples> {
        Json(Samples { samples: (0..count).map(|at| Sample { at }).collect() })
    }

    #[tool(description = "Breaks its promise", output_schema = schema_for_type::<Samples>())]
    fn broken_output(&self) -> CallToolResult {
        CallToolResult::structured(json!({ "samples": "none" }))
    }

    #[tool(description = "Reports progress")]
    async fn test_tool_with_progress(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<String, ErrorData> {
        if let Some(token) = context.meta.get_progress_token() {
            for done in [0.0, 50.0, 100.0] {
                let report = ProgressNotificationParam::new(token.clone(), done).with_total(100.0);
                context.peer.notify_progress(report).await.map_err(failed)?;
            }
        }
        Ok("done".to_owned())
    }

    #[tool(description = "Logs each step")]
    async fn test_tool_with_logging(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<String, ErrorData> {
        let has_session = context.protocol_version().is_none_or(|version| version.has_initialize());
        if has_session || context.meta.log_level().is_some() {
            for step in ["started", "processing", "completed"] {
                let message = LoggingMessageNotificationParam::new(LoggingLevel::Info, json!(step));
                context.peer.notify_logging_message(message).await.map_err(failed)?;
            }
        }
        Ok("done".to_owned())
    }

    #[tool(description = "Asks the user")]
    async fn test_elicitation(
        &self,
        Parameters(Message { message }): Parameters<Message>,
        RequestState(state): RequestState,
        InputResponses(responses): InputResponses,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let round = Round { state, responses };
        let in_words = |answer: Value| format!("User response: {answer}");
        self.asked("test_elicitation", &context, round, form(message)?, in_words).await
    }

    #[tool(description = "Asks the client's model")]
    async fn test_sampling(
        &self,
        Parameters(Prompt { prompt: text }): Parameters<Prompt>,
        RequestState(state): RequestState,
        InputResponses(responses): InputResponses,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let round = Round { state, responses };
        let in_words = |answer: Value| {
            let content = answer.get("content").cloned().unwrap_or_default();
            let block = content.get(0).unwrap_or(&content);
            let said = block.get("text").and_then(Value::as_str).unwrap_or_default();
            format!("LLM response: {said}")
        };
        self.asked("test_sampling", &context, round, prompt(text), in_words).await
    }

    #[tool(description = "Asks for the roots")]
    async fn test_input_required_result_list_roots(
        &self,
        RequestState(state): RequestState,
        InputResponses(responses): InputResponses,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let round = Round { state, responses };
        let in_words = |answer: Value| {
            let count = answer.get("roots").and_then(Value::as_array).map_or(0, Vec::len);
            format!("{count} roots")
        };
        self.asked("roots", &context, round, roots(), in_words).await
    }

    #[tool(description = "Ends when it is cancelled")]
    async fn wait_forever(&self, context: RequestContext<RoleServer>) -> String {
        let _waiting = Waiting::new(&self.shared);
        context.ct.cancelled().await;
        "cancelled".to_owned()
    }

    #[tool(description = "How many calls wait forever")]
    fn count_waiting(&self) -> String {
        self.shared.waiting.load(Ordering::SeqCst).to_string()
    }

    #[tool(description = "Changes the watched resource")]
    async fn test_trigger_resource_update(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<String, ErrorData> {
        self.shared.changed.fetch_add(1, Ordering::SeqCst);
        self.shared.tell(Change::Watched);
        if self.watched.load(Ordering::SeqCst) {
            let update = ResourceUpdatedNotificationParam::new(WATCHED);
            context.peer.notify_resource_updated(update).await.map_err(failed)?;
        }
        Ok("the resource has changed".to_owned())
    }

    #[tool(description = "Adds a tool or removes it")]
    async fn test_trigger_tool_change(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<String, ErrorData> {
        self.shared.passing.fetch_xor(true, Ordering::SeqCst);
        self.shared.tell(Change::Tools);
        if context.protocol_version().is_none_or(|version| version.has_initialize()) {
            context.peer.notify_tool_list_changed().await.map_err(failed)?;
        }
        Ok("the tools have changed".to_owned())
    }

    #[tool(description = "Takes a while, as a task")]
    fn slow_compute(&self) -> CallToolResult {
        only_as_a_task()
    }

    #[tool(description = "Asks who deletes, as a task")]
    fn confirm_delete(&self) -> CallToolResult {
        only_as_a_task()
    }

    #[tool(description = "Ends when it is cancelled, as a task")]
    fn task_forever(&self) -> CallToolResult {
        only_as_a_task()
    }

    #[tool(description = "Is here for a while")]
    fn passing_tool(&self) -> String {
        "still here".to_owned()
    }
}

impl Server {
    /// Asks, and says the answer in words.
    async fn asked(
        &self,
        tool: &str,
        context: &RequestContext<RoleServer>,
        round: Round,
        request: InputRequest,
        in_words: impl FnOnce(Value) -> String,
    ) -> Result<CallToolResponse, ErrorData> {
        match ask(&self.shared, context, tool, round, request).await? {
            Asked::Ask(result) => Ok(result.into()),
            Asked::Answered(answer) => {
                let text = ContentBlock::text(in_words(answer));
                Ok(CallToolResult::success(vec![text]).into())
            }
        }
    }
}

fn only_as_a_task() -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text("This client knows no tasks")])
}

fn failed(error: ServiceError) -> ErrorData {
    ErrorData::internal_error(error.to_string(), None)
}
