//! Tokens that the authorization server is asked about.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::request::Parts;
use tokio::sync::Semaphore;
use toolwright_core::BoxFuture;
use toolwright_http::Secret;
use toolwright_http::fetch::{Fetch, Rules};

use super::Verifier;
use super::cache::{self, Cache};
use super::claims::{Claims, Expected};
use super::error::{ConfigError, VerifyError};
use super::setup;
use super::token::InboundToken;
use super::verified::Verified;
use crate::form;
use crate::jose::object;

/// Questions that are open at once.
const AT_ONCE: usize = 32;
/// How long an answer is kept.
const TTL: Duration = Duration::from_secs(30);

/// Verifies access tokens by asking the authorization server about each: for tokens that say
/// nothing themselves, and where revoking has to work at once.
///
/// Checked are: `active`, `aud` and `iss` byte by byte, `exp` and `nbf`, and that it is no token
/// of another kind, as far as the server says. Answers are kept for 30 seconds, refusals for 10;
/// clones have them in common, each for the resource that a token was presented to.
///
/// ```
/// use toolwright_auth::verify::Introspection;
///
/// # fn verifier() -> Result<Introspection, std::env::VarError> {
/// # Ok(
/// Introspection::new("https://login.example.com", "https://login.example.com/introspect")
///     .basic("my-server", std::env::var("INTROSPECTION_SECRET")?)
/// # )
/// # }
/// ```
///
/// Specification: RFC 7662.
#[derive(Clone)]
pub struct Introspection {
    issuer: String,
    endpoint: String,
    authorization: Option<Secret>,
    audiences: Option<Vec<String>>,
    ttl: Duration,
    fetch: Fetch,
    rules: Rules,
    shared: Arc<Shared>,
}

/// What clones have in common, as long as nothing is changed in them.
struct Shared {
    cache: Cache,
    slots: Semaphore,
}

impl Default for Shared {
    fn default() -> Self {
        Self { cache: Cache::default(), slots: Semaphore::new(AT_ONCE) }
    }
}

impl Introspection {
    /// For tokens of an issuer, and the endpoint where it is asked about them.
    #[must_use]
    pub fn new(issuer: impl Into<String>, endpoint: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            endpoint: endpoint.into(),
            authorization: None,
            audiences: Some(Vec::new()),
            ttl: TTL,
            fetch: Fetch::new(),
            rules: setup::rules(),
            shared: Arc::default(),
        }
    }

    /// Asks under a name and with a secret that the authorization server knows.
    #[must_use]
    pub fn basic(mut self, client_id: &str, secret: impl Into<Secret>) -> Self {
        let secret = secret.into();
        let mut pair = String::new();
        form::part(&mut pair, client_id);
        pair.push(':');
        form::part(&mut pair, secret.expose());
        self.authorization = Some(Secret::new(format!("Basic {}", STANDARD.encode(&pair))));
        drop(Secret::new(pair));
        self.afresh()
    }

    /// Asks with a token of one's own.
    #[must_use]
    pub fn bearer(mut self, token: impl Into<Secret>) -> Self {
        self.authorization = Some(Secret::new(format!("Bearer {}", token.into().expose())));
        self.afresh()
    }

    /// What tokens have to be issued for, instead of the URI of the protected resource. Given
    /// several times, any of them will do.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.get_or_insert_default().push(audience.into());
        self.afresh()
    }

    /// Takes tokens whatever they were issued for, also where the authorization server does not
    /// say. This is dangerous unless it serves nobody else: tokens for other servers are taken.
    #[must_use]
    pub fn danger_any_audience(mut self) -> Self {
        self.audiences = None;
        self.afresh()
    }

    /// How long an answer is kept, instead of 30 seconds: so long a token may be used after it was
    /// revoked. Zero asks every time; an hour is the most.
    #[must_use]
    pub fn cache_ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self.afresh()
    }

    /// Asks in another way: through a proxy, or trusting certificates of your own.
    #[must_use]
    pub fn fetch(mut self, fetch: Fetch) -> Self {
        self.fetch = fetch;
        self.afresh()
    }

    /// Asks by other rules than [`Rules::configured`] and 5 seconds. So long it also takes at most
    /// until a question is asked at all: 32 are open at once.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self.afresh()
    }

    /// Without the answers that were judged by what was set before.
    fn afresh(mut self) -> Self {
        self.shared = Arc::default();
        self
    }

    async fn find(&self, token: &InboundToken) -> Result<Verified, VerifyError> {
        // What no token consists of need not be asked about.
        if !is_token(token.expose()) {
            return Err(VerifyError::Unknown);
        }
        // What is right at one resource is wrong at another.
        let name = cache::name(token.resource(), token.expose());
        let answer = match self.shared.cache.find(&name) {
            Some(answer) => answer,
            None => {
                let answer = self.ask(token).await;
                self.shared.cache.keep(name, &answer, self.ttl);
                answer
            }
        };
        let verified = answer?;
        verified.presented_as(token)?;
        Ok(verified)
    }

    async fn ask(&self, token: &InboundToken) -> Result<Verified, VerifyError> {
        let unavailable = |reason: String| {
            tracing::error!(reason, "the authorization server cannot be asked about a token");
            VerifyError::Unavailable(reason.into())
        };
        // Strangers can hold all slots; those who wait for one do not pile up.
        let slot = tokio::time::timeout(self.rules.timeout, self.shared.slots.acquire()).await;
        let Ok(Ok(_slot)) = slot else {
            return Err(VerifyError::Unavailable("too many tokens are asked about".into()));
        };
        let body = form::encode([("token", token.expose()), ("token_type_hint", "access_token")]);
        let headers = self.headers().map_err(unavailable)?;
        let fetched =
            self.fetch.post(&self.endpoint, headers, Bytes::from(body), &self.rules).await;
        let fetched = fetched.map_err(|error| unavailable(error.to_string()))?;
        if fetched.status != 200 {
            return Err(unavailable(format!("it answers {}", fetched.status.as_u16())));
        }
        let members = object(&fetched.body);
        let members = members.ok_or_else(|| unavailable("its answer is no JSON object".into()))?;
        self.judge(Claims::new(members), token)
    }

    fn headers(&self) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
        if let Some(authorization) = &self.authorization {
            let value = HeaderValue::from_str(authorization.expose());
            let mut value = value.map_err(|_| "the credentials are no legal header".to_owned())?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(headers)
    }

    fn judge(&self, claims: Claims, token: &InboundToken) -> Result<Verified, VerifyError> {
        if !claims.is_true("active") {
            return Err(VerifyError::Unknown);
        }
        // Some servers call refresh tokens active, and say what they are.
        claims.is_for_access()?;
        let audiences = setup::expected(self.audiences.as_deref(), token.resource());
        let audiences = audiences.as_deref();
        let issuer = claims.text("iss")?.map(|_| self.issuer.as_str());
        claims.is(&Expected { issuer, audiences })?;
        claims.in_time(false)?;
        claims.verified(&self.issuer)
    }
}

impl Verifier for Introspection {
    fn verify<'a>(
        &'a self,
        token: &'a InboundToken,
        _: &'a Parts,
    ) -> BoxFuture<'a, Result<Verified, VerifyError>> {
        Box::pin(self.find(token))
    }

    fn check(&self, resource: &str) -> Result<(), ConfigError> {
        setup::issuer(&self.issuer, &self.rules)?;
        if self.authorization.is_none() {
            let text = "the authorization server has to know who asks about tokens: give \
                        `Introspection::basic` or `Introspection::bearer`";
            return Err(ConfigError(text.to_owned()));
        }
        setup::audiences(self.audiences.as_deref().unwrap_or_default(), resource)
    }
}

/// Whether a text consists of what tokens consist of.
///
/// Specification: RFC 6750, section 2.1 (`b64token`).
fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    !text.is_empty() && text.len() <= 16 << 10 && text.bytes().all(is_part)
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("issuer", &self.issuer)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::Scheme;

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_strangers_without_end() {
        let asks = Introspection::new("https://login.example.com", "https://login.example.com/x")
            .bearer("x");
        let all = u32::try_from(AT_ONCE).unwrap();
        let _held = asks.shared.slots.acquire_many(all).await.unwrap();
        let token = InboundToken::new(Scheme::Bearer, "opaque", "https://mcp.example.com/mcp");
        let minute = Duration::from_secs(60);
        let answer = tokio::time::timeout(minute, asks.find(&token)).await;
        assert!(matches!(answer, Ok(Err(VerifyError::Unavailable(_)))), "{answer:?}");
    }
}
