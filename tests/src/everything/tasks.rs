//! Tools whose calls go on as tasks.

use std::time::Duration;

use serde_json::{Value, json};
use toolwright::elicit::Form;
use toolwright::task::TaskPolicy;
use toolwright::tool::FnTools;
use toolwright::{Context, ProtocolError, Server, ToolError};

use super::asking::name;
use super::{described, plain};

/// The server with these.
pub(super) fn with_tasks(server: Server) -> Server {
    server
        .tools(tools())
        .task_tool("slow_compute", TaskPolicy::optional())
        .task_tool("failing_job", TaskPolicy::required())
        .task_tool("protocol_error_job", TaskPolicy::optional())
        .task_tool("confirm_delete", TaskPolicy::optional())
        .task_tool("multi_input", TaskPolicy::optional())
        .task_tool("test_tool_with_task", TaskPolicy::required().when_begun())
}

fn tools() -> FnTools {
    let seconds = json!({ "type": "number", "minimum": 0, "maximum": 600 });
    let text = json!({ "type": "string" });
    let slow = json!({ "type": "object",
        "properties": { "seconds": seconds, "label": text }, "required": ["seconds"] });
    let one =
        |name: &str| json!({ "type": "object", "properties": { name: text }, "required": [name] });
    FnTools::new()
        .with(described("greet", "Greets at once", one("name")), |_, given: Value| async move {
            format!("Hello, {}!", said(&given, "name"))
        })
        .with(
            described("slow_compute", "Takes as long as told", slow),
            |_, given: Value| async move {
                let seconds = given.get("seconds").and_then(Value::as_f64).unwrap_or_default();
                tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
                format!("computed {}", said(&given, "label"))
            },
        )
        .with(plain("failing_job", "Fails after a while"), |_, _: Value| async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Err::<(), _>(ToolError::new("the job failed"))
        })
        .with(
            plain("protocol_error_job", "Ends with an error of the protocol"),
            |_, _: Value| async {
                Err::<(), _>(ToolError::protocol(ProtocolError::new(4000, "the job broke off")))
            },
        )
        .with(
            described("confirm_delete", "Deletes when it is told again", one("filename")),
            |cx, given: Value| async move {
                let file = said(&given, "filename").to_owned();
                let form = Form::new().boolean("confirm", |field| field).build()?;
                let answers = cx.elicit_form("confirm", format!("Delete {file}?"), form).await?;
                let sure: bool = answers.field("confirm")?;
                let verb = if sure { "deleted" } else { "kept" };
                Ok::<_, ToolError>(format!("{file} was {verb}"))
            },
        )
        .with(plain("multi_input", "Asks two things at once"), |cx, _: Value| async move {
            let (one, two) = tokio::join!(name(&cx, "first"), name(&cx, "second"));
            Ok::<_, ToolError>(format!("{} and {}", one?, two?))
        })
        .with(
            plain("test_tool_with_task", "Asks for a name, and goes on as a task"),
            |cx, _: Value| async move { greet_later(&cx).await },
        )
}

async fn greet_later(cx: &Context) -> Result<String, ToolError> {
    let name = name(cx, "user_name").await?;
    cx.begin_task().await;
    Ok(format!("Hello, {name}!"))
}

fn said<'a>(arguments: &'a Value, name: &str) -> &'a str {
    arguments.get(name).and_then(Value::as_str).unwrap_or_default()
}
