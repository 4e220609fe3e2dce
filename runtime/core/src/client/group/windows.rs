//! Job objects.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::process::{Child, Command};
use win32job::{ExtendedLimitInfo, Job};

/// A job that ends all its processes when it is closed. What the server starts before it is put
/// into the job, in the first moment of its life, is not in it.
#[derive(Debug, Clone)]
pub(in super::super) struct Group(Arc<Mutex<Option<Job>>>);

impl Group {
    pub(in super::super) fn lead(_: &mut Command) {}

    /// A job for a process and all that it starts.
    pub(in super::super) fn of(child: &Child) -> Self {
        let job = job_of(child);
        if job.is_none() {
            tracing::warn!("only the server's process itself can be ended: it got no job object");
        }
        Self(Arc::new(Mutex::new(job)))
    }

    /// There is no way to ask.
    pub(in super::super) fn terminate(&self) {}

    /// Ends all of it.
    pub(in super::super) fn kill(&self) {
        drop(self.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn job_of(child: &Child) -> Option<Job> {
    let handle = child.raw_handle()?;
    let mut limits = ExtendedLimitInfo::new();
    limits.limit_kill_on_job_close();
    let job = Job::create_with_limit_info(&limits).ok()?;
    job.assign_process(handle as isize).ok()?;
    Some(job)
}
