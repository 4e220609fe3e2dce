//! What a server offers beside tools, in both eras.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

#[path = "../support/mod.rs"]
mod support;

mod apps;
mod asking;
mod both;
mod caching;
mod completion;
mod compose;
mod dynamic;
mod extensions;
mod lifespan;
mod lists;
mod logging;
mod middleware;
mod prompts;
mod remote;
mod resources;
mod scopes;
mod subscriptions;
mod tasks;
mod tools;
mod visibility;
