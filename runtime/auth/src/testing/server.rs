//! The server itself.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::asked::{Asked, Endpoint};
use super::behaviour::Behaviour;
use super::client::Client;
use super::keys::{Key, random_text};
use super::reply::replace;
use super::state::{Grant, Shared, Trusted};
use super::wire;

/// An authorization server for tests and trials, **none for production**.
///
/// It serves, by HTTP on the loopback interface, metadata, authorization requests, tokens
/// (codes with PKCE, refresh tokens, client credentials, token exchange, assertions),
/// registration, introspection, revocation and keys. It stops when it is dropped.
///
/// See [the module](super) for an example.
pub struct AuthorizationServer {
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

impl AuthorizationServer {
    /// Starts one on a port of its own, `http://127.0.0.1:PORT`.
    ///
    /// # Errors
    /// There is no such port, or the system has no random numbers.
    pub async fn start() -> io::Result<Self> {
        Self::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), "").await
    }

    /// Starts one at an address, under a path: empty, or like `/tenant1`.
    ///
    /// # Errors
    /// As with [`start`](Self::start); and if the address is none of the loopback interface.
    pub async fn start_at(address: SocketAddr, path: &str) -> io::Result<Self> {
        if !address.ip().is_loopback() {
            let why = "the authorization server for tests listens on the loopback interface only";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        if !(path.is_empty() || (path.starts_with('/') && !path.ends_with('/'))) {
            let why = "the path of an issuer is empty, or begins with a slash and ends without";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let listener = TcpListener::bind(address).await?;
        let issuer = format!("http://{}{path}", listener.local_addr()?);
        let shared = Arc::new(Shared::new(issuer, path.to_owned(), Behaviour::default())?);
        let serving = tokio::spawn(wire::serve(listener, shared.clone()));
        Ok(Self { shared, serving })
    }

    /// The issuer's identifier.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.shared.issuer
    }

    /// The URL of an endpoint.
    #[must_use]
    pub fn url(&self, endpoint: Endpoint) -> String {
        let (issuer, base) = (&self.shared.issuer, &self.shared.base);
        match endpoint {
            Endpoint::OAuthMetadata => {
                let origin = issuer.strip_suffix(base.as_str()).unwrap_or(issuer);
                format!("{origin}{}{base}", endpoint.path())
            }
            _ => format!("{issuer}{}", endpoint.path()),
        }
    }

    /// Changes what it does from now on.
    pub fn change(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.shared.state().behaviour);
    }

    /// Registers a client, or changes one.
    pub fn register(&self, client: Client) {
        self.shared.state().clients.insert(client.id.clone(), client);
    }

    /// Forgets a client, as after a change of administration.
    pub fn forget(&self, client: &str) {
        self.shared.state().clients.remove(client);
    }

    /// Believes assertions of another server, or of itself: those of an identity provider.
    pub fn trust(&self, other: &Self) {
        let trusted = Trusted::Server(other.shared.clone());
        self.shared.state().trusted.insert(other.issuer().to_owned(), trusted);
    }

    /// Believes assertions of an issuer that one of these keys signed: a JWK, or a set.
    pub fn trust_keys(&self, issuer: &str, keys: Value) {
        self.shared.state().trusted.insert(issuer.to_owned(), Trusted::Keys(keys));
    }

    /// What it was asked so far, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Asked> {
        self.shared.state().asked.clone()
    }

    /// What one of its endpoints was asked so far, in order.
    #[must_use]
    pub fn asked(&self, endpoint: Endpoint) -> Vec<Asked> {
        let state = self.shared.state();
        state.asked.iter().filter(|asked| asked.endpoint == endpoint).cloned().collect()
    }

    /// The public keys that it shows.
    #[must_use]
    pub fn jwks(&self) -> Value {
        self.shared.state().jwks()
    }

    /// Signs with a new key from now on. The old ones are still shown, until
    /// [`forget_keys`](Self::forget_keys).
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn rotate_keys(&self) -> io::Result<()> {
        let key = Key::new()?;
        self.shared.state().keys.push(key);
        Ok(())
    }

    /// Shows no key any more but the one that signs.
    pub fn forget_keys(&self) {
        let mut state = self.shared.state();
        let old = state.keys.len().saturating_sub(1);
        state.keys.drain(..old);
    }

    /// Ends every token that was given out. JWTs are still signed, of course.
    pub fn revoke_all(&self) {
        let mut state = self.shared.state();
        state.refresh.clear();
        state.access.values_mut().for_each(|access| access.is_revoked = true);
    }

    /// An access token for a resource, as the person that is logged in would get it.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn access_token(&self, resource: &str, scopes: &[&str]) -> io::Result<String> {
        let mut state = self.shared.state();
        let grant = Grant {
            client: "test".to_owned(),
            person: state.behaviour.person.clone(),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
            resources: vec![resource.to_owned()],
            family: random_text()?,
            key: None,
        };
        state.mint_access(&self.shared.issuer, &grant)
    }

    /// An access token like those of [`access_token`](Self::access_token), in which these claims
    /// replace or (`null`) remove others.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn access_token_with(&self, resource: &str, claims: &Value) -> io::Result<String> {
        let now = self.shared.state().now();
        let mut all = json!({
            "iss": self.issuer(), "sub": self.shared.state().behaviour.person, "aud": resource,
            "client_id": "test", "iat": now, "exp": now + 600, "jti": random_text()?,
        });
        if let Some(claims) = claims.as_object() {
            replace(&mut all, claims);
        }
        self.sign("at+jwt", &all)
    }

    /// An ID token of the person that is logged in, for a client.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn id_token(&self, client: &str) -> io::Result<String> {
        let state = self.shared.state();
        state.mint_identity(&self.shared.issuer, &state.behaviour.person, client)
    }

    /// Any JWT of a type, signed by its key with ES256.
    ///
    /// # Errors
    /// The system has no random numbers.
    pub fn sign(&self, typ: &str, claims: &Value) -> io::Result<String> {
        self.shared.state().sign(typ, claims)
    }
}

impl fmt::Debug for AuthorizationServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationServer")
            .field("issuer", &self.issuer())
            .finish_non_exhaustive()
    }
}

impl Drop for AuthorizationServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
