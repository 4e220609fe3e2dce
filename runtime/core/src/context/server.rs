//! What a request has of its server.

use std::future::{self, Future};

use tokio::task::JoinHandle;

use super::{Context, NoState};

impl Context {
    /// The server's state of this type, given to [`Server::state`](crate::Server::state) or made by
    /// [`Server::lifespan`](crate::Server::lifespan).
    ///
    /// # Errors
    /// It has none. That is a mistake of the program: with `?` it becomes an internal error.
    pub fn state<T: Send + Sync + 'static>(&self) -> Result<&T, NoState> {
        self.0.scope.common.states.find()
    }

    /// Starts work that ends with the server.
    pub(crate) fn spawn<F>(&self, work: F) -> JoinHandle<Option<F::Output>>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        self.0.scope.common.jobs.spawn(work)
    }

    /// Runs a future to its end even if the request is cancelled or the client goes away: for
    /// what must not be left half done. When the server stops, it has
    /// [`Limits::shutdown_grace`](crate::Limits::shutdown_grace) to finish.
    ///
    /// It is run by a task of the runtime, and starts at once.
    ///
    /// ```
    /// # use toolwright_core::{Context, ToolError};
    /// # async fn charge() -> Result<(), std::io::Error> { Ok(()) }
    /// # async fn ship() -> Result<(), std::io::Error> { Ok(()) }
    /// async fn order(cx: Context, (): ()) -> Result<&'static str, ToolError> {
    ///     cx.uncancellable(async {
    ///         charge().await?;
    ///         ship().await
    ///     })
    ///     .await?;
    ///     Ok("on its way")
    /// }
    /// ```
    pub fn uncancellable<F>(&self, work: F) -> impl Future<Output = F::Output> + Send + use<F>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let job = self.spawn(work);
        async {
            match job.await {
                Ok(Some(output)) => output,
                // The server is about to end, and the request with it.
                Ok(None) => future::pending().await,
                Err(error) => match error.try_into_panic() {
                    // As if the future had been awaited in place.
                    Ok(panic) => std::panic::resume_unwind(panic),
                    Err(_) => future::pending().await,
                },
            }
        }
    }
}
