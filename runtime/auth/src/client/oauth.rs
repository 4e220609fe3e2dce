//! Logging people in.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use toolwright_core::{BoxFuture, ClientError};
use toolwright_http::client::{Authorize, Outbound, Reaction, Refusal};
use toolwright_http::fetch::Fetch;

use super::account::Account;
use super::error::LoginError;
use super::grants::{Dpop, token};
use super::handler::LoginHandler;
use super::registration::Client;
use super::revoke::LoggedOut;
use super::setup::Setup;
use super::store::TokenStore;

/// Servers that one value knows.
const SERVERS: usize = 256;

/// Logs people in to servers that want it, when they want it, and puts access tokens on requests.
///
/// ```no_run
/// use toolwright_auth::client::{FileStore, OAuth};
/// use toolwright_core::Client;
/// use toolwright_http::client::{ConnectWith, Http};
///
/// # async fn run() -> toolwright_core::Result<()> {
/// let oauth = OAuth::new().name("Notes").store(FileStore::new("/home/me/.config/notes/tokens"));
/// let http = Http::new("https://mcp.example.com/mcp").authorize(oauth);
/// // Opens the browser if nobody is logged in.
/// let client = Client::builder().connect_http(http).await?;
/// # Ok(())
/// # }
/// ```
///
/// Nothing has to be set up for servers whose authorization server takes new clients by
/// itself. Tokens are for one server each, whatever that server says: a value of this type may be
/// cloned and used for many.
///
/// Requests to authorization servers go to public addresses by `https` only, unless the server
/// itself is on this machine. They go through the proxy of the client's
/// [`Http`](toolwright_http::client::Http), if it was given one. Certificates that were given there
/// count for the server itself, its metadata among others; for authorization servers elsewhere
/// those of the system do, or what [`fetch`](OAuth::fetch) trusts: a certificate that one server
/// made for itself is none for logins.
///
/// Specification: `basic/authorization`.
#[derive(Clone, Default)]
pub struct OAuth {
    setup: Arc<Setup>,
    accounts: Arc<Mutex<HashMap<String, Arc<Account>>>>,
}

impl OAuth {
    /// With the system's browser, and tokens in memory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows people the page to log in on.
    #[must_use]
    pub fn handler(self, handler: impl LoginHandler) -> Self {
        self.with(|setup| setup.handler = Arc::new(handler))
    }

    /// Keeps tokens there.
    #[must_use]
    pub fn store(self, store: impl TokenStore) -> Self {
        self.with(|setup| setup.store = Arc::new(store))
    }

    /// What people are told that they let in; where clients register themselves.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        self.with(|setup| name.clone_into(&mut setup.name))
    }

    /// A client that was registered beforehand. May be given once for each authorization server.
    #[must_use]
    pub fn client(self, client: Client) -> Self {
        self.with(|setup| setup.clients.push(client))
    }

    /// The URL of this client's metadata document, which authorization servers read that support
    /// this. It has to be one of `https` with a path (otherwise every request fails with
    /// [`LoginError::Setup`]), the `client_id` in the document, and the
    /// redirect URI of the [handler](Self::handler) has to be in it.
    ///
    /// Specification: `basic/authorization/client-registration`, section "Client ID Metadata
    /// Documents".
    #[must_use]
    pub fn client_metadata(self, url: &str) -> Self {
        self.with(|setup| setup.metadata = Some(url.to_owned()))
    }

    /// Does not register this client by itself, even where that is possible.
    #[must_use]
    pub fn never_register(self) -> Self {
        self.with(|setup| setup.registers = false)
    }

    /// Uses this authorization server and no other, whatever servers say, and no tokens in the
    /// store that are of another. With [`allow_2025_03_26`](Self::allow_2025_03_26) a server that
    /// says nothing is taken only if this is its own origin.
    #[must_use]
    pub fn issuer(self, issuer: &str) -> Self {
        self.with(|setup| setup.issuer = Some(issuer.to_owned()))
    }

    /// Asks for these scopes first, instead of those that servers name.
    #[must_use]
    pub fn scopes<'a>(self, scopes: impl IntoIterator<Item = &'a str>) -> Self {
        self.with(|setup| setup.scopes = Some(scopes.into_iter().collect()))
    }

    /// Does not ask for `offline_access`. It is asked for where the authorization server knows it,
    /// so that nobody has to log in again when a token expires.
    #[must_use]
    pub fn never_offline(self) -> Self {
        self.with(|setup| setup.offline = false)
    }

    /// Binds tokens to a key of this client, so that whoever steals one cannot use it. Of
    /// authorization servers that cannot do this nothing is taken.
    #[must_use]
    pub fn dpop(self, dpop: Dpop) -> Self {
        self.with(|setup| setup.dpop = Some(dpop))
    }

    /// Sends its requests with this, all of them, and with nothing that
    /// [`Http`](toolwright_http::client::Http) was given. Needed where authorization servers have
    /// certificates of an authority that the system does not know:
    ///
    /// ```no_run
    /// use toolwright_auth::client::OAuth;
    /// use toolwright_http::client::Http;
    /// use toolwright_http::fetch::Fetch;
    ///
    /// # fn http() -> std::io::Result<Http> {
    /// let ours = std::fs::read("ca.pem")?;
    /// let oauth = OAuth::new().fetch(Fetch::new().root_certificate(&ours));
    /// # Ok(
    /// Http::new("https://mcp.internal/mcp").root_certificate(&ours).authorize(oauth)
    /// # )
    /// # }
    /// ```
    #[must_use]
    pub fn fetch(self, fetch: Fetch) -> Self {
        self.with(|setup| setup.fetch = Some(fetch))
    }

    /// Lets a proxy find out where the names of authorization servers lead, be that one that was
    /// given or the system's. Without this, they are not asked through a proxy, since nobody here
    /// sees whether an address is private.
    #[must_use]
    pub fn trust_proxy(self) -> Self {
        self.with(|setup| setup.trust_proxy = true)
    }

    /// Lets servers name authorization servers in private networks. Only for servers that are
    /// trusted with that: whatever they name is asked from this machine.
    #[must_use]
    pub fn allow_private(self) -> Self {
        self.with(|setup| setup.allow_private = true)
    }

    /// Takes access tokens for a URL above the server's, such as that of its host, if a server
    /// says so elsewhere than in that URL's own metadata. Such a token is good at all servers
    /// below that URL.
    #[must_use]
    pub fn allow_parent_resource(self) -> Self {
        self.with(|setup| setup.allow_parent = true)
    }

    /// Takes servers of revision 2025-03-26, which need not say who logs people in: it is their
    /// own origin then, under `/authorize`, `/token` and `/register` if it does not say otherwise.
    ///
    /// Specification: 2025-03-26, `basic/authorization`.
    #[must_use]
    pub fn allow_2025_03_26(self) -> Self {
        self.with(|setup| setup.conventions = true)
    }

    /// Logs in to a server now, even if somebody is logged in.
    ///
    /// # Errors
    /// It fails.
    pub async fn log_in(&self, server: &str) -> Result<(), LoginError> {
        self.account(server)?.log_in().await
    }

    /// Forgets the tokens for a server, and which authorization server they came from, in the
    /// store too. Others who share it notice when they renew theirs; one that renews them at the
    /// moment is waited for. Then the authorization server is asked to end them, if its metadata says
    /// that it can (`revocation_endpoint`): the refresh token first, then the access token.
    ///
    /// ```no_run
    /// use toolwright_auth::client::{LoggedOut, LoginError, OAuth};
    ///
    /// # async fn run(oauth: OAuth) {
    /// match oauth.log_out("https://mcp.example.com/mcp").await {
    ///     Ok(LoggedOut::Revoked) => println!("logged out"),
    ///     Ok(_) => println!("logged out here"),
    ///     // They are forgotten all the same.
    ///     Err(error @ LoginError::Revocation { .. }) => eprintln!("{error}"),
    ///     Err(error) => eprintln!("still logged in: {error}"),
    /// }
    /// # }
    /// ```
    ///
    /// Specification: RFC 7009.
    ///
    /// # Errors
    /// The store fails; or the tokens are forgotten, but the authorization server did not end them
    /// ([`LoginError::Revocation`]).
    pub async fn log_out(&self, server: &str) -> Result<LoggedOut, LoginError> {
        self.account(server)?.log_out().await
    }

    fn with(mut self, change: impl FnOnce(&mut Setup)) -> Self {
        change(Arc::make_mut(&mut self.setup));
        // Those that there are stand for how it was set up before.
        self.accounts = Arc::default();
        self
    }

    fn account(&self, server: &str) -> Result<Arc<Account>, LoginError> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(account) = accounts.get(server) {
            return Ok(Arc::clone(account));
        }
        if accounts.len() >= SERVERS {
            let reason = format!("it is used for more than {SERVERS} servers");
            return Err(LoginError::Setup { reason });
        }
        let account = Arc::new(Account::new(Arc::clone(&self.setup), server)?);
        accounts.insert(server.to_owned(), Arc::clone(&account));
        Ok(account)
    }
}

impl Authorize for OAuth {
    fn headers<'a>(
        &'a self,
        request: &'a Outbound<'a>,
    ) -> BoxFuture<'a, Result<HeaderMap, ClientError>> {
        Box::pin(async move {
            let account = self.account(request.server)?;
            account.learn(request.network);
            let Some(grant) = account.current().await? else {
                return Ok(HeaderMap::new());
            };
            let (url, dpop) = (request.url.to_string(), self.setup.dpop.as_ref());
            let presented = token::present(&grant.access, request.method, &url, dpop);
            Ok(presented.map_err(LoginError::from)?)
        })
    }

    fn refused<'a>(
        &'a self,
        refusal: &'a Refusal<'a>,
    ) -> BoxFuture<'a, Result<Reaction, ClientError>> {
        Box::pin(async move {
            let account = self.account(refusal.request.server)?;
            if self.setup.dpop.as_ref().is_some_and(|dpop| dpop.wants_nonce(refusal)) {
                return Ok(Reaction::Retry);
            }
            Ok(account.refused(refusal).await?)
        })
    }

    fn answered(&self, request: &Outbound<'_>, headers: &HeaderMap) {
        if let Some(dpop) = &self.setup.dpop {
            dpop.note(&request.url.to_string(), headers);
        }
        if let Ok(account) = self.account(request.server) {
            account.answered(request.body);
        }
    }

    fn epoch(&self, request: &Outbound<'_>) -> u64 {
        self.account(request.server).map_or(0, |account| account.epoch())
    }
}

impl fmt::Debug for OAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuth").field("setup", &self.setup).finish_non_exhaustive()
    }
}
