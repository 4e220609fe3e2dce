//! HTTP for Toolwright: servers over HTTP, and calls to REST upstreams.
//!
//! - [`serve`] offers a server over Streamable HTTP, alone on a port or mounted in an application.
//! - [`rest`] turns tool calls into HTTP requests, as the descriptor of an API says, and their
//!   responses into tool results. Generated proxies and `toolwright serve` both stand on it.
//! - `tls` secures such servers; it is no default feature.
//!
//! Each is a feature of the same name.

#[cfg(feature = "rest")]
pub mod rest;
#[cfg(feature = "serve")]
pub mod serve;
#[cfg(feature = "tls")]
pub mod tls;
