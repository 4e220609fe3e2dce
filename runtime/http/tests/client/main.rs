//! Clients over HTTP: against our server in every era, and against servers that say what a test
//! wants.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod authorize;
mod cuts;
mod eras;
mod faults;
mod finding;
mod keeping;
mod retries;
mod rows;
mod script;
mod sessions;
mod tasks;
mod ways;
