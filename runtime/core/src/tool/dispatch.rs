//! The adapter between a [`ToolSet`](super::ToolSet) and the typed methods of `#[tools]`; what
//! becomes of their values is shared with generated code ([`answer`](super::answer)).

use std::future::Future;

use serde::Serialize;

use super::{IntoToolResult, ToolCall, ToolError, json};
use crate::BoxFuture;
use toolwright_spec::CallToolResult;

/// Runs the typed method behind a [`ToolCall`]: the body of
/// [`ToolSet::call`](super::ToolSet::call).
///
/// ```ignore
/// impl<T: Petstore> ToolSet for Tools<T> {
///     fn tools(&self) -> Vec<Tool> { /* … */ }
///     fn call<'a>(&'a self, cx: &'a Context, call: ToolCall<'a>)
///         -> BoxFuture<'a, Result<CallToolResult, ToolError>>
///     {
///         ::toolwright::__rt::dispatch!(&self.0, call; {
///             0 => json |this, args: GetPet| this.get_pet(cx, args),
///             1 => wrapped |this, args: ListPets| this.list_pets(cx, args),
///             2 => reply |this| this.ping(cx),
///         })
///     }
/// }
/// ```
///
/// - The first operand is a shared reference to the service, the second the `ToolCall`.
/// - Each arm: position in `tools()` `=>` how the value becomes a result, `|service, arguments:
///   Type|` (the arguments may be left out), a future of `Result<Value, Error>` with
///   `Error: Into<ToolError>`. Names are the caller's, `cx` included.
/// - `json`: the value is `Serialize` and always an object; it becomes `structuredContent` and
///   text. `wrapped`: likewise, sent as `{"result": value}`. `reply`: the whole output of the
///   future is [`IntoToolResult`](super::IntoToolResult), so it may also be no `Result`
///   (`String`, `()`, `rest::Binary`, …).
/// - An arm is one boxed future: types stay small and compile time linear in the tools.
#[doc(hidden)]
#[macro_export]
macro_rules! __dispatch {
    ($service:expr, $call:expr; {
        $($index:literal => $kind:ident |$this:ident $(, $args:ident : $type:ty)?| $body:expr),* $(,)?
    }) => {{
        let __service = $service;
        let __call: $crate::ToolCall<'_> = $call;
        match __call.index() {
            $($index => $crate::tool::dispatch::boxed(async move {
                let $this = __service;
                $(let $args = __call.parse::<$type>()?;)?
                $crate::tool::dispatch::$kind(($body).await)
            }),)*
            _ => $crate::tool::dispatch::unknown(__call),
        }
    }};
}

/// The one spelling of the return type, so that errors in an arm are reported in the arm.
pub fn boxed<'a, F>(arm: F) -> BoxFuture<'a, Result<CallToolResult, ToolError>>
where
    F: Future<Output = Result<CallToolResult, ToolError>> + Send + 'a,
{
    Box::pin(arm)
}

/// An index that the set doesn't have: the server and the set disagree about the list.
pub fn unknown(call: ToolCall<'_>) -> BoxFuture<'_, Result<CallToolResult, ToolError>> {
    boxed(async move { Err(ToolError::not_implemented(call.name())) })
}

/// Arm kind `reply`.
///
/// # Errors
/// What the tool answered, or its output could not be written.
pub fn reply<T: IntoToolResult>(output: T) -> Result<CallToolResult, ToolError> {
    output.into_tool_result()
}

/// Arm kind `json`.
///
/// # Errors
/// What the tool answered, or the value could not be written as JSON.
pub fn json<T, E>(output: Result<T, E>) -> Result<CallToolResult, ToolError>
where
    T: Serialize,
    E: Into<ToolError>,
{
    json::structured(&output.map_err(Into::into)?, false)
}

/// Arm kind `wrapped`.
///
/// # Errors
/// What the tool answered, or the value could not be written as JSON.
pub fn wrapped<T, E>(output: Result<T, E>) -> Result<CallToolResult, ToolError>
where
    T: Serialize,
    E: Into<ToolError>,
{
    json::structured(&output.map_err(Into::into)?, true)
}
