//! Tools by what they do while they run.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;
use toolwright::tool::FnTools;
use toolwright::{Context, Server, ToolError};

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
        .with(plain("wait_forever", "Ends when it is cancelled"), |cx, _: Value| async move {
            let _waiting = Waiting::new(&cx)?;
            Ok::<_, ToolError>(std::future::pending::<&str>().await)
        })
        .with(plain("count_waiting", "How many calls wait forever"), |cx, _: Value| async move {
            let waiting = cx.state::<AtomicUsize>()?.load(Ordering::SeqCst);
            Ok::<_, ToolError>(waiting.to_string())
        })
}

/// The server with what these tools share.
pub(super) fn with_state(server: Server) -> Server {
    server.state(AtomicUsize::new(0))
}

/// A call that waits forever, until it is dropped.
struct Waiting(Context);

impl Waiting {
    fn new(cx: &Context) -> Result<Self, ToolError> {
        cx.state::<AtomicUsize>()?.fetch_add(1, Ordering::SeqCst);
        Ok(Self(cx.clone()))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Ok(count) = self.0.state::<AtomicUsize>() {
            count.fetch_sub(1, Ordering::SeqCst);
        }
    }
}
