//! Clients that log in.
//!
//! Specification: `basic/authorization`.

mod grants;

pub use grants::{Assertion, Credentials, Dpop, IdentityProvider, MachineClient};
