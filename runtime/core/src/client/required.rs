//! Pages that a person has to visit before a request of a session can succeed.
//!
//! Specification: `client/elicitation` of 2025-11-25, section "URL Elicitation Required Error".

use toolwright_spec::{ElicitAction, ElicitRequestParams, UrlElicitationRequiredData, code};

use super::error::ClientError;
use super::handlers::Unanswered;
use super::shared::Shared;
use super::visits::Expected;

/// Sends a person to the pages that an error names, and waits until the server says that they are
/// done there. Whether the request may be made again: not if the error is another one, nobody
/// handles visits, the person does not want to, or it takes longer than a request may.
pub(super) async fn visited(shared: &Shared, error: &ClientError) -> Result<bool, ClientError> {
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
            visit.over().await;
        }
    };
    Ok(tokio::time::timeout(shared.limits.request_total, all).await.is_ok())
}
