//! A server in a process of its own.

use std::collections::VecDeque;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use super::error::ClientError;

/// How much of standard error is kept.
const TAIL: usize = 64 * 1024;
/// How long to wait for the status of a process that closed its output.
const STATUS: Duration = Duration::from_millis(500);
/// How long a process may take after it was asked to end, each time it is asked.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process. It is killed when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: tokio::sync::Mutex<Child>,
    stderr: Arc<Mutex<VecDeque<u8>>>,
}

/// A process with pipes to it.
pub(super) struct Started {
    pub(super) process: Process,
    pub(super) stdin: ChildStdin,
    pub(super) stdout: ChildStdout,
}

impl Process {
    /// Starts the command with its input and output as pipes. Standard error is left as the
    /// command says; if that is a pipe, its end is kept.
    pub(super) fn start(command: &mut Command) -> Result<Started, ClientError> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| ClientError::start(&error))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(ClientError::closed());
        };
        let stderr = Arc::new(Mutex::new(VecDeque::new()));
        if let Some(pipe) = child.stderr.take() {
            tokio::spawn(keep_tail(pipe, Arc::clone(&stderr)));
        }
        let child = tokio::sync::Mutex::new(child);
        Ok(Started { process: Self { child, stderr }, stdin, stdout })
    }

    /// Adds to [`ClientError::Closed`] how the process ended.
    pub(super) async fn explain(&self, error: ClientError) -> ClientError {
        if !matches!(error, ClientError::Closed { .. }) {
            return error;
        }
        let status = self.wait(STATUS).await;
        let stderr = self.stderr.lock().unwrap_or_else(PoisonError::into_inner);
        let (front, back) = stderr.as_slices();
        let stderr = [front, back].concat();
        ClientError::Closed { status, stderr: String::from_utf8_lossy(&stderr).into_owned() }
    }

    /// Waits for the end of a process whose input is closed; asks, then kills.
    ///
    /// Specification: `basic/transports/stdio`, section "Shutdown".
    pub(super) async fn end(&self) -> Option<ExitStatus> {
        if let Some(status) = self.wait(PATIENCE).await {
            return Some(status);
        }
        self.terminate().await;
        if let Some(status) = self.wait(PATIENCE).await {
            return Some(status);
        }
        let mut child = self.child.lock().await;
        // It may have ended just now.
        let _ = child.start_kill();
        child.wait().await.ok()
    }

    async fn wait(&self, longest: Duration) -> Option<ExitStatus> {
        let mut child = self.child.lock().await;
        tokio::time::timeout(longest, child.wait()).await.ok()?.ok()
    }

    #[cfg(unix)]
    async fn terminate(&self) {
        let id = self.child.lock().await.id().and_then(|id| i32::try_from(id).ok());
        if let Some(id) = id.and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
    }

    #[cfg(not(unix))]
    async fn terminate(&self) {}
}

async fn keep_tail(mut pipe: ChildStderr, tail: Arc<Mutex<VecDeque<u8>>>) {
    let mut chunk = vec![0; 8 * 1024];
    while let Ok(count @ 1..) = pipe.read(&mut chunk).await {
        let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
        tail.extend(chunk.iter().take(count));
        let excess = tail.len().saturating_sub(TAIL);
        tail.drain(..excess);
    }
}
