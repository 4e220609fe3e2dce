//! Who sends requests.

use std::net::SocketAddr;

/// The other end of the connection that a request came on. Applications that mount a
/// [`Service`](super::Service) and accept connections themselves may put it into the extensions
/// of requests; [`Runner`](super::Runner) knows it anyway.
///
/// ```
/// # use toolwright_http::serve::Peer;
/// let mut request = http::Request::new(());
/// request.extensions_mut().insert(Peer(([127, 0, 0, 1], 50000).into()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);
