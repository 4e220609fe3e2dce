//! What a tool answers when it fails.

use std::error::Error;
use std::fmt::{self, Write};

use toolwright_spec::CallToolResult;

use super::{content, incident};
use crate::ask::{AskError, Told};
use crate::error::ProtocolError;
use crate::schema::Violation;
use crate::scopes::MissingScopes;

/// The failure of a tool: either text that the model is shown, or an internal error that only the
/// log sees.
///
/// Every other error converts into the second kind with `?`, so that internals (paths, queries,
/// credentials) don't reach the peer by accident; the peer is given an incident number to quote.
/// Say what the model should know with [`ToolError::new`]. Like `anyhow::Error` it does not
/// implement [`Error`] itself.
///
/// ```
/// use toolwright_core::ToolError;
///
/// fn read(name: &str) -> Result<String, ToolError> {
///     if name.contains('/') {
///         return Err(ToolError::new("name a file, not a path"));
///     }
///     Ok(std::fs::read_to_string(name)?)
/// }
///
/// assert_eq!(read("/etc/shadow").unwrap_err().to_string(), "name a file, not a path");
/// assert!(read("no such file").unwrap_err().to_string().starts_with("the tool failed (incident "));
/// ```
pub struct ToolError(Kind);

enum Kind {
    Shown(String),
    Protocol(ProtocolError),
    Hidden { incident: String, error: Box<dyn Error + Send + Sync> },
}

impl ToolError {
    /// A failure that the model is told about, in these words. Say what was wrong and what would
    /// help.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Kind::Shown(text.into()))
    }

    /// A failure whose text goes to the log only. An [`AskError`] stays what it is, and so do
    /// [`MissingScopes`].
    pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        match error.into().downcast::<AskError>() {
            Ok(error) => match Told::from(*error) {
                Told::Shown(text) => Self(Kind::Shown(text)),
                Told::Refusal(error) => Self::protocol(error),
                Told::Hidden(error) => Self::hidden(error.into()),
            },
            Err(error) => match error.downcast::<MissingScopes>() {
                Ok(missing) => Self::protocol((*missing).into()),
                Err(error) => Self::hidden(error),
            },
        }
    }

    /// An error of the protocol, which answers the request instead of a result: for what the
    /// client has to mend, not the model.
    ///
    /// ```
    /// use toolwright_core::{ProtocolError, ToolError};
    ///
    /// let error = ToolError::protocol(ProtocolError::new(4001, "the shop is closed"));
    /// assert_eq!(error.to_string(), "the shop is closed (4001)");
    /// ```
    #[must_use]
    pub fn protocol(error: ProtocolError) -> Self {
        Self(Kind::Protocol(error))
    }

    /// The answer of a tool that is listed but does nothing yet.
    pub fn not_implemented(tool: &str) -> Self {
        Self::new(format!("the tool {tool} is not implemented"))
    }

    /// The number under which the log has an internal failure.
    #[must_use]
    pub fn incident(&self) -> Option<&str> {
        match &self.0 {
            Kind::Shown(_) | Kind::Protocol(_) => None,
            Kind::Hidden { incident, .. } => Some(incident),
        }
    }

    /// The result to send: `isError` with the text. An internal failure is logged here.
    #[must_use]
    pub fn into_result(self, tool: &str) -> CallToolResult {
        if let Kind::Hidden { incident, error } = &self.0 {
            tracing::error!(tool, incident, error = %Causes(error.as_ref()), "a tool failed");
        }
        CallToolResult::new(vec![content::text(self.to_string())]).with_is_error(true)
    }

    /// The result to send, or the error of the protocol that comes instead.
    pub(crate) fn into_answer(self, tool: &str) -> Result<CallToolResult, ProtocolError> {
        match self.0 {
            Kind::Protocol(error) => Err(error),
            kind => Ok(Self(kind).into_result(tool)),
        }
    }

    /// Tells the model everything that is wrong with its arguments.
    pub(crate) fn invalid_arguments(tool: &str, violations: &[Violation]) -> Self {
        let mut text = format!("the arguments of {tool} are not valid:");
        for violation in violations {
            // Writing to a string does not fail.
            let _ = write!(text, "\n- {violation}");
        }
        Self::new(text)
    }

    fn hidden(error: Box<dyn Error + Send + Sync>) -> Self {
        Self(Kind::Hidden { incident: incident::number(), error })
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for ToolError {
    fn from(error: E) -> Self {
        Self::internal(error)
    }
}

/// What the peer is told.
impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Shown(text) => f.write_str(text),
            Kind::Protocol(error) => error.fmt(f),
            Kind::Hidden { incident, .. } => write!(
                f,
                "the tool failed (incident {incident}); the reason is in the server's log"
            ),
        }
    }
}

/// Everything there is, for logs and tests.
impl fmt::Debug for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Shown(text) => f.debug_tuple("Shown").field(text).finish(),
            Kind::Protocol(error) => f.debug_tuple("Protocol").field(error).finish(),
            Kind::Hidden { incident, error } => {
                f.debug_struct("Hidden").field("incident", incident).field("error", error).finish()
            }
        }
    }
}

/// An error and what caused it, in one line.
pub(crate) struct Causes<'a>(pub(crate) &'a (dyn Error + 'static));

impl fmt::Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.0, f)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internals_stay_inside() {
        let error = ToolError::from(std::io::Error::other("canary"));
        let told = serde_json::to_string(&error.into_result("read")).unwrap();
        assert!(!told.contains("canary"), "{told}");
        assert!(told.contains("incident") && told.contains("\"isError\":true"), "{told}");
    }

    #[test]
    fn what_came_of_a_question_is_told() {
        let told = |error: AskError| ToolError::from(error).into_answer("x").map(|_| ());
        let unsupported = |refusal: Option<ProtocolError>| {
            let unsupported = crate::ask::Unsupported::new("no");
            AskError::Unsupported(match refusal {
                Some(refusal) => unsupported.with_refusal(refusal),
                None => unsupported,
            })
        };
        let refusal = ProtocolError::new(-32021, "no");
        assert_eq!(told(unsupported(Some(refusal.clone()))), Err(refusal));
        assert_eq!(told(unsupported(None)), Ok(()));
        assert!(ToolError::from(AskError::Declined).to_string().contains("declined"));
        assert!(ToolError::from(AskError::Unaskable("canary".into())).incident().is_some());
    }

    #[test]
    fn question_marks_keep_what_is_shown() {
        fn inner() -> Result<(), ToolError> {
            Err(ToolError::new("shown"))
        }
        fn outer() -> Result<(), ToolError> {
            inner()?;
            Ok(())
        }
        assert_eq!(outer().unwrap_err().to_string(), "shown");
        assert_eq!(outer().unwrap_err().incident(), None);
    }
}
