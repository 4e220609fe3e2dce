//! The features, as a user of rmcp tries them.
// The specification has marked logging as deprecated, and rmcp old subscriptions.
#![expect(deprecated)]

use std::error::Error;
use std::time::Duration;

use rmcp::model::{
    CallToolRequestParams, CallToolResult, ContentBlock, GetPromptRequestParams, LoggingLevel,
    ProtocolVersion, ReadResourceRequestParams, RequestMetaObject, ResourceContents,
    ServerNotification, SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter,
    UnsubscribeRequestParams,
};
use rmcp::service::Subscription;
use serde_json::{Map, Value, json};

use crate::Connected;
use crate::handler::Seen;
use crate::tasks;

/// Everything there is, in the order in which it is tried.
pub(crate) const NAMES: [&str; 12] = [
    "tools",
    "resources",
    "prompts",
    "completion",
    "elicitation",
    "sampling",
    "roots",
    "progress",
    "logging",
    "subscriptions",
    "cancellation",
    "tasks",
];

const WATCHED: &str = "test://watched-resource";

/// Whether it works; if not, maybe why.
type Outcome = Result<bool, Box<dyn Error>>;

pub(crate) struct Features<'a> {
    client: &'a Connected,
    seen: Seen,
    revision: ProtocolVersion,
}

impl<'a> Features<'a> {
    pub(crate) fn new(client: &'a Connected, seen: Seen, revision: ProtocolVersion) -> Self {
        Self { client, seen, revision }
    }

    /// Tries one; nothing if the revision does not have it.
    pub(crate) async fn attempt(&self, name: &str) -> Option<Outcome> {
        let attempt = async {
            match name {
                "tools" => self.tools().await,
                "resources" => self.resources().await,
                "prompts" => self.prompts().await,
                "completion" => self.completion().await,
                "elicitation" => {
                    let said = self.text("test_elicitation", json!({ "message": "Who?" })).await?;
                    Ok(said.contains("ada"))
                }
                "sampling" => {
                    let said = self.text("test_sampling", json!({ "prompt": "Go" })).await?;
                    Ok(said.ends_with("an answer"))
                }
                "roots" => {
                    let tool = "test_input_required_result_list_roots";
                    Ok(self.text(tool, json!({})).await? == "1 roots")
                }
                "progress" => self.progress().await,
                "logging" => self.logging().await,
                "subscriptions" => self.subscriptions().await,
                "cancellation" => self.cancellation().await,
                "tasks" => tasks::attempt(self.client).await,
                _ => Err("there is no such feature".into()),
            }
        };
        let has_it = match name {
            "elicitation" => self.revision >= ProtocolVersion::V_2025_06_18,
            // An extension, of which rmcp knows what came with the newest revision.
            "tasks" => self.is_modern(),
            _ => true,
        };
        if !has_it {
            return None;
        }
        let outcome = tokio::time::timeout(Duration::from_secs(20), attempt).await;
        Some(outcome.unwrap_or_else(|_| Err("it takes too long".into())))
    }

    async fn tools(&self) -> Outcome {
        let tools = self.client.list_all_tools().await?;
        let failed = self.call("test_error_handling", json!({})).await?;
        let samples = self.call("samples", json!({ "count": 2 })).await?;
        let said = self.text("test_simple_text", json!({})).await?;
        Ok(tools.iter().any(|tool| tool.name == "test_simple_text")
            && failed.is_error == Some(true)
            && samples.structured_content.is_some() == self.has_structure()
            && said.contains("simple"))
    }

    /// Structured content came in 2025-06-18.
    fn has_structure(&self) -> bool {
        self.revision >= ProtocolVersion::V_2025_06_18
    }

    async fn resources(&self) -> Outcome {
        let resources = self.client.list_all_resources().await?;
        let templates = self.client.list_all_resource_templates().await?;
        let fixed = self.read("test://static-text").await?;
        let made = self.read("test://template/7/data").await?;
        Ok(resources.len() > 2
            && templates.len() == 1
            && fixed.contains("static")
            && made.contains("\"7\""))
    }

    async fn prompts(&self) -> Outcome {
        let prompts = self.client.list_all_prompts().await?;
        let arguments = object(json!({ "arg1": "left", "arg2": "right" }));
        let request = GetPromptRequestParams::new("test_prompt_with_arguments");
        let filled = self.client.get_prompt(request.with_arguments(arguments)).await?;
        let text = filled.messages.first().and_then(|message| message.content.as_text());
        Ok(prompts.len() > 3 && text.is_some_and(|text| text.text.contains("arg2='right'")))
    }

    async fn completion(&self) -> Outcome {
        let prompt = "test_prompt_with_arguments";
        let values = self.client.complete_prompt_simple(prompt, "arg1", "test").await?;
        Ok(values.iter().any(|value| value == "testing"))
    }

    async fn progress(&self) -> Outcome {
        self.seen.with(|told| told.progress.clear());
        self.call("test_tool_with_progress", json!({})).await?;
        // Notifications are handled beside the call, so the last may come after its result.
        self.until(|seen| seen.with(|told| told.progress.len() > 2)).await?;
        Ok(self.seen.with(|told| told.progress == [0.0, 50.0, 100.0]))
    }

    async fn logging(&self) -> Outcome {
        let mut call = CallToolRequestParams::new("test_tool_with_logging");
        if self.is_modern() {
            let mut meta = RequestMetaObject::new();
            meta.set_log_level(LoggingLevel::Info);
            call.meta = Some(meta);
        } else {
            self.client.set_level(SetLevelRequestParams::new(LoggingLevel::Info)).await?;
        }
        self.client.call_tool(call).await?;
        self.until(|seen| seen.with(|told| told.logs > 2)).await?;
        Ok(self.seen.with(|told| told.logs == 3))
    }

    async fn cancellation(&self) -> Outcome {
        let call = self.call("wait_forever", json!({}));
        tokio::select! {
            _ = call => return Ok(false),
            waiting = self.waiting("1") => waiting?,
        }
        // The call is dropped, which is how a user of rmcp gives it up.
        self.waiting("0").await?;
        Ok(true)
    }

    async fn subscriptions(&self) -> Outcome {
        if self.is_modern() {
            let filter = SubscriptionFilter::builder().tools_list_changed();
            let filter = filter.resource_subscription(WATCHED).build();
            let mut subscription = self.client.listen(filter).await?;
            self.change().await?;
            self.follow(&mut subscription).await?;
            subscription.cancel().await?;
        } else {
            self.client.subscribe(SubscribeRequestParams::new(WATCHED)).await?;
            self.change().await?;
            let told = |seen: &Seen| {
                seen.with(|told| told.lists > 0 && told.updated.iter().any(|uri| uri == WATCHED))
            };
            self.until(told).await?;
            self.client.unsubscribe(UnsubscribeRequestParams::new(WATCHED)).await?;
        }
        Ok(true)
    }

    async fn change(&self) -> Result<(), Box<dyn Error>> {
        self.text("test_trigger_resource_update", json!({})).await?;
        self.text("test_trigger_tool_change", json!({})).await?;
        Ok(())
    }

    /// Reads until both changes were told of.
    async fn follow(&self, subscription: &mut Subscription) -> Result<(), Box<dyn Error>> {
        let (mut updated, mut lists) = (false, false);
        while !(updated && lists) {
            match subscription.next().await?.ok_or("the subscription ended")? {
                ServerNotification::ResourceUpdatedNotification(update) => {
                    updated |= update.params.uri == WATCHED;
                }
                ServerNotification::ToolListChangedNotification(_) => lists = true,
                other => return Err(format!("nobody asked for {other:?}").into()),
            }
        }
        Ok(())
    }

    async fn waiting(&self, count: &str) -> Result<(), Box<dyn Error>> {
        for _ in 0..300 {
            if self.text("count_waiting", json!({})).await? == count {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err(format!("there were never {count} calls that wait").into())
    }

    async fn until(&self, holds: impl Fn(&Seen) -> bool) -> Result<(), Box<dyn Error>> {
        for _ in 0..300 {
            if holds(&self.seen) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Err("it never came to that".into())
    }

    async fn call(&self, name: &str, arguments: Value) -> Result<CallToolResult, Box<dyn Error>> {
        let call = CallToolRequestParams::new(name.to_owned());
        Ok(self.client.call_tool(call.with_arguments(object(arguments))).await?)
    }

    async fn text(&self, name: &str, arguments: Value) -> Result<String, Box<dyn Error>> {
        let result = self.call(name, arguments).await?;
        let text = result.content.first().and_then(ContentBlock::as_text);
        Ok(text.ok_or("the tool did not answer with text")?.text.clone())
    }

    async fn read(&self, uri: &str) -> Result<String, Box<dyn Error>> {
        let read = self.client.read_resource(ReadResourceRequestParams::new(uri)).await?;
        match read.contents.into_iter().next() {
            Some(ResourceContents::TextResourceContents { text, .. }) => Ok(text),
            other => Err(format!("{other:?} is no text").into()),
        }
    }

    fn is_modern(&self) -> bool {
        !self.revision.has_initialize()
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}
