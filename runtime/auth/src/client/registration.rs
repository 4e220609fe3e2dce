//! What an authorization server knows a client by.
//!
//! Specification: `basic/authorization/client-registration`; RFC 7591.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::json;
use toolwright_http::Secret;

use super::address::{Address, shown};
use super::clock;
use super::discover::Finder;
use super::error::{LoginError, legible};
use super::grants::Credentials;
use super::metadata::AuthorizationServer;

/// A client that was registered with an authorization server beforehand.
///
/// ```
/// use toolwright_auth::client::Client;
///
/// let client = Client::new("https://login.example.com", "my-client").secret("of the client");
/// ```
///
/// A secret goes into the header `Authorization`, or into the form if the authorization server takes
/// it there only. A client that signs, or whose secret belongs in one place whatever the metadata
/// says, has [`Credentials`]:
///
/// ```
/// use toolwright_auth::SigningKey;
/// use toolwright_auth::client::{Client, Credentials};
///
/// # fn load(pem: &str) -> Result<(), toolwright_auth::JoseError> {
/// let key = Credentials::key("my-client", SigningKey::from_pem(pem)?).key_id("2026-11");
/// let client = Client::with_credentials("https://login.example.com", key);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Client {
    /// None: whichever the server names first, from then on.
    issuer: Option<String>,
    credentials: Credentials,
    is_far: bool,
}

impl Client {
    /// The id that the authorization server `issuer` gave out. It is used with no other: `issuer`
    /// has to be, byte for byte, what that server calls itself.
    #[must_use]
    pub fn new(issuer: &str, id: &str) -> Self {
        Self::with_credentials(issuer, Credentials::public(id))
    }

    /// A client that proves who it is to the authorization server `issuer` in this way: by a secret
    /// (`client_secret_basic`, `client_secret_post`) or by a key (`private_key_jwt`).
    ///
    /// Specification: `basic/authorization/client-registration`, section "Pre-registration".
    #[must_use]
    pub fn with_credentials(issuer: &str, credentials: Credentials) -> Self {
        Self { issuer: Some(issuer.to_owned()), credentials, is_far: false }
    }

    /// An id for whichever authorization server the MCP server names. A secret would go there, so
    /// this is for servers that you trust with it; otherwise use [`new`](Self::new).
    #[must_use]
    pub fn wherever_the_server_says(id: &str) -> Self {
        Self { issuer: None, credentials: Credentials::public(id), is_far: false }
    }

    /// The secret that goes with the id.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<Secret>) -> Self {
        self.credentials = Credentials::secret(self.credentials.id(), secret);
        self
    }

    /// Sends the secret to the token endpoint even if that is at another origin than the issuer,
    /// as it is with some large providers.
    #[must_use]
    pub fn allow_other_origin(mut self) -> Self {
        self.is_far = true;
        self
    }

    /// Whether it was registered there, or may be anywhere.
    pub(crate) fn is_for(&self, issuer: &str) -> bool {
        self.issuer.as_deref().is_none_or(|known| known == issuer)
    }

    /// Whether it has a secret for whoever is named first.
    pub(crate) fn is_loose(&self) -> bool {
        self.issuer.is_none() && self.credentials.is_secret()
    }

    /// The credentials for a server, if they are for it.
    pub(crate) fn credentials(&self, server: &AuthorizationServer) -> Result<Identity, LoginError> {
        if let Some(issuer) = self.issuer.as_ref().filter(|issuer| **issuer != server.issuer) {
            return Err(LoginError::Registration {
                issuer: shown(&server.issuer),
                reason: format!(
                    "it was registered with `{}`; register it there too, if the server's move is \
                     genuine",
                    legible(issuer)
                ),
            });
        }
        let is_kept_home = self.credentials.is_secret() && !self.is_far;
        Identity::new(server, self.credentials.clone(), is_kept_home)
    }
}

/// A registration that is kept.
#[derive(Serialize, Deserialize)]
pub(crate) struct Kept {
    issuer: String,
    id: String,
    secret: Option<String>,
    proof: String,
    pub(crate) redirect_uri: String,
    /// In seconds since 1970.
    expires: Option<u64>,
}

impl Kept {
    /// The credentials, if they are for this server and have not expired.
    pub(crate) fn credentials(&self, server: &AuthorizationServer) -> Option<Identity> {
        let is_over = self.expires.is_some_and(|expires| expires <= clock::now());
        if self.issuer != server.issuer || is_over {
            return None;
        }
        let secret = || Credentials::secret(&*self.id, self.secret.clone().unwrap_or_default());
        let credentials = match Proof::read(&self.proof)? {
            Proof::None => Credentials::public(&*self.id),
            Proof::Basic => secret().in_header(),
            Proof::Post => secret().in_form(),
        };
        // The server gave the secret itself, and has it anyway.
        Identity::new(server, credentials, false).ok()
    }
}

/// Who a client is, for one authorization server.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    /// Byte for byte.
    issuer: String,
    credentials: Credentials,
    /// The credentials stay at the origin of the issuer.
    is_kept_home: bool,
}

/// How a client proves who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Proof {
    None,
    Basic,
    Post,
}

impl Identity {
    /// # Errors
    /// There is a secret to be kept at the issuer's origin, and it would leave that.
    pub(crate) fn new(
        server: &AuthorizationServer,
        credentials: Credentials,
        is_kept_home: bool,
    ) -> Result<Self, LoginError> {
        let identity = Self { issuer: server.issuer.clone(), credentials, is_kept_home };
        identity.present_at(server, &server.token)?;
        Ok(identity)
    }

    pub(crate) fn id(&self) -> &str {
        self.credentials.id()
    }

    /// The credentials, for this server alone.
    ///
    /// # Errors
    /// They are for another.
    pub(crate) fn present_to(
        &self,
        server: &AuthorizationServer,
    ) -> Result<&Credentials, LoginError> {
        if self.issuer == server.issuer {
            return Ok(&self.credentials);
        }
        let reason = "they belong to another authorization server".to_owned();
        Err(LoginError::Misdirected { reason })
    }

    /// The credentials, for an endpoint of this server.
    ///
    /// # Errors
    /// They are for another, or are not to leave the origin of the issuer.
    pub(crate) fn present_at(
        &self,
        server: &AuthorizationServer,
        endpoint: &Address,
    ) -> Result<&Credentials, LoginError> {
        if self.is_kept_home && !server.has_at_home(endpoint) {
            let (issuer, place) = (shown(&server.issuer), endpoint.origin());
            return Err(LoginError::Misdirected {
                reason: format!(
                    "the secret for `{issuer}` would go to `{place}`; if they belong together, say \
                     so with `Client::allow_other_origin`"
                ),
            });
        }
        self.present_to(server)
    }
}

impl Proof {
    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }

    fn read(name: &str) -> Option<Self> {
        [Self::None, Self::Basic, Self::Post].into_iter().find(|proof| proof.name() == name)
    }
}

/// Registers a client.
///
/// # Errors
/// The server does not register clients like this one.
pub(crate) async fn register(
    finder: &Finder,
    server: &AuthorizationServer,
    name: &str,
    redirect_uri: &str,
) -> Result<Kept, LoginError> {
    let failed =
        |reason: String| LoginError::Registration { issuer: shown(&server.issuer), reason };
    let Some(endpoint) = &server.register else {
        return Err(failed(
            "it registers no clients by itself; have one registered there, with the redirect URI \
             of this program, and give its id (`OAuth::client`), or a URL of its metadata \
             (`OAuth::client_metadata`)"
                .to_owned(),
        ));
    };
    let proof = offered(server);
    let metadata = json!({
        "client_name": name,
        "redirect_uris": [redirect_uri],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": proof.name(),
        "application_type": application(redirect_uri),
    });
    let json = HeaderValue::from_static("application/json");
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, json.clone()), (ACCEPT, json)]);
    let body = Bytes::from(metadata.to_string());
    let fetch = finder.fetch(endpoint);
    let fetched = fetch.post(endpoint.as_str(), headers, body, &finder.rules()).await?;
    if !fetched.status.is_success() {
        #[derive(Deserialize)]
        struct Refusal {
            error: String,
            error_description: Option<String>,
        }
        let told = serde_json::from_slice::<Refusal>(&fetched.body);
        let told = told.map_or_else(
            |_| format!("status {}", fetched.status.as_u16()),
            |told| {
                let description = told.error_description.unwrap_or_default();
                legible(&format!("{} {description}", told.error)).trim().to_owned()
            },
        );
        return Err(failed(format!(
            "it refused to register it, with the redirect URI `{redirect_uri}`: {told}"
        )));
    }
    registered(server, redirect_uri, proof, &fetched.body).map_err(|reason| failed(reason.into()))
}

/// Reads the answer to a registration.
fn registered(
    server: &AuthorizationServer,
    redirect_uri: &str,
    proof: Proof,
    body: &[u8],
) -> Result<Kept, &'static str> {
    #[derive(Deserialize)]
    struct Answer {
        client_id: String,
        client_secret: Option<String>,
        client_secret_expires_at: Option<u64>,
        redirect_uris: Option<Vec<String>>,
        token_endpoint_auth_method: Option<String>,
    }
    let answer: Answer =
        serde_json::from_slice(body).map_err(|_| "its answer has no id of a client")?;
    let is_plain = |text: &str| {
        text.len() <= 4096
            && !text.is_empty()
            && text.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
    };
    if !is_plain(&answer.client_id) {
        return Err("the id that it gave is none");
    }
    let others = answer.redirect_uris.filter(|all| !all.iter().any(|uri| uri == redirect_uri));
    if others.is_some() {
        return Err("it registered other redirect URIs than it was asked for");
    }
    let proof = match answer.token_endpoint_auth_method.as_deref() {
        Some(name) => {
            Proof::read(name).ok_or("it wants a way of authentication that was not asked for")?
        }
        None if answer.client_secret.is_some() && proof == Proof::None => proof_by_secret(server),
        None => proof,
    };
    let secret = answer.client_secret.filter(|_| proof != Proof::None);
    if proof != Proof::None && !secret.as_deref().is_some_and(is_plain) {
        return Err("it wants a secret, but gave none");
    }
    let expires = answer.client_secret_expires_at.filter(|at| *at != 0 && secret.is_some());
    if expires.is_some_and(|at| at <= clock::now()) {
        return Err("the secret that it gave has expired already");
    }
    Ok(Kept {
        issuer: server.issuer.clone(),
        id: answer.client_id,
        secret,
        proof: proof.name().to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        expires,
    })
}

/// How a client that can do all of it is to prove who it is: not at all where it need not, since PKCE
/// does what a secret would do here; else in the way that the server names first, which is the one
/// that works best with many.
fn offered(server: &AuthorizationServer) -> Proof {
    let all = server.methods().unwrap_or_default();
    let mut known = all.iter().filter_map(|name| Proof::read(name));
    match all.iter().any(|name| name == Proof::None.name()) {
        true => Proof::None,
        false => known.next().unwrap_or(Proof::Basic),
    }
}

/// How a client with a secret is to prove who it is.
fn proof_by_secret(server: &AuthorizationServer) -> Proof {
    let all = server.methods();
    let has = |proof: Proof| all.is_some_and(|all| all.iter().any(|name| name == proof.name()));
    match has(Proof::Post) && !has(Proof::Basic) {
        true => Proof::Post,
        false => Proof::Basic,
    }
}

/// What kind of program has this redirect URI.
fn application(redirect_uri: &str) -> &'static str {
    match Address::read(redirect_uri) {
        Ok(address) if !address.is_loopback() => "web",
        _ => "native",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "http://127.0.0.1:1/callback";

    fn server(methods: Option<&[&str]>) -> AuthorizationServer {
        AuthorizationServer {
            issuer: "https://login.example".to_owned(),
            token: Address::read("https://login.example/token").unwrap(),
            authorize: None,
            register: None,
            metadata: serde_json::from_value(json!({ "issuer": "https://login.example",
                "token_endpoint_auth_methods_supported": methods }))
            .unwrap(),
            is_assumed: false,
        }
    }

    #[test]
    fn answers_have_to_be_what_was_asked_for() {
        let read = |body: serde_json::Value| {
            registered(&server(None), HERE, Proof::None, body.to_string().as_bytes())
        };
        assert_eq!(read(json!({ "client_id": "a" })).ok().unwrap().id, "a");
        for body in [
            json!({}),
            json!({ "client_id": 1 }),
            json!({ "client_id": "" }),
            json!({ "client_id": "a\r\nb" }),
            json!({ "client_id": "a", "redirect_uris": ["https://evil.example/"] }),
            json!({ "client_id": "a", "redirect_uris": [] }),
            json!({ "client_id": "a", "token_endpoint_auth_method": "private_key_jwt" }),
            json!({ "client_id": "a", "token_endpoint_auth_method": "client_secret_post" }),
            json!({ "client_id": "a", "client_secret": "s", "client_secret_expires_at": 1 }),
        ] {
            assert!(read(body.clone()).is_err(), "{body}");
        }
        let kept = read(json!({ "client_id": "a", "client_secret": "s",
            "redirect_uris": ["x", HERE], "client_secret_expires_at": 0 }))
        .ok()
        .unwrap();
        assert_eq!(kept.proof, Proof::Basic.name());
        assert!(kept.credentials(&server(None)).is_some());
        let mut other = server(None);
        other.issuer.push('/');
        assert!(kept.credentials(&other).is_none());
    }

    #[test]
    fn ways_of_authentication_are_those_of_the_server() {
        for (methods, asked, by_secret) in [
            (None, Proof::Basic, Proof::Basic),
            (Some(&["none", "client_secret_post"][..]), Proof::None, Proof::Post),
            (Some(&["client_secret_post", "client_secret_basic"]), Proof::Post, Proof::Basic),
            (Some(&["client_secret_post"]), Proof::Post, Proof::Post),
            (Some(&["private_key_jwt"]), Proof::Basic, Proof::Basic),
        ] {
            let server = server(methods);
            assert_eq!((offered(&server), proof_by_secret(&server)), (asked, by_secret));
        }
        assert_eq!(application(HERE), "native");
        assert_eq!(application("http://localhost:3000/callback"), "native");
        assert_eq!(application("com.example.app:/callback"), "native");
        assert_eq!(application("https://app.example/callback"), "web");
    }

    #[test]
    fn a_client_is_for_one_server() {
        let client = Client::new("https://login.example/", "id").secret("canary");
        let error = client.credentials(&server(None)).unwrap_err();
        assert!(matches!(error, LoginError::Registration { .. }));
        assert!(!format!("{client:?} {error:?} {error}").contains("canary"));
        assert!(Client::wherever_the_server_says("id").credentials(&server(None)).is_ok());
    }
}
