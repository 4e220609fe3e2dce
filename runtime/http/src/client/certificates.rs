//! Certificates of servers and clients: the feature `client-tls`.

use crate::client::Http;

impl Http {
    /// Trusts the certificates of a PEM text besides those of the system, for a server whose
    /// certificate is issued by an authority of your own, or by itself. May be given several
    /// times; connecting fails if the text is no PEM.
    ///
    /// The system's certificates are read when connecting, from where the system keeps them or
    /// from `SSL_CERT_FILE`: what an organisation distributes is trusted, and no list that grows
    /// old is compiled in.
    ///
    /// ```no_run
    /// use toolwright_core::Client;
    /// use toolwright_http::client::{ConnectWith, Http};
    ///
    /// # async fn run() -> toolwright_core::Result<()> {
    /// let http = Http::new("https://mcp.internal/mcp").root_certificate(std::fs::read("ca.pem")?);
    /// let client = Client::builder().connect_http(http).await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        if let Err(reason) = self.tls.trust(pem.as_ref()) {
            self.fault = Some(reason);
        }
        self
    }

    /// Shows a certificate to servers that ask for one: its chain, the client's own first, and its
    /// private key, both as PEM. Connecting fails if they are none.
    ///
    /// ```no_run
    /// # use toolwright_http::client::Http;
    /// # fn http() -> std::io::Result<Http> {
    /// let (chain, key) = (std::fs::read("client.pem")?, std::fs::read("client.key")?);
    /// # Ok(
    /// Http::new("https://mcp.internal/mcp").client_certificate(chain, key)
    /// # )
    /// # }
    /// ```
    #[must_use]
    pub fn client_certificate(mut self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        if let Err(reason) = self.tls.appear(chain.as_ref(), key.as_ref()) {
            self.fault = Some(reason);
        }
        self
    }
}
