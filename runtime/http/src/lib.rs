//! HTTP for Toolwright: servers and clients over HTTP, and calls to REST upstreams.
//!
//! - [`serve`] offers a server over Streamable HTTP, alone on a port or mounted in an application.
//! - [`rest`] turns tool calls into HTTP requests, as the descriptor of an API says, and their
//!   responses into tool results. Generated proxies and `toolwright serve` both stand on it.
//! - `client` lets clients connect to URLs; with `client-tls` to those of `https` as well, and
//!   with `client-proxy` through proxies.
//! - `fetch` sends single requests to places that others named, such as authorization servers.
//! - `tls` secures such servers; it is no default feature.
//!
//! Each is a feature of the same name.

#[cfg(any(feature = "client", feature = "rest"))]
mod address;
#[cfg(any(feature = "client", feature = "serve"))]
mod annotation;
#[cfg(feature = "client-tls")]
#[path = "client/certificates.rs"]
mod certificates;
#[cfg(feature = "client")]
pub mod client;
#[cfg(all(feature = "client", not(feature = "client-tls")))]
#[path = "connect/plain.rs"]
mod connect;
#[cfg(feature = "client-tls")]
#[path = "connect/secure.rs"]
mod connect;
#[cfg(any(feature = "client", feature = "rest"))]
mod date;
#[cfg(feature = "client")]
#[path = "connect/dial.rs"]
mod dial;
#[cfg(feature = "fetch")]
pub mod fetch;
#[cfg(all(feature = "fetch", feature = "client-proxy"))]
#[path = "fetch/proxies.rs"]
mod fetch_proxies;
#[cfg(feature = "client-proxy")]
#[path = "client/proxies.rs"]
mod proxies;
#[cfg(feature = "rest")]
pub mod rest;
#[cfg(any(feature = "client", feature = "rest"))]
mod retry_after;
#[cfg(all(feature = "client", not(feature = "client-proxy")))]
#[path = "connect/direct.rs"]
mod route;
#[cfg(feature = "client-proxy")]
#[path = "connect/proxied.rs"]
mod route;
#[cfg(feature = "secret")]
mod secret;
#[cfg(feature = "serve")]
pub mod serve;
#[cfg(feature = "tls")]
pub mod tls;
#[cfg(any(feature = "client-tls", feature = "rest"))]
mod trust;

#[cfg(feature = "secret")]
pub use secret::Secret;
