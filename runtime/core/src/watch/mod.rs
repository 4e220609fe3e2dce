//! Telling clients that something changed.
//!
//! A [`Publisher`] is told once, and every client that wants to know hears of it: those of the
//! stateless revisions on the streams that they open with `subscriptions/listen`, sessions by what
//! they subscribed to. Whoever reads slowly is told less often, never with a gap: what changed
//! twice before it could be told is told once.
//!
//! ```
//! use toolwright_core::{Resources, Server};
//! use toolwright_spec::Resource;
//!
//! let stock = Resource::new("stock", "shop://stock");
//! let mut server = Server::new("shop", "1.0.0")
//!     .resources(Resources::new().resource(stock, |_cx| async { "3 books" }));
//! let publisher = server.publisher();
//! // Wherever the stock changes:
//! publisher.resource_updated("shop://stock");
//! # server.build().unwrap();
//! ```
//!
//! Handlers have a publisher too: [`Context::publisher`](crate::Context::publisher). Several
//! replicas of a server share their changes over a [`Bus`].
//!
//! Specification: `basic/patterns/subscriptions`.

mod audience;
mod bus;
mod change;
mod hub;
mod publisher;
mod wanted;
mod watcher;

pub use bus::{Bus, Inbox};
pub use change::Change;
pub use publisher::Publisher;

pub(crate) use audience::Audience;
pub(crate) use hub::{Full, Hub, Registration};
pub(crate) use wanted::{Kinds, Wanted};
pub(crate) use watcher::Ready;
