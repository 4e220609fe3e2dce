//! What is tried with servers that were written for this: they have the tools, resources and
//! prompts that `toolwright_tests::everything` has.

use serde_json::{Value, json};
use toolwright::spec::{LoggingLevel, PromptReference, SubscriptionFilter};
use toolwright::watch::Change;
use toolwright::{BoxFuture, ClientError};

use super::met::{Met, SAID, folder, text_of, until};
use super::row::{Feature, Tried, ensure};

const WATCHED: &str = "test://watched-resource";

/// Tries one feature.
pub(super) fn attempt(met: &Met, feature: Feature) -> BoxFuture<'_, Tried> {
    Box::pin(async move {
        match feature {
            Feature::Tools => tools(met).await,
            Feature::Pages => met.pages().await,
            Feature::Output => output(met).await,
            Feature::Resources => resources(met).await,
            Feature::Prompts => prompts(met).await,
            Feature::Completion => completion(met).await,
            Feature::Elicitation => {
                let said = met.text("test_elicitation", json!({ "message": "Who?" })).await?;
                ensure(said.contains("ada"), &said)
            }
            Feature::Sampling => {
                let said = met.text("test_sampling", json!({ "prompt": "Go" })).await?;
                ensure(said.ends_with(SAID), &said)
            }
            Feature::Roots => {
                let said = met.text("test_input_required_result_list_roots", json!({})).await?;
                ensure(said == "1 roots" || said.contains(&folder()), &said)
            }
            Feature::Progress => progress(met).await,
            Feature::Logging => logging(met).await,
            Feature::Subscriptions => subscriptions(met).await,
            Feature::Tasks => {
                let said = met.task("confirm_delete", json!({ "filename": "a.txt" })).await?;
                ensure(said.starts_with("a.txt was deleted"), &said)?;
                let said = met.text("slow_compute", json!({ "seconds": 1, "label": "a" })).await?;
                ensure(said.contains('a'), &said)
            }
            Feature::Cancellation => cancellation(met).await,
        }
    })
}

async fn tools(met: &Met) -> Tried {
    let tools = met.client.list_tools().await?;
    ensure(tools.iter().any(|tool| tool.name == "test_simple_text"), &tools.len())?;
    let said = met.text("test_simple_text", json!({})).await?;
    ensure(said.contains("simple"), &said)?;
    let failed = met.client.call("test_error_handling", &json!({})).await?;
    ensure(failed.failed(), &failed)?;
    match met.client.call("no_such_tool", &json!({})).await {
        Ok(result) => ensure(result.failed(), &result),
        Err(ClientError::Peer(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Structured content that fits its schema, and some that does not.
async fn output(met: &Met) -> Tried {
    met.client.list_tools().await?;
    let samples: Value = met.client.call("samples", &json!({ "count": 2 })).json().await?;
    ensure(samples.to_string().contains("\"at\":1"), &samples)?;
    match met.client.call("broken_output", &json!({})).await {
        Err(ClientError::Output { .. }) => Ok(()),
        Ok(result) if result.failed() => ensure(text_of(&result).contains("schema"), &result),
        other => Err(format!("found {other:?}").into()),
    }
}

async fn resources(met: &Met) -> Tried {
    let resources = met.client.list_resources().await?;
    ensure(resources.len() > 1, &resources)?;
    let templates = met.client.list_templates().await?;
    ensure(templates.len() == 1, &templates)?;
    let fixed = met.client.read_resource("test://static-text").await?;
    let made = met.client.read_resource("test://template/7/data").await?;
    let text = format!("{:?} {:?}", fixed.contents, made.contents);
    ensure(text.contains("static") && text.contains('7'), &text)?;
    match met.client.read_resource("test://nowhere").await {
        Err(ClientError::Peer(_)) => Ok(()),
        other => Err(format!("found {other:?}").into()),
    }
}

async fn prompts(met: &Met) -> Tried {
    let prompts = met.client.list_prompts().await?;
    ensure(prompts.iter().any(|prompt| prompt.name == "test_prompt_with_arguments"), &prompts)?;
    let arguments = json!({ "arg1": "left", "arg2": "right" });
    let filled = met.client.prompt("test_prompt_with_arguments", &arguments).await?;
    ensure(format!("{filled:?}").contains("right"), &filled)
}

async fn completion(met: &Met) -> Tried {
    let prompt = PromptReference::new("test_prompt_with_arguments");
    let completed = met.client.complete(prompt, "arg1", "test").await?.completion;
    ensure(completed.values.iter().any(|value| value == "testing"), &completed)
}

async fn progress(met: &Met) -> Tried {
    let seen = met.reports(met.client.call("test_tool_with_progress", &json!({}))).await?;
    ensure(seen.first() == Some(&0.0) && seen.get(1..) == Some(&[50.0, 100.0]), &seen)
}

async fn logging(met: &Met) -> Tried {
    met.client.log_level(LoggingLevel::Info).await?;
    met.logs().await;
    met.text("test_tool_with_logging", json!({})).await?;
    let logs = met.logs().await;
    ensure(logs.len() == 3, &logs)
}

async fn subscriptions(met: &Met) -> Tried {
    let filter = SubscriptionFilter::new()
        .with_tools_list_changed(true)
        .with_resource_subscriptions([WATCHED.to_owned()]);
    let mut changes = met.client.listen(filter).await?;
    met.text("test_trigger_resource_update", json!({})).await?;
    met.text("test_trigger_tool_change", json!({})).await?;
    met.told(&mut changes, vec![Change::Tools, Change::Resource(WATCHED.to_owned())]).await
}

/// A call that would never end is given up, and its handler is gone afterwards.
async fn cancellation(met: &Met) -> Tried {
    let waiting = |count: &'static str| async move {
        met.text("count_waiting", json!({})).await.map(|said| said == count)
    };
    let call = met.client.call("wait_forever", &json!({}));
    tokio::select! {
        ended = call => return Err(format!("it ended: {ended:?}").into()),
        begun = until(|| waiting("1")) => begun?,
    }
    until(|| waiting("0")).await
}
