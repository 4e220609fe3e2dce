//! Work that goes on when its request is over, and ends with the server.

use std::future::{self, Future};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

/// All such work of a server. Each job has a receiver, so that it can be told to end, and so that
/// it is known when the last one has.
#[derive(Debug)]
pub(crate) struct Jobs(watch::Sender<bool>);

impl Default for Jobs {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Jobs {
    /// Starts a job; it has no outcome if the server ends before it does.
    pub(crate) fn spawn<F>(&self, job: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let mut told = self.0.subscribe();
        tokio::spawn(async move {
            let mut job = pin!(job);
            let mut ended = pin!(told.wait_for(|ended| *ended));
            future::poll_fn(|cx| match job.as_mut().poll(cx) {
                Poll::Ready(output) => Poll::Ready(Some(output)),
                Poll::Pending => ended.as_mut().poll(cx).map(|_| None),
            })
            .await
        })
    }

    /// Waits for all jobs; those that take longer than this are dropped. How many.
    pub(crate) async fn end(&self, grace: Duration) -> usize {
        if tokio::time::timeout(grace, self.0.closed()).await.is_ok() {
            return 0;
        }
        let left = self.0.receiver_count();
        self.0.send_replace(true);
        // Whoever keeps a thread busy cannot be told.
        let _ = tokio::time::timeout(grace, self.0.closed()).await;
        // Whoever serves again may have jobs again.
        self.0.send_replace(false);
        left
    }
}
