//! From what a tool returns to what is sent.

use toolwright_spec::{CallToolResult, ContentBlock, JsonSchema};

use super::{ToolError, content};

/// What a tool may return.
///
/// `()`, text (`String`, `&'static str`), numbers and booleans (as text), [`ContentBlock`] or a
/// list of them, [`Json`](super::Json) for structured results, a whole [`CallToolResult`], and a
/// `Result` of any of these.
#[diagnostic::on_unimplemented(
    message = "a tool can't return `{Self}`",
    note = "return text, `()`, content blocks, `Json<T>` for structured data, or a `Result` of these"
)]
pub trait IntoToolResult {
    /// Schema of the structured result, where there is one.
    fn output_schema() -> Option<JsonSchema> {
        None
    }

    /// The result to send.
    ///
    /// # Errors
    /// The tool failed, or what it returned can't be written as JSON.
    fn into_tool_result(self) -> Result<CallToolResult, ToolError>;
}

impl IntoToolResult for CallToolResult {
    fn into_tool_result(self) -> Result<CallToolResult, ToolError> {
        Ok(self)
    }
}

impl IntoToolResult for () {
    fn into_tool_result(self) -> Result<CallToolResult, ToolError> {
        Ok(CallToolResult::new(Vec::new()))
    }
}

impl IntoToolResult for ContentBlock {
    fn into_tool_result(self) -> Result<CallToolResult, ToolError> {
        Ok(CallToolResult::new(vec![self]))
    }
}

impl IntoToolResult for Vec<ContentBlock> {
    fn into_tool_result(self) -> Result<CallToolResult, ToolError> {
        Ok(CallToolResult::new(self))
    }
}

impl<T: IntoToolResult, E: Into<ToolError>> IntoToolResult for Result<T, E> {
    fn output_schema() -> Option<JsonSchema> {
        T::output_schema()
    }

    fn into_tool_result(self) -> Result<CallToolResult, ToolError> {
        self.map_err(Into::into)?.into_tool_result()
    }
}

macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl IntoToolResult for $type {
            fn into_tool_result(self) -> Result<CallToolResult, ToolError> {
                content::text(self.to_string()).into_tool_result()
            }
        }
    )*};
}

as_text!(&'static str, bool, i32, i64, u32, u64, usize, f32, f64);

impl IntoToolResult for String {
    fn into_tool_result(self) -> Result<CallToolResult, ToolError> {
        content::text(self).into_tool_result()
    }
}
