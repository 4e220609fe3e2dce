//! Tools: what a server offers, how a call reaches it, what it answers.

#[doc(hidden)]
pub mod answer;
pub mod content;
#[doc(hidden)]
pub mod dispatch;

mod call;
mod contract;
mod dynamic;
mod error;
mod function;
pub(crate) mod incident;
mod json;
mod parameters;
mod parse;
mod reply;
mod schema;
mod search;
mod validated;

use std::sync::Arc;

use toolwright_spec::{CallToolResult, JsonSchema, Tool};

pub use call::ToolCall;
#[doc(hidden)]
pub use contract::{Contract, Contracts};
pub use dynamic::DynamicTools;
pub(crate) use error::Causes;
pub use error::ToolError;
pub use function::FnTools;
pub use json::Json;
#[doc(hidden)]
pub use parameters::{Parameter, Parameters};
pub use reply::IntoToolResult;
pub use schema::arguments_schema;
pub use search::Searchable;
pub(crate) use validated::Validated;

use crate::{BoxFuture, Changes, Context};

/// Schemas of a tool that the list has shortened ([`ToolSet::schemas`]).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schemas {
    /// That of the arguments; `None`: the list has all of it.
    pub input: Option<JsonSchema>,
    /// That of structured results; `None`: the list has all of it, or there is none.
    pub output: Option<JsonSchema>,
}

/// A set of tools that can be added to a server.
///
/// `#[tools]` and generated code implement it; write it by hand for tools that are only known at
/// run time.
///
/// Specification: `server/tools`.
pub trait ToolSet: Send + Sync + 'static {
    /// Definitions in list order; asked when the server is built, and again when the set says that
    /// they changed ([`ToolSet::changes`]).
    fn tools(&self) -> Vec<Tool>;

    /// Runs the tool at [`ToolCall::index`]. The arguments are valid under its `inputSchema`, unless
    /// the set checks them itself ([`ToolSet::checks`]).
    ///
    /// Dropping the future cancels the call.
    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>>;

    /// Whether the set checks the arguments of the tool at `index` itself, because it takes more than
    /// the `inputSchema` says: any object comes to [`ToolSet::call`] then.
    fn checks(&self, index: usize) -> bool {
        let _ = index;
        false
    }

    /// The schemas of the tool at `index` in full, where the list has them shortened; `None`: it
    /// does not. Asked by what shows tools one by one ([`Searchable`]).
    fn schemas(&self, index: usize) -> Option<Schemas> {
        let _ = index;
        None
    }

    /// What tells that the list is not as it was; nothing if it never changes. Asked once, when
    /// the server is built.
    fn changes(&self) -> Vec<Changes> {
        Vec::new()
    }

    /// The set as it is now, if it can be had separately: calls then go to what was listed, even
    /// if the set has changed meanwhile. A set that changes and has none goes by
    /// [`ToolCall::name`], not by index.
    fn snapshot(&self) -> Option<Arc<dyn ToolSet>> {
        None
    }
}
