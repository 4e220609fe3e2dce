//! Sets under another name.

use std::sync::Arc;

use toolwright_spec::{
    CallToolResult, GetPromptResult, Prompt, ReadResourceResult, Resource, ResourceContents,
    ResourceTemplate, Tool,
};

use crate::completion::Partial;
use crate::prompt::{PromptCall, PromptSet};
use crate::resource::ResourceSet;
use crate::tool::{Schemas, ToolCall, ToolError, ToolSet};
use crate::watch::Hub;
use crate::{BoxFuture, BuildError, Changes, Complete, Context, Failure};

/// A set whose names begin with a prefix, so that it fits beside others that have the same ones.
///
/// Tools and prompts get it in front of their names: with the prefix `shop_`, `search` becomes
/// `shop_search`. Resources get it in front of the scheme of their URI: `book://1` becomes
/// `shop+book://1`; of the prefix, only letters, digits, `.` and `-` are used there, with `-` for
/// `_` and nothing of that kind at the end. The set itself sees its own names only, and asks
/// [`Context::shows`](crate::Context::shows) by them. URIs inside of
/// results of tools, and those that it [publishes](crate::Publisher), it has to prefix itself.
///
/// ```
/// use toolwright_core::compose::Prefixed;
/// use toolwright_core::tool::FnTools;
/// use toolwright_core::{Prompts, Server};
///
/// let tools = || FnTools::new().tool("search", "Searches", |_cx, (): ()| async { "nothing" });
/// let server = Server::new("mall", "1.0.0")
///     .tools(Prefixed::new("books_", tools()))
///     .tools(Prefixed::new("wine_", tools()))
///     .build()?;
/// assert_eq!(server.tools()[1].name, "wine_search");
/// # Ok::<_, toolwright_core::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Prefixed<S> {
    prefix: Arc<str>,
    set: S,
    /// Where the set publishes, if it came with a server.
    hub: Option<Arc<Hub>>,
}

impl<S> Prefixed<S> {
    /// Puts a prefix in front of all names of a set.
    pub fn new(prefix: impl Into<Arc<str>>, set: S) -> Self {
        Self { prefix: prefix.into(), set, hub: None }
    }

    /// A set of a mounted server.
    pub(crate) fn mounted(prefix: Arc<str>, set: S, hub: Arc<Hub>) -> Self {
        Self { prefix, set, hub: Some(hub) }
    }

    /// A request as the set sees it.
    fn inside(&self, cx: &Context) -> Context {
        cx.under(&self.prefix, &scheme(&self.prefix), self.hub.as_ref())
    }

    /// A completer of the set.
    fn complete<'a>(&'a self, completer: Box<dyn Complete + 'a>) -> Option<Box<dyn Complete + 'a>>
    where
        S: Sync,
    {
        Some(Box::new(Inside { prefixed: self, completer }))
    }

    fn longer(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The set's own name of something; what came under another one is left as it is, and will
    /// not be found.
    fn own<'a>(&self, name: &'a str) -> &'a str {
        name.strip_prefix(&*self.prefix).unwrap_or(name)
    }

    fn longer_uri(&self, uri: &str) -> String {
        format!("{}{uri}", scheme(&self.prefix))
    }

    fn own_uri<'a>(&self, uri: &'a str) -> Option<&'a str> {
        uri.strip_prefix(&*scheme(&self.prefix))
    }
}

/// A completer that is asked as the set it belongs to is.
struct Inside<'a, S> {
    prefixed: &'a Prefixed<S>,
    completer: Box<dyn Complete + 'a>,
}

impl<S: Sync> Complete for Inside<'_, S> {
    fn complete<'a>(
        &'a self,
        cx: &'a Context,
        partial: Partial,
    ) -> BoxFuture<'a, Result<Vec<String>, Failure>> {
        let cx = self.prefixed.inside(cx);
        Box::pin(async move { self.completer.complete(&cx, partial).await })
    }
}

/// A prefix as it stands in front of a URI.
pub(crate) fn scheme(prefix: &str) -> String {
    let prefix = prefix.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
    let is_legal = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
    let legal = prefix.chars().filter(is_legal).map(|it| if it == '_' { '-' } else { it });
    let mut scheme: String = legal.collect();
    if !scheme.is_empty() {
        scheme.push('+');
    }
    scheme
}

impl<S: ToolSet> ToolSet for Prefixed<S> {
    fn tools(&self) -> Vec<Tool> {
        let mut tools = self.set.tools();
        for tool in &mut tools {
            tool.name = self.longer(&tool.name);
        }
        tools
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        let cx = self.inside(cx);
        let call = ToolCall::new(call.index(), self.own(call.name()), call.arguments());
        Box::pin(async move { self.set.call(&cx, call).await })
    }

    fn checks(&self, index: usize) -> bool {
        self.set.checks(index)
    }

    fn schemas(&self, index: usize) -> Option<Schemas> {
        self.set.schemas(index)
    }

    fn changes(&self) -> Vec<Changes> {
        self.set.changes()
    }

    fn snapshot(&self) -> Option<Arc<dyn ToolSet>> {
        let set = self.set.snapshot()?;
        Some(Arc::new(Prefixed { prefix: Arc::clone(&self.prefix), set, hub: self.hub.clone() }))
    }
}

impl<S: ResourceSet> ResourceSet for Prefixed<S> {
    fn resources(&self) -> Vec<Resource> {
        let mut resources = self.set.resources();
        for resource in &mut resources {
            resource.uri = self.longer_uri(&resource.uri);
        }
        resources
    }

    fn templates(&self) -> Vec<ResourceTemplate> {
        let mut templates = self.set.templates();
        for template in &mut templates {
            template.uri_template = self.longer_uri(&template.uri_template);
        }
        templates
    }

    fn read<'a>(
        &'a self,
        cx: &'a Context,
        uri: &'a str,
    ) -> BoxFuture<'a, Result<ReadResourceResult, Failure>> {
        let cx = self.inside(cx);
        Box::pin(async move {
            let uri = self.own_uri(uri).ok_or_else(Failure::not_found)?;
            let mut result = self.set.read(&cx, uri).await?;
            for contents in &mut result.contents {
                match contents {
                    ResourceContents::Text(text) => text.uri = self.longer_uri(&text.uri),
                    ResourceContents::Blob(blob) => blob.uri = self.longer_uri(&blob.uri),
                    _ => {}
                }
            }
            Ok(result)
        })
    }

    fn completer(&self, template: &str, variable: &str) -> Option<Box<dyn Complete + '_>> {
        self.complete(self.set.completer(self.own_uri(template)?, variable)?)
    }

    fn has_instances(&self) -> bool {
        self.set.has_instances()
    }

    fn instances<'a>(&'a self, cx: &'a Context) -> BoxFuture<'a, Result<Vec<Resource>, Failure>> {
        Box::pin(async move {
            let mut resources = self.set.instances(&self.inside(cx)).await?;
            for resource in &mut resources {
                resource.uri = self.longer_uri(&resource.uri);
            }
            Ok(resources)
        })
    }

    fn check(&self) -> Result<(), BuildError> {
        self.set.check()
    }

    fn changes(&self) -> Vec<Changes> {
        self.set.changes()
    }

    fn snapshot(&self) -> Option<Arc<dyn ResourceSet>> {
        let set = self.set.snapshot()?;
        Some(Arc::new(Prefixed { prefix: Arc::clone(&self.prefix), set, hub: self.hub.clone() }))
    }
}

impl<S: PromptSet> PromptSet for Prefixed<S> {
    fn prompts(&self) -> Vec<Prompt> {
        let mut prompts = self.set.prompts();
        for prompt in &mut prompts {
            prompt.name = self.longer(&prompt.name);
        }
        prompts
    }

    fn fill<'a>(
        &'a self,
        cx: &'a Context,
        call: PromptCall<'a>,
    ) -> BoxFuture<'a, Result<GetPromptResult, Failure>> {
        let cx = self.inside(cx);
        let call = PromptCall::new(call.index(), self.own(call.name()), call.arguments());
        Box::pin(async move { self.set.fill(&cx, call).await })
    }

    fn completer(&self, index: usize, argument: &str) -> Option<Box<dyn Complete + '_>> {
        self.complete(self.set.completer(index, argument)?)
    }

    fn check(&self) -> Result<(), BuildError> {
        self.set.check()
    }

    fn changes(&self) -> Vec<Changes> {
        self.set.changes()
    }

    fn snapshot(&self) -> Option<Arc<dyn PromptSet>> {
        let set = self.set.snapshot()?;
        Some(Arc::new(Prefixed { prefix: Arc::clone(&self.prefix), set, hub: self.hub.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_uris_are_legal() {
        for (prefix, expected) in
            [("shop_", "shop+"), ("a.b/", "a.b+"), ("big_shop__", "big-shop+"), ("_", ""), ("", "")]
        {
            assert_eq!(scheme(prefix), expected, "{prefix}");
        }
    }
}
