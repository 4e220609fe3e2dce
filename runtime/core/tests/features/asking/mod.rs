//! Questions to the client: one handler, asked in sessions and by replay.

mod dialogue;
mod gone;
mod once;
mod questions;
mod refused;
mod server;
mod state;
