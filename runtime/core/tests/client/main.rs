//! The client against our server and against servers of a few lines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

#[path = "../support/mod.rs"]
mod support;

mod asked;
mod caching;
mod calls;
mod changes;
mod groups;
mod kit;
mod owed;
mod processes;
mod restarts;
mod tasks;
mod verdicts;
