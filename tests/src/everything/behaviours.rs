//! Tools by what they do while they run.

use std::time::Duration;

use serde_json::Value;
use toolwright::ToolError;
use toolwright::tool::FnTools;

use super::plain;

/// What a step of work takes here.
const STEP: Duration = Duration::from_millis(50);

pub(super) fn tools() -> FnTools {
    FnTools::new()
        .with(plain("test_error_handling", "Fails"), |_, _: Value| async {
            Err::<(), _>(ToolError::new("This tool intentionally returns an error for testing"))
        })
        .with(plain("test_tool_with_progress", "Reports progress"), |cx, _: Value| async move {
            for done in [0.0, 50.0, 100.0] {
                cx.progress_of(done, 100.0, "working").await;
                tokio::time::sleep(STEP).await;
            }
            "done"
        })
        .with(plain("test_tool_with_logging", "Logs each step"), |cx, _: Value| async move {
            for step in ["execution started", "processing data", "execution completed"] {
                cx.info(format!("Tool {step}")).await;
                tokio::time::sleep(STEP).await;
            }
            "done"
        })
        .with(plain("test_logging_tool", "Logs a line"), |cx, _: Value| async move {
            cx.info("a line").await;
            "done"
        })
        .with(plain("test_missing_capability", "Needs sampling"), |_, _: Value| async {
            "the client has sampling"
        })
        .with(
            plain("test_reconnection", "Lets the client poll for the answer"),
            |cx, _: Value| async move {
                cx.close_stream(10 * STEP);
                tokio::time::sleep(2 * STEP).await;
                "done"
            },
        )
        .with(plain("wait_forever", "Ends when it is cancelled"), |_, _: Value| async {
            std::future::pending::<&str>().await
        })
}
