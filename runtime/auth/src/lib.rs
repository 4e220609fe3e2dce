//! Authorization by OAuth 2.1, as MCP has it: servers that take access tokens, and clients that
//! get them.
//!
//! There is no authorization server here: run one that people look after, such as Keycloak.
//!
//! Specification: `basic/authorization`.

#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "server")]
pub mod dpop;
#[allow(dead_code, reason = "each side uses a part")]
mod form;
#[allow(dead_code, unused_imports, reason = "each side uses a part")]
mod jose;
#[cfg(feature = "keyring")]
mod keyring;
#[allow(dead_code, reason = "each side uses a part")]
mod metadata;
#[cfg(test)]
mod negative;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "server")]
pub mod verify;

pub use jose::{Algorithm, JoseError, SigningKey};
pub use toolwright_http::{Secret, fetch};
