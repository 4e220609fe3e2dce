//! What `#[prompts]` needs of the runtime.

use toolwright_spec::GetPromptResult;

use super::IntoMessages;
use crate::Failure;

/// The result of a filled prompt, described as the prompt is unless it says otherwise.
///
/// # Errors
/// What filling failed with.
pub fn filled<T: IntoMessages>(
    output: T,
    description: Option<&str>,
) -> Result<GetPromptResult, Failure> {
    let mut result = output.into_messages()?;
    result.description = result.description.or_else(|| description.map(str::to_owned));
    Ok(result)
}
