//! Requests that take too long.

use std::time::Duration;

use toolwright_spec::CallToolResult;

use super::{Middleware, Next, Request, Response};
use crate::BoxFuture;
use crate::context::Context;
use crate::error::ProtocolError;
use crate::tool::content;

/// Stops requests that take longer than a time.
///
/// The handler is dropped, and work that it spawned sees [`Context::cancelled`]. A tool's result
/// then tells the model so (`isError`); other requests are answered with an error (-32603).
/// Subscriptions may last as long as they like. In a session, the time that a person takes to
/// answer a question counts.
///
/// ```
/// use std::time::Duration;
/// use toolwright_core::Server;
/// use toolwright_core::middleware::Timeout;
///
/// let server = Server::new("shop", "1.0.0").middleware(Timeout::new(Duration::from_secs(30)));
/// # server.build().unwrap();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Timeout(Duration);

impl Timeout {
    /// So long may a request take.
    #[must_use]
    pub fn new(time: Duration) -> Self {
        Self(time)
    }
}

impl Middleware for Timeout {
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
            if let Ok(answer) = tokio::time::timeout(self.0, next.run(cx, request)).await {
                return answer;
            }
            cx.cancel();
            let time = self.0;
            let Some(tool) = request.tool() else {
                let message = format!("this took longer than {time:?} and was stopped");
                return Err(ProtocolError::internal(message));
            };
            let text = format!(
                "{tool} took longer than {time:?} and was stopped; ask for less at once, or try \
                 again later"
            );
            Ok(CallToolResult::new(vec![content::text(text)]).with_is_error(true).into())
        })
    }
}
