//! OAuth 2 client credentials: tokens that this server gets for itself.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use http::{Method, Uri};
use serde::Deserialize;
use tokio::time::Instant;
use toolwright_core::{BoxFuture, Context};

use super::base64;
use super::client::Client;
use super::encode::QueryPart;
use super::provider::{Asking, Changing, ProviderError};
use super::received::Received;
use super::redact::redact_url;
use super::request::Prepared;
use crate::secret::Secret;

/// Before a token ends it is replaced by a new one, so much.
const SKEW: Duration = Duration::from_secs(60);
/// A token that does not say how long it lasts does so long.
const USUAL: u64 = 3600;
/// The longest that is believed.
const LONGEST: u64 = 7 * 24 * 3600;
/// A token that is refused is replaced, unless the last one was for that reason so long ago.
const RENEWALS: Duration = Duration::from_secs(5);

/// How this server gets tokens for itself (RFC 6749, section 4.4).
///
/// One token serves all calls: it is asked for when the first call needs it, replaced a minute
/// before it ends, and once more if the service refuses it.
///
/// ```
/// use toolwright_core::descriptor::Descriptor;
/// use toolwright_http::rest::{ClientCredentials, Upstream, UpstreamBuilder};
///
/// fn upstream(descriptor: &Descriptor, secret: String) -> UpstreamBuilder {
///     let login = ClientCredentials::new("my-server", secret)
///         .token_url("https://login.example.com/token")
///         .scopes(["orders:read"]);
///     Upstream::builder(descriptor).client_credentials("login", login)
/// }
/// ```
#[derive(Clone)]
#[must_use]
pub struct ClientCredentials {
    id: String,
    secret: Secret,
    pub(crate) token_url: Option<String>,
    scopes: Option<Vec<String>>,
    parameters: Vec<(String, String)>,
    in_body: bool,
}

/// Shows names of parameters, but no values: an assertion is as good as a secret.
impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters: Vec<&str> = self.parameters.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("ClientCredentials")
            .field("id", &self.id)
            .field("token_url", &self.token_url.as_deref().map(redact_url))
            .field("scopes", &self.scopes)
            .field("parameters", &parameters)
            .finish_non_exhaustive()
    }
}

impl ClientCredentials {
    /// The name and secret that the authorization server gave to this server.
    pub fn new(id: impl Into<String>, secret: impl Into<Secret>) -> Self {
        Self {
            id: id.into(),
            secret: secret.into(),
            token_url: None,
            scopes: None,
            parameters: Vec::new(),
            in_body: false,
        }
    }

    /// Where tokens are given out, instead of what the document says: a URL of `https`, or on this
    /// machine.
    pub fn token_url(mut self, url: impl Into<String>) -> Self {
        self.token_url = Some(url.into());
        self
    }

    /// What is asked for, instead of all scopes that the document names for the tools.
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// A further parameter of the request for a token, such as `audience` or `resource`.
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Sends name and secret in the body, for authorization servers that take no basic
    /// authentication.
    pub fn in_body(mut self) -> Self {
        self.in_body = true;
        self
    }

    /// The request for a token; `scopes` are those of the document.
    fn request(&self, url: Uri, scopes: &[String]) -> Result<Prepared, &'static str> {
        let scope = self.scopes.as_deref().unwrap_or(scopes).join(" ");
        let mut pairs = vec![("grant_type", "client_credentials")];
        if !scope.is_empty() {
            pairs.push(("scope", &scope));
        }
        pairs.extend(self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let mut headers = HeaderMap::new();
        if self.in_body {
            pairs.push(("client_id", &self.id));
            pairs.push(("client_secret", self.secret.expose()));
        } else {
            let (id, secret) = (QueryPart::data(&self.id), QueryPart::data(self.secret.expose()));
            let both = Secret::new(format!("{}:{}", id.as_str(), secret.as_str()));
            let value = format!("Basic {}", base64::encode(both.expose().as_bytes()));
            let mut value = HeaderValue::from_str(&value).map_err(|_| "cannot be sent")?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, form);
        let encoded: Vec<String> = pairs
            .iter()
            .map(|(name, value)| {
                format!("{}={}", QueryPart::data(name).as_str(), QueryPart::data(value).as_str())
            })
            .collect();
        Ok(Prepared {
            method: Method::POST,
            uri: url,
            headers,
            body: Bytes::from(encoded.join("&")),
            pairs: Vec::new(),
            is_idempotent: true,
        })
    }
}

/// Gets tokens and keeps the last one.
pub(crate) struct OAuth {
    client: Client,
    request: Prepared,
    known: Mutex<Known>,
    /// Held by who gets one; the others wait for what comes of it.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Known {
    last: Option<Result<Token, ProviderError>>,
    /// How many were asked for.
    count: u64,
    /// When one was asked for since another was refused.
    renewed: Option<Instant>,
}

#[derive(Clone)]
struct Token {
    secret: Secret,
    until: Instant,
}

impl OAuth {
    /// Tokens from `url`.
    pub(crate) fn new(
        client: Client,
        credentials: &ClientCredentials,
        url: Uri,
        scopes: &[String],
    ) -> Result<Self, &'static str> {
        let request = credentials.request(url, scopes)?;
        let (known, turn) = (Mutex::default(), tokio::sync::Mutex::default());
        Ok(Self { client, request, known, turn })
    }

    async fn token(&self, cx: &Context, refused: Option<&Secret>) -> Result<Secret, ProviderError> {
        let seen = {
            let known = self.known();
            if let Some(secret) = known.usable(refused) {
                return Ok(secret);
            }
            known.count
        };
        let _turn = self.turn.lock().await;
        {
            let mut known = self.known();
            if known.count != seen {
                // Somebody else asked while this one waited: what came of it holds for all.
                let last = known.last.clone().unwrap_or_else(|| Err(ProviderError::new("")));
                return last.map(|token| token.secret);
            }
            known.renewed = refused.map(|_| Instant::now()).or(known.renewed);
        }
        let outcome = match self.client.send(cx, self.request.clone()).await {
            Ok(received) => read(&received),
            Err(error) => Err(ProviderError::new(format!("no token can be had: {error}"))),
        };
        let mut known = self.known();
        known.count += 1;
        known.last = Some(outcome.clone());
        outcome.map(|token| token.secret)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn usable(&self, refused: Option<&Secret>) -> Option<Secret> {
        let Some(Ok(token)) = &self.last else { return None };
        if Instant::now() >= token.until {
            return None;
        }
        let is_refused = refused == Some(&token.secret);
        let is_recent = self.renewed.is_some_and(|renewed| renewed.elapsed() < RENEWALS);
        (!is_refused || is_recent).then(|| token.secret.clone())
    }
}

impl Changing for OAuth {
    fn secret<'a>(&'a self, asking: Asking<'a>) -> BoxFuture<'a, Result<Secret, ProviderError>> {
        Box::pin(self.token(asking.cx, asking.refused))
    }
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    expires_in: Option<serde_json::Value>,
}

/// The token in a response. Of a refusal only its code is told.
fn read(received: &Received) -> Result<Token, ProviderError> {
    if !received.status.is_success() {
        #[derive(Deserialize)]
        struct Refusal {
            error: String,
        }
        let plain = |code: &String| {
            code.len() <= 64
                && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        let code = serde_json::from_slice(&received.body)
            .ok()
            .map(|refusal: Refusal| refusal.error)
            .filter(plain)
            .map_or_else(String::new, |code| format!(" `{code}`"));
        let status = received.status.as_u16();
        return Err(ProviderError::new(format!(
            "no token can be had: the authorization server answers HTTP {status}{code}"
        )));
    }
    let bad = |reason: &str| {
        ProviderError::new(format!(
            "no token can be had: the authorization server's answer {reason}"
        ))
    };
    let answer: Answer =
        serde_json::from_slice(&received.body).map_err(|_| bad("contains none"))?;
    if answer.token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(bad("has a token of another kind than `Bearer`"));
    }
    if answer.access_token.trim().is_empty() {
        return Err(bad("contains an empty one"));
    }
    let seconds = match answer.expires_in {
        Some(serde_json::Value::Number(number)) => number.as_f64(),
        Some(serde_json::Value::String(text)) => text.parse().ok(),
        _ => None,
    };
    #[expect(clippy::cast_precision_loss, reason = "exact at this size")]
    let seconds = seconds.unwrap_or(USUAL as f64).clamp(0.0, LONGEST as f64);
    let lasts = Duration::from_secs_f64(seconds);
    let until = Instant::now() + lasts.saturating_sub(SKEW.min(lasts / 2));
    Ok(Token { secret: Secret::new(answer.access_token), until })
}

#[cfg(test)]
mod tests {
    use http::StatusCode;

    use super::*;

    fn came(status: u16, body: &str) -> Result<Token, String> {
        let received = Received {
            status: StatusCode::from_u16(status).unwrap(),
            body: body.as_bytes().to_vec(),
            ..Received::default()
        };
        read(&received).map_err(|error| error.to_string())
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_are_replaced_before_they_end() {
        let lasts = |expires: &str| {
            let body = format!(r#"{{"access_token":"t","token_type":"bearer"{expires}}}"#);
            (came(200, &body).ok().unwrap().until - Instant::now()).as_secs()
        };
        assert_eq!(lasts(r#","expires_in":3600"#), 3540);
        assert_eq!(lasts(r#","expires_in":"600""#), 540);
        assert_eq!(lasts(r#","expires_in":30"#), 15);
        assert_eq!(lasts(r#","expires_in":-5"#), 0);
        assert_eq!(lasts(r#","expires_in":1e300"#), LONGEST - 60);
        assert_eq!(lasts(r#","expires_in":"soon""#), 3540);
        assert_eq!(lasts(""), 3540);
    }

    #[tokio::test]
    async fn refusals_are_told_by_their_code_alone() {
        for (status, body, told) in [
            (400, r#"{"error":"invalid_client","error_description":"canary"}"#, "`invalid_client`"),
            (401, r#"{"error":"<b>canary</b>"}"#, "HTTP 401"),
            (500, "canary", "HTTP 500"),
            (302, "", "HTTP 302"),
            (200, "canary", "contains none"),
            (200, r#"{"access_token":""}"#, "empty"),
            (200, r#"{"access_token":"canary","token_type":"mac"}"#, "another kind"),
        ] {
            let error = came(status, body).err().unwrap();
            assert!(error.contains(told) && !error.contains("canary"), "{error}");
        }
    }
}
