//! A server in a process of its own, at the head of a group of its own.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::future::poll_fn;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::{Notify, watch};

use super::error::ClientError;
use super::group::Group;

/// How much of standard error is kept.
const TAIL: usize = 64 * 1024;
/// How long to wait for the status of a process that closed its output.
const STATUS: Duration = Duration::from_millis(500);
/// How long a process may take after it was asked to end, each time it is asked.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long what a process wrote last may take to be read, before those it left behind are ended.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What every process needs of its surroundings; anything else may be a secret.
const NEEDED: [&str; 22] = [
    "APPDATA",
    "COMSPEC",
    "HOME",
    "HOMEDRIVE",
    "HOMEPATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LOCALAPPDATA",
    "LOGNAME",
    "PATH",
    "PATHEXT",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "SHELL",
    "SYSTEMDRIVE",
    "SYSTEMROOT",
    "TEMP",
    "TERM",
    "TMPDIR",
    "USER",
    "USERPROFILE",
];

/// Which variables of its environment a server gets from the client.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Environment {
    /// What every program needs, such as `PATH`, `HOME` and `LANG`, and what the command sets.
    #[default]
    Minimal,
    /// All of them, and what the command sets.
    Inherited,
}

/// The process. It and all that it started are killed when this is dropped.
#[derive(Debug)]
pub(super) struct Process {
    group: Group,
    kill: Arc<Notify>,
    status: watch::Receiver<Option<ExitStatus>>,
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
    pub(super) fn start(
        command: &mut Command,
        environment: Environment,
    ) -> Result<Started, ClientError> {
        if environment == Environment::Minimal {
            minimal(command);
        }
        Group::lead(command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| ClientError::start(&error))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(ClientError::closed());
        };
        let stderr = Arc::new(Mutex::new(VecDeque::new()));
        if let Some(pipe) = child.stderr.take() {
            tokio::spawn(keep_tail(pipe, Arc::clone(&stderr)));
        }
        let group = Group::of(&child);
        let kill = Arc::new(Notify::new());
        let (ended, status) = watch::channel(None);
        tokio::spawn(attend(child, group.clone(), Arc::clone(&kill), ended));
        Ok(Started { process: Self { group, kill, status, stderr }, stdin, stdout })
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
        self.group.terminate();
        if let Some(status) = self.wait(PATIENCE).await {
            return Some(status);
        }
        self.kill();
        self.wait(PATIENCE).await
    }

    async fn wait(&self, longest: Duration) -> Option<ExitStatus> {
        let mut status = self.status.clone();
        let ended = status.wait_for(Option::is_some);
        *tokio::time::timeout(longest, ended).await.ok()?.ok()?
    }

    fn kill(&self) {
        self.group.kill();
        self.kill.notify_one();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.status.borrow().is_none() {
            self.kill();
        }
    }
}

/// Waits for the process to end, and ends what it leaves behind: its children may hold its output
/// open, and nobody would learn that it is gone.
async fn attend(
    mut child: Child,
    group: Group,
    kill: Arc<Notify>,
    ended: watch::Sender<Option<ExitStatus>>,
) {
    let status = match until(&mut child, &kill).await {
        Some(status) => status,
        None => {
            // It may have ended just now.
            let _ = child.start_kill();
            child.wait().await
        }
    };
    // The receivers may be gone with the client.
    let _ = ended.send(status.ok());
    tokio::time::sleep(LAST_WORDS).await;
    group.kill();
}

/// The end of the process, or `None` if it is to be killed before that.
async fn until(child: &mut Child, kill: &Notify) -> Option<std::io::Result<ExitStatus>> {
    let mut wait = pin!(child.wait());
    let mut killed = pin!(kill.notified());
    poll_fn(|cx| {
        if let Poll::Ready(status) = wait.as_mut().poll(cx) {
            return Poll::Ready(Some(status));
        }
        killed.as_mut().poll(cx).map(|()| None)
    })
    .await
}

/// Leaves of the environment only what is needed, and what the command sets itself.
fn minimal(command: &mut Command) {
    let set: Vec<(OsString, Option<OsString>)> = command
        .as_std()
        .get_envs()
        .map(|(name, value)| (name.to_owned(), value.map(ToOwned::to_owned)))
        .collect();
    command.env_clear();
    for name in NEEDED {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    for (name, value) in set {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
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
