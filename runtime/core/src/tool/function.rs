//! Tools made of closures.

use std::fmt;
use std::future::Future;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use toolwright_spec::{CallToolResult, Tool};

use super::schema::arguments_schema;
use super::{IntoToolResult, ToolCall, ToolError, ToolSet};
use crate::scopes::Scoped;
use crate::{BoxFuture, Context};

type Handler = Box<
    dyn for<'a> Fn(&'a Context, ToolCall<'a>) -> BoxFuture<'a, Result<CallToolResult, ToolError>>
        + Send
        + Sync,
>;

/// A set of tools, each a closure. Arguments are a struct that describes itself.
///
/// ```
/// use toolwright_core::tool::{FnTools, ToolSet};
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Add {
///     a: i64,
///     b: i64,
/// }
///
/// let tools = FnTools::new().tool("add", "Adds two numbers", |_cx, Add { a, b }| async move {
///     a.checked_add(b).ok_or_else(|| toolwright_core::ToolError::new("too large"))
/// });
/// assert_eq!(tools.tools()[0].name, "add");
/// ```
#[derive(Default)]
pub struct FnTools {
    tools: Vec<Tool>,
    handlers: Vec<Handler>,
}

impl FnTools {
    /// No tools yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tool. The closure is given the [`Context`] and the arguments, which have to be an
    /// object: a struct, or a map.
    #[must_use]
    pub fn tool<A, R, T>(
        self,
        name: impl Into<String>,
        description: impl Into<String>,
        handler: impl Fn(Context, A) -> R + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned + JsonSchema,
        R: Future<Output = T> + Send + 'static,
        T: IntoToolResult,
    {
        let mut tool = Tool::new(name, arguments_schema::<A>()).with_description(description);
        tool.output_schema = T::output_schema();
        self.with(tool, handler)
    }

    /// Adds a tool with a definition of your own.
    #[must_use]
    pub fn with<A, R, T>(
        mut self,
        tool: Tool,
        handler: impl Fn(Context, A) -> R + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned,
        R: Future<Output = T> + Send + 'static,
        T: IntoToolResult,
    {
        self.tools.push(tool);
        self.handlers.push(Box::new(move |cx, call| {
            let started = call.parse().map(|arguments| handler(cx.clone(), arguments));
            Box::pin(async move { started?.await.into_tool_result() })
        }));
        self
    }
}

impl FnTools {
    /// Takes only callers with all of these [scopes](crate::scopes) to the tool that was added
    /// last.
    ///
    /// ```
    /// use toolwright_core::tool::FnTools;
    ///
    /// let tools = FnTools::new()
    ///     .tool("search", "Searches", |_cx, (): ()| async { "nothing" })
    ///     .tool("order", "Orders a book", |_cx, (): ()| async { "ordered" })
    ///     .scopes(["shop:order"]);
    /// ```
    #[must_use]
    pub fn scopes<S: Into<String>>(mut self, scopes: impl IntoIterator<Item = S>) -> Self {
        if let Some(last) = self.tools.last_mut() {
            last.add_scopes(scopes);
        }
        self
    }
}

impl ToolSet for FnTools {
    fn tools(&self) -> Vec<Tool> {
        self.tools.clone()
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        match self.handlers.get(call.index()) {
            Some(handler) => handler(cx, call),
            None => super::dispatch::unknown(call),
        }
    }
}

impl fmt::Debug for FnTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.tools.iter().map(|tool| tool.name.as_str()).collect();
        f.debug_tuple("FnTools").field(&names).finish()
    }
}
