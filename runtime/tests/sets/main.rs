//! `#[tools]`, `#[prompts]` and `#[resources]` behind a server, in every revision.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

#[path = "../../core/tests/features/both.rs"]
#[allow(dead_code, reason = "each test binary uses a part")]
mod both;
#[path = "../../core/tests/support/mod.rs"]
mod support;

mod prompts;
mod resources;
mod tools;
