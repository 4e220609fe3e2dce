//! A server in a process of its own, at the head of a group of its own.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{Notify, watch};

use super::cache::Partition;
use super::error::ClientError;
use super::group::Group;
use super::stderr::{self, OnLine, Tail};

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

/// The server's process: the one that runs now, if it is started again when it ends. It and all
/// that it started are killed when the last clone is dropped.
#[derive(Debug, Clone)]
pub(super) struct Process(Arc<Mutex<Arc<Running>>>);

/// How processes are started.
#[derive(Debug, Clone, Default)]
pub(super) struct Setup {
    pub(super) environment: Environment,
    pub(super) on_stderr: Option<OnLine>,
}

/// One process.
#[derive(Debug)]
struct Running {
    group: Group,
    kill: Arc<Notify>,
    status: watch::Receiver<Option<ExitStatus>>,
    stderr: Tail,
}

/// A process with pipes to it.
pub(super) struct Started {
    pub(super) process: Process,
    pub(super) stdin: ChildStdin,
    pub(super) stdout: ChildStdout,
}

impl Process {
    /// Starts the command with its input and output as pipes. Standard error is left as the
    /// command says, unless somebody wants to see its lines; if it is a pipe, its end is kept.
    pub(super) fn start(command: &mut Command, setup: &Setup) -> Result<Started, ClientError> {
        if setup.environment == Environment::Minimal {
            minimal(command);
        }
        if setup.on_stderr.is_some() {
            command.stderr(Stdio::piped());
        }
        Group::lead(command);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().map_err(|error| ClientError::start(&error))?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(ClientError::closed());
        };
        let stderr = Tail::default();
        if let Some(pipe) = child.stderr.take() {
            tokio::spawn(stderr::drain(pipe, stderr.clone(), setup.on_stderr.clone()));
        }
        let group = Group::of(&child);
        let kill = Arc::new(Notify::new());
        let (ended, status) = watch::channel(None);
        tokio::spawn(attend(child, group.clone(), Arc::clone(&kill), ended));
        let running = Arc::new(Running { group, kill, status, stderr });
        Ok(Started { process: Self(Arc::new(Mutex::new(running))), stdin, stdout })
    }

    /// Whose results may be kept together: of the same command in the same surroundings.
    pub(super) fn partition(command: &Command, setup: &Setup) -> Partition {
        let command = command.as_std();
        let mut variables: BTreeMap<OsString, OsString> = match setup.environment {
            Environment::Minimal => NEEDED
                .iter()
                .filter_map(|name| Some(((*name).into(), std::env::var_os(name)?)))
                .collect(),
            Environment::Inherited => std::env::vars_os().collect(),
        };
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => drop(variables.insert(name.to_owned(), value.to_owned())),
                None => drop(variables.remove(name)),
            }
        }
        let folder = command.get_current_dir().map(Path::as_os_str).unwrap_or_default();
        let words = std::iter::once(folder).chain(command.get_args());
        let words = words.map(OsStr::as_encoded_bytes).collect::<Vec<_>>();
        let variables = variables.iter().flat_map(|(name, value)| [name, value]);
        let mut asked_with: Vec<&[u8]> = words;
        asked_with.extend(variables.map(|text| text.as_encoded_bytes()));
        Partition::new(&command.get_program().to_string_lossy(), &asked_with)
    }

    /// This process takes the place of the one before, which is killed if it still runs.
    pub(super) fn replace(&self, by: &Self) {
        let running = by.running();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }

    /// Adds to [`ClientError::Closed`] how the process ended, if it does not say so yet.
    pub(super) async fn explain(&self, error: ClientError) -> ClientError {
        match &error {
            ClientError::Closed { status: None, stderr } if stderr.is_empty() => {}
            _ => return error,
        }
        let running = self.running();
        let status = running.wait(STATUS).await;
        ClientError::Closed { status, stderr: running.stderr.text() }
    }

    /// Waits for the end of a process whose input is closed; asks, then kills.
    ///
    /// Specification: `basic/transports/stdio`, section "Shutdown".
    pub(super) async fn end(&self) -> Option<ExitStatus> {
        let running = self.running();
        if let Some(status) = running.wait(PATIENCE).await {
            return Some(status);
        }
        running.group.terminate();
        if let Some(status) = running.wait(PATIENCE).await {
            return Some(status);
        }
        running.kill();
        running.wait(PATIENCE).await
    }

    /// Kills it, at once.
    pub(super) fn kill(&self) {
        self.running().kill();
    }

    fn running(&self) -> Arc<Running> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Running {
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

impl Drop for Running {
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
