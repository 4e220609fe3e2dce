//! Putting servers together: sets under prefixes, behind middleware of their own, and from other
//! servers.
//!
//! [`Server::mount`](crate::Server::mount) takes in a whole server; [`Prefixed`] and [`Layered`]
//! wrap single sets of tools, resources or prompts; [`RemoteTools`] fronts a server elsewhere.

mod layered;
mod prefixed;
mod remote;
mod shared;

pub use layered::Layered;
pub use prefixed::Prefixed;
pub use remote::RemoteTools;

pub(crate) use prefixed::scheme;
