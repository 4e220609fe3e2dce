//! A login from beginning to end.

use toolwright_http::Secret;
use toolwright_http::fetch::{Fetch, Rules};

use super::address::shown;
use super::authorize::Page;
use super::challenge::Challenge;
use super::clock;
use super::counterpart::Counterpart;
use super::error::LoginError;
use super::grant::{Grant, Place, Source};
use super::grants::token::TokenEndpoint;
use super::grants::{Credentials, Dpop};
use super::keeping;
use super::metadata::{AuthorizationServer, ResourceMetadata};
use super::registration::{self, Identity, Kept};
use super::scopes::Scopes;

/// What a login is to bring.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// Where the server says that its metadata is.
    pub(crate) hint: Option<String>,
    /// None: those that the metadata names.
    pub(crate) scopes: Option<Scopes>,
    /// What was asked for before, and where.
    before: Option<Place>,
    /// What was asked for before, wherever.
    more: Scopes,
}

impl Wanted {
    /// What a challenge says, besides what was asked for `before`.
    pub(crate) fn first(challenge: Option<&Challenge>, before: Option<Place>) -> Self {
        let get = |name| challenge.and_then(|challenge| challenge.get(name));
        let scopes = get("scope").map(Scopes::read).filter(|scopes| !scopes.is_empty());
        let hint = get("resource_metadata").map(str::to_owned);
        Self { hint, scopes, before, more: Scopes::default() }
    }

    /// These scopes.
    pub(crate) fn more(challenge: &Challenge, scopes: Scopes) -> Self {
        Self { more: scopes, ..Self::first(Some(challenge), None) }
    }
}

impl Counterpart {
    /// Who logs people in for this server, and for what.
    ///
    /// # Errors
    /// Nobody says so, or what is said is not safe.
    pub(crate) async fn discover(
        &self,
        hint: Option<&str>,
    ) -> Result<(Option<ResourceMetadata>, AuthorizationServer), LoginError> {
        let finder = &self.finder;
        // Tokens would be sent there in the clear.
        finder.address("the server's URL", &self.server)?;
        let Some(metadata) = finder.resource(hint).await? else {
            if self.setup.conventions {
                let own = finder.server.origin();
                if let Some(wanted) = self.setup.issuer.as_deref().filter(|wanted| *wanted != own) {
                    let wanted = shown(wanted);
                    let reason = format!("it has no metadata, and is not `{wanted}` itself");
                    return Err(LoginError::Discovery { reason });
                }
                return Ok((None, finder.by_convention().await?));
            }
            let reason = "it has no metadata under `/.well-known/oauth-protected-resource`; for \
                          servers of revision 2025-03-26 there is `OAuth::allow_2025_03_26`";
            return Err(LoginError::Discovery { reason: reason.to_owned() });
        };
        let issuers = &metadata.authorization_servers;
        let issuer = match &self.setup.issuer {
            Some(wanted) => issuers.iter().find(|issuer| *issuer == wanted),
            None => {
                let known = |issuer: &&String| {
                    self.setup.clients.iter().any(|client| client.is_for(issuer))
                };
                issuers.iter().find(known).or_else(|| issuers.first())
            }
        };
        let Some(issuer) = issuer else {
            let reason = match &self.setup.issuer {
                Some(wanted) => format!("its metadata does not name `{}`", shown(wanted)),
                None => "its metadata names none".to_owned(),
            };
            return Err(LoginError::Discovery { reason });
        };
        let server = finder.authorization_server(issuer).await?;
        Ok((Some(metadata), server))
    }

    /// Logs in.
    ///
    /// # Errors
    /// It fails.
    pub(crate) async fn login(&self, wanted: &Wanted) -> Result<Grant, LoginError> {
        let (metadata, server) = self.discover(wanted.hint.as_deref()).await?;
        let resource = match &metadata {
            Some(metadata) => metadata.resource.clone(),
            None => self.server.strip_suffix('/').unwrap_or(&self.server).to_owned(),
        };
        let scopes = self.scopes(wanted, metadata.as_ref(), &server);
        let kept = keeping::registration(&*self.setup.store, &server.issuer).await?;
        let before = kept.as_ref().map(|kept| kept.redirect_uri.as_str());
        let mut login = self.setup.handler.begin(before).await?;
        let redirect_uri = login.redirect_uri().to_owned();
        let client = self.credentials(&server, Some(&redirect_uri), kept).await?;
        let key = self.setup.dpop.as_ref().map(Dpop::thumbprint);
        let page =
            Page::new(&server, client.id(), &redirect_uri, &resource, &scopes, key.as_deref())?;
        let callback = login.open(&page).await?;
        let code = page.code(&callback)?;
        drop(login);
        let place = Place {
            issuer: server.issuer.clone(),
            resource,
            client: client.id().to_owned(),
            asked: scopes.text(),
            is_assumed: metadata.is_none(),
        };
        self.exchange(server, client, place, page, redirect_uri, code).await
    }

    /// Exchanges a code, whether or not somebody still waits for it.
    async fn exchange(
        &self,
        server: AuthorizationServer,
        client: Identity,
        place: Place,
        page: Page,
        redirect_uri: String,
        code: Secret,
    ) -> Result<Grant, LoginError> {
        let (fetch, rules) = (self.finder.fetch(&server.token), self.finder.rules());
        let (store, url) = (self.setup.store.clone(), self.server.clone());
        let dpop = self.setup.dpop.clone();
        let exchange = async move {
            let asked_at = clock::now();
            let form = [
                ("grant_type", "authorization_code"),
                ("code", code.expose()),
                ("redirect_uri", &redirect_uri),
                ("code_verifier", page.verifier.expose()),
                ("resource", &place.resource),
            ];
            let endpoint = endpoint(&fetch, &rules, &server, dpop.as_ref());
            let response = endpoint.ask(Some(client.present_to(&server)?), &form).await?;
            let key = dpop.as_ref().map(Dpop::thumbprint);
            let mut grant = Grant::new(place, response, asked_at, Source::Login, key);
            // Nobody renews what these take the place of. Without a turn they are kept all the same.
            let _turn = store.lock(&grant.key()).await;
            keeping::keep(&*store, &url, &mut grant).await;
            Ok(grant)
        };
        finished(exchange).await
    }

    /// The scopes to ask for.
    ///
    /// Specification: `basic/authorization`, sections "Scope Selection Strategy" and "Refresh
    /// Tokens".
    fn scopes(
        &self,
        wanted: &Wanted,
        metadata: Option<&ResourceMetadata>,
        server: &AuthorizationServer,
    ) -> Scopes {
        let supported = || {
            let supported = metadata?.scopes_supported.as_ref()?;
            Some(supported.iter().map(String::as_str).collect())
        };
        let first = match &self.setup.scopes {
            // The user's choice, but for what a call turned out to need besides.
            Some(own) => own.clone(),
            None => wanted.scopes.clone().or_else(supported).unwrap_or_default(),
        };
        // Another server may have other scopes.
        let before = wanted.before.as_ref().filter(|place| place.issuer == server.issuer);
        let before = before.map(|place| Scopes::read(&place.asked)).unwrap_or_default();
        let mut all = before.union(&wanted.more).union(&first);
        if self.setup.offline && !all.is_empty() && server.has_scope("offline_access") {
            all.add("offline_access");
        }
        all
    }

    /// What the authorization server knows this client by: registered beforehand, by its metadata,
    /// or registered now. Without a redirect URI nothing is registered.
    ///
    /// # Errors
    /// Nothing of it works there.
    pub(crate) async fn credentials(
        &self,
        server: &AuthorizationServer,
        redirect_uri: Option<&str>,
        kept: Option<Kept>,
    ) -> Result<Identity, LoginError> {
        let setup = &*self.setup;
        let clients = &setup.clients;
        if let Some(client) =
            clients.iter().find(|client| client.is_for(&server.issuer)).or(clients.last())
        {
            if client.is_loose() {
                self.stays(&server.issuer).await?;
            }
            return client.credentials(server);
        }
        let supported = server.metadata.client_id_metadata_document_supported;
        if let Some(url) = setup.metadata.as_ref().filter(|_| supported) {
            return Identity::new(server, Credentials::public(&**url), false);
        }
        let known = kept.filter(|kept| redirect_uri.is_none_or(|uri| kept.redirect_uri == uri));
        if let Some(known) = known.and_then(|kept| kept.credentials(server)) {
            return Ok(known);
        }
        let none = |reason: &str| {
            let (issuer, reason) = (shown(&server.issuer), reason.to_owned());
            Err(LoginError::Registration { issuer, reason })
        };
        let Some(redirect_uri) = redirect_uri else { return none("its registration is gone") };
        if !setup.registers {
            return none("it is not to be registered there; give its id (`OAuth::client`)");
        }
        let new = registration::register(&self.finder, server, &setup.name, redirect_uri).await?;
        keeping::keep_registration(&*setup.store, &server.issuer, &new).await?;
        match new.credentials(server) {
            Some(credentials) => Ok(credentials),
            None => none("its registration expired at once"),
        }
    }

    /// Whether an authorization server is the one that was used for this server before, if one was.
    async fn stays(&self, issuer: &str) -> Result<(), LoginError> {
        let place = keeping::place(&*self.setup.store, &self.server).await?;
        match place.filter(|place| place.issuer != issuer) {
            None => Ok(()),
            Some(place) => {
                let reason = format!(
                    "the server used to name `{}`; the client's secret is not sent elsewhere. If \
                     the move is genuine, log out first",
                    shown(&place.issuer)
                );
                Err(LoginError::Registration { issuer: shown(issuer), reason })
            }
        }
    }
}

/// Where a server gives out tokens.
pub(crate) fn endpoint<'a>(
    fetch: &'a Fetch,
    rules: &'a Rules,
    server: &'a AuthorizationServer,
    dpop: Option<&'a Dpop>,
) -> TokenEndpoint<'a> {
    let (issuer, url, methods) = (&server.issuer, server.token.as_str(), server.methods());
    TokenEndpoint { fetch, rules, issuer, url, methods, dpop }
}

/// Sees something to its end, whether or not somebody still waits for it: what a token endpoint
/// gave out once, it does not give out again.
///
/// # Errors
/// Those of the work.
pub(crate) async fn finished<T: Send + 'static>(
    work: impl Future<Output = Result<T, LoginError>> + Send + 'static,
) -> Result<T, LoginError> {
    let stopped = |_| LoginError::Setup { reason: "the program ends".to_owned() };
    tokio::spawn(work).await.map_err(stopped)?
}
