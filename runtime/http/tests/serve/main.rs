//! The HTTP server over loopback sockets, byte by byte.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod asking;
mod browsers;
mod connections;
mod context;
mod guarded;
mod hostile;
mod mirrors;
mod mounted;
mod old;
mod proxies;
mod sessions;
mod stateless;
mod stopping;
mod strangers;
mod support;
mod upstream;
mod watching;
