//! Calls that go on as tasks.

mod bounds;
mod client;
mod input;
mod life;
mod listening;
mod negotiation;
mod server;
mod sessions;
