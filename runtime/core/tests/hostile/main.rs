//! What a server owes to input from a stranger: one row is bytes in and the reaction. Each has a
//! connection of its own, which has to serve a normal request afterwards.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod calls;
mod client;
mod descriptions;
mod envelopes;
mod extras;
mod lists;
mod questions;
mod rows;
mod shop;
mod stream;
#[path = "../support/mod.rs"]
mod support;
mod syntax;
mod tasks;
mod watching;
