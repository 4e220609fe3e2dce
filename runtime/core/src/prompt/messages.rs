//! What a prompt may be filled with.

use toolwright_spec::{ContentBlock, GetPromptResult, PromptMessage};

use crate::Failure;

/// A filled prompt: text or other [content](crate::tool::content) that the user says, messages, a
/// finished [`GetPromptResult`], or a `Result` of one of these. Several contents are as many
/// messages.
///
/// ```
/// use toolwright_core::prompt::IntoMessages;
/// use toolwright_core::tool::content;
/// use toolwright_spec::PromptMessage;
///
/// let filled = vec![
///     PromptMessage::user("What is on this picture?"),
///     PromptMessage::user(content::image([0], "image/png")),
///     PromptMessage::assistant("A pixel."),
/// ];
/// assert_eq!(filled.into_messages()?.messages.len(), 3);
/// # Ok::<(), toolwright_core::Failure>(())
/// ```
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

impl IntoMessages for Vec<ContentBlock> {
    fn into_messages(self) -> Result<GetPromptResult, Failure> {
        self.into_iter().map(PromptMessage::user).collect::<Vec<_>>().into_messages()
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
