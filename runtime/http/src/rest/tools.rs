//! The tools of an upstream without any generated code.

use toolwright_core::descriptor::Descriptor;
use toolwright_core::{BoxFuture, Context, ToolCall, ToolError, ToolSet};
use toolwright_spec::{CallToolResult, Tool};

use super::Upstream;

/// Every operation of an API as a tool that calls it and passes JSON through as it is: what
/// `toolwright serve` runs.
#[derive(Debug)]
pub struct RestTools {
    tools: Vec<Tool>,
    upstream: Upstream,
}

impl RestTools {
    /// The tools of `descriptor`; `upstream` has to be made from the same one.
    #[must_use]
    pub fn new(descriptor: &Descriptor, upstream: Upstream) -> Self {
        Self { tools: descriptor.tools(), upstream }
    }
}

impl ToolSet for RestTools {
    fn tools(&self) -> Vec<Tool> {
        self.tools.clone()
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        Box::pin(self.upstream.invoke(cx, call.index(), call.arguments()))
    }
}
