//! What an authority's word does to requests and responses.

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, Response};
use tokio::time::Instant;
use toolwright_core::context::Extensions;

use super::authority::{Access, Denied, Keeper, RequiredScopes};
use super::body::Body;
use super::guard::Guarded;
use super::refusal::Refusal;

const DPOP: HeaderName = HeaderName::from_static("dpop");

/// What is left of an access once the request is on its way.
pub(super) struct Passed {
    /// When it ends.
    pub(super) until: Option<Instant>,
    headers: HeaderMap,
}

impl Keeper {
    /// Lets a request pass that says who sends it: its handlers know, and know nothing of the
    /// credentials, so that these cannot be passed on.
    pub(super) async fn admit<B>(
        &self,
        request: &mut Guarded<B>,
    ) -> Result<Passed, Response<Body>> {
        let access = match self.0.authorize(request.head()).await {
            Ok(access) => access,
            Err(denied) => return Err(refuse(&denied)),
        };
        let Access { principal, expires, headers, extensions } = access;
        let head = request.head_mut();
        head.headers.remove(AUTHORIZATION);
        head.headers.remove(DPOP);
        head.extensions.insert(principal);
        if !extensions.is_empty() {
            let known = head.extensions.get_or_insert_default::<Extensions>();
            known.extend(extensions);
        }
        let now = Instant::now();
        Ok(Passed { until: expires.and_then(|expires| now.checked_add(expires)), headers })
    }

    /// Completes a response to a request that passed.
    pub(super) fn complete(&self, passed: Passed, response: &mut Response<Body>) {
        if let Some(RequiredScopes(scopes)) = response.extensions().get()
            && let Some(challenge) = self.0.challenge(scopes)
        {
            response.headers_mut().append(http::header::WWW_AUTHENTICATE, challenge);
        }
        response.headers_mut().extend(passed.headers);
        if let Some(until) = passed.until {
            response.body_mut().stop_listening_at(until);
        }
    }
}

fn refuse(denied: &Denied) -> Response<Body> {
    let mut response = Refusal::new(denied.status(), denied.message()).into_response();
    response.headers_mut().extend(denied.headers().clone());
    response
}
