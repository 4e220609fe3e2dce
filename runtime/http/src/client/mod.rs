//! Clients over HTTP.
//!
//! ```no_run
//! use toolwright_core::Client;
//! use toolwright_http::client::Connect;
//!
//! # async fn run() -> toolwright_core::Result<()> {
//! let client = Client::connect("http://127.0.0.1:8000/mcp").await?;
//! println!("{:?}", client.list_tools().await?);
//! client.shutdown().await;
//! # Ok(())
//! # }
//! ```
//!
//! The client finds out what the server speaks: Streamable HTTP without sessions, with sessions,
//! or the HTTP+SSE of 2024-11-05. It follows redirects within the origin of the URL only, and asks
//! for no compression. `https` needs the feature `client-tls`, proxies need
//! `client-proxy`.
//!
//! # Map
//! `http` says how to get there, `sender` gets there and `fault` says why not. `site` sends requests, with the
//! credentials that `authorize` brings, and tells what responses mean, `sse` reads streams of events, `url` knows
//! what belongs to an origin, `network` how others get there. `streamable` and `old` are the transports; `way` (with `headers` and `session`)
//! carries the messages of the former, `listener` hears what belongs to no request.

mod authorize;
mod fault;
mod group;
mod headers;
mod http;
mod listener;
mod network;
mod old;
pub(crate) mod sender;
mod session;
mod site;
mod socket;
mod sse;
mod streamable;
pub(crate) mod url;
mod way;

use std::future::Future;

use toolwright_core::client::{Carrier, ClientBuilder, Speak, Verdict};
use toolwright_core::{Client, ClientError, Limits};

pub use self::authorize::{Authorize, Outbound, Reaction, Refusal};
pub use self::group::WithUrls;
pub use self::http::Http;
pub use self::network::Network;

use old::Old;
use site::Site;
use streamable::Streamable;

/// Connecting to a URL: `Client::connect(url)`.
pub trait Connect: Sized {
    /// Connects to the server under a URL.
    ///
    /// Specification: `basic/transports/streamable-http`.
    ///
    /// # Errors
    /// The URL is none of a server, or the server cannot be reached.
    fn connect(url: &str) -> impl Future<Output = Result<Self, ClientError>> + Send;
}

impl Connect for Client {
    async fn connect(url: &str) -> Result<Self, ClientError> {
        Self::builder().connect(url).await
    }
}

/// Connecting to a URL with choices: `Client::builder()….connect(url)`.
pub trait ConnectWith: Sized {
    /// As [`Connect::connect`].
    ///
    /// # Errors
    /// As there.
    fn connect(self, url: &str) -> impl Future<Output = Result<Client, ClientError>> + Send;

    /// As [`Connect::connect`], with what is particular to HTTP.
    ///
    /// # Errors
    /// As there.
    fn connect_http(self, http: Http) -> impl Future<Output = Result<Client, ClientError>> + Send;
}

impl ConnectWith for ClientBuilder {
    async fn connect(self, url: &str) -> Result<Client, ClientError> {
        self.connect_http(Http::new(url)).await
    }

    async fn connect_http(self, http: Http) -> Result<Client, ClientError> {
        let limit = self.limits_set().line_bytes;
        let known = self.knows().map(Verdict::carrier);
        let mut builder = self;
        if known == Some(Carrier::HttpSse) && builder.speaks() != Speak::Modern {
            let client = connect_old(builder.clone(), http.site(limit)?).await;
            if client.is_ok() {
                return client;
            }
            // It may have moved on meanwhile.
            builder = builder.unknown();
        }
        let site = http.site(limit)?;
        let streamable = builder.clone().transport(|inbox| Streamable::new(site, inbox)).await;
        match (streamable, builder.speaks()) {
            // No Streamable HTTP is spoken there, or not under this path.
            (
                Err(ClientError::Http { status: 400 | 404 | 405, .. }),
                Speak::Auto | Speak::Legacy(_),
            ) => connect_old(builder.unknown(), http.site(limit)?).await,
            (client, _) => client,
        }
    }
}

/// Connects over HTTP+SSE.
async fn connect_old(builder: ClientBuilder, site: Site) -> Result<Client, ClientError> {
    let opened = old::open(site);
    let patience = Limits::default().discover;
    let opened = tokio::time::timeout(patience, opened)
        .await
        .map_err(|_| ClientError::Timeout { after: patience })??;
    let speak = match builder.speaks() {
        Speak::Auto => Speak::newest_session().unwrap_or(Speak::Auto),
        chosen => chosen,
    };
    builder.era(speak).transport(|inbox| Old::new(opened, inbox)).await
}
