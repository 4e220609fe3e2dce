//! Tools whose calls go on as tasks, for clients that know tasks.

use std::time::Duration;

use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Task};
use rmcp::task_manager::{TaskContext, TaskExit, TaskManager, TaskOptions};
use serde_json::Value;

use crate::asking::form;

/// How often clients are to look, in milliseconds.
const POLL: u64 = 10;

/// Goes on with a call, unless the tool is not one of these.
pub(crate) fn begin(tasks: &TaskManager, tool: &str, arguments: &JsonObject) -> Option<Task> {
    let options = TaskOptions::new().with_poll_interval_ms(POLL).with_ttl_ms(60_000);
    let said =
        |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (label, file) = (said("label"), said("filename"));
    Some(match tool {
        "slow_compute" => tasks.spawn(options, |_| {
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(3 * POLL)).await;
                Ok(text(format!("computed {label}")))
            })
        }),
        "confirm_delete" => tasks.spawn(options, |context| Box::pin(delete(context, file))),
        "task_forever" => tasks.spawn(options, |context| {
            Box::pin(async move {
                context.cancelled().await;
                Err(TaskExit::Cancelled)
            })
        }),
        _ => return None,
    })
}

async fn delete(context: TaskContext, file: String) -> Result<CallToolResult, TaskExit> {
    let question = form(format!("Who deletes {file}?"))?;
    let answer = context.request_input("who", question).await?;
    let name = answer.pointer("/content/username").and_then(Value::as_str);
    Ok(text(format!("{file} was deleted by {}", name.unwrap_or("nobody"))))
}

fn text(text: String) -> CallToolResult {
    CallToolResult::success(vec![ContentBlock::text(text)])
}
