//! The adapter between a [`ToolSet`](super::ToolSet) and the methods of a generated trait.

use std::future::Future;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{IntoToolResult, ToolCall, ToolError, dispatch};
use crate::BoxFuture;
use toolwright_spec::CallToolResult;

/// [`dispatch!`](crate::dispatch) for generated code, whose methods all take their arguments
/// by value and return a `Result`.
///
/// An arm is a call of a function with a closure. One `async` block per arm, in one function, is as
/// good when it runs, and takes the compiler half as long again for hundreds of methods.
#[doc(hidden)]
#[macro_export]
macro_rules! __answer {
    ($service:expr, $call:expr; {
        $($index:literal => $kind:ident |$this:ident $(, $args:ident : $type:ty)?| $body:expr),* $(,)?
    }) => {{
        let __service = $service;
        let __call: $crate::ToolCall<'_> = $call;
        match __call.index() {
            $($index => {
                let $this = __service;
                $crate::__answer!(@arm __call, $kind, ($($args : $type)?), $body)
            })*
            _ => $crate::tool::dispatch::unknown(__call),
        }
    }};
    (@arm $call:ident, $kind:ident, (), $body:expr) => {
        $crate::tool::answer::bare::$kind($body)
    };
    (@arm $call:ident, $kind:ident, ($args:ident : $type:ty), $body:expr) => {
        $crate::tool::answer::typed::$kind($call, move |$args: $type| $body)
    };
}

type Answer<'a> = BoxFuture<'a, Result<CallToolResult, ToolError>>;

/// Methods with arguments, by the kinds of [`dispatch!`](crate::dispatch).
pub mod typed {
    use super::{
        Answer, DeserializeOwned, Future, IntoToolResult, Serialize, ToolCall, ToolError, dispatch,
        given,
    };

    /// Arm kind `json`.
    pub fn json<'a, A, T, F>(call: ToolCall<'a>, run: impl FnOnce(A) -> F + Send + 'a) -> Answer<'a>
    where
        A: DeserializeOwned,
        T: Serialize,
        F: Future<Output = Result<T, ToolError>> + Send + 'a,
    {
        Box::pin(async move { dispatch::json(given(call, run)?.await) })
    }

    /// Arm kind `wrapped`.
    pub fn wrapped<'a, A, T, F>(
        call: ToolCall<'a>,
        run: impl FnOnce(A) -> F + Send + 'a,
    ) -> Answer<'a>
    where
        A: DeserializeOwned,
        T: Serialize,
        F: Future<Output = Result<T, ToolError>> + Send + 'a,
    {
        Box::pin(async move { dispatch::wrapped(given(call, run)?.await) })
    }

    /// Arm kind `reply`.
    pub fn reply<'a, A, T, F>(
        call: ToolCall<'a>,
        run: impl FnOnce(A) -> F + Send + 'a,
    ) -> Answer<'a>
    where
        A: DeserializeOwned,
        T: IntoToolResult,
        F: Future<Output = T> + Send + 'a,
    {
        Box::pin(async move { dispatch::reply(given(call, run)?.await) })
    }
}

/// Methods without arguments, likewise.
pub mod bare {
    use super::{Answer, Future, IntoToolResult, Serialize, ToolError, dispatch};

    /// Arm kind `json`.
    pub fn json<'a, T: Serialize>(
        run: impl Future<Output = Result<T, ToolError>> + Send + 'a,
    ) -> Answer<'a> {
        Box::pin(async move { dispatch::json(run.await) })
    }

    /// Arm kind `wrapped`.
    pub fn wrapped<'a, T: Serialize>(
        run: impl Future<Output = Result<T, ToolError>> + Send + 'a,
    ) -> Answer<'a> {
        Box::pin(async move { dispatch::wrapped(run.await) })
    }

    /// Arm kind `reply`.
    pub fn reply<'a, T: IntoToolResult>(run: impl Future<Output = T> + Send + 'a) -> Answer<'a> {
        Box::pin(async move { dispatch::reply(run.await) })
    }
}

/// The future of a method, given the arguments of the call.
fn given<A: DeserializeOwned, F>(
    call: ToolCall<'_>,
    run: impl FnOnce(A) -> F,
) -> Result<F, ToolError> {
    call.parse::<A>().map(run)
}
