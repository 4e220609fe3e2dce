//! Calls to REST upstreams.

mod base;
mod base64;
mod body;
mod builder;
mod client;
mod credentials;
mod descriptor;
mod encode;
mod error;
mod json;
mod limits;
mod media;
mod plan;
mod reply;
mod request;
mod resolve;
mod secret;
mod server;
mod style;
mod target;
mod upstream;

pub use builder::UpstreamBuilder;
pub use error::Error;
pub use limits::Limits;
pub use reply::Binary;
pub use secret::Secret;
pub use upstream::Upstream;

#[cfg(test)]
mod tests;
