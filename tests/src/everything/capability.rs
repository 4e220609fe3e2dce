//! Middleware that refuses what a client cannot take part in.

use toolwright::spec::{ClientCapabilities, SamplingCapability};
use toolwright::{BoxFuture, Context, Middleware, Next, ProtocolError, Request, Response};

/// Refuses `test_missing_capability` to clients without a model.
pub(super) struct NeedsSampling;

impl Middleware for NeedsSampling {
    fn handle<'a>(
        &'a self,
        cx: &'a Context,
        request: Request<'a>,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Response, ProtocolError>> {
        let needed = request.tool() == Some("test_missing_capability");
        if needed && cx.client_capabilities().sampling.is_none() {
            let mut required = ClientCapabilities::default();
            required.sampling = Some(SamplingCapability::default());
            return Box::pin(async move { Err(ProtocolError::missing_capability(&required)) });
        }
        next.run(cx, request)
    }
}
