//! Tasks that nobody waits for any more.

use std::time::Duration;

use super::handle::TaskHandle;

/// How long the server may take to hear of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// Ends a task on the server when it is dropped before the task is over.
pub(crate) struct Guard(pub(crate) TaskHandle);

impl Drop for Guard {
    fn drop(&mut self) {
        if self.0.state().is_over() {
            return;
        }
        // Outside of a runtime there is no connection either.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let task = self.0.clone();
            runtime.spawn(async move {
                let told = tokio::time::timeout(PATIENCE, task.cancel()).await;
                if !matches!(told, Ok(Ok(()))) {
                    tracing::debug!("the server was not told that nobody waits for a task");
                }
            });
        }
    }
}
