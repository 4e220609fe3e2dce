//! Pages that a person has to visit before a request of a session can succeed.
//!
//! Specification: `client/elicitation` of 2025-11-25, section "URL Elicitation Required Error".

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use toolwright_spec::{ElicitAction, ElicitRequestParams, UrlElicitationRequiredData, code};

use super::error::ClientError;
use super::handlers::Unanswered;
use super::shared::Shared;

/// Visits that a server has not called complete yet, by their names.
#[derive(Debug, Default)]
pub(super) struct Visits(Mutex<HashMap<String, Arc<Notify>>>);

impl Visits {
    /// The server says that a visit is over. Nobody may wait for it.
    pub(super) fn complete(&self, id: &str) {
        if let Some(visit) = self.lock().remove(id) {
            visit.notify_one();
        }
    }

    fn expect(&self, id: &str) -> Expected<'_> {
        let over = Arc::clone(self.lock().entry(id.to_owned()).or_default());
        Expected { visits: self, id: id.to_owned(), over }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Notify>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A visit that is waited for.
struct Expected<'a> {
    visits: &'a Visits,
    id: String,
    over: Arc<Notify>,
}

impl Drop for Expected<'_> {
    fn drop(&mut self) {
        self.visits.lock().remove(&self.id);
    }
}

/// Sends a person to the pages that an error names, and waits until the server says that they are
/// done there. Whether the request may be made again: not if the error is another one, nobody
/// handles visits, the person does not want to, or it takes longer than a request may.
pub(super) async fn made(shared: &Shared, error: &ClientError) -> Result<bool, ClientError> {
    let ClientError::Peer(refused) = error else { return Ok(false) };
    if refused.code() != code::URL_ELICITATION_REQUIRED || !shared.may_ask() {
        return Ok(false);
    }
    let data = refused.data().and_then(|data| data.parse::<UrlElicitationRequiredData>().ok());
    let required = data.map(|data| data.elicitations).unwrap_or_default();
    if required.is_empty() || required.len() > shared.limits.questions {
        return Ok(false);
    }
    // Without a name nobody could say that a visit is over.
    let ids: Option<Vec<&str>> =
        required.iter().map(|visit| visit.elicitation_id.as_deref()).collect();
    let Some(ids) = ids else { return Ok(false) };
    let expected: Vec<Expected<'_>> = ids.into_iter().map(|id| shared.visits.expect(id)).collect();
    for visit in required {
        let params = ElicitRequestParams::Url(Box::new(visit));
        match shared.handlers.elicit(shared.server(), params).await {
            Ok(result) if result.action == ElicitAction::Accept => {}
            Ok(_) | Err(Unanswered::NoHandler(_)) => return Ok(false),
            Err(failed) => return Err(failed.into()),
        }
    }
    let all = async {
        for visit in &expected {
            visit.over.notified().await;
        }
    };
    Ok(tokio::time::timeout(shared.limits.request_total, all).await.is_ok())
}
