//! Putting servers together: sets under prefixes, behind middleware of their own, and from other
//! servers.
//!
//! [`Server::mount`](crate::Server::mount) takes in a whole server; [`Prefixed`] and [`Layered`]
//! wrap single sets of tools, resources or prompts; [`RemoteTools`] fronts servers elsewhere,
//! with a [`Relay`] for their questions.

mod layered;
mod prefixed;
mod relay;
mod remote;
mod shared;

pub use layered::Layered;
pub use prefixed::Prefixed;
pub use relay::Relay;
pub use remote::RemoteTools;

pub(crate) use prefixed::scheme;
