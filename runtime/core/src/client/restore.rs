//! What a server has to be told again after it lost a session.

use std::sync::Arc;

use serde::Serialize;
use toolwright_spec::{SetLevelRequestParams, SubscribeRequestParams};

use super::error::ClientError;
use super::exchange::{Link, Options, Question};
use super::shared::Shared;

/// Tells it in a task.
pub(super) fn start(shared: &Arc<Shared>) {
    // Outside of a runtime there is no connection either.
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        runtime.spawn(restore(Arc::clone(shared)));
    }
}

async fn restore(shared: Arc<Shared>) {
    // The client may be gone.
    let Some(transport) = shared.transport() else { return };
    let link = Link { shared, transport };
    if let Some(level) = link.shared.level() {
        let params = SetLevelRequestParams::new(level);
        tell(&link, "logging/setLevel", &params).await;
    }
    for uri in link.shared.feeds.uris() {
        tell(&link, "resources/subscribe", &SubscribeRequestParams::new(uri)).await;
    }
    link.shared.keeper.forget_all();
    link.shared.feeds.missed();
}

async fn tell(link: &Link, method: &str, params: &impl Serialize) {
    let told = async {
        let params = serde_json::to_string(params).map_err(ClientError::arguments)?;
        let question = Question { method, params: &params, more: "" };
        link.exchange(question, &mut Options::default()).await
    };
    if let Err(error) = told.await {
        tracing::warn!(%error, method, "the server was not told again after it lost its session");
    }
}
