//! How a group comes to its connections.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use toolwright_spec::{
    CreateMessageRequestParams, CreateMessageResult, ElicitAction, LoggingMessageNotificationParams,
};

use super::member::{Connect, Member};
use super::{Group, usage};
use crate::client::config::{Remote, Servers, Variables, Way};
use crate::client::{Client, ClientBuilder, ClientError, Form, Reply, Visit};
use crate::error::ProtocolError;

/// Servers that are connected to at the same time, unless more are wanted.
const AT_ONCE: usize = 8;

type Choose = Arc<dyn Fn(&str, ClientBuilder) -> ClientBuilder + Send + Sync>;
type Reach = Arc<
    dyn Fn(ClientBuilder, Remote) -> crate::BoxFuture<'static, Result<Client, ClientError>>
        + Send
        + Sync,
>;

/// A group in the making; see [`Group::builder`].
#[derive(Default)]
#[must_use = "nothing is connected before `connect`"]
pub struct GroupBuilder {
    servers: Vec<(Arc<str>, Source)>,
    choices: Vec<Choose>,
    reach: Option<Reach>,
    at_once: Option<usize>,
}

/// Where a server comes from.
enum Source {
    Made(Connect),
    Url(Remote),
}

impl GroupBuilder {
    /// A server, and how to connect to it, which may happen again: see [`Group::reconnect`].
    pub fn server<F, Fut>(mut self, name: &str, connect: F) -> Self
    where
        F: Fn(ClientBuilder) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Client, ClientError>> + Send + 'static,
    {
        let connect: Connect = Box::new(move |client| Box::pin(connect(client)));
        self.servers.push((name.into(), Source::Made(connect)));
        self
    }

    /// A server that is connected already. Choices for all servers do not concern it.
    pub fn client(self, name: &str, client: Client) -> Self {
        self.server(name, move |_| {
            let client = client.clone();
            async move { Ok(client) }
        })
    }

    /// All servers of a configuration that are not disabled. One that is described wrongly is
    /// missing from the group, with the reason as its [`Status`](super::Status). For those under
    /// URLs, see [`Self::urls`].
    pub fn servers(mut self, servers: &Servers, variables: &Variables) -> Self {
        for entry in servers.entries.iter().filter(|entry| !entry.disabled) {
            let timeout = entry.timeout;
            let patient = move |client: ClientBuilder| match timeout {
                Some(timeout) => {
                    let mut limits = client.limits_set().clone();
                    limits.request_idle = timeout;
                    client.limits(limits)
                }
                None => client,
            };
            match entry.way(variables) {
                Ok(Way::Command(launch)) => {
                    self = self
                        .server(&entry.name, move |client| patient(client).spawn(launch.command()));
                }
                Ok(Way::Url(remote)) => {
                    self.servers.push((entry.name.as_str().into(), Source::Url(remote)));
                }
                Err(error) => {
                    self = self.server(&entry.name, move |_| {
                        let error = usage(error.to_string());
                        async move { Err(error) }
                    });
                }
            }
        }
        self
    }

    /// How servers of a configuration are connected to that have a URL. `toolwright-http` does it
    /// with `with_urls`.
    pub fn urls<F, Fut>(mut self, connect: F) -> Self
    where
        F: Fn(ClientBuilder, Remote) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Client, ClientError>> + Send + 'static,
    {
        self.reach = Some(Arc::new(move |client, remote| Box::pin(connect(client, remote))));
        self
    }

    /// Choices for the client of every server, such as limits, restarts or handlers; `choose` is
    /// told the server's name.
    ///
    /// ```
    /// # use toolwright_core::Group;
    /// use toolwright_core::client::Restart;
    ///
    /// let builder = Group::builder().each(|server, client| {
    ///     let server = server.to_owned();
    ///     client
    ///         .restart(Restart::default())
    ///         .on_stderr(move |line| eprintln!("{server}: {line}"))
    /// });
    /// ```
    pub fn each(
        mut self,
        choose: impl Fn(&str, ClientBuilder) -> ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.choices.push(Arc::new(choose));
        self
    }

    /// As [`ClientBuilder::on_elicit`], for all servers; `handler` is told which one asks.
    ///
    /// ```
    /// # use toolwright_core::Group;
    /// use toolwright_core::client::Reply;
    ///
    /// let builder = Group::builder().on_elicit(|server, form| async move {
    ///     println!("{server} asks: {}", form.message); // and ask a person
    ///     Ok(Reply::Decline)
    /// });
    /// ```
    pub fn on_elicit<F, Fut>(self, handler: F) -> Self
    where
        F: Fn(Arc<str>, Form) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Reply, ProtocolError>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        self.each(move |server, client| {
            let (server, handler) = (Arc::<str>::from(server), Arc::clone(&handler));
            client.on_elicit(move |form| handler(Arc::clone(&server), form))
        })
    }

    /// As [`ClientBuilder::on_visit`], for all servers; `handler` is told which one asks.
    pub fn on_visit<F, Fut>(self, handler: F) -> Self
    where
        F: Fn(Arc<str>, Visit) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<ElicitAction, ProtocolError>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        self.each(move |server, client| {
            let (server, handler) = (Arc::<str>::from(server), Arc::clone(&handler));
            client.on_visit(move |visit| handler(Arc::clone(&server), visit))
        })
    }

    /// As [`ClientBuilder::on_sample`], for all servers; `handler` is told which one asks.
    pub fn on_sample<F, Fut>(self, handler: F) -> Self
    where
        F: Fn(Arc<str>, CreateMessageRequestParams) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<CreateMessageResult, ProtocolError>> + Send + 'static,
    {
        let handler = Arc::new(handler);
        self.each(move |server, client| {
            let (server, handler) = (Arc::<str>::from(server), Arc::clone(&handler));
            client.on_sample(move |params| handler(Arc::clone(&server), params))
        })
    }

    /// As [`ClientBuilder::on_log`], for all servers; `handler` is told whose message it is.
    pub fn on_log(
        self,
        handler: impl Fn(&str, LoggingMessageNotificationParams) + Send + Sync + 'static,
    ) -> Self {
        let handler = Arc::new(handler);
        self.each(move |server, client| {
            let (server, handler) = (Arc::<str>::from(server), Arc::clone(&handler));
            client.on_log(move |message| handler(&server, message))
        })
    }

    /// How many servers are connected to at the same time; 8 unless given.
    pub fn at_once(mut self, most: usize) -> Self {
        self.at_once = Some(most.max(1));
        self
    }

    /// Connects to all servers. Those that cannot be reached are missing: see [`Group::status`].
    ///
    /// # Errors
    /// Two servers have the same name, or one has none.
    pub async fn connect(self) -> Result<Group, ClientError> {
        let Self { servers, choices, reach, at_once } = self;
        let mut members: Vec<Arc<Member>> = Vec::with_capacity(servers.len());
        for (name, source) in servers {
            if name.is_empty() || members.iter().any(|member| member.name == name) {
                return Err(usage(format!("`{name}` is no name for one server of a group")));
            }
            let chosen = |client, choose: &Choose| choose(&name, client);
            let builder = choices.iter().fold(Client::builder(), chosen);
            let connect = match source {
                Source::Made(connect) => connect,
                Source::Url(remote) => over(reach.clone(), remote),
            };
            members.push(Arc::new(Member::new(name, connect, builder)));
        }
        let room = Arc::new(Semaphore::new(at_once.unwrap_or(AT_ONCE)));
        let mut connecting = JoinSet::new();
        for member in &members {
            let (member, room) = (Arc::clone(member), Arc::clone(&room));
            connecting.spawn(async move {
                let _room = room.acquire().await;
                member.connect().await;
            });
        }
        while let Some(connected) = connecting.join_next().await {
            if let Err(error) = connected {
                tracing::error!(%error, "connecting to a server panicked");
            }
        }
        Ok(Group::new(members))
    }
}

fn over(reach: Option<Reach>, remote: Remote) -> Connect {
    Box::new(move |client| match &reach {
        Some(reach) => reach(client, remote.clone()),
        None => {
            let reason = "the server has a URL, and this program cannot reach any: it takes the \
                feature `http-client` of `toolwright`, or `GroupBuilder::urls`";
            Box::pin(async move { Err(usage(reason)) })
        }
    })
}

impl fmt::Debug for GroupBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.servers.iter().map(|(name, _)| &**name).collect();
        f.debug_struct("GroupBuilder").field("servers", &names).finish_non_exhaustive()
    }
}
