//! Clients that log in by themselves.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, StatusCode};
use toolwright_core::client::Denied;
use toolwright_core::{BoxFuture, ClientError};
use toolwright_http::client::{Authorize, Outbound, Reaction, Refusal};
use toolwright_http::fetch::{Fetch, Rules};

use super::assertion::Assertion;
use super::credentials::Credentials;
use super::dpop::Dpop;
use super::flow::{Flow, Wanted};
use super::keeper::Keeper;
use super::provider::IdentityProvider;
use super::token::{TokenError, present};
use crate::client::address::{Address, shown};
use crate::client::challenge::Challenge;
use crate::client::scopes::Scopes;
use crate::jose::sha256_text;

/// Gets access tokens without asking a person: with credentials of its own, with what a platform
/// says of its workloads, or on behalf of somebody who logged in to an enterprise.
///
/// The authorization server is named here and never learnt: a server that names another one gets
/// nothing, and nor does that one.
///
/// ```no_run
/// use toolwright_auth::SigningKey;
/// use toolwright_auth::client::{Credentials, MachineClient};
/// use toolwright_core::Client;
/// use toolwright_http::client::{ConnectWith, Http};
///
/// # async fn run(pem: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let credentials = Credentials::key("reporter", SigningKey::from_pem(pem)?);
/// let login = MachineClient::new("https://login.example.com", credentials).scopes(["files:read"]);
/// let http = Http::new("https://mcp.example.com/mcp").authorize(login);
/// let client = Client::builder().connect_http(http).await?;
/// # Ok(())
/// # }
/// ```
///
/// One token serves all requests to a server. It is replaced before it ends, and when a server
/// that took it takes it no more.
///
/// Specification: the extension `io.modelcontextprotocol/oauth-client-credentials`.
#[derive(Debug)]
#[must_use]
pub struct MachineClient {
    flow: Flow,
    resource: Option<String>,
    scopes: Option<String>,
    /// What may be asked for besides, if a server wants it.
    may_ask: Scopes,
    keeper: Keeper,
    allow_plain_http: bool,
    /// What is asked for since servers wanted more, by resource.
    wanted: Mutex<HashMap<String, Scopes>>,
}

impl MachineClient {
    /// A client with credentials at the authorization server with this issuer
    /// (`client_credentials`).
    ///
    /// The issuer is its name byte for byte, as its metadata says it: a slash at the end counts.
    pub fn new(issuer: impl Into<String>, credentials: Credentials) -> Self {
        Self::of(Flow::machine(issuer.into(), credentials))
    }

    /// A workload for which its platform speaks: the authorization server with this issuer takes
    /// the platform's assertion as it is (`jwt-bearer`).
    ///
    /// ```
    /// use toolwright_auth::client::{Assertion, MachineClient};
    ///
    /// let assertion = Assertion::file("/var/run/secrets/tokens/mcp");
    /// let login = MachineClient::workload("https://login.example.com", assertion);
    /// ```
    ///
    /// Specification: RFC 7523, section 2.1.
    pub fn workload(issuer: impl Into<String>, assertion: Assertion) -> Self {
        Self::of(Flow::workload(issuer.into(), assertion))
    }

    /// A client of an enterprise, whose people log in at its identity provider: that decides who
    /// may use which server, and vouches for them at the authorization server with this issuer.
    ///
    /// ```
    /// use toolwright_auth::client::{Assertion, Credentials, IdentityProvider, MachineClient};
    ///
    /// # fn run(id_token: String, secret: String, other: String) {
    /// let provider = IdentityProvider::new(
    ///     "https://acme.idp.example",
    ///     Credentials::secret("assistant-at-acme", secret),
    ///     Assertion::new(id_token),
    /// );
    /// let credentials = Credentials::secret("assistant", other);
    /// let login = MachineClient::enterprise("https://login.example.com", credentials, provider);
    /// # }
    /// ```
    ///
    /// Specification: the extension `io.modelcontextprotocol/enterprise-managed-authorization`.
    pub fn enterprise(
        issuer: impl Into<String>,
        credentials: Credentials,
        provider: IdentityProvider,
    ) -> Self {
        Self::of(Flow::enterprise(issuer.into(), credentials, provider))
    }

    /// Names the client as well, for authorization servers that want its id beside an assertion.
    /// Only for workloads.
    pub fn client_id(mut self, id: impl Into<String>) -> Self {
        self.flow.name(id.into());
        self
    }

    /// What is asked for, and never more, except for what it [may ask](Self::may_ask). Without
    /// this the authorization server decides.
    pub fn scopes<S: AsRef<str>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        let scopes: Vec<S> = scopes.into_iter().collect();
        let scopes: Vec<&str> = scopes.iter().map(AsRef::as_ref).collect();
        self.scopes = Some(scopes.join(" "));
        self
    }

    /// What may be asked for besides, once a server says that it takes that for a request. What is
    /// named neither here nor in [`scopes`](Self::scopes) never is, whatever servers say: nobody
    /// looks at it, and there are authorization servers where a scope decides for whom a token is.
    ///
    /// ```
    /// use toolwright_auth::client::{Credentials, MachineClient};
    ///
    /// let credentials = Credentials::secret("reporter", "from the environment");
    /// let login = MachineClient::new("https://login.example.com", credentials)
    ///     .scopes(["files:read"])
    ///     .may_ask(["files:write"]);
    /// ```
    pub fn may_ask<S: AsRef<str>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        scopes.into_iter().for_each(|scope| self.may_ask.add(scope.as_ref()));
        self
    }

    /// What tokens are for, if that is not the server's URL: a URL above it. Then the token goes
    /// to servers at or below that URL only.
    pub fn resource(mut self, resource: impl Into<String>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// A further parameter of requests for tokens, such as the `audience` that some
    /// authorization servers want.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.flow.parameters.push((name.into(), value.into()));
        self
    }

    /// Where tokens are given out, for authorization servers without metadata, or whose metadata
    /// names another origin than the issuer's: a client's secret is sent there only if it is named
    /// here, or [allowed](Self::allow_other_origin).
    pub fn token_endpoint(mut self, url: impl Into<String>) -> Self {
        self.flow.token_endpoint = Some(url.into());
        self
    }

    /// Sends a client's secret wherever the metadata of the authorization server says that tokens
    /// are given out, be that at another origin than the issuer's.
    ///
    /// [`token_endpoint`](Self::token_endpoint), where the place is known, is safer.
    pub fn allow_other_origin(mut self) -> Self {
        self.flow.allow_other_origin = true;
        self
    }

    /// Binds tokens to a key.
    pub fn dpop(mut self, dpop: Dpop) -> Self {
        self.flow.dpop = Some(dpop);
        self
    }

    /// How the authorization server is asked: certificates, proxies. What
    /// [`Http`](toolwright_http::client::Http) was given is for the server alone.
    pub fn fetch(mut self, fetch: Fetch) -> Self {
        self.flow.fetch = fetch;
        self
    }

    /// What requests to the authorization server may do. As its URL is configured, it may be at a
    /// private address unless this says otherwise.
    pub fn rules(mut self, rules: Rules) -> Self {
        self.flow.rules = rules;
        self
    }

    /// Sends tokens over `http` as well, where everybody on the way can read and use them: for
    /// networks that are trusted with that. Without this they go to servers by `https` only,
    /// unless the server is on this machine.
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    fn of(flow: Flow) -> Self {
        let (keeper, wanted) = (Keeper::default(), Mutex::default());
        let may_ask = Scopes::default();
        let allow_plain_http = false;
        Self { flow, resource: None, scopes: None, may_ask, keeper, allow_plain_http, wanted }
    }

    /// What a token for a server is for.
    fn resource_of<'a>(&'a self, server: &'a str) -> Result<&'a str, ClientError> {
        let server = server.split('#').next().unwrap_or_default();
        match &self.resource {
            None => Ok(server),
            Some(resource) if covers(resource, server) => Ok(resource),
            Some(resource) => Err(ClientError::Unauthorized {
                why: Denied::Setup,
                reason: format!(
                    "access tokens are for `{resource}`, and the server is neither that nor below it"
                ),
            }),
        }
    }

    /// Whether nobody can read a token on its way.
    fn check_way(&self, request: &Outbound<'_>, url: &str) -> Result<(), ClientError> {
        let is_safe = self.allow_plain_http
            || request.url.scheme_str() == Some("https")
            || Address::safe(url, true).is_ok();
        if is_safe {
            return Ok(());
        }
        Err(ClientError::Unauthorized {
            why: Denied::Setup,
            reason: format!(
                "everybody on the way to `{}` could read the access token: use `https`, or say \
                 `allow_plain_http`",
                shown(url)
            ),
        })
    }

    async fn present(&self, request: &Outbound<'_>) -> Result<HeaderMap, ClientError> {
        let url = request.url.to_string();
        self.check_way(request, &url)?;
        let resource = self.resource_of(request.server)?;
        let scope = self.wanted().get(resource).map(Scopes::text).or_else(|| self.scopes.clone());
        let wanted = Wanted { resource, scope: scope.as_deref() };
        let token = self.keeper.token(resource, || self.flow.obtain(&wanted)).await?;
        let dpop = self.flow.dpop.as_ref();
        Ok(present(&token.tokens.access, request.method, &url, dpop).map_err(TokenError::Sign)?)
    }

    fn react(&self, refusal: &Refusal<'_>) -> Result<Reaction, ClientError> {
        let wants_nonce = self.flow.dpop.as_ref().is_some_and(|dpop| dpop.wants_nonce(refusal));
        if refusal.count > 2 {
            return Ok(Reaction::Leave);
        }
        let resource = self.resource_of(refusal.request.server)?;
        if refusal.status != StatusCode::UNAUTHORIZED {
            return self.step_up(resource, refusal.headers);
        }
        if wants_nonce || self.keeper.refused(resource, refusal.sent) {
            return Ok(Reaction::Retry);
        }
        self.keeper.forget(resource);
        Err(ClientError::Unauthorized {
            why: Denied::Login,
            reason: format!(
                "it does not take the access token that `{}` gave for `{resource}`: see that the \
                 server accepts this issuer, and this audience",
                self.flow.issuer
            ),
        })
    }

    /// The token is not enough. Another one is, if more may be asked for.
    fn step_up(&self, resource: &str, headers: &HeaderMap) -> Result<Reaction, ClientError> {
        let challenge = Challenge::of_oauth(headers);
        let challenge = challenge.filter(|it| it.get("error") == Some("insufficient_scope"));
        let Some(challenge) = challenge else { return Ok(Reaction::Leave) };
        let needed = Scopes::read(challenge.get("scope").unwrap_or_default());
        let ours = Scopes::read(self.scopes.as_deref().unwrap_or_default());
        let mut wanted = self.wanted();
        let asked = wanted.get(resource).unwrap_or(&ours);
        let is_allowed = ours.union(&self.may_ask).covers(&needed);
        if needed.is_empty() || !is_allowed || asked.covers(&needed) {
            let hint = if is_allowed { "" } else { ", and which it may not ask for (`may_ask`)" };
            let needed = needed.text();
            let reason =
                format!("it takes the scopes `{needed}`, which the access token lacks{hint}");
            return Err(ClientError::Unauthorized { why: Denied::Scope, reason });
        }
        let had = self.keeper.scopes(resource);
        let more = asked.union(&had.iter().map(String::as_str).collect()).union(&needed);
        wanted.insert(resource.to_owned(), more);
        self.keeper.forget(resource);
        Ok(Reaction::Retry)
    }

    fn wanted(&self) -> MutexGuard<'_, HashMap<String, Scopes>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Authorize for MachineClient {
    fn headers<'a>(
        &'a self,
        request: &'a Outbound<'a>,
    ) -> BoxFuture<'a, Result<HeaderMap, ClientError>> {
        Box::pin(self.present(request))
    }

    fn refused<'a>(
        &'a self,
        refusal: &'a Refusal<'a>,
    ) -> BoxFuture<'a, Result<Reaction, ClientError>> {
        Box::pin(std::future::ready(self.react(refusal)))
    }

    fn answered(&self, request: &Outbound<'_>, headers: &HeaderMap) {
        if let Some(dpop) = &self.flow.dpop {
            dpop.note(&request.url.to_string(), headers);
        }
        if let Ok(resource) = self.resource_of(request.server) {
            self.keeper.taken(resource);
        }
    }

    fn identity(&self) -> Option<Vec<u8>> {
        let may_ask = self.may_ask.text();
        let [resource, scopes] = [&self.resource, &self.scopes].map(|it| it.as_deref());
        let mut parts = vec![resource.unwrap_or_default(), scopes.unwrap_or_default(), &may_ask];
        parts.extend(self.flow.identity()?);
        // With lengths, so that no two are the same; and as a digest, since parameters may be
        // secret.
        let mut whole = String::new();
        for part in parts {
            whole.push_str(&part.len().to_string());
            whole.push(':');
            whole.push_str(part);
        }
        Some(sha256_text(whole).into_bytes())
    }
}

/// Whether a server is what a resource names, or below it.
fn covers(resource: &str, server: &str) -> bool {
    let is_url = resource.starts_with("https://") || resource.starts_with("http://");
    let below = server.strip_prefix(resource.strip_suffix('/').unwrap_or(resource));
    !is_url || below.is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_stay_below_their_resource() {
        for (resource, server, expected) in [
            ("https://a.example", "https://a.example/mcp", true),
            ("https://a.example/", "https://a.example/mcp", true),
            ("https://a.example/mcp", "https://a.example/mcp?x", true),
            ("https://a.example/mcp", "https://a.example/mcp2", false),
            ("https://a.example", "https://a.example.evil.example/mcp", false),
            ("https://a.example", "http://a.example/mcp", false),
            ("https://a.example", "https://a.example:444/mcp", false),
            ("api://reports", "https://a.example/mcp", true),
        ] {
            assert_eq!(covers(resource, server), expected, "{resource} {server}");
        }
    }

    #[test]
    fn tenants_are_not_one_another() {
        let machine = || {
            let credentials = Credentials::secret("reporter", "canary");
            MachineClient::new("https://login.example.com", credentials)
        };
        let all = [
            machine(),
            machine().parameter("tenant", "a"),
            machine().parameter("tenant", "b"),
            machine().parameter("tenan", "ta"),
            machine().parameter("tenant", "a").parameter("", ""),
            machine().resource("https://a.example"),
            machine().resource("https://b.example"),
            machine().scopes(["https://a.example"]),
            machine().may_ask(["https://a.example"]),
            machine().token_endpoint("https://a.example"),
        ];
        let mut identities: Vec<_> = all.iter().map(|it| it.identity().unwrap()).collect();
        assert_eq!(machine().identity().as_ref(), identities.first());
        identities.sort();
        identities.dedup();
        assert_eq!(identities.len(), all.len());
    }
}
