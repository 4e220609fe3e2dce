//! Servers and clients to learn from; each program is a file under `src/bin`.
//!
//! - `shop`: a server written by hand with `#[tools]`, over stdio.
//! - `library`: tools, prompts and resources of one type with `#[tools]`, `#[prompts]` and
//!   `#[resources]`, and a form with `#[derive(Elicit)]`, over stdio.
//! - `manual`: resources and a prompt, over stdio.
//! - `shop_http`: a server over HTTP.
//! - `customer`: a client that starts `shop` and calls its tools.
//! - `types`: the protocol's types alone.
