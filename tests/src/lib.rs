//! What the tests that cross crates share: a server with everything, where things are,
//! processes in the background, and the official SDKs as peers.

pub mod background;
pub mod everything;
pub mod install;
pub mod logins;
pub mod peer;
pub mod person;
pub mod place;
pub mod visits;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../../docs/identity-providers.md")]
struct IdentityProviders;

#[cfg(doctest)]
#[doc = include_str!("../../docs/machine-logins.md")]
struct MachineLogins;

#[cfg(doctest)]
#[doc = include_str!("../../docs/authorization.md")]
struct Authorization;

#[cfg(doctest)]
#[doc = include_str!("../../docs/logging-in.md")]
struct LoggingIn;
