//! What a prompt may be filled with.

use toolwright_spec::{ContentBlock, GetPromptResult, PromptMessage};

use crate::Failure;

/// A filled prompt: text or other content that the user says, messages, a finished
/// [`GetPromptResult`], or a `Result` of one of these.
#[diagnostic::on_unimplemented(
    message = "a prompt can't return `{Self}`",
    note = "return text, content, messages, or a `Result` of these"
)]
pub trait IntoMessages {
    /// The result of `prompts/get`.
    ///
    /// # Errors
    /// What filling failed with.
    fn into_messages(self) -> Result<GetPromptResult, Failure>;
}

impl IntoMessages for String {
    fn into_messages(self) -> Result<GetPromptResult, Failure> {
        PromptMessage::user(self).into_messages()
    }
}

impl IntoMessages for &str {
    fn into_messages(self) -> Result<GetPromptResult, Failure> {
        PromptMessage::user(self).into_messages()
    }
}

impl IntoMessages for ContentBlock {
    fn into_messages(self) -> Result<GetPromptResult, Failure> {
        PromptMessage::user(self).into_messages()
    }
}

impl IntoMessages for PromptMessage {
    fn into_messages(self) -> Result<GetPromptResult, Failure> {
        vec![self].into_messages()
    }
}

impl IntoMessages for Vec<PromptMessage> {
    fn into_messages(self) -> Result<GetPromptResult, Failure> {
        Ok(GetPromptResult::new(self))
    }
}

impl<const COUNT: usize> IntoMessages for [PromptMessage; COUNT] {
    fn into_messages(self) -> Result<GetPromptResult, Failure> {
        Ok(GetPromptResult::new(self))
    }
}

impl IntoMessages for GetPromptResult {
    fn into_messages(self) -> Result<GetPromptResult, Failure> {
        Ok(self)
    }
}

impl<T: IntoMessages, E: Into<Failure>> IntoMessages for Result<T, E> {
    fn into_messages(self) -> Result<GetPromptResult, Failure> {
        self.map_err(Into::into)?.into_messages()
    }
}
