//! Renewing tokens: once for all who wait in this process, and one process at a time.

use super::clock;
use super::counterpart::Counterpart;
use super::error::LoginError;
use super::grant::Grant;
use super::grants::token::TokenError;
use super::keeping;
use super::login::{endpoint, finished};
use super::metadata::AuthorizationServer;
use super::store::StoreKey;

/// What came of it.
#[derive(Debug)]
pub(crate) enum Renewed {
    Grant(Box<Grant>),
    /// The authorization server does not renew them: somebody has to log in.
    Gone,
}

impl Counterpart {
    /// Renews tokens. `server` is their authorization server, if it is known already. The caller
    /// has its turn.
    ///
    /// # Errors
    /// It failed on the way. The tokens may be renewed later.
    pub(crate) async fn renew(
        &self,
        grant: &Grant,
        server: Option<AuthorizationServer>,
    ) -> Result<Renewed, LoginError> {
        let Some(refresh) = grant.refresh.clone() else { return Ok(Renewed::Gone) };
        let store = self.setup.store.clone();
        let turn = store.lock(&grant.key()).await?;
        // Another process may have been first.
        let kept = self.kept().await?;
        if let Some(kept) = kept.filter(|kept| {
            kept.place == grant.place && kept.access != grant.access && kept.is_fresh()
        }) {
            return Ok(Renewed::Grant(Box::new(kept)));
        }
        let server = match server {
            Some(server) => server,
            None if grant.place.is_assumed => self.finder.by_convention().await?,
            None => self.finder.authorization_server(&grant.place.issuer).await?,
        };
        let registration = keeping::registration(&*store, &server.issuer).await?;
        let Ok(client) = self.credentials(&server, None, registration).await else {
            return Ok(Renewed::Gone);
        };
        if client.id() != grant.place.client || server.issuer != grant.place.issuer {
            return Ok(Renewed::Gone);
        }
        let (fetch, rules) = (self.finder.fetch.clone(), self.finder.rules());
        let (old, url, dpop) = (grant.clone(), self.server.clone(), self.setup.dpop.clone());
        finished(async move {
            let _turn = turn;
            let asked_at = clock::now();
            let form = [
                ("grant_type", "refresh_token"),
                ("refresh_token", refresh.expose()),
                ("resource", &old.place.resource),
            ];
            let endpoint = endpoint(&fetch, &rules, &server, dpop.as_ref());
            match endpoint.ask(Some(client.present_to(&server)?), &form).await {
                Ok(response) => {
                    let new = old.renewed(response, asked_at);
                    keeping::keep(&*store, &url, &new).await;
                    Ok(Renewed::Grant(Box::new(new)))
                }
                Err(error) if is_final(&error) => {
                    tracing::debug!(%error, "tokens are not renewed any more");
                    store.delete(&old.key()).await?;
                    if matches!(&error, TokenError::Refused { code, .. } if code == "invalid_client") {
                        let issuer = server.issuer.clone();
                        store.delete(&StoreKey::Registration { issuer }).await?;
                    }
                    Ok(Renewed::Gone)
                }
                Err(error) => Err(error.into()),
            }
        })
        .await
    }
}

/// Whether the same request would be refused again.
fn is_final(error: &TokenError) -> bool {
    match error {
        TokenError::Refused { code, .. } => {
            !matches!(&**code, "temporarily_unavailable" | "server_error" | "slow_down")
        }
        TokenError::Status { status, .. } => (400..500).contains(status) && *status != 429,
        _ => false,
    }
}
