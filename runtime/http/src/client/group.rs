//! Groups with servers under URLs.

use toolwright_core::client::ClientBuilder;
use toolwright_core::client::config::Remote;
use toolwright_core::group::GroupBuilder;

use super::{ConnectWith, Http};

/// Reaching the servers of a configuration that have a URL:
/// `Group::builder().with_urls().servers(…)`.
///
/// ```no_run
/// use toolwright_core::Group;
/// use toolwright_core::client::config::{Servers, Variables};
/// use toolwright_http::client::WithUrls;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let servers = Servers::read(&std::fs::read_to_string(".mcp.json")?)?;
/// let group = Group::builder()
///     .with_urls()
///     .servers(&servers, &Variables::of_process())
///     .connect()
///     .await?;
/// println!("{:?}", group.list_tools().await);
/// # Ok(())
/// # }
/// ```
pub trait WithUrls {
    /// Connects to servers under URLs as [`Connect`](super::Connect) does, with the headers that
    /// the configuration has for them. What is spoken there is found out, whatever it says.
    #[must_use]
    fn with_urls(self) -> Self
    where
        Self: Sized,
    {
        self.with_urls_as(|http| http)
    }

    /// As [`with_urls`](Self::with_urls), with what `change` adds for each of them: whoever
    /// authorizes requests, say, or certificates.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use toolwright_core::Group;
    /// use toolwright_http::client::WithUrls;
    ///
    /// let group = Group::builder()
    ///     .with_urls_as(|http| http.connect_timeout(Duration::from_secs(2)));
    /// ```
    #[must_use]
    fn with_urls_as(self, change: impl Fn(Http) -> Http + Send + Sync + 'static) -> Self;
}

impl WithUrls for GroupBuilder {
    fn with_urls_as(self, change: impl Fn(Http) -> Http + Send + Sync + 'static) -> Self {
        self.urls(move |client: ClientBuilder, remote: Remote| {
            let mut http = Http::new(&remote.url);
            for (name, value) in &remote.headers {
                http = http.header(name, value);
            }
            let http = change(http);
            async move { client.connect_http(http).await }
        })
    }
}
