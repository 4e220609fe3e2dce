//! Servers that take access tokens: what OAuth calls a protected resource.
//!
//! ```no_run
//! use toolwright_auth::server::ProtectedResource;
//! use toolwright_core::Server;
//! use toolwright_http::serve::Serve;
//!
//! # async fn run() -> toolwright_core::Result<()> {
//! let resource = ProtectedResource::new("https://mcp.example.com/mcp")
//!     .authorization_server("https://login.example.com")
//!     .scopes(["files:read"]);
//! Server::new("files", "1.0.0")
//!     .http("127.0.0.1:8000")
//!     .host("mcp.example.com")
//!     .authority(resource)
//!     .await?;
//! # Ok(())
//! # }
//! ```
//!
//! Every request needs a token in its header `Authorization`; those without are told where to get
//! one. What single tools, prompts and resources take is said where they are defined: see
//! [`toolwright_core::scopes`].
//!
//! # Map
//! `resource` is the whole of it: it reads `credentials`, asks the verifiers, widens what they say
//! by the `hierarchy` of scopes, and answers by a `refusal` with a `challenge`.
//! `uri` is its name, and `document` what it says of itself to everybody. `layer` protects services
//! of other makes, with a `body`.
//!
//! Specification: `basic/authorization`, RFC 9728, RFC 6750.

mod body;
mod challenge;
mod credentials;
mod document;
mod hierarchy;
mod layer;
mod refusal;
mod resource;
#[cfg(test)]
mod tests;
mod uri;

pub use body::Body;
pub use layer::{Protect, Protected};
pub use resource::ProtectedResource;
