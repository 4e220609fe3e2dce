//! HTTP for Toolwright: calls to REST upstreams.
//!
//! [`rest`] turns tool calls into HTTP requests, as the descriptor of an API says, and their
//! responses into tool results. Generated proxies and `toolwright serve` both stand on it.

pub mod rest;
