//! Why a token is not taken.

use std::borrow::Cow;

use http::StatusCode;

use crate::jose::JoseError;

/// Why a token is not taken. The text is for logs; peers get [`description`](Self::description).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// It is no token of the kind that is taken here.
    #[error("the token is malformed: {0}")]
    Malformed(JoseError),
    /// Its algorithm is not among those that are allowed.
    #[error("the token's algorithm is not allowed")]
    Algorithm,
    /// It is a token for something else, such as a proof, or of a person's identity.
    #[error("the token is no access token, by its `typ` or what else it says")]
    Type,
    /// Nobody who is known signed it.
    #[error("the token names a key that the issuer does not have")]
    Key,
    /// The signature is wrong.
    #[error("the token's signature is wrong")]
    Signature,
    /// A claim is missing, or not of the type that it has to have.
    #[error("the token's claim `{0}` is missing or of a wrong type")]
    Claim(&'static str),
    /// Somebody else issued it.
    #[error("the token was issued by somebody else")]
    Issuer,
    /// It was issued for another server.
    #[error("the token was issued for another audience than `{expected}`{hint}")]
    Audience {
        /// What it should have been issued for.
        expected: String,
        /// What may be the matter.
        hint: &'static str,
    },
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// The authorization server says that it is not valid, or it is no key that is known.
    #[error("the token is not known, or no longer valid")]
    Unknown,
    /// It is bound to a key, or to a certificate, and came without a proof that is taken here.
    #[error("the token is bound to a key and came without a proof for it")]
    Bound,
    /// The proof that came with it is wrong.
    #[error("the DPoP proof is not taken: {0}")]
    Proof(&'static str),
    /// The proof has to contain a nonce of ours, which the response carries.
    #[error("the DPoP proof has no current nonce of this server")]
    Nonce,
    /// Another verifier refuses it; the text is for the log.
    #[error("the token is refused: {0}")]
    Rejected(Cow<'static, str>),
    /// It cannot be found out now; the text is for the log.
    #[error("the token cannot be verified now: {0}")]
    Unavailable(Cow<'static, str>),
}

impl VerifyError {
    /// 401, or 503 if nobody could find out.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNAUTHORIZED,
        }
    }

    /// The `error` of the challenge; none where the token may be good.
    ///
    /// Specification: RFC 6750, section 3.1; RFC 9449, section 7.1.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Unavailable(_) => None,
            Self::Proof(_) => Some("invalid_dpop_proof"),
            Self::Nonce => Some("use_dpop_nonce"),
            _ => Some("invalid_token"),
        }
    }

    /// What the peer is told: plain ASCII without quotation marks, and nothing of the inside.
    #[must_use]
    pub fn description(&self) -> &'static str {
        match self {
            Self::Expired => "The access token has expired",
            Self::NotYetValid => "The access token is not valid yet",
            Self::Audience { .. } => "The access token was issued for another audience",
            Self::Bound => "The access token is bound to a key and needs a DPoP proof",
            Self::Proof(_) => "The DPoP proof is not valid",
            Self::Nonce => "The DPoP proof has to contain the nonce of the response",
            Self::Unavailable(_) => "Access tokens cannot be verified now",
            _ => "The access token is not valid",
        }
    }
}

impl From<JoseError> for VerifyError {
    fn from(error: JoseError) -> Self {
        match error {
            JoseError::Algorithm => Self::Algorithm,
            JoseError::KeyUse => Self::Key,
            JoseError::Signature => Self::Signature,
            other => Self::Malformed(other),
        }
    }
}

/// A mistake in how verification is set up, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(pub(crate) String);

impl ConfigError {
    /// With a text that says what is wrong and what to do.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}
