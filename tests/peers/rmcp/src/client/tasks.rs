//! Calls that go on as tasks, which a user of rmcp follows by hand.

use std::error::Error;
use std::time::Duration;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CancelTaskParams, GetTaskParams, TaskPayload,
    UpdateTaskParams,
};
use serde_json::{Map, Value, json};

use crate::Connected;

/// One call that is only waited for, one that asks, and one that is ended.
pub(crate) async fn attempt(client: &Connected) -> Result<bool, Box<dyn Error>> {
    let id = begin(client, "slow_compute", json!({ "seconds": 0.05, "label": "it" })).await?;
    let computed = follow(client, &id).await?;
    let id = begin(client, "confirm_delete", json!({ "filename": "a.txt" })).await?;
    let deleted = follow(client, &id).await?;
    let id = begin(client, "slow_compute", json!({ "seconds": 600 })).await?;
    client.cancel_task(CancelTaskParams::new(id.clone())).await?;
    let ended = follow(client, &id).await?;
    Ok(computed.contains("computed it")
        && deleted.contains("a.txt was deleted")
        && ended == "cancelled")
}

async fn begin(client: &Connected, tool: &str, given: Value) -> Result<String, Box<dyn Error>> {
    let given = given.as_object().map(Map::clone).unwrap_or_default();
    let call = CallToolRequestParams::new(tool.to_owned()).with_arguments(given);
    match client.peer().call_tool_once(call).await? {
        CallToolResponse::Task(created) => Ok(created.task.task_id),
        other => Err(format!("{tool} did not become a task: {other:?}").into()),
    }
}

/// Looks until the task is over, and answers what it asks.
async fn follow(client: &Connected, id: &str) -> Result<String, Box<dyn Error>> {
    loop {
        let got = client.get_task(GetTaskParams::new(id)).await?;
        match got.task.payload {
            TaskPayload::Completed { result } => return Ok(Value::Object(result).to_string()),
            TaskPayload::Failed { error } => return Err(format!("it failed: {error:?}").into()),
            TaskPayload::Cancelled => return Ok("cancelled".to_owned()),
            TaskPayload::InputRequired { input_requests } => {
                let answer = json!({ "action": "accept", "content": { "confirm": true } });
                let answers = input_requests.into_keys().map(|key| (key, answer.clone()));
                client.update_task(UpdateTaskParams::new(id, answers.collect())).await?;
            }
            _ => {}
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
