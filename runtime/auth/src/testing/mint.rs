//! Tokens that the server gives out.

use std::io;

use serde_json::{Value, json};

use super::keys::random_text;
use super::reply::replace;
use super::state::{Access, Grant, Refresh, State};

impl State {
    /// An access token, which introspection will know.
    pub(super) fn mint_access(&mut self, issuer: &str, grant: &Grant) -> io::Result<String> {
        let now = self.now();
        let lasts = i64::try_from(self.behaviour.lifetime.as_secs()).unwrap_or(i64::MAX);
        let audience = match grant.resources.as_slice() {
            [] => Value::Null,
            [one] => json!(one),
            several => json!(several),
        };
        let mut claims = json!({
            "iss": issuer, "sub": grant.person, "aud": audience, "client_id": grant.client,
            "scope": grant.scopes.join(" "), "iat": now, "nbf": now,
            "exp": now.saturating_add(lasts), "jti": random_text()?,
            "cnf": grant.key.as_ref().map(|key| json!({"jkt": key})),
        });
        if let Some(claims) = claims.as_object_mut() {
            claims.retain(|_, claim| !claim.is_null());
        }
        replace(&mut claims, &self.behaviour.claims);
        let token = match self.behaviour.jwt {
            true => self.sign("at+jwt", &claims)?,
            false => random_text()?,
        };
        let access = Access { claims, family: grant.family.clone(), is_revoked: false };
        self.access.insert(token.clone(), access);
        Ok(token)
    }

    /// The successful answer of the token endpoint.
    pub(super) fn mint(
        &mut self,
        issuer: &str,
        grant: &Grant,
        refreshes: bool,
    ) -> io::Result<Value> {
        let mut answer = json!({
            "access_token": self.mint_access(issuer, grant)?,
            "token_type": if grant.key.is_some() { "DPoP" } else { "Bearer" },
            "expires_in": self.behaviour.lifetime.as_secs(),
            "scope": grant.scopes.join(" "),
        });
        if refreshes && let Some(answer) = answer.as_object_mut() {
            let token = random_text()?;
            let refresh = Refresh { grant: grant.clone(), is_used: false };
            self.refresh.insert(token.clone(), refresh);
            answer.insert("refresh_token".to_owned(), token.into());
        }
        if grant.scopes.iter().any(|scope| scope == "openid") {
            let token = self.mint_identity(issuer, &grant.person, &grant.client)?;
            if let Some(answer) = answer.as_object_mut() {
                answer.insert("id_token".to_owned(), token.into());
            }
        }
        replace(&mut answer, &self.behaviour.token_response);
        Ok(answer)
    }

    /// An ID token (OpenID Connect Core, section 2).
    pub(super) fn mint_identity(
        &self,
        issuer: &str,
        person: &str,
        client: &str,
    ) -> io::Result<String> {
        let now = self.now();
        let claims = json!({
            "iss": issuer, "sub": person, "aud": client, "iat": now, "exp": now + 600,
        });
        self.sign("JWT", &claims)
    }
}
