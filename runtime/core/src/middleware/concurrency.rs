//! So many at once, no more.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::busy::retry_after;
use super::{Middleware, Next, Request, Response};
use crate::BoxFuture;
use crate::context::Context;
use crate::error::ProtocolError;

/// How many may wait unless [`Concurrency::waiting`] says otherwise.
const WAITING: usize = 1024;
/// When those that may not wait had better come back.
const LATER: Duration = Duration::from_secs(1);

/// Bounds how many requests are served at once, of all clients together. Those beyond wait for
/// their turn, in order; those that find too many waiting are refused (-32603 with
/// `retryAfterMs`). Subscriptions do not count.
///
/// ```
/// use toolwright_core::Server;
/// use toolwright_core::middleware::{Concurrency, Only};
///
/// // Four reports at once, and nobody waits.
/// let reports = Only::tools(["report"], Concurrency::new(4).waiting(0));
/// let server = Server::new("shop", "1.0.0").middleware(reports);
/// # server.build().unwrap();
/// ```
#[derive(Debug)]
pub struct Concurrency {
    permits: Semaphore,
    waiting: AtomicUsize,
    most_waiting: usize,
}

impl Concurrency {
    /// So many at once, at least one. 1,024 may wait.
    #[must_use]
    pub fn new(most: usize) -> Self {
        let most = most.clamp(1, Semaphore::MAX_PERMITS);
        Self { permits: Semaphore::new(most), waiting: AtomicUsize::new(0), most_waiting: WAITING }
    }

    /// So many may wait; with 0, nobody does.
    #[must_use]
    pub fn waiting(mut self, most: usize) -> Self {
        self.most_waiting = most;
        self
    }

    async fn enter(&self) -> Result<SemaphorePermit<'_>, ProtocolError> {
        if let Ok(permit) = self.permits.try_acquire() {
            return Ok(permit);
        }
        let place = Place::take(self).ok_or_else(|| {
            let message = "overloaded: too many requests are served already, come back later";
            retry_after(ProtocolError::internal(message), LATER)
        })?;
        // The semaphore is never closed.
        let permit = self.permits.acquire().await;
        drop(place);
        permit.map_err(|_| ProtocolError::internal("overloaded"))
    }
}

impl Middleware for Concurrency {
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        if request.is_subscription() {
            return next.run(cx, request);
        }
        Box::pin(async move {
            let _permit = self.enter().await?;
            next.run(cx, request).await
        })
    }
}

/// A place among those who wait.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(of: &'a Concurrency) -> Option<Self> {
        if of.waiting.fetch_add(1, Ordering::AcqRel) >= of.most_waiting {
            of.waiting.fetch_sub(1, Ordering::AcqRel);
            return None;
        }
        Some(Self(&of.waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}
