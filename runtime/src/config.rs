//! Groups of the servers that a configuration names.

use crate::client::ClientError;
use crate::client::config::{Servers, Variables};
use crate::{Group, with_urls};

/// Connecting to all servers of a configuration: [`FromConfig::from_config`].
pub trait FromConfig: Sized {
    /// Connects to all servers of an `mcpServers` file, or one of its relatives, that are not
    /// disabled. Those that cannot be reached are missing, which [`Group::status`] tells; those
    /// under a URL are reached with the feature `http-client`, `https-client` for `https`. With
    /// choices, or handlers for what the servers ask:
    /// [`GroupBuilder::servers`](crate::group::GroupBuilder::servers).
    ///
    /// ```
    /// use toolwright::client::config::{Servers, Variables};
    /// use toolwright::{FromConfig, Group};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let text = r#"{ "mcpServers": {
    ///     "shop": { "command": "/no/such/program", "env": { "TOKEN": "${SHOP_TOKEN:-none}" } },
    /// } }"#; // or a file's
    /// let servers = Servers::read(text)?;
    /// let group = Group::from_config(&servers, &Variables::of_process()).await?;
    /// for status in group.status() {
    ///     println!("{}: {:?}", status.server, status.error);
    /// }
    /// # assert!(group.status()[0].error.is_some());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Two servers have the same name.
    fn from_config(
        servers: &Servers,
        variables: &Variables,
    ) -> impl Future<Output = Result<Self, ClientError>> + Send;
}

impl FromConfig for Group {
    fn from_config(
        servers: &Servers,
        variables: &Variables,
    ) -> impl Future<Output = Result<Self, ClientError>> + Send {
        with_urls(Self::builder()).servers(servers, variables).connect()
    }
}
