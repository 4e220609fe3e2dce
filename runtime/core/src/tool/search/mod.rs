//! Three tools that stand for many: what a model cannot be shown at once, it can look for.

mod arguments;
mod index;
mod near;
mod words;

use std::borrow::Cow;
use std::sync::OnceLock;

use serde::Serialize;
use toolwright_spec::{CallToolResult, Tool, ToolAnnotations};

use self::arguments::{Call, Describe, Search};
use self::index::Index;
use super::{IntoToolResult, Json, Schemas, ToolCall, ToolError, ToolSet, arguments_schema};
use crate::schema::Validator;
use crate::scopes::Scopes;
use crate::visibility::Item;
use crate::{BoxFuture, Context};

/// What a word counts, by where it is.
const NAME: f64 = 3.0;
const TITLE: f64 = 2.0;
const TEXT: f64 = 1.0;

/// A set of tools behind three: `search_tools` finds some by words, `describe_tools` gives their
/// definitions, `call_tool` calls one.
///
/// Definitions of hundreds of tools cost a model more tokens than it can spare, and it chooses
/// worse among them. Behind these three, it reads only what a task takes. Arguments are held to
/// the schema of the tool that is called, as if it had been called by itself. Scopes are said in
/// the definitions of the tools ([`Scoped`](crate::scopes::Scoped)), before they go in here.
///
/// ```
/// use toolwright_core::tool::{FnTools, Searchable, ToolSet};
///
/// let many = FnTools::new()
///     .tool("list_books", "Lists the books of a shelf", |_cx, (): ()| async { "Dune" })
///     .tool("open_shop", "Opens the shop in the morning", |_cx, (): ()| async { "open" });
/// let three = Searchable::new(many);
/// let names: Vec<_> = three.tools().into_iter().map(|tool| tool.name).collect();
/// assert_eq!(names, ["search_tools", "describe_tools", "call_tool"]);
/// assert_eq!(three.search("books on a shelf")[0].name, "list_books");
/// ```
#[derive(Debug)]
pub struct Searchable<S> {
    set: S,
    tools: Vec<Tool>,
    /// What callers need for each.
    scopes: Vec<Scopes>,
    /// What arguments have to be; compiled when a tool is first called.
    inputs: Vec<OnceLock<Result<Validator, String>>>,
    index: Index,
}

impl<S: ToolSet> Searchable<S> {
    /// Puts a set behind the three tools.
    #[must_use]
    pub fn new(set: S) -> Self {
        let mut tools = set.tools();
        let scopes = tools.iter_mut().map(|tool| {
            let name = tool.name.clone();
            Scopes::take_or_close(tool, &name)
        });
        let scopes = scopes.collect();
        let mut index = Index::default();
        for tool in &tools {
            let parameters = arguments::names(tool.input_schema.as_str());
            index.add(
                [
                    (NAME, tool.name.as_str()),
                    (TITLE, tool.title.as_deref().unwrap_or_default()),
                    (TEXT, tool.description.as_deref().unwrap_or_default()),
                ]
                .into_iter()
                .chain(parameters.iter().map(|name| (TEXT, name.as_str()))),
            );
        }
        let inputs = tools.iter().map(|_| OnceLock::new()).collect();
        Self { set, tools, scopes, inputs, index }
    }

    /// The tools that fit the words, best first.
    #[must_use]
    pub fn search(&self, query: &str) -> Vec<&Tool> {
        self.index.search(query).into_iter().filter_map(|number| self.tools.get(number)).collect()
    }

    /// The tools that fit the words, as far as the caller sees them.
    fn seen(&self, cx: &Context, query: &str) -> impl Iterator<Item = &Tool> {
        let found = self.index.search(query).into_iter();
        found
            .filter_map(|number| self.tools.get(number).filter(|tool| self.lists(cx, number, tool)))
    }

    /// Whether a tool is to be found by the caller.
    fn lists(&self, cx: &Context, number: usize, tool: &Tool) -> bool {
        cx.lists(&self.needed(cx, number, tool)) && cx.shows(&Item::Tool(tool))
    }

    /// What callers need for a tool: by its definition, and by what its server was told.
    fn needed(&self, cx: &Context, number: usize, tool: &Tool) -> Scopes {
        let own = self.scopes.get(number).cloned().unwrap_or_default();
        cx.told(&tool.name).map_or(own.clone(), |told| own.and(told))
    }

    fn find(
        &self,
        cx: &Context,
        Search { query, limit }: Search,
    ) -> Result<CallToolResult, ToolError> {
        let found: Vec<&Tool> = self.seen(cx, &query).collect();
        let matching = found.len();
        let tools = self.tools.iter().enumerate();
        let total = tools.filter(|(number, tool)| self.lists(cx, *number, tool)).count();
        let shown = found.into_iter().take(limit.into()).map(Summary::new).collect();
        Json(Found { tools: shown, matching, total }).into_tool_result()
    }

    fn describe(
        &self,
        cx: &Context,
        Describe { names }: Describe,
    ) -> Result<CallToolResult, ToolError> {
        let tools = names.iter().map(|name| match self.named(cx, name) {
            Ok((number, tool)) if self.lists(cx, number, tool) => Ok(self.whole(number, tool)),
            Ok(_) => Err(self.unknown(cx, name)),
            Err(error) => Err(error),
        });
        let tools = tools.collect::<Result<Vec<Cow<'_, Tool>>, ToolError>>()?;
        super::json::structured(&Described { tools }, false)
    }

    fn call_one<'a>(
        &'a self,
        cx: &'a Context,
        outer: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        Box::pin(async move {
            let Call { name, arguments } = Call::read(outer.arguments())?;
            let (index, tool) = self.named(cx, &name)?;
            cx.require(&self.needed(cx, index, tool))?;
            self.check(index, tool, arguments)?;
            self.set.call(cx, ToolCall::new(index, &name, arguments)).await
        })
    }

    fn named(&self, cx: &Context, name: &str) -> Result<(usize, &Tool), ToolError> {
        let mut tools = self.tools.iter().enumerate();
        let found = tools.find(|(_, tool)| tool.name == name);
        let found = found.filter(|(_, tool)| cx.shows(&Item::Tool(tool)));
        found.ok_or_else(|| self.unknown(cx, name))
    }

    /// A tool with its schemas in full, which a list may be too long for.
    fn whole<'a>(&self, number: usize, tool: &'a Tool) -> Cow<'a, Tool> {
        let Some(Schemas { input, output }) = self.set.schemas(number) else {
            return Cow::Borrowed(tool);
        };
        let mut whole = tool.clone();
        whole.input_schema = input.unwrap_or(whole.input_schema);
        whole.output_schema = output.or(whole.output_schema);
        Cow::Owned(whole)
    }

    fn unknown(&self, cx: &Context, name: &str) -> ToolError {
        let shown: String = name.chars().take(128).collect();
        let listed = self.tools.iter().enumerate().filter(|(at, tool)| self.lists(cx, *at, tool));
        let misspelt = near::nearest(&shown, listed.map(|(_, tool)| tool.name.as_str()));
        let found = self.seen(cx, name).map(|tool| tool.name.as_str());
        let found = found.filter(|found| Some(*found) != misspelt);
        let near: Vec<_> = misspelt.into_iter().chain(found).take(3).collect();
        ToolError::new(match near.as_slice() {
            [] => format!("there is no tool {shown}: look for one with search_tools"),
            near => format!("there is no tool {shown}; did you mean {}?", near.join(", ")),
        })
    }

    fn check(
        &self,
        index: usize,
        tool: &Tool,
        arguments: &serde_json::value::RawValue,
    ) -> Result<(), ToolError> {
        let Some(input) = self.inputs.get(index).filter(|_| !self.set.checks(index)) else {
            return Ok(());
        };
        let compile = || {
            let tool = self.whole(index, tool);
            Validator::new(tool.input_schema.as_str()).map_err(|error| error.to_string())
        };
        let input = input.get_or_init(compile).as_ref().map_err(|reason| {
            ToolError::internal(format!("the input schema of {} is unusable: {reason}", tool.name))
        })?;
        let checked = input.validate(arguments);
        checked.map_err(|violations| ToolError::invalid_arguments(&tool.name, &violations))
    }
}

impl<S: ToolSet> ToolSet for Searchable<S> {
    fn tools(&self) -> Vec<Tool> {
        let reads = || ToolAnnotations::default().with_read_only_hint(true);
        let count = self.tools.len();
        vec![
            Tool::new("search_tools", arguments_schema::<Search>())
                .with_description(format!(
                    "Finds tools by what they do. There are {count} tools here that are not \
                     listed; begin with this one."
                ))
                .with_annotations(reads()),
            Tool::new("describe_tools", arguments_schema::<Describe>())
                .with_description(
                    "Gives the full definitions of tools that search_tools found, with the \
                     schemas of their arguments.",
                )
                .with_annotations(reads()),
            Tool::new("call_tool", arguments::call_schema())
                .with_description("Calls a tool that search_tools found."),
        ]
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        match call.index() {
            0 => Box::pin(async move { self.find(cx, call.parse()?) }),
            1 => Box::pin(async move { self.describe(cx, call.parse()?) }),
            2 => self.call_one(cx, call),
            _ => super::dispatch::unknown(call),
        }
    }
}

/// What a search found.
#[derive(Serialize, schemars::JsonSchema)]
struct Found {
    /// The best, best first
    tools: Vec<Summary>,
    /// How many fit the words
    matching: usize,
    /// How many there are
    total: usize,
}

#[derive(Serialize, schemars::JsonSchema)]
struct Summary {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Names of the arguments; those that may be left out end in `?`
    arguments: Vec<String>,
}

impl Summary {
    fn new(tool: &Tool) -> Self {
        let first_line = |text: &String| {
            let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            line.chars().take(300).collect()
        };
        Self {
            name: tool.name.clone(),
            description: tool.description.as_ref().or(tool.title.as_ref()).map(first_line),
            arguments: arguments::marked(tool.input_schema.as_str()),
        }
    }
}

#[derive(Serialize)]
struct Described<'a> {
    tools: Vec<Cow<'a, Tool>>,
}

#[cfg(test)]
mod tests;
