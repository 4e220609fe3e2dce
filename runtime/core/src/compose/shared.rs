//! Sets that several share are sets.

use std::sync::Arc;

use toolwright_spec::{
    CallToolResult, GetPromptResult, Prompt, ReadResourceResult, Resource, ResourceTemplate, Tool,
};

use crate::prompt::{PromptCall, PromptSet};
use crate::resource::ResourceSet;
use crate::tool::{Schemas, ToolCall, ToolError, ToolSet};
use crate::{BoxFuture, BuildError, Changes, Complete, Context, Failure};

impl<S: ToolSet + ?Sized> ToolSet for Arc<S> {
    fn tools(&self) -> Vec<Tool> {
        (**self).tools()
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        (**self).call(cx, call)
    }

    fn checks(&self, index: usize) -> bool {
        (**self).checks(index)
    }

    fn schemas(&self, index: usize) -> Option<Schemas> {
        (**self).schemas(index)
    }

    fn changes(&self) -> Vec<Changes> {
        (**self).changes()
    }

    fn snapshot(&self) -> Option<Arc<dyn ToolSet>> {
        (**self).snapshot()
    }
}

impl<S: ResourceSet + ?Sized> ResourceSet for Arc<S> {
    fn resources(&self) -> Vec<Resource> {
        (**self).resources()
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        (**self).templates()
    }

    fn read<'a>(
        &'a self,
        cx: &'a Context,
        uri: &'a str,
    ) -> BoxFuture<'a, Result<ReadResourceResult, Failure>> {
        (**self).read(cx, uri)
    }

    fn completer(&self, template: &str, variable: &str) -> Option<Box<dyn Complete + '_>> {
        (**self).completer(template, variable)
    }

    fn has_instances(&self) -> bool {
        (**self).has_instances()
    }

    fn instances<'a>(&'a self, cx: &'a Context) -> BoxFuture<'a, Result<Vec<Resource>, Failure>> {
        (**self).instances(cx)
    }

    fn check(&self) -> Result<(), BuildError> {
        (**self).check()
    }

    fn changes(&self) -> Vec<Changes> {
        (**self).changes()
    }

    fn snapshot(&self) -> Option<Arc<dyn ResourceSet>> {
        (**self).snapshot()
    }
}

impl<S: PromptSet + ?Sized> PromptSet for Arc<S> {
    fn prompts(&self) -> Vec<Prompt> {
        (**self).prompts()
    }

    fn fill<'a>(
        &'a self,
        cx: &'a Context,
        call: PromptCall<'a>,
    ) -> BoxFuture<'a, Result<GetPromptResult, Failure>> {
        (**self).fill(cx, call)
    }

    fn completer(&self, index: usize, argument: &str) -> Option<Box<dyn Complete + '_>> {
        (**self).completer(index, argument)
    }

    fn check(&self) -> Result<(), BuildError> {
        (**self).check()
    }

    fn changes(&self) -> Vec<Changes> {
        (**self).changes()
    }

    fn snapshot(&self) -> Option<Arc<dyn PromptSet>> {
        (**self).snapshot()
    }
}
