//! The end of tokens: their authorization server is told that nobody will use them any more.
//!
//! Specification: RFC 7009.

use super::address::{Address, shown};
use super::counterpart::Counterpart;
use super::error::LoginError;
use super::grant::Grant;
use super::grants::token::{TokenEndpoint, TokenError};
use super::keeping;
use super::login::finished;
use super::metadata::AuthorizationServer;

/// What became of tokens that were forgotten.
///
/// Specification: RFC 7009.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LoggedOut {
    /// There were none: nobody was logged in.
    Nobody,
    /// The authorization server ended them.
    Revoked,
    /// The authorization server offers no way to end them: whoever has a copy may use it until it
    /// expires.
    Forgotten,
}

impl Counterpart {
    /// Has tokens ended that were forgotten here, whether or not somebody still waits for it.
    ///
    /// # Errors
    /// Their authorization server did not end them.
    pub(crate) async fn revoke(&self, grants: Vec<Grant>) -> Result<LoggedOut, LoginError> {
        let side = self.clone();
        finished(async move {
            let mut outcome = LoggedOut::Nobody;
            let mut failure = None;
            for grant in &grants {
                match side.end(grant).await {
                    Ok(one) => outcome = outcome.max(one),
                    Err(error) => failure = Some(unrevoked(&grant.place.issuer, &error)),
                }
            }
            failure.map_or(Ok(outcome), Err)
        })
        .await
    }

    async fn end(&self, grant: &Grant) -> Result<LoggedOut, LoginError> {
        let server = match grant.place.is_assumed {
            true => self.finder.by_convention().await?,
            false => self.finder.authorization_server(&grant.place.issuer).await?,
        };
        let Some(url) = &server.metadata.revocation_endpoint else {
            return Ok(LoggedOut::Forgotten);
        };
        let place = self.finder.address("the revocation endpoint", url)?;
        self.end_at(&place, &server, grant).await
    }

    /// The refresh token goes first: with it, the authorization server should end whatever it led to.
    async fn end_at(
        &self,
        place: &Address,
        server: &AuthorizationServer,
        grant: &Grant,
    ) -> Result<LoggedOut, LoginError> {
        let registration = keeping::registration(&*self.setup.store, &server.issuer).await?;
        let client = self.credentials(server, None, registration).await?;
        if client.id() != grant.place.client {
            let reason = "they were given to another client".to_owned();
            return Err(LoginError::Registration { issuer: shown(&server.issuer), reason });
        }
        let credentials = client.present_at(server, place)?;
        let endpoint = TokenEndpoint {
            fetch: &self.finder.fetch(place),
            rules: &self.finder.rules(),
            issuer: &server.issuer,
            url: place.as_str(),
            methods: server.methods_to_revoke(),
            dpop: None,
        };
        let refresh = grant.refresh.iter().map(|token| ("refresh_token", token));
        let mut outcome = LoggedOut::Forgotten;
        for (kind, token) in refresh.chain([("access_token", &grant.access)]) {
            let form = [("token", token.expose()), ("token_type_hint", kind)];
            match endpoint.revoke(credentials, &form).await {
                Ok(()) => outcome = LoggedOut::Revoked,
                // Such as access tokens that servers believe without asking.
                Err(TokenError::Refused { code, .. }) if code == "unsupported_token_type" => {}
                Err(TokenError::Status { status, .. }) => {
                    let reason = format!("it answers HTTP {status}");
                    return Err(LoginError::Token { reason });
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(outcome)
    }
}

/// Why tokens go on to count, in the words of somebody who logs out.
fn unrevoked(issuer: &str, error: &LoginError) -> LoginError {
    let reason = match error {
        LoginError::Refused { code, .. } => format!("it refuses to (`{code}`)"),
        other => other.to_string(),
    };
    LoginError::Revocation { issuer: shown(issuer), reason }
}
