//! Calls to REST upstreams.
//!
//! An [`Upstream`] knows, from an API's descriptor, how each tool's arguments become an HTTP
//! request. Use it through the generated `Proxy`, or as [`RestTools`] without any generated
//! code. Credentials come from the environment ([`Upstream::from_env`]) or from the builder:
//!
//! ```no_run
//! use toolwright_core::descriptor::Descriptor;
//! use toolwright_http::rest::{Error, RestTools, Upstream};
//!
//! fn tools(descriptor: &Descriptor) -> Result<RestTools, Error> {
//!     let upstream = Upstream::builder(descriptor)
//!         .base_url("https://api.example.com/v1")
//!         .credential("apiKey", std::env::var("API_KEY").unwrap_or_default())
//!         .build()?;
//!     Ok(RestTools::new(descriptor, upstream))
//! }
//! ```
//!
//! Secrets that change come from a file, from a [`Provider`], or from an authorization server
//! ([`ClientCredentials`]). What callers show to this server is sent to no upstream.
//!
//! What arguments cannot do: change which host or path is called, add headers or parameters,
//! carry credentials. Redirects are followed within the origin only, requests are sent again
//! where that does no harm, and every call has the bounds of [`Limits`].
//!
//! # Map
//! `descriptor` is what is read, `plan` what is known of a tool before a call, `request` builds
//! one (`encode` and `style` for parameters, `target` for the URL, `body` for bodies), `client`
//! sends it, with what is `preset` (`stream` folds what comes bit by bit, `paging` says how further
//! pages are got, and `exchange` puts all of that together), `reply` says what came back (in what `text`), `fields`
//! and `trim` cut it, `result` (held to `promise`) and `from_reply` turn that into a tool's result
//! or a Rust value, `resource` into contents.

mod base;
mod base64;
mod body;
mod builder;
mod client;
mod credentials;
mod descriptor;
mod encode;
mod environment;
mod error;
mod exchange;
mod fields;
mod from_reply;
mod json;
mod limits;
mod linked;
mod media;
mod oauth;
mod paging;
mod plan;
mod preset;
mod promise;
mod provider;
mod rate;
mod readable;
mod received;
mod redact;
mod redirect;
mod reply;
mod request;
mod resource;
mod result;
mod retry;
mod server;
mod setup;
mod stream;
mod style;
mod target;
mod text;
mod tools;
mod trim;
mod upstream;
mod variable;

pub use crate::secret::Secret;
pub use builder::UpstreamBuilder;
pub use error::Error;
pub use from_reply::FromReply;
pub use limits::Limits;
pub use oauth::ClientCredentials;
pub use provider::{Provider, ProviderError, Wanted};
pub use reply::Binary;
pub use tools::RestTools;
pub use toolwright_core::Json;
pub use upstream::Upstream;

#[cfg(test)]
mod tests;
