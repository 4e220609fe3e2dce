//! What is said to those who may not pass.

use http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
use toolwright_http::serve::{Access, Denied};

use super::challenge::Challenge;
use super::credentials::Malformed;
use super::resource::ProtectedResource;
use crate::verify::{Scheme, VerifyError};

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

impl ProtectedResource {
    /// Sends away who has no token.
    pub(super) fn unknown(&self) -> Denied {
        let denied = Denied::new(StatusCode::UNAUTHORIZED, "This server takes access tokens only");
        self.challenged(denied, None, "", "")
    }

    pub(super) fn malformed(&self, Malformed(reason): Malformed) -> Denied {
        let denied = Denied::new(StatusCode::BAD_REQUEST, reason);
        self.challenged(denied, Some(Scheme::Bearer), "invalid_request", reason)
    }

    pub(super) fn refused(&self, scheme: Scheme, error: &VerifyError) -> Denied {
        let denied = Denied::new(error.status(), error.description());
        let Some(code) = error.code() else {
            tracing::warn!(%error, "access tokens cannot be verified");
            return denied.header(RETRY_AFTER, HeaderValue::from_static("5"));
        };
        tracing::debug!(%error, "an access token is refused");
        let scheme = match error {
            VerifyError::Proof(_) | VerifyError::Nonce => Scheme::Dpop,
            _ => scheme,
        };
        self.challenged(denied, Some(scheme), code, error.description())
    }

    /// Adds a challenge for each kind of token that is taken; what is wrong is said in that of the
    /// kind that came.
    fn challenged(
        &self,
        mut denied: Denied,
        came: Option<Scheme>,
        code: &str,
        description: &str,
    ) -> Denied {
        let begin = if self.required.is_empty() { &self.scopes } else { &self.required };
        let dpop = self.dpop.iter().map(|checker| {
            let names: Vec<&str> = checker.allowed().iter().map(|it| it.name()).collect();
            (Scheme::Dpop, Challenge::new("DPoP").parameter("algs", &names.join(" ")))
        });
        let bearer = (Scheme::Bearer, Challenge::new("Bearer"));
        let bearer = Some(bearer).filter(|_| !self.dpop_required);
        for (scheme, challenge) in bearer.into_iter().chain(dpop) {
            let is_this = came == Some(scheme) || (came.is_some() && self.dpop_required);
            let (code, description) = if is_this { (code, description) } else { ("", "") };
            let challenge = challenge
                .parameter("error", code)
                .parameter("error_description", description)
                .parameter("resource_metadata", &self.metadata_url());
            if let Some(value) = challenge.scopes(begin).value() {
                denied = denied.header(WWW_AUTHENTICATE, value);
            }
        }
        self.nonced(denied)
    }

    /// Lets who passes know the nonce of the next proof.
    pub(super) fn with_nonce(&self, access: Access) -> Access {
        match self.nonce() {
            Some(nonce) => access.header(DPOP_NONCE, nonce),
            None => access,
        }
    }

    pub(super) fn nonced(&self, denied: Denied) -> Denied {
        match self.nonce() {
            Some(nonce) => denied.header(DPOP_NONCE, nonce),
            None => denied,
        }
    }

    fn nonce(&self) -> Option<HeaderValue> {
        HeaderValue::try_from(self.dpop.as_ref()?.nonce()?).ok()
    }

    /// Where its metadata is, if anywhere.
    pub(super) fn metadata_url(&self) -> String {
        match &self.uri {
            Ok(uri) if !self.standalone => uri.metadata_url(),
            _ => String::new(),
        }
    }
}
