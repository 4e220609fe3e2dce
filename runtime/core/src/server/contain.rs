//! Keeps panics of user code where they are.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll};

use crate::BoxFuture;

/// User code panicked, saying this.
#[derive(Debug)]
pub(super) struct Panicked(pub(super) String);

/// Runs user code that is no future.
pub(super) fn contain<T>(run: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(run)).map_err(panicked)
}

/// A future whose panics, also of its destructors, end nothing else. It is gone once it is ready.
pub(super) struct Contained<T>(Option<BoxFuture<'static, T>>);

impl<T> Contained<T> {
    pub(super) fn new(future: BoxFuture<'static, T>) -> Self {
        Self(Some(future))
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, Panicked>> {
        let Some(future) = &mut self.0 else {
            return Poll::Pending;
        };
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(self.discard().map(|()| output)),
            Err(panic) => {
                let _ = self.discard();
                Poll::Ready(Err(panicked(panic)))
            }
        }
    }

    fn discard(&mut self) -> Result<(), Panicked> {
        let future = self.0.take();
        catch_unwind(AssertUnwindSafe(|| drop(future))).map_err(panicked)
    }
}

impl<T> Drop for Contained<T> {
    fn drop(&mut self) {
        if let Err(Panicked(panic)) = self.discard() {
            tracing::error!("a handler panicked while it was dropped");
            tracing::trace!(panic, "what it said");
        }
    }
}

fn panicked(panic: Box<dyn Any + Send>) -> Panicked {
    let text = match panic.downcast_ref::<String>() {
        Some(text) => text.clone(),
        None => panic.downcast_ref::<&str>().copied().unwrap_or("no text").to_owned(),
    };
    // What was thrown may itself panic when it is dropped.
    let _ = catch_unwind(AssertUnwindSafe(|| drop(panic)));
    Panicked(text)
}
