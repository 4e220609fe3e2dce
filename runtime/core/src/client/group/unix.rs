//! Process groups.

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

/// A group, named by the process that leads it.
#[derive(Debug, Clone)]
pub(in super::super) struct Group(Option<Pid>);

impl Group {
    /// The command will lead a group of its own.
    pub(in super::super) fn lead(command: &mut Command) {
        command.process_group(0);
    }

    /// The group of a process that leads one.
    pub(in super::super) fn of(child: &Child) -> Self {
        let id = child.id().and_then(|id| i32::try_from(id).ok());
        Self(id.and_then(Pid::from_raw))
    }

    /// Asks all of it to end.
    pub(in super::super) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Ends all of it.
    pub(in super::super) fn kill(&self) {
        self.signal(Signal::KILL);
    }

    fn signal(&self, signal: Signal) {
        if let Some(leader) = self.0 {
            // There may be nobody left in it.
            let _ = kill_process_group(leader, signal);
        }
    }
}
