//! The tools of an upstream without any generated code.

use toolwright_core::descriptor::{Descriptor, Whole};
use toolwright_core::tool::Schemas;
use toolwright_core::{BoxFuture, Context, Failure, ResourceSet, ToolCall, ToolError, ToolSet};
use toolwright_spec::{CallToolResult, ReadResourceResult, Resource, ResourceTemplate, Tool};

use super::Upstream;

/// Every operation of an API as a tool that calls it and passes JSON through as it is: what
/// `toolwright serve` runs. As a set of resources: the operations that are marked as such; share one
/// by `Arc` to add it as both.
#[derive(Debug)]
pub struct RestTools {
    tools: Vec<Tool>,
    resources: Vec<Resource>,
    templates: Vec<ResourceTemplate>,
    wholes: Vec<Option<Whole>>,
    parts: Vec<String>,
    upstream: Upstream,
}

impl RestTools {
    /// The tools of `descriptor`; `upstream` has to be made from the same one.
    #[must_use]
    pub fn new(descriptor: &Descriptor, upstream: Upstream) -> Self {
        Self {
            tools: descriptor.tools(),
            resources: descriptor.resources(),
            templates: descriptor.resource_templates(),
            wholes: descriptor.wholes().collect(),
            parts: Vec::new(),
            upstream,
        }
    }

    /// What schemas are put together from that the list has shortened, as it came with the
    /// descriptor.
    #[must_use]
    pub fn with_parts(mut self, parts: Vec<String>) -> Self {
        self.parts = parts;
        self
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

    fn checks(&self, index: usize) -> bool {
        self.upstream.tools.get(index).is_some_and(|tool| tool.contract.is_some())
    }

    fn schemas(&self, index: usize) -> Option<Schemas> {
        self.wholes.get(index)?.as_ref().map(|whole| whole.schemas(&self.parts))
    }
}

impl ResourceSet for RestTools {
    fn resources(&self) -> Vec<Resource> {
        self.resources.clone()
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        self.templates.clone()
    }

    fn read<'a>(
        &'a self,
        cx: &'a Context,
        uri: &'a str,
    ) -> BoxFuture<'a, Result<ReadResourceResult, Failure>> {
        Box::pin(self.upstream.read(cx, uri))
    }
}
