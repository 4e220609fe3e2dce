//! Clients: speaking to a server.
//!
//! A [`Client`] is one connection, whatever carries it and whichever revision the server speaks.
//!
//! - Connect: [`Client::spawn`], [`Client::in_memory`], [`Client::over`], or a
//!   [`ClientBuilder`] with choices; `toolwright-http` adds URLs.
//! - Ask: [`Client::call`] and its sisters return a [`Call`], which is made when it is awaited.
//! - Listen: [`Client::listen`] for changes, [`ClientBuilder::on_log`] for log messages.
//! - Wait: a call that the server turns into a task is waited for like any other;
//!   [`Call::start`] hands it out as a [`TaskHandle`], which can be stored and resumed.
//! - Be asked: handlers ([`ClientBuilder::on_elicit`], [`ClientBuilder::on_sample`],
//!   [`ClientBuilder::roots`]) answer the server, whether it asks on the open connection, as
//!   servers with sessions do, or ends a call with questions, as those without do.
//!
//! ```
//! use toolwright_core::client::{Form, Reply};
//! use toolwright_core::{Client, Server};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> toolwright_core::Result<()> {
//! let client = Client::builder()
//!     .on_elicit(|form: Form| async move {
//!         println!("{}", form.message); // and ask a person
//!         Ok(Reply::Decline)
//!     })
//!     .in_memory(Server::new("shop", "1.0.0"))
//!     .await?;
//! assert!(client.list_tools().await.is_err()); // this server has none
//! # Ok(())
//! # }
//! ```

mod attempts;
mod backoff;
mod builder;
mod cache;
mod call;
mod clock;
pub mod config;
mod connection;
mod error;
mod exchange;
mod feed;
mod form;
mod garbage;
mod greeting;
mod greetings;
mod group;
mod handlers;
mod inbox;
mod kept;
mod lists;
mod methods;
mod outcome;
mod output;
mod pipe;
mod process;
mod progress;
mod questions;
mod required;
mod restart;
mod restore;
mod revived;
mod rounds;
mod shared;
mod spoken;
mod standing;
mod starting;
mod stderr;
mod subscription;
mod task;
mod transport;
mod verdict;
mod visits;
mod waiting;

pub use backoff::Backoff;
pub use builder::ClientBuilder;
pub use cache::{CacheStore, MemoryCache, Partition};
pub use call::Call;
pub use connection::Client;
pub use error::{ClientError, Denied, Origin, Unreachable};
pub use feed::Notice;
pub use form::{Form, Reply, Visit};
pub use greeting::Speak;
pub use inbox::Inbox;
pub use outcome::Round;
pub use output::CheckOutput;
pub use process::Environment;
pub use progress::Progress;
pub use restart::Restart;
pub use subscription::Subscription;
pub use task::{Started, TaskHandle, TaskState, TaskTicket};
pub use transport::{Carrier, Outgoing, Transport};
pub use verdict::Verdict;
