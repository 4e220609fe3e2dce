//! Servers over Streamable HTTP.
//!
//! [`Serve::http`] runs a server on an address; [`Serve::into_http_service`] makes a
//! [`tower_service::Service`] of it, to be mounted in an application.
//!
//! ```no_run
//! use toolwright_core::Server;
//! use toolwright_http::serve::Serve;
//!
//! # async fn run() -> toolwright_core::Result<()> {
//! Server::new("shop", "1.0.0").http("127.0.0.1:8000").await?; // http://127.0.0.1:8000/mcp
//! # Ok(())
//! # }
//! ```
//!
//! Requests are accepted under the names of this machine alone, unless [`Options::host`] says
//! otherwise, and from web pages of no other origin: web pages must not reach a server on the
//! machine of who reads them.
//!
//! # Map
//! `service` is the entrance. `guard` (with `host`, `media`, and `forwarded` with
//! `network` for proxies) looks at the head of each request before anything else does; `cors` tells
//! browsers what it decides; `authority` finds out who is there (and `keeper` does as it
//! says), and `document` tells strangers how to
//! become known; `receive` reads bodies; `post` takes messages to `stateless` (with
//! `standard` and `parameters` for headers) or `session` (with `sessions`), which are the two eras;
//! `head` is what handlers see of HTTP; `old` (with `duplex`) is the transport of revision 2024-11-05;
//! `respond` makes responses of what a `source` yields, as JSON or as `events`, which `replay` keeps
//! for clients that lose them. Below the service,
//! `runner` (and `unix` for sockets) and `accept` take `connection`s, each with a `clock` that `watched` streams feed.

mod accept;
mod authority;
mod body;
mod clock;
mod connection;
mod cors;
mod document;
mod duplex;
mod error;
mod events;
mod extension;
mod forwarded;
mod frame;
mod framing;
mod guard;
mod handshake;
mod head;
mod header;
mod host;
mod keeper;
mod limits;
mod media;
mod mirrors;
mod network;
mod old;
mod options;
mod parameters;
mod peer;
mod post;
mod random;
mod receive;
mod refusal;
mod replay;
mod reply;
mod respond;
mod runner;
mod service;
mod session;
mod sessions;
mod shared;
mod source;
mod standard;
mod stateless;
#[cfg(unix)]
mod unix;
mod watched;

pub use authority::{Access, Authority, Denied, ExpiresIn, RequiredScopes};
pub use body::Body;
pub use error::Error;
pub use extension::Serve;
pub use handshake::{Handshake, Stream};
pub use head::{client_ip, parts, peer_ip};
pub use limits::Limits;
pub use options::Options;
pub use peer::Peer;
pub use runner::{Bound, Runner};
pub use service::Service;
#[cfg(unix)]
pub use unix::BoundUnix;
