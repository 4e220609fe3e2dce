//! Requests to the token endpoint, whatever the grant.

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use serde::Deserialize;
use toolwright_http::Secret;
use toolwright_http::fetch::{Fetch, FetchError, Fetched, Rules};

use super::credentials::Credentials;
use super::dpop::{DPOP, Dpop};
use crate::form;
use crate::jose::JoseError;
use crate::metadata::MetadataError;

/// The longest life of a token that is believed.
const LONGEST: f64 = 366.0 * 24.0 * 3600.0;

/// Where tokens come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenEndpoint<'a> {
    pub(crate) fetch: &'a Fetch,
    pub(crate) rules: &'a Rules,
    /// The authorization server, to which all credentials belong.
    pub(crate) issuer: &'a str,
    pub(crate) url: &'a str,
    /// What `token_endpoint_auth_methods_supported` says.
    pub(crate) methods: Option<&'a [String]>,
    /// The key that tokens shall be bound to. Others are refused then.
    pub(crate) dpop: Option<&'a Dpop>,
}

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) access: Secret,
    pub(crate) kind: Kind,
    /// How long the access token lasts, if that was said.
    pub(crate) lasts: Option<Duration>,
    pub(crate) refresh: Option<Secret>,
    /// What was granted, if it is not what was asked for.
    pub(crate) scopes: Option<Vec<String>>,
    /// What kind of token an exchange brought.
    pub(crate) issued: Option<String>,
}

/// How a token is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// By whoever has it.
    Bearer,
    /// By whoever has the key as well.
    Dpop,
    /// Not as an access token at all: what an exchange brings.
    NotApplicable,
}

/// Why there are no tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    /// The server says no. Of what it says the code is told, and nothing else.
    #[error("`{issuer}` gives no token: `{code}`")]
    Refused { issuer: String, code: String },
    /// The server answers with a failure.
    #[error("`{issuer}` gives no token: its token endpoint answers HTTP {status}")]
    Status { issuer: String, status: u16 },
    /// The answer is none.
    #[error("`{issuer}` gives no token that can be used: its answer {reason}")]
    Answer { issuer: String, reason: &'static str },
    /// The server cannot be asked.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// It is not known where to ask.
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    /// It is known where, and that is no place for a secret.
    #[error(
        "`{issuer}` gives out tokens at `{endpoint}`, another origin, to which the client's secret \
         is not sent: if it belongs there, say `token_endpoint` or `allow_other_origin`"
    )]
    Elsewhere { issuer: String, endpoint: String },
    /// There is nothing that says who this is.
    #[error("the assertion cannot be had: {reason}")]
    Assertion { reason: String },
    /// Nothing can be signed.
    #[error("the request for a token cannot be signed: {0}")]
    Sign(#[from] JoseError),
}

impl TokenEndpoint<'_> {
    /// Asks for access tokens; `grant` is the form without what says who asks.
    ///
    /// A server that wants a nonce is asked twice.
    ///
    /// # Errors
    /// There are none, or what came is no access token (`N_A`).
    pub(crate) async fn ask(
        &self,
        client: Option<&Credentials>,
        grant: &[(&str, &str)],
    ) -> Result<Tokens, TokenError> {
        let tokens = self.exchange(client, grant).await?;
        if tokens.kind == Kind::NotApplicable {
            let reason = "has no access token";
            return Err(TokenError::Answer { issuer: self.issuer.to_owned(), reason });
        }
        Ok(tokens)
    }

    /// As [`ask`](Self::ask), for what need not be an access token.
    pub(crate) async fn exchange(
        &self,
        client: Option<&Credentials>,
        grant: &[(&str, &str)],
    ) -> Result<Tokens, TokenError> {
        let mut fetched = self.once(client, grant).await?;
        if let Some(dpop) = self.dpop
            && dpop.note(self.url, &fetched.headers)
            && code(&fetched).as_deref() == Some("use_dpop_nonce")
        {
            fetched = self.once(client, grant).await?;
            dpop.note(self.url, &fetched.headers);
        }
        self.read(&fetched)
    }

    /// Asks for the end of a token, where `url` is the endpoint for that; `form` is
    /// without what says who asks.
    ///
    /// Specification: RFC 7009, section 2.
    ///
    /// # Errors
    /// It goes on to count.
    pub(crate) async fn revoke(
        &self,
        client: &Credentials,
        form: &[(&str, &str)],
    ) -> Result<(), TokenError> {
        let fetched = self.once(Some(client), form).await?;
        match fetched.status.is_success() {
            true => Ok(()),
            false => Err(self.refusal(&fetched)),
        }
    }

    async fn once(
        &self,
        client: Option<&Credentials>,
        grant: &[(&str, &str)],
    ) -> Result<Fetched, TokenError> {
        let identified = client.map(|client| client.identify(self.issuer, self.methods));
        let identified = identified.transpose()?.unwrap_or_default();
        let mut headers = identified.headers;
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let media = HeaderValue::from_static("application/x-www-form-urlencoded");
        headers.insert(CONTENT_TYPE, media);
        if let Some(dpop) = self.dpop {
            headers.insert(DPOP, dpop.proof(&Method::POST, self.url, None)?);
        }
        let who = identified.form.iter().map(|(name, value)| (*name, value.expose()));
        let body = form::encode(grant.iter().copied().chain(who));
        Ok(self.fetch.post(self.url, headers, Bytes::from(body), self.rules).await?)
    }

    fn read(&self, fetched: &Fetched) -> Result<Tokens, TokenError> {
        let issuer = || self.issuer.to_owned();
        if !fetched.status.is_success() {
            return Err(self.refusal(fetched));
        }
        let tokens = Tokens::read(&fetched.body);
        let tokens = tokens.map_err(|reason| TokenError::Answer { issuer: issuer(), reason })?;
        if self.dpop.is_some() && tokens.kind == Kind::Bearer {
            let reason = "has a token that is not bound to this client's key (DPoP)";
            return Err(TokenError::Answer { issuer: issuer(), reason });
        }
        if self.dpop.is_none() && tokens.kind == Kind::Dpop {
            let reason = "has a token that is bound to a key (DPoP), which was not asked for";
            return Err(TokenError::Answer { issuer: issuer(), reason });
        }
        Ok(tokens)
    }

    fn refusal(&self, fetched: &Fetched) -> TokenError {
        let issuer = self.issuer.to_owned();
        match code(fetched) {
            Some(code) => TokenError::Refused { issuer, code },
            None => TokenError::Status { issuer, status: fetched.status.as_u16() },
        }
    }
}

impl Tokens {
    /// Reads a successful answer.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn read(body: &[u8]) -> Result<Self, &'static str> {
        #[derive(Deserialize)]
        struct Answer {
            access_token: String,
            token_type: String,
            expires_in: Option<serde_json::Value>,
            refresh_token: Option<String>,
            scope: Option<String>,
            issued_token_type: Option<String>,
        }
        let answer: Answer = serde_json::from_slice(body)
            .map_err(|_| "is no object with `access_token` and `token_type`")?;
        let access = Secret::new(answer.access_token);
        let refresh = answer.refresh_token.map(Secret::new);
        let kind = match answer.token_type {
            kind if kind.eq_ignore_ascii_case("bearer") => Kind::Bearer,
            kind if kind.eq_ignore_ascii_case("dpop") => Kind::Dpop,
            kind if kind.eq_ignore_ascii_case("n_a") => Kind::NotApplicable,
            _ => return Err("has a token of a kind that is not known"),
        };
        let is_legal = |token: &Secret| {
            let token = token.expose();
            !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
        };
        if !is_legal(&access) || refresh.as_ref().is_some_and(|refresh| !is_legal(refresh)) {
            return Err("has a token that is empty, or has characters that no token has");
        }
        let lasts = match answer.expires_in {
            None | Some(serde_json::Value::Null) => None,
            // Some servers write the number as a text.
            Some(serde_json::Value::String(text)) => Some(text.parse().map_err(|_| SECONDS)?),
            Some(number) => Some(number.as_f64().ok_or(SECONDS)?),
        };
        let lasts = lasts.map(|lasts: f64| {
            Duration::from_secs_f64(if lasts.is_nan() { 0.0 } else { lasts.clamp(0.0, LONGEST) })
        });
        let scopes = answer
            .scope
            .map(|scope| scope.split_ascii_whitespace().map(str::to_owned).collect::<Vec<_>>());
        Ok(Self { access, kind, lasts, refresh, scopes, issued: answer.issued_token_type })
    }
}

/// The headers that present an access token with a request: bound to the key, if there is one.
pub(crate) fn present(
    token: &Secret,
    method: &Method,
    url: &str,
    dpop: Option<&Dpop>,
) -> Result<HeaderMap, JoseError> {
    let scheme = if dpop.is_some() { "DPoP" } else { "Bearer" };
    let value = Secret::new(format!("{scheme} {}", token.expose()));
    let mut value = HeaderValue::from_str(value.expose()).map_err(|_| JoseError::Form)?;
    value.set_sensitive(true);
    let mut headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
    if let Some(dpop) = dpop {
        headers.insert(DPOP, dpop.proof(method, url, Some(token.expose()))?);
    }
    Ok(headers)
}

const SECONDS: &str = "says in `expires_in` something else than a number of seconds";

/// The code of an error, if it is one: nothing else of what a stranger says is told.
fn code(fetched: &Fetched) -> Option<String> {
    #[derive(Deserialize)]
    struct Refusal {
        error: String,
    }
    if fetched.status.is_success() {
        return None;
    }
    let refusal: Refusal = serde_json::from_slice(&fetched.body).ok()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let code = refusal.error;
    let is_code = !code.is_empty() && code.len() <= 64 && code.bytes().all(is_plain);
    is_code.then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_strictly() {
        let read = |json: &str| Tokens::read(json.as_bytes());
        let plain = read(r#"{"access_token":"a","token_type":"bearer","scope":"x  y"}"#).unwrap();
        assert_eq!((plain.kind, plain.lasts), (Kind::Bearer, None));
        assert_eq!(plain.scopes.unwrap(), ["x", "y"]);
        for (expires, seconds) in
            [("60", 60), (r#""60""#, 60), ("-5", 0), ("1e300", 366 * 24 * 3600), ("0.4", 0)]
        {
            let json =
                format!(r#"{{"access_token":"a","token_type":"DPoP","expires_in":{expires}}}"#);
            assert_eq!(read(&json).unwrap().lasts.unwrap().as_secs(), seconds, "{expires}");
        }
        for wrong in [
            "",
            "[]",
            r#"{"access_token":"a"}"#,
            r#"{"token_type":"bearer"}"#,
            r#"{"access_token":"","token_type":"bearer"}"#,
            r#"{"access_token":"a b","token_type":"bearer"}"#,
            r#"{"access_token":"a\r\nx: y","token_type":"bearer"}"#,
            r#"{"access_token":"a","token_type":"mac"}"#,
            r#"{"access_token":"a","token_type":"bearer","expires_in":"soon"}"#,
            r#"{"access_token":"a","token_type":"bearer","expires_in":[]}"#,
            r#"{"access_token":"a","token_type":"bearer","refresh_token":""}"#,
            r#"{"access_token":1,"token_type":"bearer"}"#,
            r#"{"access_token":"a","access_token":"b","token_type":"bearer"}"#,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn of_refusals_the_code_is_told_alone() {
        let told = |status: u16, body: &'static str| {
            let status = http::StatusCode::from_u16(status).unwrap();
            code(&Fetched {
                status,
                headers: HeaderMap::new(),
                body: Bytes::from_static(body.as_bytes()),
            })
        };
        let refusal = r#"{"error":"invalid_grant","error_description":"canary"}"#;
        assert_eq!(told(400, refusal).as_deref(), Some("invalid_grant"));
        assert_eq!(told(200, refusal), None);
        assert_eq!(told(400, r#"{"error":"<b>canary</b>"}"#), None);
        assert_eq!(told(500, "canary"), None);
    }
}
