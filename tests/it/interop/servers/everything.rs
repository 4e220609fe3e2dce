//! What is tried with `@modelcontextprotocol/server-everything`.

use std::sync::Arc;

use serde_json::{Value, json};
use toolwright::spec::{
    LoggingLevel, PromptReference, ResourceTemplateReference, Revision, SubscriptionFilter,
};
use toolwright::watch::Change;
use toolwright::{BoxFuture, ClientError};

use super::met::{Met, SAID, folder, text_of};
use super::row::{Feature, Tried, ensure};

/// What it does not have.
pub(super) const LACKS: &[(Feature, &str)] = &[(Feature::Pages, "on one page")];

const TEXT: &str = "demo://resource/dynamic/text/7";

/// Tries one feature.
pub(super) fn attempt(met: &Met, feature: Feature) -> BoxFuture<'_, Tried> {
    Box::pin(async move {
        match feature {
            Feature::Tools => tools(met).await,
            Feature::Pages => met.pages().await,
            Feature::Output => {
                met.client.list_tools().await?;
                let city = json!({ "location": "Chicago" });
                let weather: Value =
                    met.client.call("get-structured-content", &city).json().await?;
                ensure(weather["humidity"] == 82, &weather)
            }
            Feature::Resources => resources(met).await,
            Feature::Prompts => prompts(met).await,
            Feature::Completion => completion(met).await,
            Feature::Elicitation => elicitation(met).await,
            Feature::Sampling => {
                let prompt = json!({ "prompt": "Go" });
                let said = met.text("trigger-sampling-request", prompt).await?;
                ensure(said.contains(SAID), &said)
            }
            Feature::Roots => {
                let said = met.text("get-roots-list", json!({})).await?;
                ensure(said.contains(&folder()), &said)
            }
            Feature::Progress => progress(met).await,
            Feature::Logging => logging(met).await,
            Feature::Subscriptions => subscriptions(met).await,
            Feature::Tasks => {
                // Whether it knows that the tool has to be a task or not, and with a question.
                let query = json!({ "topic": "python", "ambiguous": true });
                let said = met.text("simulate-research-query", query.clone()).await?;
                ensure(said.contains("Research Report: python ("), &said)?;
                let said = met.task("simulate-research-query", query).await?;
                ensure(said.contains("Research Report: python ("), &said)
            }
            Feature::Cancellation => cancellation(met).await,
        }
    })
}

async fn tools(met: &Met) -> Tried {
    let tools = met.client.list_tools().await?;
    ensure(tools.iter().any(|tool| tool.name == "echo"), &tools.len())?;
    let said = met.text("echo", json!({ "message": "ä" })).await?;
    ensure(said == "Echo: ä", &said)?;
    let failed = met.client.call("echo", &json!({})).await?;
    ensure(failed.failed() && text_of(&failed).contains("message"), &failed)?;
    let unknown = met.client.call("no_such_tool", &json!({})).await?;
    ensure(unknown.failed(), &unknown)?;
    let image = met.client.call("get-tiny-image", &json!({})).await?;
    ensure(format!("{image:?}").contains("image/png"), &image)
}

async fn resources(met: &Met) -> Tried {
    let resources = met.client.list_resources().await?;
    let first = resources.first().ok_or("there are none")?;
    let fixed = met.client.read_resource(&first.uri).await?;
    ensure(fixed.contents.len() == 1, &fixed)?;
    let templates = met.client.list_templates().await?;
    ensure(templates.len() == 2, &templates)?;
    let made = met.client.read_resource(TEXT).await?;
    ensure(format!("{made:?}").contains("Resource 7"), &made)?;
    let blob = met.client.read_resource("demo://resource/dynamic/blob/7").await?;
    ensure(format!("{blob:?}").contains("Blob"), &blob)?;
    match met.client.read_resource("demo://nowhere").await {
        Err(ClientError::Peer(_)) => Ok(()),
        other => Err(format!("found {other:?}").into()),
    }
}

async fn prompts(met: &Met) -> Tried {
    let prompts = met.client.list_prompts().await?;
    ensure(prompts.iter().any(|prompt| prompt.name == "args-prompt"), &prompts)?;
    let filled = met.client.prompt("args-prompt", &json!({ "city": "Ulm" })).await?;
    ensure(format!("{filled:?}").contains("What's weather in Ulm?"), &filled)
}

async fn completion(met: &Met) -> Tried {
    let prompt = PromptReference::new("completable-prompt");
    let completed = met.client.complete(prompt, "department", "S").await?.completion;
    ensure(completed.values == ["Sales", "Support"], &completed)?;
    let template = ResourceTemplateReference::new("demo://resource/dynamic/text/{resourceId}");
    let completed = met.client.complete(template, "resourceId", "3").await?.completion;
    ensure(completed.values == ["3"], &completed)
}

async fn elicitation(met: &Met) -> Tried {
    let asked = met.client.call("trigger-elicitation-request", &json!({})).await?;
    let said = format!("{asked:?}");
    ensure(said.contains("Name: ada") && said.contains("ada@example.com"), &said)?;
    if met.client.revision() < Revision::V2025_11_25 {
        return Ok(());
    }
    let before = met.visits();
    let url = json!({ "url": "https://example.com/pay", "message": "Pay" });
    let said = met.text("trigger-url-elicitation", url).await?;
    ensure(said.contains("completed") && met.visits() == before + 1, &said)
}

async fn progress(met: &Met) -> Tried {
    let short = json!({ "duration": 0.03, "steps": 3 });
    let seen = met.reports(met.client.call("trigger-long-running-operation", &short)).await?;
    ensure(seen == [1.0, 2.0, 3.0], &seen)
}

/// One message is sent at once, at a level that is chosen at random.
async fn logging(met: &Met) -> Tried {
    met.client.log_level(LoggingLevel::Debug).await?;
    met.logs().await;
    met.text("toggle-simulated-logging", json!({})).await?;
    let log = met.next_log().await;
    ensure(format!("{log:?}").contains("message"), &log)?;
    met.text("toggle-simulated-logging", json!({})).await.map(drop).map_err(Into::into)
}

/// A resource is told to have changed, and one is added to the list.
async fn subscriptions(met: &Met) -> Tried {
    let filter = SubscriptionFilter::new()
        .with_resources_list_changed(true)
        .with_resource_subscriptions([TEXT.to_owned()]);
    let mut changes = met.client.listen(filter).await?;
    met.text("toggle-subscriber-updates", json!({})).await?;
    let data = json!({ "name": "new.gz", "data": "data:text/plain,hello" });
    met.client.call("gzip-file-as-resource", &data).await?;
    met.told(&mut changes, vec![Change::Resources, Change::Resource(TEXT.to_owned())]).await?;
    met.text("toggle-subscriber-updates", json!({})).await.map(drop).map_err(Into::into)
}

/// The server cannot be asked whether it stopped, but it does not answer, and serves on.
async fn cancellation(met: &Met) -> Tried {
    let begun = Arc::new(tokio::sync::Notify::new());
    let beginning = Arc::clone(&begun);
    let call = met
        .client
        .call("trigger-long-running-operation", &json!({ "duration": 1, "steps": 100 }))
        .on_progress(move |_| beginning.notify_one());
    tokio::select! {
        ended = call => return Err(format!("it ended: {ended:?}").into()),
        () = begun.notified() => {}
    }
    met.client.ping().await?;
    Ok(())
}
