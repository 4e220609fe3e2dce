//! Results that are too large.

use std::io;

use serde::Serialize;
use toolwright_spec::CallToolResult;

use super::{Body, Middleware, Next, Request, Response};
use crate::BoxFuture;
use crate::context::Context;
use crate::error::ProtocolError;
use crate::tool::content;

/// Holds back results that are too large for a model to read: a tool's result is replaced by one
/// that says so (`isError`), another by an error (-32603). Lists always pass.
///
/// [`Limits::result_bytes`](crate::Limits::result_bytes) protects the server; this is for what
/// models can use.
///
/// ```
/// use toolwright_core::Server;
/// use toolwright_core::middleware::ResponseSize;
///
/// let server = Server::new("shop", "1.0.0").middleware(ResponseSize::new(100 * 1024));
/// # server.build().unwrap();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ResponseSize(usize);

impl ResponseSize {
    /// So many bytes of JSON may a result have.
    #[must_use]
    pub fn new(bytes: usize) -> Self {
        Self(bytes)
    }

    fn check(self, request: Request<'_>, response: Response) -> Result<Response, ProtocolError> {
        let size = match &response.0 {
            Body::Tool(result) => size(result),
            Body::Resource(result) => size(result),
            Body::Prompt(result) => size(result),
            Body::Completion(result) => size(result),
            Body::Custom(result) => size(result),
            Body::Asks(_) | Body::Written(_) => 0,
        };
        if size <= self.0 {
            return Ok(response);
        }
        let most = self.0;
        let Some(tool) = request.tool() else {
            let message = format!("the result has {size} bytes, at most {most} are sent");
            return Err(ProtocolError::internal(message));
        };
        let text = format!(
            "the result of {tool} has {size} bytes, at most {most} are sent; ask for less at once"
        );
        Ok(CallToolResult::new(vec![content::text(text)]).with_is_error(true).into())
    }
}

impl Middleware for ResponseSize {
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        Box::pin(async move {
            let response = next.run(cx, request).await?;
            self.check(request, response)
        })
    }
}

fn size(value: &impl Serialize) -> usize {
    let mut counter = Counter(0);
    // What cannot be written is noticed when it is sent.
    let _ = serde_json::to_writer(&mut counter, value);
    counter.0
}

/// Counts what is written.
struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
