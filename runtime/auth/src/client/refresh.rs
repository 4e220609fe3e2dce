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
    /// Those that somebody else who shares the store had meanwhile, or what they were renewed to:
    /// perhaps another person's.
    Other(Box<Grant>),
    /// The authorization server does not renew them, or somebody logged out: somebody has to log
    /// in.
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
        let store = self.setup.store.clone();
        let turn = store.lock(&grant.key()).await?;
        let found = keeping::newest(&*store, &self.server, grant).await?;
        if found.is_none() && grant.is_kept {
            // Somebody logged out.
            return Ok(Renewed::Gone);
        }
        let (record, kept) = found.unzip();
        // Another process may have been first. What it has replaced is spent.
        let kept = kept.flatten();
        let is_same = kept.as_ref().is_some_and(|kept| kept.access == grant.access);
        let other = kept.filter(|kept| kept.replaces(grant));
        let is_other = other.is_some();
        let old = match other {
            Some(other) if other.is_fresh() => return Ok(Renewed::Other(Box::new(other))),
            Some(other) => other,
            None => grant.clone(),
        };
        let record = record.filter(|_| is_same || is_other);
        let Some(refresh) = old.refresh.clone() else { return Ok(Renewed::Gone) };
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
        let (fetch, rules) = (self.finder.fetch(&server.token), self.finder.rules());
        let (url, dpop) = (self.server.clone(), self.setup.dpop.clone());
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
                    let mut new = old.renewed(response, asked_at);
                    keeping::keep(&*store, &url, &mut new).await;
                    let new = Box::new(new);
                    Ok(if is_other { Renewed::Other(new) } else { Renewed::Grant(new) })
                }
                Err(error) if is_final(&error) => {
                    tracing::debug!(%error, "tokens are not renewed any more");
                    if let Some(record) = &record {
                        keeping::forget(&*store, &old.key(), record).await?;
                    }
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
