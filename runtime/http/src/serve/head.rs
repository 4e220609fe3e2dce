//! What handlers see of the HTTP request that brought theirs.

use std::net::IpAddr;
use std::sync::Arc;

use http::request::Parts;
use toolwright_core::Context;
use toolwright_core::context::{Extensions, Principal};

/// The head of a request, and where it came from.
pub(super) struct Head {
    pub(super) parts: Parts,
    pub(super) peer: Option<IpAddr>,
    /// What a trusted proxy says about that.
    pub(super) client: Option<IpAddr>,
}

/// Method, target, headers and extensions of the HTTP request that brought this one; nothing over
/// other transports.
///
/// What a middleware of the HTTP stack puts into the request's extensions is found there. A
/// [`Principal`] among them is the [`Context::principal`].
///
/// ```
/// use toolwright_core::{Context, Server, tool::FnTools};
/// use toolwright_http::serve::parts;
///
/// let tools = FnTools::new().tool("agent", "The client's program", |cx: Context, (): ()| async move {
///     let agent = parts(&cx).and_then(|parts| parts.headers.get("user-agent")?.to_str().ok());
///     agent.unwrap_or("unknown").to_owned()
/// });
/// # Server::new("x", "1").tools(tools).build().unwrap();
/// ```
#[must_use]
pub fn parts(cx: &Context) -> Option<&Parts> {
    cx.extension::<Head>().map(|head| &head.parts)
}

/// The address that the connection came from, if the server knows it. Behind a proxy it is the
/// proxy's.
#[must_use]
pub fn peer_ip(cx: &Context) -> Option<IpAddr> {
    cx.extension::<Head>()?.peer
}

/// The address of the client, if the server knows it: what a
/// [trusted proxy](super::Options::trusted_proxy) says, else where the connection came from.
///
/// ```
/// use toolwright_core::Context;
/// use toolwright_http::serve::client_ip;
///
/// fn is_local(cx: &Context) -> bool {
///     client_ip(cx).is_some_and(|address| address.is_loopback())
/// }
/// ```
#[must_use]
pub fn client_ip(cx: &Context) -> Option<IpAddr> {
    cx.client_ip()
}

impl Head {
    /// Where the request came from, as far as it is known.
    pub(super) fn client_ip(&self) -> Option<IpAddr> {
        self.client.or(self.peer)
    }

    /// What goes into a request's context.
    pub(super) fn extensions(self: &Arc<Self>) -> Extensions {
        let known = &self.parts.extensions;
        // What the application added for handlers, besides what is HTTP's.
        let mut extensions = known.get::<Extensions>().cloned().unwrap_or_default();
        if let Some(principal) = known.get::<Principal>() {
            extensions.insert(principal.clone());
        }
        extensions.insert_shared(Arc::clone(self));
        extensions
    }
}
