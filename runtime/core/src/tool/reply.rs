//! From what a tool returns to what is sent.

use toolwright_spec::{CallToolResult, ContentBlock, JsonSchema};

use super::{ToolError, content};

/// What a tool may return.
///
/// `()`, text (`String`, `&'static str`), numbers and booleans (as text), [`ContentBlock`] or a
/// list of them, [`Json`](super::Json) for structured results, a whole [`CallToolResult`], a tuple
/// of these, and a `Result` of any.
///
/// What the members of a tuple show is shown one after the other; at most one of them should be
/// structured, as a result has one structured value: the first.
///
/// ```
/// use toolwright_core::tool::content;
/// use toolwright_core::{IntoToolResult, Json};
///
/// let found = ("Two books, and where they stand:", content::image([0], "image/png"), Json([1, 2]));
/// let result = found.into_tool_result()?;
/// assert_eq!(result.content.len(), 3);
/// assert_eq!(result.structured_content.unwrap().as_str(), r#"{"result":[1,2]}"#);
/// # Ok::<(), toolwright_core::ToolError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "a tool can't return `{Self}`",
    note = "return text, `()`, content blocks, `Json<T>` for structured data, a tuple of these, or a \
            `Result`"
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

impl<const COUNT: usize> IntoToolResult for [ContentBlock; COUNT] {
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

macro_rules! in_order {
    ($first:ident $($more:ident)+) => {
        impl<$first: IntoToolResult, $($more: IntoToolResult),+> IntoToolResult
            for ($first, $($more),+)
        {
            fn output_schema() -> Option<JsonSchema> {
                $first::output_schema()$(.or_else($more::output_schema))+
            }

            fn into_tool_result(self) -> Result<CallToolResult, ToolError> {
                #[expect(non_snake_case, reason = "each is named like its type")]
                let ($first, $($more),+) = self;
                let mut result = $first.into_tool_result()?;
                $(append(&mut result, $more.into_tool_result()?);)+
                Ok(result)
            }
        }
    };
}

in_order!(A B);
in_order!(A B C);
in_order!(A B C D);

/// Shows a result behind another.
fn append(result: &mut CallToolResult, more: CallToolResult) {
    result.content.extend(more.content);
    if result.structured_content.is_none() {
        result.structured_content = more.structured_content;
    }
    if result.meta.is_none() {
        result.meta = more.meta;
    }
    if more.is_error == Some(true) {
        result.is_error = more.is_error;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Json;
    use super::*;

    #[test]
    fn tuples_are_shown_in_order() {
        let failed = CallToolResult::new([content::text("c")]).with_is_error(true);
        let result = ("a", Json(json!({ "b": 1 })), failed, ()).into_tool_result().unwrap();
        assert_eq!(
            serde_json::to_value(result).unwrap(),
            json!({
                "content": [
                    { "type": "text", "text": "a" },
                    { "type": "text", "text": r#"{"result":{"b":1}}"# },
                    { "type": "text", "text": "c" },
                ],
                "structuredContent": { "result": { "b": 1 } },
                "isError": true,
            })
        );
        type Mixed = (String, Result<Json<u8>, ToolError>);
        assert_eq!(Mixed::output_schema(), Json::<u8>::output_schema());
        assert_eq!(<(String, ())>::output_schema(), None);
        let refused: Mixed = ("a".into(), Err(ToolError::new("no")));
        assert_eq!(refused.into_tool_result().unwrap_err().to_string(), "no");
    }
}
