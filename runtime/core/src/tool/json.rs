//! Structured results.

use std::any::TypeId;
use std::cell::RefCell;
use std::collections::HashMap;

use schemars::JsonSchema as Describe;
use serde::Serialize;
use toolwright_spec::{CallToolResult, JsonSchema, RawJson};

use super::schema::{Output, output};
use super::{IntoToolResult, ToolError, content};

/// A structured result: the value is sent as `structuredContent`, its JSON text besides for
/// clients that only know text, and its type is described in the tool's `outputSchema`.
///
/// A type that is not always a JSON object (a list, a number, an `Option`) travels as
/// `{"result": value}`.
///
/// ```
/// use toolwright_core::{IntoToolResult, Json};
///
/// let result = Json(vec![1, 2]).into_tool_result()?;
/// assert_eq!(result.structured_content.unwrap().as_str(), r#"{"result":[1,2]}"#);
/// # Ok::<(), toolwright_core::ToolError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize + Describe + 'static> IntoToolResult for Json<T> {
    fn output_schema() -> Option<JsonSchema> {
        Some(output::<T>().schema)
    }

    fn into_tool_result(self) -> Result<CallToolResult, ToolError> {
        structured(&self.0, wraps::<T>())
    }
}

/// The result that carries a value as JSON.
pub(super) fn structured<T: Serialize>(
    value: &T,
    wrapped: bool,
) -> Result<CallToolResult, ToolError> {
    let mut text = String::from(if wrapped { r#"{"result":"# } else { "" });
    text.push_str(&serde_json::to_string(value)?);
    if wrapped {
        text.push('}');
    }
    let shown = vec![content::text(text.clone())];
    Ok(CallToolResult::new(shown).with_structured_content(RawJson::new(text)?))
}

/// Whether a type travels as `{"result": …}`. Asked on every call, and building a schema is slow,
/// so the answer is kept.
fn wraps<T: Describe + 'static>() -> bool {
    thread_local! {
        static KNOWN: RefCell<HashMap<TypeId, bool>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        *known.entry(TypeId::of::<T>()).or_insert_with(|| {
            let Output { wrapped, .. } = output::<T>();
            wrapped
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, schemars::JsonSchema)]
    struct Book {
        title: String,
    }

    #[derive(Serialize, schemars::JsonSchema)]
    #[serde(tag = "kind")]
    enum Shape {
        Circle { radius: f64 },
    }

    fn sent<T: Serialize + Describe + 'static>(value: T) -> String {
        let result = Json(value).into_tool_result().unwrap();
        result.structured_content.unwrap().as_str().to_owned()
    }

    #[test]
    fn objects_travel_bare_and_others_wrapped() {
        let book = || Book { title: "Dune".to_owned() };
        assert_eq!(sent(book()), r#"{"title":"Dune"}"#);
        assert_eq!(sent(Shape::Circle { radius: 1.5 }), r#"{"kind":"Circle","radius":1.5}"#);
        assert_eq!(sent(vec![book()]), r#"{"result":[{"title":"Dune"}]}"#);
        assert_eq!(sent(Some(book())), r#"{"result":{"title":"Dune"}}"#);
        assert_eq!(sent(serde_json::json!({})), r#"{"result":{}}"#);
    }
}
