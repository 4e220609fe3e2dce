//! Changes of all servers, in one stream.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use toolwright_spec::{ServerCapabilities, SubscriptionFilter};

use super::Group;
use crate::client::{Client, ClientError, Notice};

/// Notices that may wait before servers are not asked for more.
const WAITING: usize = 64;

/// Change notices of the servers of a group. Dropping it ends the subscriptions.
#[derive(Debug)]
pub struct GroupSubscription {
    notices: mpsc::Receiver<(Arc<str>, Result<Notice, ClientError>)>,
    /// Servers that could not be listened to, and why.
    missing: Vec<(Arc<str>, ClientError)>,
    /// One per server, ended with this.
    _listening: JoinSet<()>,
}

impl Group {
    /// Listens to every server for what it can tell of `filter`; resources are listened to at the
    /// server that has them.
    ///
    /// ```
    /// use toolwright_core::client::Notice;
    /// use toolwright_core::watch::Change;
    /// use toolwright_core::{Client, Group, Resources, Server};
    /// use toolwright_spec::{Resource, SubscriptionFilter};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> toolwright_core::Result<()> {
    /// let stock = Resource::new("stock", "shop://stock");
    /// let mut server = Server::new("shop", "1.0.0")
    ///     .resources(Resources::new().resource(stock, |_cx| async { "3 books" }));
    /// let publisher = server.publisher();
    /// let client = Client::in_memory(server).await?;
    /// let group = Group::builder().client("shop", client).connect().await?;
    ///
    /// let filter = SubscriptionFilter::new().with_resource_subscriptions(["shop://stock".to_owned()]);
    /// let mut changes = group.listen(filter).await;
    /// publisher.resource_updated("shop://stock");
    /// let (server, notice) = changes.next().await.unwrap();
    /// assert_eq!(&*server, "shop");
    /// assert_eq!(notice?, Notice::Changed(Change::Resource("shop://stock".to_owned())));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn listen(&self, filter: SubscriptionFilter) -> GroupSubscription {
        let (sender, notices) = mpsc::channel(WAITING);
        let mut listening = JoinSet::new();
        let mut beginning = JoinSet::new();
        let mut missing = Vec::new();
        let uris = self.whose(&filter).await;
        for (place, member) in self.0.members.iter().enumerate() {
            let name = Arc::clone(&member.name);
            let client = match member.client() {
                Ok(client) => client,
                Err(error) => {
                    missing.push((name, error));
                    continue;
                }
            };
            let mine = uris.iter().filter(|(owner, _)| *owner == place);
            let mine: Vec<String> = mine.map(|(_, uri)| uri.clone()).collect();
            if let Some(filter) = part(&filter, mine, client.server_capabilities()) {
                beginning.spawn(begin(name, client, filter));
            }
        }
        for (name, begun) in beginning.join_all().await {
            match begun {
                Ok(mut changes) => {
                    let sender = sender.clone();
                    listening.spawn(async move {
                        while let Some(notice) = changes.next().await {
                            if sender.send((Arc::clone(&name), notice)).await.is_err() {
                                break;
                            }
                        }
                    });
                }
                Err(error) => missing.push((name, error)),
            }
        }
        GroupSubscription { notices, missing, _listening: listening }
    }

    /// The resources that are asked for, each with the place of its server.
    async fn whose(&self, filter: &SubscriptionFilter) -> Vec<(usize, String)> {
        let mut whose = Vec::new();
        for uri in filter.resource_subscriptions.iter().flatten() {
            match self.resource(uri).await {
                Ok(found) => {
                    let place = self.0.members.iter().position(|it| it.name == found.server);
                    whose.extend(place.map(|place| (place, uri.clone())));
                }
                Err(error) => tracing::warn!(%error, uri, "nobody to listen to"),
            }
        }
        whose
    }
}

async fn begin(
    name: Arc<str>,
    client: Client,
    filter: SubscriptionFilter,
) -> (Arc<str>, Result<crate::client::Subscription, ClientError>) {
    let begun = client.listen(filter).await;
    (name, begun)
}

/// What of a filter a server can tell.
fn part(
    filter: &SubscriptionFilter,
    uris: Vec<String>,
    can: &ServerCapabilities,
) -> Option<SubscriptionFilter> {
    let mut part = SubscriptionFilter::new();
    let tools = can.tools.as_ref().and_then(|can| can.list_changed);
    let prompts = can.prompts.as_ref().and_then(|can| can.list_changed);
    let resources = can.resources.as_ref();
    let both = |wanted: Option<bool>, can: Option<bool>| {
        (wanted == Some(true) && can == Some(true)).then_some(true)
    };
    part.tools_list_changed = both(filter.tools_list_changed, tools);
    part.prompts_list_changed = both(filter.prompts_list_changed, prompts);
    let listed = resources.and_then(|can| can.list_changed);
    part.resources_list_changed = both(filter.resources_list_changed, listed);
    if resources.is_some_and(|can| can.subscribe == Some(true)) && !uris.is_empty() {
        part.resource_subscriptions = Some(uris);
    }
    (part != SubscriptionFilter::new()).then_some(part)
}

impl GroupSubscription {
    /// The next notice of any server, or how its subscription was lost. `None` when there is no
    /// server left that could tell anything.
    pub async fn next(&mut self) -> Option<(Arc<str>, Result<Notice, ClientError>)> {
        self.notices.recv().await
    }

    /// The servers that could not be listened to, and why.
    #[must_use]
    pub fn missing(&self) -> &[(Arc<str>, ClientError)] {
        &self.missing
    }
}
