//! Listening for changes, in whichever era.
//!
//! Specification: `basic/patterns/subscriptions`; in sessions, 2025-11-25 `server/resources`,
//! section "Subscriptions".

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::task::AbortHandle;
use toolwright_spec::{
    SubscribeRequestParams, SubscriptionFilter, UnsubscribeRequestParams, method,
};

use super::connection::Client;
use super::error::ClientError;
use super::exchange::{Options, Question};
use super::feed::{Feed, Notice};
use crate::era::Era;

/// A stream may stay open, and silent, for as long as this.
const OPEN: Duration = Duration::from_secs(365 * 24 * 3600);
/// How long to wait before a lost stream is opened again; doubled with every failure.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(60);

/// Change notices of a server. Dropping it ends the subscription; until then it keeps the
/// connection open, like a clone of the client.
#[derive(Debug)]
pub struct Subscription {
    client: Client,
    feed: Arc<Feed>,
    agreed: SubscriptionFilter,
    task: Option<AbortHandle>,
}

impl Client {
    /// Listens for changes: in a session with `resources/subscribe` and whatever the server tells
    /// everybody, otherwise on a stream of its own, which is opened again when it is lost.
    ///
    /// ```
    /// use toolwright_core::client::Notice;
    /// use toolwright_core::watch::Change;
    /// use toolwright_core::{Client, Resources, Server};
    /// use toolwright_spec::{Resource, SubscriptionFilter};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toolwright_core::Result<()> {
    /// let stock = Resource::new("stock", "shop://stock");
    /// let mut server = Server::new("shop", "1.0.0")
    ///     .resources(Resources::new().resource(stock, |_cx| async { "3 books" }));
    /// let publisher = server.publisher();
    /// let client = Client::in_memory(server).await?;
    ///
    /// let filter = SubscriptionFilter::new().with_resource_subscriptions(["shop://stock".to_owned()]);
    /// let mut changes = client.listen(filter).await?;
    /// publisher.resource_updated("shop://stock");
    /// let change = Change::Resource("shop://stock".to_owned());
    /// assert_eq!(changes.next().await.transpose()?, Some(Notice::Changed(change)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The server refuses, does not acknowledge in time, or goes away.
    pub async fn listen(&self, filter: SubscriptionFilter) -> Result<Subscription, ClientError> {
        let feed = Arc::new(Feed::new(filter));
        self.shared().feeds.add(&feed);
        let task = match self.era() {
            Era::Session => None,
            Era::Stateless => {
                let work = keep_open(self.clone(), Arc::clone(&feed));
                Some(tokio::spawn(work).abort_handle())
            }
        };
        let agreed = feed.wanted.clone();
        // From here on, whatever happens, the subscription cleans up.
        let mut subscription = Subscription { client: self.clone(), feed, agreed, task };
        match subscription.task {
            None => self.subscribe(&subscription.feed).await?,
            Some(_) => {
                let patience = self.limits().request_idle;
                let begun = tokio::time::timeout(patience, subscription.feed.begun()).await;
                subscription.agreed =
                    begun.map_err(|_| ClientError::Timeout { after: patience })??;
            }
        }
        Ok(subscription)
    }

    /// Asks for changes in a session.
    async fn subscribe(&self, feed: &Feed) -> Result<(), ClientError> {
        for uri in feed.wanted.resource_subscriptions.iter().flatten() {
            let params = SubscribeRequestParams::new(uri);
            self.request::<method::Subscribe>(params).await?;
        }
        Ok(())
    }
}

impl Subscription {
    /// The next notice. `None` after the server ended the subscription, an error if it was lost
    /// for good.
    pub async fn next(&mut self) -> Option<Result<Notice, ClientError>> {
        self.feed.next().await
    }

    /// What the server agreed to tell, which may be less than was asked for. Servers with
    /// sessions do not say.
    #[must_use]
    pub fn agreed(&self) -> SubscriptionFilter {
        self.feed.acknowledged().unwrap_or_else(|| self.agreed.clone())
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let feeds = &self.client.shared().feeds;
        feeds.remove(&self.feed);
        if let Some(task) = &self.task {
            task.abort();
        }
        if self.client.era() == Era::Stateless {
            return;
        }
        let uris = self.feed.wanted.resource_subscriptions.clone().unwrap_or_default();
        let unwanted: Vec<_> = uris.into_iter().filter(|uri| !feeds.want(uri)).collect();
        // Outside of a runtime there is no connection either.
        if let (false, Ok(runtime)) = (unwanted.is_empty(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(unsubscribe(self.client.clone(), unwanted));
        }
    }
}

async fn unsubscribe(client: Client, uris: Vec<String>) {
    for uri in uris {
        let params = UnsubscribeRequestParams::new(uri);
        if let Err(error) = client.request::<method::Unsubscribe>(params).await {
            tracing::debug!(%error, "the server was not told that nobody listens any more");
        }
    }
}

/// Opens the stream, again and again if it is lost.
async fn keep_open(client: Client, feed: Arc<Feed>) {
    let params = json!({ "notifications": feed.wanted }).to_string();
    let mut pause = PAUSE;
    loop {
        let started = tokio::time::Instant::now();
        let mut options = Options {
            idle: Some(OPEN),
            total: Some(OPEN),
            feed: Some(Arc::clone(&feed)),
            ..Options::default()
        };
        let question = Question { method: "subscriptions/listen", params: &params, more: "" };
        let error = match client.exchange(question, &mut options).await {
            Ok(_) => return feed.end(Ok(())),
            Err(error) => error,
        };
        if client.era() == Era::Session {
            // It turned out to be of the other kind. From here on the session tells everybody.
            return match client.subscribe(&feed).await {
                Ok(()) => drop(feed.acknowledge(feed.wanted.clone())),
                Err(error) => feed.end(Err(error)),
            };
        }
        if !may_return(&error) || feed.acknowledged().is_none() {
            return feed.end(Err(error));
        }
        if started.elapsed() > LONGEST {
            pause = PAUSE;
        }
        tracing::debug!(%error, "a subscription was lost");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
    }
}

/// Whether the server may be there again later: it was lost, or something before it says so.
fn may_return(error: &ClientError) -> bool {
    match error {
        ClientError::StreamLost { .. } | ClientError::Connect { .. } => true,
        ClientError::Http { status, .. } => matches!(status, 408 | 429 | 500..=599),
        _ => false,
    }
}
