//! State that is made when the server starts and ended when it stops.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;

use crate::BoxFuture;
use crate::context::{Extensions, States};
use crate::error::{Error, Result, ServeError};

type Start =
    Box<dyn for<'a> FnOnce(&'a mut Extensions) -> BoxFuture<'a, Result<Stop>> + Send + Sync>;
type Stop = Box<dyn FnOnce() -> BoxFuture<'static, Result<()>> + Send>;

/// How one state is made and ended.
pub(super) struct Lifespan(Start);

impl Lifespan {
    pub(super) fn new<T, S, E>(
        start: impl FnOnce() -> S + Send + Sync + 'static,
        stop: impl FnOnce(Arc<T>) -> E + Send + Sync + 'static,
    ) -> Self
    where
        T: Send + Sync + 'static,
        S: Future<Output = Result<T>> + Send + 'static,
        E: Future<Output = Result<()>> + Send + 'static,
    {
        Self(Box::new(|extensions| {
            Box::pin(async move {
                let state = Arc::new(start().await?);
                extensions.insert_shared(Arc::clone(&state));
                let stop: Stop = Box::new(move || Box::pin(stop(state)));
                Ok(stop)
            })
        }))
    }
}

/// All of a server's, started at most once.
#[derive(Default)]
pub(super) struct Lifespans {
    /// Done, or why not.
    started: OnceCell<Result<(), String>>,
    to_start: Mutex<Vec<Lifespan>>,
    to_stop: Mutex<Vec<Stop>>,
}

impl Lifespans {
    pub(super) fn new(lifespans: Vec<Lifespan>) -> Self {
        Self { to_start: Mutex::new(lifespans), ..Self::default() }
    }

    /// Makes what is not made yet. Whoever comes second waits for the first.
    pub(super) async fn start(&self, states: &States) -> Result<(), ServeError> {
        let started = self.started.get_or_init(|| self.start_all(states)).await;
        started.clone().map_err(|error| ServeError::Start(Error::msg(error)))
    }

    async fn start_all(&self, states: &States) -> Result<(), String> {
        let lifespans = std::mem::take(&mut *lock(&self.to_start));
        let mut extensions = Extensions::default();
        for Lifespan(start) in lifespans {
            match start(&mut extensions).await {
                Ok(stop) => lock(&self.to_stop).push(stop),
                Err(error) => {
                    // The error that came first is the one to be told.
                    let _ = self.stop(Duration::MAX).await;
                    return Err(error.to_string());
                }
            }
        }
        let _ = states.started.set(extensions);
        Ok(())
    }

    /// Ends what was made, the last first, each in this time. The first error is returned, after
    /// all have had their turn.
    pub(super) async fn stop(&self, grace: Duration) -> Result<(), ServeError> {
        let stops = std::mem::take(&mut *lock(&self.to_stop));
        let mut outcome = Ok(());
        for stop in stops.into_iter().rev() {
            let stopped = tokio::time::timeout(grace, stop()).await;
            if let Err(error) = stopped.unwrap_or_else(|_| Err(Error::msg("it took too long"))) {
                tracing::error!(%error, "a part of the server's state did not end well");
                outcome = outcome.and(Err(ServeError::Stop(error)));
            }
        }
        outcome
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Lifespans {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lifespans").finish_non_exhaustive()
    }
}
