//! Authorization by OAuth 2.1, as MCP has it: servers that take access tokens, and clients that
//! get them.
//!
//! There is no authorization server here: run one that people look after, such as Keycloak.
//!
//! Specification: `basic/authorization`.

pub use toolwright_http::Secret;
