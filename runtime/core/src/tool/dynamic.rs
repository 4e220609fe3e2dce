//! Tools that come and go while a server runs.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use toolwright_spec::{CallToolResult, Tool};

use super::{ToolCall, ToolError, ToolSet, Validated, dispatch};
use crate::{BoxFuture, BuildError, Changes, Context};

/// A set of tools that changes at run time. Clones are the same set.
///
/// Clients that want to know are told of every change (`notifications/tools/list_changed`). A call
/// that is under way goes on, whatever happens to its tool.
///
/// ```
/// use toolwright_core::Server;
/// use toolwright_core::tool::{DynamicTools, FnTools};
///
/// let tools = DynamicTools::new();
/// let server = Server::new("shop", "1.0.0").tools(tools.clone()).build()?;
/// assert!(server.tools().is_empty());
///
/// // Any time later:
/// tools.add(FnTools::new().tool("open", "Opens the shop", |_cx, (): ()| async { "open" }))?;
/// assert_eq!(server.tools()[0].name, "open");
/// tools.remove("open");
/// assert!(server.tools().is_empty());
/// # Ok::<_, toolwright_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct DynamicTools(Arc<Shared>);

#[derive(Default)]
struct Shared {
    now: RwLock<Arc<Tools>>,
    changes: Changes,
}

/// The set at one time.
#[derive(Clone, Default)]
struct Tools(Vec<Member>);

/// A tool, who has it, and where.
#[derive(Clone)]
struct Member {
    tool: Tool,
    set: Arc<dyn ToolSet>,
    index: usize,
}

impl DynamicTools {
    /// No tools yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds all tools of a set, behind those that are there: closures, an `impl` block with
    /// `#[tools]`, or any other. Its tools are listed as they are now.
    ///
    /// # Errors
    /// As [`Server::build`](crate::Server::build) about tools; nothing is added then. A name that
    /// another set of the server has is noticed later: the tool is left out, and the log says so.
    pub fn add(&self, set: impl ToolSet) -> Result<(), BuildError> {
        let members = members(set)?;
        self.update(|tools| {
            tools.0.extend(members);
            tools.check()
        })
    }

    /// Puts the tools of a set in the place of all that are there, at once.
    ///
    /// # Errors
    /// As [`DynamicTools::add`]; nothing changes then.
    pub fn replace(&self, set: impl ToolSet) -> Result<(), BuildError> {
        let members = members(set)?;
        self.update(|tools| {
            tools.0 = members;
            tools.check()
        })
    }

    /// Removes a tool; whether it was there.
    pub fn remove(&self, name: &str) -> bool {
        let removed = self.update(|tools| {
            let before = tools.0.len();
            tools.0.retain(|member| member.tool.name != name);
            if tools.0.len() < before { Ok(()) } else { Err(()) }
        });
        removed.is_ok()
    }

    fn update<E>(&self, change: impl FnOnce(&mut Tools) -> Result<(), E>) -> Result<(), E> {
        {
            let mut now = self.0.now.write().unwrap_or_else(PoisonError::into_inner);
            let mut tools = Tools::clone(&now);
            change(&mut tools)?;
            *now = Arc::new(tools);
        }
        self.0.changes.notify();
        Ok(())
    }

    fn now(&self) -> Arc<Tools> {
        Arc::clone(&self.0.now.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ToolSet for DynamicTools {
    fn tools(&self) -> Vec<Tool> {
        self.now().tools()
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        let now = self.now();
        Box::pin(async move {
            let index = now.0.iter().position(|member| member.tool.name == call.name());
            let call = ToolCall::new(index.unwrap_or(usize::MAX), call.name(), call.arguments());
            now.call(cx, call).await
        })
    }

    fn changes(&self) -> Vec<Changes> {
        vec![self.0.changes.clone()]
    }

    fn snapshot(&self) -> Option<Arc<dyn ToolSet>> {
        Some(self.now())
    }
}

impl Tools {
    fn check(&self) -> Result<(), BuildError> {
        let mut names = HashSet::new();
        match self.0.iter().find(|member| !names.insert(&member.tool.name)) {
            Some(member) => Err(BuildError::DuplicateTool { name: member.tool.name.clone() }),
            None => Ok(()),
        }
    }
}

impl ToolSet for Tools {
    fn tools(&self) -> Vec<Tool> {
        self.0.iter().map(|member| member.tool.clone()).collect()
    }

    fn call<'a>(
        &'a self,
        cx: &'a Context,
        call: ToolCall<'a>,
    ) -> BoxFuture<'a, Result<CallToolResult, ToolError>> {
        match self.0.get(call.index()) {
            Some(member) => {
                let call = ToolCall::new(member.index, call.name(), call.arguments());
                member.set.call(cx, call)
            }
            None => dispatch::unknown(call),
        }
    }
}

impl fmt::Debug for DynamicTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let now = self.now();
        let names: Vec<&str> = now.0.iter().map(|member| member.tool.name.as_str()).collect();
        f.debug_tuple("DynamicTools").field(&names).finish()
    }
}

fn members(set: impl ToolSet) -> Result<Vec<Member>, BuildError> {
    let set: Arc<dyn ToolSet> = Arc::new(set);
    let set = set.snapshot().unwrap_or(set);
    let mut members = Vec::new();
    for (index, tool) in set.tools().into_iter().enumerate() {
        Validated::new(&tool)?;
        members.push(Member { tool, set: Arc::clone(&set), index });
    }
    Ok(members)
}
