//! Proxies between a client and its server: the feature `client-proxy`.

use crate::client::Http;
use crate::route::Choice;

impl Http {
    /// Reaches the server through a proxy: `http://host:3128`, `https://…`, `socks5://…` (names
    /// are resolved here) or `socks5h://…` (by the proxy). A name and password in the URL are for
    /// the proxy; they go nowhere else and are never shown. Servers of `https` are reached through
    /// a tunnel (`CONNECT`), of which the proxy sees the host alone; requests to others are passed
    /// on by it, except with SOCKS.
    ///
    /// Without this, the environment decides, as with curl: `HTTPS_PROXY`, `HTTP_PROXY`,
    /// `ALL_PROXY` and `NO_PROXY`, also in lower case. Servers on this machine are then reached
    /// directly, and so is everything in a CGI program, where clients could set `HTTP_PROXY`.
    ///
    /// ```no_run
    /// use toolwright_core::Client;
    /// use toolwright_http::client::{ConnectWith, Http};
    ///
    /// # async fn run() -> toolwright_core::Result<()> {
    /// let http = Http::new("https://mcp.example.com/mcp").proxy("http://me:secret@proxy:3128");
    /// let client = Client::builder().connect_http(http).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn proxy(mut self, url: &str) -> Self {
        self.proxy = Choice::This(url.to_owned());
        self
    }

    /// Reaches the server directly, whatever the environment says.
    #[must_use]
    pub fn no_proxy(mut self) -> Self {
        self.proxy = Choice::None;
        self
    }
}
