//! A protected resource.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::WWW_AUTHENTICATE;
use http::request::Parts;
use http::{HeaderValue, StatusCode};
use toolwright_core::BoxFuture;
use toolwright_core::scopes::is_scope;
use toolwright_http::serve::{Access, Authority, Denied};

use super::challenge::Challenge;
use super::credentials;
use super::document::Document;
use super::hierarchy::Hierarchy;
use super::uri::ResourceUri;
use crate::dpop::Checker;
use crate::metadata;
use crate::verify::{ConfigError, InboundToken, JwtVerifier, Verified, Verifier, VerifyError};

/// What clients ask for by themselves, and no resource may demand.
const OFFLINE: &str = "offline_access";

/// A server that takes access tokens, for [`Options::authority`](toolwright_http::serve::Options::authority)
/// and `Runner::authority`, or as a [layer](Self::layer) around other services.
///
/// Without a [verifier](Self::verifier), tokens are JWTs of the authorization servers, found to be
/// theirs by the keys that they publish, and issued for this resource.
///
/// ```
/// use toolwright_auth::server::ProtectedResource;
/// use toolwright_core::Server;
/// use toolwright_http::serve::{Options, Serve};
///
/// let resource = ProtectedResource::new("https://mcp.example.com/mcp")
///     .authorization_server("https://login.example.com/realms/main")
///     .scopes(["files:read"])
///     .implies("files:write", ["files:read"])
///     .name("Files");
/// let options = Options::new().host("mcp.example.com").authority(resource);
/// let service = Server::new("files", "1.0.0")
///     .tool("read", "Reads a file", |_cx, (): ()| async { "what it says" })
///     .scopes("read", ["files:read"])
///     .into_http_service_with(&options)?;
/// # Ok::<_, toolwright_core::Error>(())
/// ```
///
/// Specification: `basic/authorization`.
#[derive(Clone)]
pub struct ProtectedResource {
    pub(super) given: String,
    pub(super) uri: Result<ResourceUri, ConfigError>,
    servers: Vec<String>,
    pub(super) standalone: bool,
    verifiers: Vec<Arc<dyn Verifier>>,
    /// Those of the authorization servers, which count if there are no others.
    usual: Vec<Arc<dyn Verifier>>,
    pub(super) scopes: Vec<String>,
    pub(super) required: Vec<String>,
    hierarchy: Hierarchy,
    name: Option<String>,
    documentation: Option<String>,
    pub(super) dpop: Option<Checker>,
    pub(super) dpop_required: bool,
}

impl ProtectedResource {
    /// A resource by its URI: exactly the URL that clients are given, as in
    /// `https://mcp.example.com/mcp`. Tokens have to be issued for it, byte for byte. If it is not
    /// in the form that clients come to by themselves, serving fails and says how to write it.
    #[must_use]
    pub fn new(resource: impl Into<String>) -> Self {
        let given = resource.into();
        Self {
            uri: ResourceUri::new(&given),
            given,
            servers: Vec::new(),
            standalone: false,
            verifiers: Vec::new(),
            usual: Vec::new(),
            scopes: Vec::new(),
            required: Vec::new(),
            hierarchy: Hierarchy::default(),
            name: None,
            documentation: None,
            dpop: None,
            dpop_required: false,
        }
    }

    /// An authorization server that issues tokens for it, by its issuer identifier, exactly as its
    /// tokens have it in `iss`: a slash at the end counts.
    #[must_use]
    pub fn authorization_server(mut self, issuer: impl Into<String>) -> Self {
        let issuer = issuer.into();
        self.usual.push(Arc::new(JwtVerifier::new(issuer.as_str())));
        self.servers.push(issuer);
        self
    }

    /// There is no authorization server: whoever is to have a token, or a key, gets it in some
    /// other way, and nobody is told where. It needs a [verifier](Self::verifier).
    ///
    /// ```
    /// use toolwright_auth::server::ProtectedResource;
    /// use toolwright_auth::verify::ApiKeys;
    /// use toolwright_core::context::Principal;
    ///
    /// let keys = ApiKeys::new().key("c8d2f0a1b5e94f7e", Principal::new("key", "deploy"));
    /// let resource = ProtectedResource::new("https://mcp.example.com/mcp")
    ///     .without_authorization_server()
    ///     .verifier(keys);
    /// ```
    #[must_use]
    pub fn without_authorization_server(mut self) -> Self {
        self.standalone = true;
        self
    }

    /// Who finds out whether a token is good, instead of [`JwtVerifier`]s for the authorization
    /// servers. With several, one of them has to take it; they are asked in order.
    ///
    /// ```
    /// use toolwright_auth::server::ProtectedResource;
    /// use toolwright_auth::verify::JwtVerifier;
    ///
    /// let verifier = JwtVerifier::new("https://login.example.com").audience("api://files");
    /// let resource = ProtectedResource::new("https://mcp.example.com/mcp")
    ///     .authorization_server("https://login.example.com")
    ///     .verifier(verifier);
    /// ```
    #[must_use]
    pub fn verifier(mut self, verifier: impl Verifier) -> Self {
        self.verifiers.push(Arc::new(verifier));
        self
    }

    /// The scopes that clients had better ask for to begin with: as few as are of use. What single
    /// tools take is asked for when they are called.
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// Scopes that every request takes, whatever it is.
    #[must_use]
    pub fn require<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.required.extend(scopes.into_iter().map(Into::into));
        self
    }

    /// A scope that includes others: whoever has it has them too, and all that they include.
    #[must_use]
    pub fn implies<S: Into<String>>(
        mut self,
        broad: impl Into<String>,
        narrow: impl IntoIterator<Item = S>,
    ) -> Self {
        self.hierarchy.add(broad.into(), narrow.into_iter().map(Into::into));
        self
    }

    /// A name for people, which they are shown when they are asked to let a client in.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Where people who write clients read about it: a URL.
    #[must_use]
    pub fn documentation(mut self, url: impl Into<String>) -> Self {
        self.documentation = Some(url.into());
        self
    }

    /// Takes tokens that are bound to a key, with proofs that whoever sends them has it (DPoP,
    /// RFC 9449), besides such as are not.
    ///
    /// ```
    /// use toolwright_auth::dpop::Checker;
    /// use toolwright_auth::server::ProtectedResource;
    ///
    /// let resource = ProtectedResource::new("https://mcp.example.com/mcp")
    ///     .authorization_server("https://login.example.com")
    ///     .dpop(Checker::new().with_nonces()?)
    ///     .dpop_required();
    /// # Ok::<_, toolwright_auth::JoseError>(())
    /// ```
    #[must_use]
    pub fn dpop(mut self, checker: Checker) -> Self {
        self.dpop = Some(checker);
        self
    }

    /// Takes no other tokens than such.
    #[must_use]
    pub fn dpop_required(mut self) -> Self {
        self.dpop.get_or_insert_default();
        self.dpop_required = true;
        self
    }

    /// The paths of its metadata, for routers: that with the path of the resource in it, and the
    /// one of the whole host.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        match &self.uri {
            Ok(uri) if !self.standalone => uri.metadata_paths(),
            _ => Vec::new(),
        }
    }

    fn verifiers(&self) -> &[Arc<dyn Verifier>] {
        if self.verifiers.is_empty() { &self.usual } else { &self.verifiers }
    }

    pub(super) fn find_faults(&self) -> Result<(), ConfigError> {
        self.uri.as_ref().map_err(Clone::clone)?;
        let wrong = |text: String| Err(ConfigError::new(text));
        if self.servers.is_empty() && !self.standalone {
            return wrong(
                "a protected resource needs an authorization server: name its issuer with \
                 `.authorization_server(\"https://login.example.com\")`, or say \
                 `.without_authorization_server()`"
                    .to_owned(),
            );
        }
        if self.standalone && (!self.servers.is_empty() || self.verifiers.is_empty()) {
            return wrong(
                "a protected resource without an authorization server has none, and needs a \
                 verifier: `.verifier(ApiKeys::new()…)`"
                    .to_owned(),
            );
        }
        if let Some(issuer) = self.servers.iter().find(|it| metadata::places(it).is_none()) {
            let shown = issuer.escape_default();
            return wrong(format!(
                "`{shown}` is no issuer: write the URL that its tokens have in `iss`, without \
                 query and fragment"
            ));
        }
        let scopes = self.scopes.iter().chain(&self.required);
        for scope in scopes.chain(self.hierarchy.names()) {
            if !is_scope(scope) {
                let shown = scope.escape_default();
                return wrong(format!("`{shown}` is no scope: write each one by itself, in ASCII"));
            }
            if scope == OFFLINE {
                return wrong(format!(
                    "`{OFFLINE}` is for clients to ask their authorization server for, not for a \
                     resource to demand: leave it out"
                ));
            }
        }
        self.verifiers().iter().try_for_each(|verifier| verifier.check(&self.given))
    }

    /// Finds out who presents a token.
    async fn verify(&self, token: &InboundToken, head: &Parts) -> Result<Verified, VerifyError> {
        let mut worst: Option<VerifyError> = None;
        for verifier in self.verifiers() {
            match verifier.verify(token, head).await {
                Ok(verified) => {
                    self.check_key(&verified, token, head).await?;
                    return Ok(verified);
                }
                Err(error) => {
                    if worst.as_ref().is_none_or(|worst| weight(worst) < weight(&error)) {
                        worst = Some(error);
                    }
                }
            }
        }
        Err(worst.unwrap_or(VerifyError::Unknown))
    }

    /// Whether a token that is bound to a key is presented by who has it.
    async fn check_key(
        &self,
        verified: &Verified,
        token: &InboundToken,
        head: &Parts,
    ) -> Result<(), VerifyError> {
        let Some(checker) = &self.dpop else {
            return verified.presented_as(token);
        };
        if self.dpop_required && verified.confirmation().is_none() {
            return Err(VerifyError::Rejected("it is not bound to a key".into()));
        }
        match checker.check(head, &self.given, token, verified).await {
            // Clients that send to another path than that of the resource say that one.
            Err(VerifyError::Proof(reason)) => {
                let origin = self.uri.as_ref().map(ResourceUri::origin).unwrap_or_default();
                let url = format!("{origin}{}", head.uri.path());
                if url == self.given {
                    return Err(VerifyError::Proof(reason));
                }
                checker.check(head, &url, token, verified).await
            }
            checked => checked,
        }
    }

    /// Lets a token's owner pass, if that owner may do anything here.
    fn admit(&self, verified: &Verified) -> Result<Access, Denied> {
        let mut principal = verified.principal().clone();
        if !self.hierarchy.is_empty() {
            let wide = self.hierarchy.widen(principal.scopes());
            principal = principal.with_scopes(wide);
        }
        if !self.required.iter().all(|scope| principal.has_scope(scope)) {
            let denied = Denied::new(StatusCode::FORBIDDEN, "The access token lacks scopes");
            return Err(match self.challenge(&[]) {
                Some(challenge) => self.nonced(denied.header(WWW_AUTHENTICATE, challenge)),
                None => denied,
            });
        }
        let mut access = Access::new(principal).with(verified.clone());
        if let Some(expires) = verified.expires() {
            let left = expires.duration_since(SystemTime::now()).unwrap_or_default();
            // One that is taken although its time is over, as clocks differ, is of some use.
            access = access.expires_in(left.max(Duration::from_secs(1)));
        }
        Ok(self.with_nonce(access))
    }
}

impl Authority for ProtectedResource {
    fn authorize<'a>(&'a self, head: &'a Parts) -> BoxFuture<'a, Result<Access, Denied>> {
        Box::pin(async move {
            let read = credentials::read(head, self.dpop.is_some());
            let found = read.map_err(|malformed| self.malformed(malformed))?;
            let (scheme, token) = found.ok_or_else(|| self.unknown())?;
            let token = InboundToken::new(scheme, token, self.given.as_str());
            let verified = self.verify(&token, head).await;
            let verified = verified.map_err(|error| self.refused(scheme, &error))?;
            self.admit(&verified)
        })
    }

    fn document(&self, path: &str) -> Option<Bytes> {
        if !self.paths().iter().any(|known| known == path) {
            return None;
        }
        let mut scopes = self.required.clone();
        scopes.extend(self.scopes.iter().filter(|it| !self.required.contains(it)).cloned());
        let allowed = self.dpop.iter().flat_map(|it| it.allowed());
        let algorithms: Vec<&'static str> = allowed.map(|it| it.name()).collect();
        let document = Document {
            resource: &self.given,
            authorization_servers: &self.servers,
            scopes_supported: &scopes,
            bearer_methods_supported: ["header"],
            resource_name: self.name.as_deref(),
            resource_documentation: self.documentation.as_deref(),
            dpop_signing_alg_values_supported: &algorithms,
            dpop_bound_access_tokens_required: self.dpop_required,
        };
        Some(document.write())
    }

    fn challenge(&self, scopes: &[String]) -> Option<HeaderValue> {
        let scheme = if self.dpop_required { "DPoP" } else { "Bearer" };
        Challenge::new(scheme)
            .parameter("error", "insufficient_scope")
            .parameter("error_description", "The access token lacks scopes")
            .parameter("resource_metadata", &self.metadata_url())
            .scopes(self.required.iter().chain(scopes))
            .value()
    }

    fn check(&self) -> Result<(), Box<dyn Error + Send + Sync>> {
        Ok(self.find_faults()?)
    }
}

/// How much an error says: one that a verifier gives to tokens that are not for it says nothing.
fn weight(error: &VerifyError) -> u8 {
    match error {
        VerifyError::Malformed(_) | VerifyError::Issuer | VerifyError::Unknown => 0,
        VerifyError::Unavailable(_) => 1,
        _ => 2,
    }
}

impl fmt::Debug for ProtectedResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProtectedResource")
            .field("resource", &self.given)
            .field("authorization_servers", &self.servers)
            .finish_non_exhaustive()
    }
}
