//! What is tried with `@modelcontextprotocol/server-filesystem`.

use std::path::PathBuf;

use serde_json::{Value, json};
use toolwright::BoxFuture;
use toolwright::spec::{LoggingLevel, PromptReference, Root, SubscriptionFilter};

use super::met::{Met, folder, text_of, until};
use super::row::{Feature, Tried, ensure};

/// It has tools, and listens to roots.
pub(super) const LACKS: &[(Feature, &str)] = &[
    (Feature::Pages, "on one page"),
    (Feature::Resources, "Method not found"),
    (Feature::Prompts, "Method not found"),
    (Feature::Completion, "Method not found"),
    (Feature::Elicitation, "nothing was asked"),
    (Feature::Sampling, "nothing was asked"),
    (Feature::Progress, "found []"),
    (Feature::Logging, "Method not found"),
    (Feature::Subscriptions, "Method not found"),
];

/// Tries one feature.
pub(super) fn attempt(met: &Met, feature: Feature) -> BoxFuture<'_, Tried> {
    Box::pin(async move {
        match feature {
            Feature::Tools => tools(met).await,
            Feature::Pages => met.pages().await,
            Feature::Output => {
                met.client.list_tools().await?;
                let listed: Value =
                    met.client.call("list_directory", &json!({ "path": folder() })).json().await?;
                ensure(listed["content"].is_string(), &listed)
            }
            Feature::Resources => Ok(met.client.list_resources().await.map(drop)?),
            Feature::Prompts => Ok(met.client.list_prompts().await.map(drop)?),
            Feature::Completion => {
                Ok(met.client.complete(PromptReference::new("any"), "any", "").await.map(drop)?)
            }
            Feature::Elicitation | Feature::Sampling => met.asked(),
            Feature::Roots => roots(met).await,
            Feature::Progress => {
                let call = met.client.call("directory_tree", &json!({ "path": folder() }));
                met.reports(call).await.map(drop)
            }
            Feature::Logging => Ok(met.client.log_level(LoggingLevel::Info).await?),
            Feature::Subscriptions => {
                let filter = SubscriptionFilter::new().with_resource_subscriptions(["a:b".into()]);
                Ok(met.client.listen(filter).await.map(drop)?)
            }
            Feature::Tasks => met.task("list_directory", json!({})).await.map(drop),
            Feature::Cancellation => {
                met.given_up("search_files", json!({ "path": folder(), "pattern": "**" })).await
            }
        }
    })
}

async fn tools(met: &Met) -> Tried {
    allowed(met, folder()).await?;
    let tools = met.client.list_tools().await?;
    ensure(tools.iter().any(|tool| tool.name == "write_file"), &tools.len())?;
    let revision = met.client.revision();
    let path = PathBuf::from(folder()).join(format!("written-{revision}.txt"));
    met.text("write_file", json!({ "path": path, "content": "Grüße\n" })).await?;
    let read = met.text("read_text_file", json!({ "path": path })).await?;
    ensure(read == "Grüße\n", &read)?;
    let outside = met.client.call("read_text_file", &json!({ "path": "/etc/hostname" })).await?;
    ensure(outside.failed() && text_of(&outside).contains("Access denied"), &outside)
}

/// What the server may work with is what the client says, also when that changes.
async fn roots(met: &Met) -> Tried {
    let inner = PathBuf::from(folder()).join("inner").display().to_string();
    std::fs::create_dir_all(&inner)?;
    met.client.set_roots(vec![Root::new(format!("file://{inner}"))]).await?;
    allowed(met, inner).await?;
    met.client.set_roots(vec![Root::new(format!("file://{}", folder()))]).await?;
    allowed(met, folder()).await
}

/// Waits until the server has asked for the roots.
async fn allowed(met: &Met, folder: String) -> Tried {
    until(|| async {
        let said = met.text("list_allowed_directories", json!({})).await?;
        Ok(said.lines().skip(1).eq([folder.as_str()]))
    })
    .await
}
