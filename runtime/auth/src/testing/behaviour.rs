//! What the server does, and what it does wrong.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Map, Value};

use super::asked::Endpoint;

/// What the server does. By default it does everything as it should.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Behaviour {
    /// Who is logged in: the subject of every token.
    pub person: String,
    /// Whether that person agrees; if not, clients are told `access_denied`.
    pub consents: bool,
    /// Scopes that there are; others are refused. Any, if empty.
    pub scopes: Vec<String>,
    /// Scopes that are left out of every token, as if the person had struck them.
    pub withheld: Vec<String>,
    /// How long access tokens last.
    pub lifetime: Duration,
    /// Whether refresh tokens are given: only for `offline_access` if that is among `scopes`,
    /// else always.
    pub refreshes: bool,
    /// Whether a refresh token is replaced each time. Using an old one then ends the whole family.
    pub rotates: bool,
    /// Whether access tokens are JWTs. Otherwise they are opaque, for introspection.
    pub jwt: bool,
    /// Whether clients may register themselves.
    pub registration: bool,
    /// Whether ids of clients may be URLs of their metadata. Nothing is fetched: every such id is
    /// taken for a public client.
    pub client_id_metadata_documents: bool,
    /// Ways of authentication that metadata names, and that registered clients get the first of
    /// unless they ask for another.
    pub authentication: Vec<String>,
    /// `iss` in redirects (RFC 9207).
    pub iss: Issuer,
    /// Whether metadata promises `iss` in redirects.
    pub promises_iss: bool,
    /// What metadata says about PKCE; nothing if empty.
    pub challenge_methods: Vec<String>,
    /// `issuer` in metadata, if not the true one.
    pub metadata_issuer: Option<String>,
    /// Members of metadata that replace or (`null`) remove what would stand there.
    pub metadata: Map<String, Value>,
    /// Whether there is metadata under `oauth-authorization-server`.
    pub oauth_metadata: bool,
    /// Whether there is metadata under `openid-configuration`.
    pub openid_metadata: bool,
    /// `state` in redirects, if not the right one.
    pub state: Option<String>,
    /// Where tokens are bound to keys (RFC 9449): proofs are needed. Otherwise they are welcome.
    pub needs_dpop: bool,
    /// A nonce that proofs at the token endpoint need (RFC 9449, section 8).
    pub dpop_nonce: Option<String>,
    /// What clients are called at the authorization servers that they get assertions for, if not
    /// what they are called here.
    pub client_elsewhere: Option<String>,
    /// What the server's clock is ahead, in seconds, or behind.
    pub clock: i64,
    /// Faults of endpoints.
    pub faults: HashMap<Endpoint, Fault>,
    /// What happens when a code is used again.
    pub replay: Replay,
    /// Members of token responses that replace or (`null`) remove what would stand there.
    pub token_response: Map<String, Value>,
    /// Claims of access tokens that replace or (`null`) remove what would stand there.
    pub claims: Map<String, Value>,
}

/// What an endpoint does instead of its work.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Fault {
    /// It answers with a status and a body.
    Answer {
        /// The status.
        status: u16,
        /// The media type of the body.
        media: String,
        /// The body.
        body: String,
    },
    /// It works, but this much later.
    Late(Duration),
    /// It redirects to a URL, with a status.
    Redirect(u16, String),
    /// It answers with a JSON object of at least so many bytes.
    Huge(usize),
    /// It never answers.
    Silent,
    /// It closes the connection.
    Closes,
}

/// `iss` in a redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Issuer {
    /// The true one.
    Right,
    /// None.
    Missing,
    /// Another.
    Other(String),
}

/// What happens to a code that was used already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Replay {
    /// It is refused, and the tokens it brought are revoked.
    Refused,
    /// It works again, which it should not.
    Works,
}

impl Fault {
    /// An answer by a status alone.
    #[must_use]
    pub fn status(status: u16) -> Self {
        let (media, body) = ("text/plain".to_owned(), String::new());
        Self::Answer { status, media, body }
    }

    /// An answer with a body.
    #[must_use]
    pub fn answer(status: u16, media: &str, body: &str) -> Self {
        Self::Answer { status, media: media.to_owned(), body: body.to_owned() }
    }

    /// An error as OAuth has it: 400, and an object with the code.
    #[must_use]
    pub fn error(code: &str) -> Self {
        let body = serde_json::json!({"error": code}).to_string();
        Self::Answer { status: 400, media: "application/json".to_owned(), body }
    }
}

impl Default for Behaviour {
    fn default() -> Self {
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        Self {
            person: "alice".to_owned(),
            consents: true,
            scopes: Vec::new(),
            withheld: Vec::new(),
            lifetime: Duration::from_secs(600),
            refreshes: true,
            rotates: true,
            jwt: true,
            registration: true,
            client_id_metadata_documents: true,
            authentication: words(&[
                "none",
                "client_secret_basic",
                "client_secret_post",
                "private_key_jwt",
            ]),
            iss: Issuer::Right,
            promises_iss: true,
            challenge_methods: words(&["S256"]),
            metadata_issuer: None,
            metadata: Map::new(),
            oauth_metadata: true,
            openid_metadata: true,
            state: None,
            needs_dpop: false,
            dpop_nonce: None,
            client_elsewhere: None,
            clock: 0,
            faults: HashMap::new(),
            replay: Replay::Refused,
            token_response: Map::new(),
            claims: Map::new(),
        }
    }
}
