//! Why a resource could not be read, or a prompt not be filled.

use std::error::Error;
use std::fmt;

use crate::ask::{AskError, Told};
use crate::error::ProtocolError;
use crate::scopes::MissingScopes;
use crate::tool::{Causes, incident};

/// The failure of a [resource](crate::resource) or a [prompt](crate::prompt).
///
/// Every other error converts into an internal one with `?`: the log has its text, the peer is
/// given an incident number. Like `anyhow::Error` it does not implement [`Error`] itself.
///
/// ```
/// use toolwright_core::Failure;
///
/// fn page(number: &str) -> Result<String, Failure> {
///     let number: usize = number.parse().map_err(|_| Failure::invalid("pages have numbers"))?;
///     ["cover", "preface"].get(number).map(|page| page.to_string()).ok_or_else(Failure::not_found)
/// }
///
/// assert!(page("7").unwrap_err().is_not_found());
/// assert_eq!(page("x").unwrap_err().to_string(), "pages have numbers");
/// ```
pub struct Failure(Kind);

enum Kind {
    NotFound,
    Invalid(String),
    Protocol(ProtocolError),
    Hidden { incident: String, error: Box<dyn Error + Send + Sync> },
}

impl Failure {
    /// There is nothing of that name.
    #[must_use]
    pub fn not_found() -> Self {
        Self(Kind::NotFound)
    }

    /// What the peer sent cannot be used, for this reason (-32602).
    pub fn invalid(reason: impl Into<String>) -> Self {
        Self(Kind::Invalid(reason.into()))
    }

    /// A failure whose text goes to the log only (-32603). An [`AskError`] stays what it is, and
    /// so do [`MissingScopes`].
    pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        match error.into().downcast::<AskError>() {
            Ok(error) => match Told::from(*error) {
                Told::Shown(text) => Self::invalid(text),
                Told::Refusal(error) => Self::protocol(error),
                Told::Hidden(error) => Self::hidden(error.into()),
            },
            Err(error) => match error.downcast::<MissingScopes>() {
                Ok(missing) => Self::protocol((*missing).into()),
                Err(error) => Self::hidden(error),
            },
        }
    }

    /// An error of your own making.
    #[must_use]
    pub fn protocol(error: ProtocolError) -> Self {
        Self(Kind::Protocol(error))
    }

    /// Whether it is [`Failure::not_found`].
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        matches!(self.0, Kind::NotFound)
    }

    /// The error to send; `missing` makes the one for what was not found. An internal failure is
    /// logged here.
    pub(crate) fn into_error(
        self,
        method: &str,
        missing: impl FnOnce() -> ProtocolError,
    ) -> ProtocolError {
        let told = self.to_string();
        match self.0 {
            Kind::NotFound => missing(),
            Kind::Invalid(reason) => ProtocolError::invalid_params(reason),
            Kind::Protocol(error) => error,
            Kind::Hidden { incident, error } => {
                let error = Causes(error.as_ref());
                tracing::error!(method, incident, %error, "a request failed");
                ProtocolError::internal(told)
            }
        }
    }

    fn hidden(error: Box<dyn Error + Send + Sync>) -> Self {
        Self(Kind::Hidden { incident: incident::number(), error })
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::internal(error)
    }
}

/// What the peer is told.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::NotFound => f.write_str("not found"),
            Kind::Invalid(reason) => f.write_str(reason),
            Kind::Protocol(error) => error.fmt(f),
            Kind::Hidden { incident, .. } => write!(f, "internal error (incident {incident})"),
        }
    }
}

/// Everything there is, for logs and tests.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::NotFound => f.write_str("NotFound"),
            Kind::Invalid(reason) => f.debug_tuple("Invalid").field(reason).finish(),
            Kind::Protocol(error) => f.debug_tuple("Protocol").field(error).finish(),
            Kind::Hidden { incident, error } => {
                f.debug_struct("Hidden").field("incident", incident).field("error", error).finish()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internals_stay_inside() {
        let failure = Failure::from(std::io::Error::other("canary"));
        let error = failure.into_error("resources/read", || ProtocolError::internal("missing"));
        assert_eq!(error.code(), -32603);
        assert!(error.message().contains("incident") && !error.message().contains("canary"));
    }
}
