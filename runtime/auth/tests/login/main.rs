//! Clients that log in: to servers that do as they should, and to those that do not.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod browsers;
mod flows;
mod hostile_callbacks;
mod hostile_servers;
mod lies;
mod protected;
mod recorder;
mod renewing;
mod revoking;
mod scopes;
mod stores;
mod world;
