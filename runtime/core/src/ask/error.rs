//! Why a question has no answer.

use crate::error::ProtocolError;

/// Why a question has no answer, or not the one that was hoped for.
///
/// In a tool, `?` makes of it what the model should know: that the user declined, for example.
/// Handle what you can do better about:
///
/// ```
/// use toolwright_core::ask::AskError;
/// use toolwright_core::{Context, ToolError};
///
/// async fn shelf(cx: &Context) -> Result<String, ToolError> {
///     let roots = match cx.roots("roots").await {
///         Ok(roots) => roots,
///         Err(AskError::Unsupported(_)) => return Ok("the common shelf".to_owned()),
///         Err(error) => return Err(error.into()),
///     };
///     Ok(roots.first().map(|root| root.uri.clone()).unwrap_or_default())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AskError {
    /// The user said no.
    #[error("the user declined to answer")]
    Declined,
    /// The user closed the question without a choice.
    #[error("the user dismissed the question without an answer")]
    Cancelled,
    /// The client cannot be asked this. A request that stands alone is refused with what it
    /// would take (-32021) if this error leaves its handler.
    #[error("the client cannot be asked: {0}")]
    Unsupported(Unsupported),
    /// No answer came within [`Limits::question_wait`](crate::Limits::question_wait).
    #[error("the client did not answer in time")]
    TimedOut,
    /// The client answered with an error.
    #[error("the client refused the question: {0}")]
    Refused(ProtocolError),
    /// The client's answer is not one to this question.
    #[error("the client's answer cannot be used: {0}")]
    Invalid(String),
    /// Too many questions of the connection are open.
    #[error("too many questions are waiting for the client")]
    TooMany,
    /// The client is gone, or the request is over.
    #[error("nobody is there any more to answer")]
    Gone,
    /// The question itself is wrong: the log has this text, the peer an incident number.
    #[error("the question cannot be asked: {0}")]
    Unaskable(String),
}

/// What the client would have to be able to.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{reason}")]
pub struct Unsupported {
    reason: String,
    /// What a request that stands alone is refused with.
    refusal: Option<Box<ProtocolError>>,
}

impl Unsupported {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), refusal: None }
    }

    pub(crate) fn with_refusal(mut self, refusal: ProtocolError) -> Self {
        self.refusal = Some(Box::new(refusal));
        self
    }
}

/// What an error becomes when it leaves its handler.
pub(crate) enum Told {
    /// Text that may be shown.
    Shown(String),
    /// An answer of the protocol.
    Refusal(ProtocolError),
    /// Something for the log.
    Hidden(AskError),
}

impl From<AskError> for Told {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Unaskable(_) => Self::Hidden(error),
            AskError::Unsupported(Unsupported { refusal: Some(refusal), .. }) => {
                Self::Refusal(*refusal)
            }
            other => Self::Shown(other.to_string()),
        }
    }
}
