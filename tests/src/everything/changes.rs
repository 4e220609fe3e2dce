//! What comes and goes while the server runs, and the tools that see to it.

use std::sync::atomic::Ordering;

use serde_json::Value;
use toolwright::prompt::DynamicPrompts;
use toolwright::tool::{DynamicTools, FnTools};
use toolwright::{Prompts, Server, ToolError};

use super::plain;
use super::resources::{Changed, WATCHED};

/// The server with these.
pub(super) fn with_changes(server: Server) -> Server {
    let (tools, prompts) = (DynamicTools::new(), DynamicPrompts::new());
    server
        .state(Changed::default())
        .subscriptions(true)
        .tools(triggers(&tools, &prompts))
        .tools(tools)
        .prompts(prompts)
}

fn triggers(tools: &DynamicTools, prompts: &DynamicPrompts) -> FnTools {
    let (tools, prompts) = (tools.clone(), prompts.clone());
    FnTools::new()
        .with(plain("test_trigger_tool_change", "Adds a tool or removes it"), move |_, _: Value| {
            let tools = tools.clone();
            async move {
                if !tools.remove("passing_tool") {
                    let tool = plain("passing_tool", "Is here for a while");
                    tools.add(FnTools::new().with(tool, |_, _: Value| async { "still here" }))?;
                }
                Ok::<_, ToolError>("the tools have changed")
            }
        })
        .with(
            plain("test_trigger_prompt_change", "Adds a prompt or removes it"),
            move |_, _: Value| {
                let prompts = prompts.clone();
                async move {
                    if !prompts.remove("passing_prompt") {
                        let about = "Is here for a while";
                        let prompt =
                            Prompts::new()
                                .prompt("passing_prompt", about, |_, (): ()| async { "!" });
                        prompts.add(prompt)?;
                    }
                    Ok::<_, ToolError>("the prompts have changed")
                }
            },
        )
        .with(
            plain("test_trigger_resource_update", "Changes the watched resource"),
            |cx, _: Value| async move {
                cx.state::<Changed>()?.0.fetch_add(1, Ordering::Relaxed);
                cx.publisher().resource_updated(WATCHED);
                Ok::<_, ToolError>("the resource has changed")
            },
        )
}
