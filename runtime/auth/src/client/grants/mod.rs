//! Access tokens without a person who logs in.
//!
//! # Map
//! `machine` is what users have; `flow` knows which requests bring a token, `keeper` keeps it,
//! `token` asks for it. `credentials` is who a client is, `assertion` what others say of it,
//! `provider` where people of an enterprise log in, `dpop` binds tokens to a key.

mod assertion;
mod credentials;
mod dpop;
mod flow;
mod keeper;
mod machine;
mod provider;
#[cfg(test)]
mod tests;
pub(crate) mod token;

pub use assertion::Assertion;
pub use credentials::Credentials;
pub use dpop::Dpop;
pub use machine::MachineClient;
pub use provider::IdentityProvider;
