//! What sends requests: our own pool of connections, or a service of the user's.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use hyper::body::{Frame, Incoming};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use toolwright_core::BoxFuture;
use tower_service::Service;

use crate::dial::{BoxError, Dial};

/// See the module.
pub(crate) enum Sender {
    Pool(legacy::Client<Dial, Full<Bytes>>),
    Service(Box<dyn Serve>),
}

/// The body of a response.
pub(crate) enum Received {
    Pool(Incoming),
    Service(Pin<Box<dyn Body<Data = Bytes, Error = BoxError> + Send>>),
}

/// A service of any type.
pub(crate) trait Serve: Send + Sync {
    fn serve(&self, request: Request<Bytes>)
    -> BoxFuture<'_, Result<Response<Received>, BoxError>>;

    /// Another handle to it.
    fn again(&self) -> Box<dyn Serve>;
}

struct Served<S>(S);

impl Sender {
    pub(crate) fn pool(dial: Dial) -> Self {
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .pool_max_idle_per_host(32)
            .http1_max_buf_size(64 << 10)
            .build(dial);
        Self::Pool(client)
    }

    pub(crate) async fn send(
        &self,
        request: Request<Bytes>,
    ) -> Result<Response<Received>, BoxError> {
        match self {
            Self::Pool(client) => {
                let response = client.request(request.map(Full::new)).await?;
                Ok(response.map(Received::Pool))
            }
            Self::Service(service) => service.serve(request).await,
        }
    }
}

impl Received {
    pub(crate) async fn frame(&mut self) -> Option<Result<Frame<Bytes>, BoxError>> {
        match self {
            Self::Pool(body) => body.frame().await.map(|frame| frame.map_err(Into::into)),
            Self::Service(body) => body.frame().await,
        }
    }
}

/// A service of one type, as one of any type.
pub(crate) fn service<S, B>(service: S) -> Box<dyn Serve>
where
    S: Service<Request<Bytes>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    Box::new(Served(service))
}

impl<S, B> Serve for Served<S>
where
    S: Service<Request<Bytes>, Response = Response<B>> + Clone + Send + Sync + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    fn serve(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, Result<Response<Received>, BoxError>> {
        let mut service = self.0.clone();
        Box::pin(async move {
            poll_fn(|cx| service.poll_ready(cx)).await.map_err(Into::into)?;
            let response = service.call(request).await.map_err(Into::into)?;
            Ok(response.map(|body| Received::Service(Box::pin(body.map_err(Into::into)))))
        })
    }

    fn again(&self) -> Box<dyn Serve> {
        Box::new(Self(self.0.clone()))
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pool(_) => "Pool",
            Self::Service(_) => "Service",
        })
    }
}
