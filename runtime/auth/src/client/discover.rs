//! Finding out who logs people in.
//!
//! Specification: `basic/authorization/authorization-server-discovery`.

use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue};
use toolwright_http::fetch::{Fetch, FetchError, Fetched, Rules};

use super::address::{Address, shown};
use super::error::LoginError;
use super::metadata::{AuthorizationServer, ResourceMetadata};
use super::ways::Ways;
use crate::metadata::{Metadata, MetadataError};

const RESOURCE: &str = "oauth-protected-resource";
const OAUTH: &str = "oauth-authorization-server";

/// Looks for authorization servers on behalf of one server's client.
#[derive(Debug, Clone)]
pub(crate) struct Finder {
    pub(crate) ways: Ways,
    /// The server, as its user wrote it.
    pub(crate) server: Address,
    /// Authorization servers may be in private networks.
    pub(crate) allow_private: bool,
    /// Proxies may look where names lead.
    pub(crate) trust_proxy: bool,
    /// Metadata may be for a URL above the server's, wherever it is found.
    pub(crate) allow_parent: bool,
}

impl Finder {
    /// What requests to others than the server itself may do.
    pub(crate) fn rules(&self) -> Rules {
        let rules = match self.allow_private {
            true => Rules::configured(),
            false => Rules::default(),
        };
        let (allow_loopback, trust_proxy) = (self.server.is_loopback(), self.trust_proxy);
        Rules { allow_loopback, trust_proxy, ..rules }
    }

    /// What sends requests to an address.
    pub(crate) fn fetch(&self, to: &Address) -> Fetch {
        match to.same_origin(&self.server) {
            true => self.ways.own(),
            false => self.ways.others(),
        }
    }

    /// What requests to the server itself may do: its user named its address.
    fn own_rules(&self) -> Rules {
        Rules::configured()
    }

    /// A URL that somebody named.
    pub(crate) fn address(&self, what: &'static str, url: &str) -> Result<Address, LoginError> {
        Address::safe(url, self.server.is_loopback()).map_err(|reason| LoginError::Address {
            what,
            url: shown(url),
            reason: reason.to_owned(),
        })
    }

    /// What the server says of itself; nothing if it says nothing. `hint` is where it says so.
    ///
    /// # Errors
    /// It cannot be asked, or it speaks of something else.
    pub(crate) async fn resource(
        &self,
        hint: Option<&str>,
    ) -> Result<Option<ResourceMetadata>, LoginError> {
        let mut places = Vec::new();
        if let Some(hint) = hint {
            let place = self.address("the metadata's URL", hint)?;
            if !place.same_origin(&self.server) {
                return Err(LoginError::Address {
                    what: "the metadata's URL",
                    url: shown(hint),
                    reason: "it is at another origin than the server".to_owned(),
                });
            }
            places.push(place.as_str().to_owned());
        }
        for place in [self.server.well_known(RESOURCE), self.server.root_well_known(RESOURCE)] {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        for place in places {
            let fetched = self.get(&place, &self.own_rules()).await?;
            if let Some(metadata) = document(&place, &fetched)? {
                self.check(&place, &metadata)?;
                return Ok(Some(metadata));
            }
        }
        Ok(None)
    }

    /// Whether metadata is for the server. It is where it names the server; or where it names what
    /// the server is a part of, and stands where that has its metadata, so that whoever serves it
    /// may speak for that.
    fn check(&self, place: &str, metadata: &ResourceMetadata) -> Result<(), LoginError> {
        let resource = Address::read(&metadata.resource);
        let is_ours = resource.is_ok_and(|resource| {
            let stands_there = resource.well_known(RESOURCE) == place;
            resource.is(&self.server)
                || resource.contains(&self.server) && (stands_there || self.allow_parent)
        });
        if is_ours {
            return Ok(());
        }
        let server = shown(self.server.as_str());
        Err(LoginError::Resource { named: shown(&metadata.resource), server })
    }

    /// The authorization server of this name.
    ///
    /// # Errors
    /// There is none, it calls itself otherwise, or what it says is not safe.
    pub(crate) async fn authorization_server(
        &self,
        issuer: &str,
    ) -> Result<AuthorizationServer, LoginError> {
        let address = self.address("the authorization server", issuer)?;
        let found = Metadata::find(&self.fetch(&address), issuer, &self.rules()).await;
        self.checked(issuer, found.map_err(unfound)?)
    }

    /// Who logs people in where nobody says so, in revision 2025-03-26: the server's own origin.
    ///
    /// Specification: 2025-03-26, `basic/authorization`.
    pub(crate) async fn by_convention(&self) -> Result<AuthorizationServer, LoginError> {
        let issuer = self.server.origin().to_owned();
        self.address("the authorization server", &issuer)?;
        let place = self.server.root_well_known(OAUTH);
        let fetched = self.get(&place, &self.own_rules()).await?;
        if fetched.status.is_success() {
            let metadata = Metadata::read(&issuer, &fetched.body).map_err(unfound)?;
            return self.checked(&issuer, metadata);
        }
        let metadata = Metadata {
            authorization_endpoint: Some(format!("{issuer}/authorize")),
            token_endpoint: Some(format!("{issuer}/token")),
            registration_endpoint: Some(format!("{issuer}/register")),
            token_endpoint_auth_methods_supported: Some(vec!["none".to_owned()]),
            issuer: issuer.clone(),
            introspection_endpoint: None,
            revocation_endpoint: None,
            revocation_endpoint_auth_methods_supported: None,
            jwks_uri: None,
            scopes_supported: None,
            grant_types_supported: None,
            code_challenge_methods_supported: None,
            dpop_signing_alg_values_supported: None,
            client_id_metadata_document_supported: false,
            authorization_response_iss_parameter_supported: false,
        };
        let server = self.checked(&issuer, metadata)?;
        Ok(AuthorizationServer { is_assumed: true, ..server })
    }

    fn checked(&self, issuer: &str, metadata: Metadata) -> Result<AuthorizationServer, LoginError> {
        let endpoint = |what, url: &Option<String>| {
            url.as_deref().map(|url| self.address(what, url)).transpose()
        };
        let token = endpoint("the token endpoint", &metadata.token_endpoint)?;
        let Some(token) = token else {
            let reason = format!("`{}` names no token endpoint", shown(issuer));
            return Err(LoginError::Discovery { reason });
        };
        let authorize = endpoint("the authorization endpoint", &metadata.authorization_endpoint)?;
        let register = endpoint("the registration endpoint", &metadata.registration_endpoint)?;
        let issuer = issuer.to_owned();
        let server =
            AuthorizationServer { issuer, token, authorize, register, metadata, is_assumed: false };
        if !server.keeps_tokens_at_home() {
            let (issuer, token) = (&server.issuer, server.token.origin());
            tracing::warn!(
                issuer,
                token,
                "the token endpoint is at another origin than its issuer"
            );
        }
        Ok(server)
    }

    /// Asks the server itself for something.
    async fn get(&self, url: &str, rules: &Rules) -> Result<Fetched, FetchError> {
        let json = HeaderValue::from_static("application/json");
        self.ways.own().get(url, HeaderMap::from_iter([(ACCEPT, json)]), rules).await
    }
}

/// The document that came; nothing if there is none at this place.
fn document(place: &str, fetched: &Fetched) -> Result<Option<ResourceMetadata>, LoginError> {
    if fetched.status.is_server_error() {
        let reason = format!("`{}` answers with status {}", shown(place), fetched.status.as_u16());
        return Err(LoginError::Discovery { reason });
    }
    if !fetched.status.is_success() {
        return Ok(None);
    }
    match serde_json::from_slice(&fetched.body) {
        Ok(document) => Ok(Some(document)),
        // A page for people, as many servers have it for whatever they do not know.
        Err(_) if !fetched.body.trim_ascii_start().starts_with(b"{") => Ok(None),
        Err(_) => {
            let reason = format!("what `{}` says is no metadata", shown(place));
            Err(LoginError::Discovery { reason })
        }
    }
}

/// Why there is no metadata, in the words of a login.
fn unfound(error: MetadataError) -> LoginError {
    match error {
        MetadataError::Foreign { issuer } => LoginError::Issuer { issuer: shown(&issuer) },
        MetadataError::Issuer { issuer } => LoginError::Address {
            what: "the authorization server",
            url: shown(&issuer),
            reason: "it is no URL of an issuer".to_owned(),
        },
        MetadataError::Fetch(error) => LoginError::Fetch(error),
        other => LoginError::Discovery { reason: other.to_string() },
    }
}
