//! Which requests bring a token.

use std::sync::{Arc, Mutex, PoisonError};

use toolwright_core::ClientError;
use toolwright_core::client::Denied;
use toolwright_http::fetch::{Fetch, Rules};

use super::assertion::Assertion;
use super::credentials::Credentials;
use super::dpop::Dpop;
use super::provider::IdentityProvider;
use super::token::{TokenEndpoint, TokenError, Tokens};
use crate::client::address::{Address, shown};
use crate::metadata::Metadata;

const CLIENT_CREDENTIALS: &str = "client_credentials";
const JWT_BEARER: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const TOKEN_EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_JAG: &str = "urn:ietf:params:oauth:token-type:id-jag";

/// How tokens are gotten.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) issuer: String,
    pub(super) token_endpoint: Option<String>,
    /// Whether metadata may name a token endpoint at another origin than the issuer's.
    pub(super) allow_other_origin: bool,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) dpop: Option<Dpop>,
    pub(super) fetch: Fetch,
    pub(super) rules: Rules,
    grant: Grant,
    /// What servers said of themselves, by their issuers, until something goes wrong.
    known: Mutex<Vec<Arc<Metadata>>>,
}

#[derive(Debug)]
enum Grant {
    Machine(Credentials),
    Workload { assertion: Assertion, client: Option<Credentials> },
    Enterprise { credentials: Credentials, provider: Box<IdentityProvider> },
}

/// What a token shall be for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) resource: &'a str,
    pub(super) scope: Option<&'a str>,
}

impl Flow {
    pub(super) fn machine(issuer: String, credentials: Credentials) -> Self {
        Self::new(issuer, Grant::Machine(credentials))
    }

    pub(super) fn workload(issuer: String, assertion: Assertion) -> Self {
        Self::new(issuer, Grant::Workload { assertion, client: None })
    }

    pub(super) fn enterprise(
        issuer: String,
        credentials: Credentials,
        provider: IdentityProvider,
    ) -> Self {
        let provider = Box::new(provider);
        Self::new(issuer, Grant::Enterprise { credentials, provider })
    }

    /// Names the client of a workload.
    pub(super) fn name(&mut self, id: String) {
        if let Grant::Workload { client, .. } = &mut self.grant {
            *client = Some(Credentials::public(id));
        }
    }

    /// Who asks, and what they say besides, if that is always the same.
    pub(super) fn identity(&self) -> Option<Vec<&str>> {
        let credentials = match &self.grant {
            Grant::Machine(credentials) => credentials,
            // Whoever stands behind the assertion.
            Grant::Workload { .. } | Grant::Enterprise { .. } => return None,
        };
        let endpoint = self.token_endpoint.as_deref().unwrap_or_default();
        let mut all = vec![&*self.issuer, credentials.id(), endpoint];
        all.extend(self.parameters.iter().flat_map(|(name, value)| [&**name, &**value]));
        Some(all)
    }

    /// Gets a token.
    pub(super) async fn obtain(&self, wanted: &Wanted<'_>) -> Result<Tokens, TokenError> {
        let outcome = match &self.grant {
            Grant::Machine(credentials) => {
                self.ask(Some(credentials), wanted, &[("grant_type", CLIENT_CREDENTIALS)]).await
            }
            Grant::Workload { assertion, client } => {
                let assertion = current(assertion).await?;
                let form = [("grant_type", JWT_BEARER), ("assertion", assertion.expose())];
                self.ask(client.as_ref(), wanted, &form).await
            }
            Grant::Enterprise { credentials, provider } => {
                let assertion = self.exchange(provider, wanted).await?;
                let form = [("grant_type", JWT_BEARER), ("assertion", assertion.access.expose())];
                self.ask(Some(credentials), wanted, &form).await
            }
        };
        if outcome.is_err() {
            // Perhaps the server has moved.
            self.known().clear();
        }
        outcome
    }

    /// Asks the authorization server.
    async fn ask(
        &self,
        client: Option<&Credentials>,
        wanted: &Wanted<'_>,
        grant: &[(&str, &str)],
    ) -> Result<Tokens, TokenError> {
        let mut form = grant.to_vec();
        form.push(("resource", wanted.resource));
        form.extend(wanted.scope.map(|scope| ("scope", scope)));
        let more = self.parameters.iter().map(|(name, value)| (&**name, &**value));
        form.extend(more);
        let place = self.place(&self.issuer, self.token_endpoint.as_deref()).await?;
        place.check(&self.issuer, client, self.allow_other_origin)?;
        let endpoint = self.endpoint(&self.issuer, &place, self.dpop.as_ref());
        endpoint.ask(client, &form).await
    }

    /// What the enterprise's identity provider says to the authorization server.
    async fn exchange(
        &self,
        provider: &IdentityProvider,
        wanted: &Wanted<'_>,
    ) -> Result<Tokens, TokenError> {
        let identity = current(&provider.identity).await?;
        let mut form = vec![
            ("grant_type", TOKEN_EXCHANGE),
            ("requested_token_type", ID_JAG),
            ("audience", &*self.issuer),
            ("resource", wanted.resource),
            ("subject_token", identity.expose()),
            ("subject_token_type", provider.identity_type),
        ];
        form.extend(wanted.scope.map(|scope| ("scope", scope)));
        let place = self.place(&provider.issuer, provider.token_endpoint.as_deref()).await?;
        let client = Some(&provider.credentials);
        place.check(&provider.issuer, client, provider.allow_other_origin)?;
        let endpoint = self.endpoint(&provider.issuer, &place, None);
        let tokens = endpoint.exchange(client, &form).await?;
        if tokens.issued.as_deref() != Some(ID_JAG) {
            let reason = "is no assertion for another authorization server (`id-jag`)";
            return Err(TokenError::Answer { issuer: provider.issuer.clone(), reason });
        }
        Ok(tokens)
    }

    fn endpoint<'a>(
        &'a self,
        issuer: &'a str,
        place: &'a Place,
        dpop: Option<&'a Dpop>,
    ) -> TokenEndpoint<'a> {
        let (fetch, rules, url) = (&self.fetch, &self.rules, place.url());
        let methods = match place {
            Place::Given(_) => None,
            Place::Found(found) => found.token_endpoint_auth_methods_supported.as_deref(),
        };
        TokenEndpoint { fetch, rules, issuer, url, methods, dpop }
    }

    /// Where an authorization server gives out tokens.
    async fn place(&self, issuer: &str, given: Option<&str>) -> Result<Place, TokenError> {
        if let Some(url) = given {
            return Ok(Place::Given(url.to_owned()));
        }
        let known = self.known().iter().find(|known| known.issuer == issuer).cloned();
        if let Some(known) = known {
            return Ok(Place::Found(known));
        }
        let found = Arc::new(Metadata::find(&self.fetch, issuer, &self.rules).await?);
        if found.token_endpoint.is_none() {
            let reason = "names no token endpoint";
            return Err(TokenError::Answer { issuer: issuer.to_owned(), reason });
        }
        self.known().push(found.clone());
        Ok(Place::Found(found))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Metadata>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn new(issuer: String, grant: Grant) -> Self {
        Self {
            issuer,
            token_endpoint: None,
            allow_other_origin: false,
            parameters: Vec::new(),
            dpop: None,
            fetch: Fetch::new(),
            rules: Rules::configured(),
            grant,
            known: Mutex::default(),
        }
    }
}

/// Where tokens are given out.
enum Place {
    Given(String),
    Found(Arc<Metadata>),
}

impl Place {
    fn url(&self) -> &str {
        match self {
            Self::Given(url) => url,
            Self::Found(metadata) => metadata.token_endpoint.as_deref().unwrap_or_default(),
        }
    }

    /// What metadata names may be anywhere, also in the network of this machine. A secret goes
    /// there only if somebody said so; what counts at one issuer only may.
    fn check(
        &self,
        issuer: &str,
        client: Option<&Credentials>,
        is_allowed: bool,
    ) -> Result<(), TokenError> {
        if is_allowed || matches!(self, Self::Given(_)) {
            return Ok(());
        }
        let (here, there) = (Address::read(issuer), Address::read(self.url()));
        if here.is_ok_and(|here| there.is_ok_and(|there| here.same_origin(&there))) {
            return Ok(());
        }
        let (issuer, endpoint) = (issuer.to_owned(), shown(self.url()));
        if client.is_some_and(Credentials::is_secret) {
            return Err(TokenError::Elsewhere { issuer, endpoint });
        }
        tracing::warn!(%issuer, %endpoint, "tokens come from another origin than the issuer's");
        Ok(())
    }
}

async fn current(assertion: &Assertion) -> Result<toolwright_http::Secret, TokenError> {
    let failed = |error: std::io::Error| TokenError::Assertion { reason: error.to_string() };
    assertion.current().await.map_err(failed)
}

impl From<TokenError> for ClientError {
    fn from(error: TokenError) -> Self {
        let why = match &error {
            TokenError::Refused { code, .. } => match &**code {
                "invalid_scope" => Denied::Scope,
                "invalid_client" | "unauthorized_client" | "invalid_target" => Denied::Setup,
                "invalid_grant" => Denied::Login,
                _ => Denied::Failed,
            },
            TokenError::Metadata(error) if error.is_foreign() => Denied::Untrusted,
            TokenError::Elsewhere { .. } => Denied::Untrusted,
            TokenError::Assertion { .. } | TokenError::Sign(_) => Denied::Setup,
            _ => Denied::Failed,
        };
        Self::Unauthorized { why, reason: format!("no access token can be had: {error}") }
    }
}
