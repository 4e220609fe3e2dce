//! Several servers behind one client.
//!
//! A [`Group`] connects to servers side by side and offers what they have under names that tell
//! them apart: the tool `search` of the server `shop` is `shop_search`. A server that cannot be
//! reached, or goes away, does not take the others with it: [`Group::status`] and every
//! [list](Listed) tell which ones are missing, and why.
//!
//! ```
//! use toolwright_core::tool::FnTools;
//! use toolwright_core::{Group, Server};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> toolwright_core::Result<()> {
//! # let shop = || {
//! #     let tools = FnTools::new().tool("search", "Searches", |_cx, (): ()| async { "a book" });
//! #     Server::new("shop", "1.0.0").tools(tools)
//! # };
//! let group = Group::builder()
//!     .server("shop", move |client| client.in_memory(shop()))
//!     .server("mail", |client| client.spawn(tokio::process::Command::new("/no/such/program")))
//!     .connect()
//!     .await?;
//!
//! let tools = group.list_tools().await;
//! assert_eq!(tools.items[0].name, "shop_search");
//! assert_eq!(&*tools.missing[0].0, "mail");
//! let found = group.call("shop_search", &()).await?;
//! assert_eq!(found.content[0].as_text(), Some("a book"));
//! group.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! Configuration files are read by [`Servers`](crate::client::config::Servers), and connected to
//! with [`GroupBuilder::servers`].

mod builder;
mod calls;
mod catalog;
mod listen;
mod lists;
mod member;
mod naming;

use std::fmt;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::JoinSet;

use crate::client::{Client, ClientError};
use catalog::Catalog;
use member::Member;

pub use builder::GroupBuilder;
pub use calls::Found;
pub use listen::GroupSubscription;
pub use lists::{Item, Listed};
pub use naming::Renamed;

/// Servers behind one client. Cheap to clone; see the [module](self).
#[derive(Clone)]
pub struct Group(Arc<Inner>);

struct Inner {
    members: Vec<Arc<Member>>,
    catalog: Mutex<Catalog>,
}

/// How one server of a group is.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Status {
    /// What the group calls it.
    pub server: Arc<str>,
    /// Why it cannot be used, if that is so.
    pub error: Option<ClientError>,
}

impl Group {
    /// Servers to be connected to.
    pub fn builder() -> GroupBuilder {
        GroupBuilder::default()
    }

    fn new(members: Vec<Arc<Member>>) -> Self {
        let catalog = Mutex::new(Catalog::new(members.len()));
        Self(Arc::new(Inner { members, catalog }))
    }

    /// How every server is, in the order in which they were added.
    #[must_use]
    pub fn status(&self) -> Vec<Status> {
        let members = self.0.members.iter();
        let status = |member: &Arc<Member>| Status {
            server: Arc::clone(&member.name),
            error: member.client().err(),
        };
        members.map(status).collect()
    }

    /// The client of one server, for what a group has no function for.
    ///
    /// # Errors
    /// It is not connected, or there is no such server.
    pub fn client(&self, server: &str) -> Result<Client, ClientError> {
        self.member(server)?.client()
    }

    /// Connects to a server again, which was not reached or has gone away. What was connected is
    /// shut down first.
    ///
    /// # Errors
    /// It cannot be reached, or there is no such server.
    pub async fn reconnect(&self, server: &str) -> Result<(), ClientError> {
        let member = Arc::clone(self.member(server)?);
        member.shutdown().await;
        member.connect().await;
        member.client().map(drop)
    }

    /// Ends all connections, for all clones, side by side. Returns how the processes ended, of
    /// servers that are some.
    pub async fn shutdown(self) -> Vec<(Arc<str>, Option<ExitStatus>)> {
        let mut ending = JoinSet::new();
        for (index, member) in self.0.members.iter().cloned().enumerate() {
            ending
                .spawn(async move { (index, (Arc::clone(&member.name), member.shutdown().await)) });
        }
        let mut ended = ending.join_all().await;
        ended.sort_unstable_by_key(|(index, _)| *index);
        ended.into_iter().map(|(_, ended)| ended).collect()
    }

    fn member(&self, server: &str) -> Result<&Arc<Member>, ClientError> {
        let known = self.0.members.iter().find(|member| &*member.name == server);
        known.ok_or_else(|| usage(format!("the group has no server `{server}`")))
    }

    /// Looks at, or changes, what is known of the servers' lists.
    fn known<T>(&self, look: impl FnOnce(&mut Catalog) -> T) -> T {
        look(&mut self.0.catalog.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Group").field(&self.0.members).finish()
    }
}

fn usage(reason: impl Into<String>) -> ClientError {
    ClientError::Usage { reason: reason.into() }
}
