//! A server in a process, and what it has used.

use std::io::{Error, Result};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Linux counts processor time in these.
const TICK: Duration = Duration::from_millis(10);

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Limit,
    Ours,
    Theirs,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Limit, Self::Ours, Self::Theirs];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Limit => "bare",
            Self::Ours => "Toolwright",
            Self::Theirs => "rmcp 3.11",
        }
    }

    fn program(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Ours => "ours",
            Self::Theirs => "theirs",
        }
    }
}

/// A server that ends with this value.
pub(super) struct Server {
    child: Child,
}

impl Server {
    pub(super) fn start(
        folder: &Path,
        kind: Kind,
        arguments: &[&str],
        tools: usize,
    ) -> Result<Self> {
        let child = Command::new(folder.join(kind.program()))
            .args(arguments)
            .env("TOOLS", tools.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Self { child })
    }

    /// Its standard streams, once.
    pub(super) fn pipes(&mut self) -> Result<(ChildStdin, ChildStdout)> {
        let pipes = self.child.stdin.take().zip(self.child.stdout.take());
        pipes.ok_or_else(|| Error::other("the streams are taken"))
    }

    /// Processor time so far, of all its threads.
    pub(super) fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name of the program may contain anything, but nothing behind it is in parentheses.
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks =
            fields.split_whitespace().skip(11).take(2).filter_map(|text| text.parse::<u32>().ok());
        Ok(TICK * ticks.sum::<u32>())
    }

    /// Memory in use, in KiB.
    pub(super) fn memory(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        number.ok_or_else(|| Error::other("no VmRSS"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
