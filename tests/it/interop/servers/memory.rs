//! What is tried with `@modelcontextprotocol/server-memory`.

use serde_json::{Value, json};
use toolwright::BoxFuture;
use toolwright::spec::{LoggingLevel, PromptReference, SubscriptionFilter};
use toolwright::watch::Change;

use super::met::Met;
use super::row::{Feature, Tried, ensure};

/// It has tools and one resource that changes.
pub(super) const LACKS: &[(Feature, &str)] = &[
    (Feature::Pages, "on one page"),
    (Feature::Prompts, "Method not found"),
    (Feature::Completion, "Method not found"),
    (Feature::Elicitation, "nothing was asked"),
    (Feature::Sampling, "nothing was asked"),
    (Feature::Roots, "nothing was asked"),
    (Feature::Progress, "found []"),
    (Feature::Logging, "Method not found"),
];

const GRAPH: &str = "memory://knowledge-graph";

/// Tries one feature.
pub(super) fn attempt(met: &Met, feature: Feature) -> BoxFuture<'_, Tried> {
    Box::pin(async move {
        match feature {
            Feature::Tools => tools(met).await,
            Feature::Pages => met.pages().await,
            Feature::Output => {
                met.client.list_tools().await?;
                let graph: Value = met.client.call("read_graph", &json!({})).json().await?;
                ensure(graph["entities"][0]["name"] == "Ada", &graph)
            }
            Feature::Resources => resources(met).await,
            Feature::Prompts => Ok(met.client.list_prompts().await.map(drop)?),
            Feature::Completion => {
                Ok(met.client.complete(PromptReference::new("any"), "any", "").await.map(drop)?)
            }
            Feature::Elicitation | Feature::Sampling | Feature::Roots => met.asked(),
            Feature::Progress => {
                met.reports(met.client.call("read_graph", &json!({}))).await.map(drop)
            }
            Feature::Logging => Ok(met.client.log_level(LoggingLevel::Info).await?),
            Feature::Subscriptions => subscriptions(met).await,
            Feature::Tasks => met.task("read_graph", json!({})).await.map(drop),
            Feature::Cancellation => met.given_up("read_graph", json!({})).await,
        }
    })
}

async fn tools(met: &Met) -> Tried {
    let tools = met.client.list_tools().await?;
    ensure(tools.iter().any(|tool| tool.name == "create_entities"), &tools.len())?;
    let said = met.text("create_entities", entity("Ada")).await?;
    ensure(said.contains("Ada"), &said)?;
    let failed = met.client.call("create_entities", &json!({ "entities": 3 })).await?;
    ensure(failed.failed(), &failed)
}

async fn resources(met: &Met) -> Tried {
    let resources = met.client.list_resources().await?;
    ensure(resources.len() == 1, &resources)?;
    let read = met.client.read_resource(GRAPH).await?;
    ensure(format!("{read:?}").contains("Ada"), &read)
}

async fn subscriptions(met: &Met) -> Tried {
    let filter = SubscriptionFilter::new().with_resource_subscriptions([GRAPH.to_owned()]);
    let mut changes = met.client.listen(filter).await?;
    met.text("create_entities", entity("Grace")).await?;
    met.told(&mut changes, vec![Change::Resource(GRAPH.to_owned())]).await
}

fn entity(name: &str) -> Value {
    json!({ "entities": [
        { "name": name, "entityType": "person", "observations": ["writes programs"] }
    ] })
}
