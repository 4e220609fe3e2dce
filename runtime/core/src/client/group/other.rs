//! Where there are no process groups, only the process itself is ended.

use tokio::process::{Child, Command};

/// Nothing that could be signalled.
#[derive(Debug, Clone)]
pub(in super::super) struct Group;

impl Group {
    pub(in super::super) fn lead(_: &mut Command) {}

    pub(in super::super) fn of(_: &Child) -> Self {
        Self
    }

    pub(in super::super) fn terminate(&self) {}

    pub(in super::super) fn kill(&self) {}
}
