//! Authorization by OAuth 2.1, as MCP has it: servers that take access tokens, and clients that
//! get them.
//!
//! There is no authorization server here: run one that people look after, such as Keycloak.
//!
//! Specification: `basic/authorization`.

#[cfg(feature = "client")]
pub mod client;
#[cfg(any(feature = "client", feature = "testing"))]
mod form;
#[allow(dead_code, unused_imports, reason = "each side uses a part")]
mod jose;
#[allow(dead_code, reason = "each side uses a part")]
mod metadata;
#[cfg(feature = "testing")]
pub mod testing;

pub use jose::{Algorithm, JoseError, SigningKey};
pub use toolwright_http::Secret;
