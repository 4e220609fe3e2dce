//! How a client logs in.

use std::sync::Arc;

use toolwright_http::fetch::Fetch;

use super::address::{Address, shown};
use super::browser::Browser;
use super::error::LoginError;
use super::grants::Dpop;
use super::handler::LoginHandler;
use super::registration::Client;
use super::scopes::Scopes;
use super::store::{MemoryStore, TokenStore};

/// What [`OAuth`](super::OAuth) was told.
#[derive(Debug, Clone)]
pub(crate) struct Setup {
    pub(crate) handler: Arc<dyn LoginHandler>,
    pub(crate) store: Arc<dyn TokenStore>,
    pub(crate) clients: Vec<Client>,
    /// The URL of this client's metadata document.
    pub(crate) metadata: Option<String>,
    /// Its name for people.
    pub(crate) name: String,
    /// Whether it registers itself.
    pub(crate) registers: bool,
    /// The only authorization server that is used.
    pub(crate) issuer: Option<String>,
    pub(crate) scopes: Option<Scopes>,
    /// Whether it asks for `offline_access`.
    pub(crate) offline: bool,
    /// What sends all requests; without it, it depends on the client.
    pub(crate) fetch: Option<Fetch>,
    /// The key that tokens are bound to.
    pub(crate) dpop: Option<Dpop>,
    pub(crate) allow_private: bool,
    /// Whether proxies may look where names lead.
    pub(crate) trust_proxy: bool,
    pub(crate) allow_parent: bool,
    /// Whether servers of 2025-03-26 need not say who logs people in.
    pub(crate) conventions: bool,
}

impl Setup {
    /// # Errors
    /// What cannot be used, whatever the server.
    pub(crate) fn check(&self) -> Result<(), LoginError> {
        let Some(url) = &self.metadata else { return Ok(()) };
        let address = Address::read(url);
        if address.is_ok_and(|address| address.is_secure() && !address.path().is_empty()) {
            return Ok(());
        }
        let url = shown(url);
        let reason =
            format!("the URL of a client's metadata is one of https with a path, not `{url}`");
        Err(LoginError::Setup { reason })
    }
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            handler: Arc::new(Browser::new()),
            store: Arc::new(MemoryStore::new()),
            clients: Vec::new(),
            metadata: None,
            name: "Toolwright client".to_owned(),
            registers: true,
            issuer: None,
            scopes: None,
            offline: true,
            fetch: None,
            dpop: None,
            allow_private: false,
            trust_proxy: false,
            allow_parent: false,
            conventions: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_of_clients_is_at_a_url_with_a_path() {
        let check =
            |url: &str| Setup { metadata: Some(url.to_owned()), ..Setup::default() }.check();
        assert_eq!(check("https://app.example/client.json"), Ok(()));
        for url in [
            "https://app.example",
            "https://app.example/",
            "https://app.example/#client",
            "http://app.example/client.json",
            "http://127.0.0.1/client.json",
            "client.json",
            "",
        ] {
            let error = check(url).unwrap_err();
            assert!(matches!(error, LoginError::Setup { .. }), "{url}: {error}");
        }
    }
}
