//! Signals that ask the process to stop.

use std::future::Future;
use std::io;
use std::sync::Arc;

use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// Waits for signals until it is dropped. The first one is reported, the second ends the process.
pub struct Signals {
    first: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Signals {
    /// Starts to wait, in the running tokio runtime.
    ///
    /// # Errors
    /// The system takes no handler.
    pub fn listen() -> io::Result<Self> {
        let mut source = Source::new()?;
        let first = Arc::new(Notify::new());
        let report = Arc::clone(&first);
        let task = tokio::spawn(async move {
            source.next().await;
            tracing::info!("asked to stop; requests in flight may finish");
            report.notify_one();
            let code = source.next().await;
            tracing::warn!("asked to stop again");
            std::process::exit(code);
        });
        Ok(Self { first, task })
    }

    /// Completes at the first signal.
    pub fn first(&self) -> impl Future<Output = ()> + Send + '_ {
        self.first.notified()
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[cfg(unix)]
struct Source {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Source {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// The exit code that says which signal it was.
    async fn next(&mut self) -> i32 {
        std::future::poll_fn(|cx| {
            if self.terminate.poll_recv(cx).is_ready() {
                std::task::Poll::Ready(128 + 15)
            } else {
                self.interrupt.poll_recv(cx).map(|_| 128 + 2)
            }
        })
        .await
    }
}

#[cfg(not(unix))]
struct Source;

#[cfg(not(unix))]
impl Source {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> i32 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        1
    }
}
