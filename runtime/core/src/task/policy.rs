//! Which calls become tasks.

/// How a tool has to do with tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskPolicy {
    pub(crate) required: bool,
    /// The handler says when.
    pub(crate) waits: bool,
}

impl TaskPolicy {
    /// Calls of clients that speak of tasks become tasks; others wait for the result.
    #[must_use]
    pub const fn optional() -> Self {
        Self { required: false, waits: false }
    }

    /// As [`TaskPolicy::optional`], but requests that stand alone and do not speak of tasks are
    /// refused (-32021): for work that no request should wait for.
    #[must_use]
    pub const fn required() -> Self {
        Self { required: true, waits: false }
    }

    /// A call becomes a task only when its handler calls
    /// [`Context::begin_task`](crate::Context::begin_task): what is asked before is asked of the
    /// request, and the client need not take up a task to hear of it.
    ///
    /// ```
    /// # use toolwright_core::{Context, ToolError};
    /// async fn delete(cx: &Context) -> Result<&'static str, ToolError> {
    ///     cx.elicit_url("consent", "Please agree.", "https://shop.example/consent").await?;
    ///     cx.begin_task().await;
    ///     // ... a long time
    ///     Ok("deleted")
    /// }
    /// ```
    #[must_use]
    pub const fn when_begun(self) -> Self {
        Self { waits: true, ..self }
    }
}
