//! Opening connections: whatever the way, one type.

use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use toolwright_core::BoxFuture;
use tower_service::Service;

use crate::address::{Class, NotAllowed, Resolver};

/// Any error.
pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// Opens connections. A new one costs an allocation or two; what goes over it, nothing.
#[derive(Clone)]
pub(crate) struct Dial(pub(crate) Arc<dyn Open>);

/// A connection.
pub(crate) struct Conn {
    io: Box<dyn Io>,
    /// It leads to a proxy that passes requests on. Requests on it name the whole
    /// address.
    pub(crate) is_forwarded: bool,
}

/// Why there is no connection, where that is not plain from the error itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "some stages belong to features")]
pub(crate) enum Stage {
    Name,
    Tls,
    Proxy,
    Time,
}

/// An error, and the stage at which it came.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) stage: Stage,
    pub(crate) reason: String,
}

/// A way to open connections.
pub(crate) trait Open: Send + Sync {
    fn open(&self, to: Uri) -> BoxFuture<'static, Result<Conn, BoxError>>;
}

trait Io: Read + Write + Send + Unpin {}

impl<T: Read + Write + Send + Unpin> Io for T {}

struct Connector<C>(C);

struct Within {
    time: Duration,
    inner: Dial,
}

struct Explained<F> {
    inner: Dial,
    explain: F,
}

impl Dial {
    pub(crate) fn new<C>(connector: C) -> Self
    where
        C: Service<Uri> + Clone + Send + Sync + 'static,
        C::Response: Read + Write + Send + Unpin + 'static,
        C::Error: Into<BoxError>,
        C::Future: Send,
    {
        Self(Arc::new(Connector(connector)))
    }

    /// TCP, to whichever address of a host answers.
    pub(crate) fn tcp(timeout: Duration) -> Self {
        Self::tcp_to(timeout, Class::Any)
    }

    /// The same, to addresses of a class only, as far as there is a name to resolve.
    pub(crate) fn tcp_to(timeout: Duration, class: Class) -> Self {
        let mut tcp = HttpConnector::new_with_resolver(Names(Resolver::new(class)));
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(timeout));
        // Servers that vanish are found out, also by who only listens.
        tcp.set_keepalive(Some(Duration::from_secs(60)));
        Self::new(tcp)
    }

    /// The same, with so much time for all of it.
    pub(crate) fn within(self, time: Duration) -> Self {
        Self(Arc::new(Within { time, inner: self }))
    }

    /// The same, with errors in other words.
    #[allow(dead_code, reason = "some words belong to features")]
    pub(crate) fn explained<F>(self, explain: F) -> Self
    where
        F: Fn(BoxError) -> BoxError + Clone + Send + Sync + 'static,
    {
        Self(Arc::new(Explained { inner: self, explain }))
    }
}

impl Failed {
    pub(crate) fn boxed(stage: Stage, reason: impl Into<String>) -> BoxError {
        Box::new(Self { stage, reason: reason.into() })
    }
}

/// Every error on the way to the first cause, also those inside errors of input and output.
pub(crate) fn causes<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let inner = |error: &'a (dyn StdError + 'static)| {
        let boxed = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        boxed.map(|inner| inner as &'a (dyn StdError + 'static)).or_else(|| error.source())
    };
    std::iter::successors(Some(error), move |error| inner(*error))
}

impl<C> Open for Connector<C>
where
    C: Service<Uri> + Clone + Send + Sync + 'static,
    C::Response: Read + Write + Send + Unpin + 'static,
    C::Error: Into<BoxError>,
    C::Future: Send,
{
    fn open(&self, to: Uri) -> BoxFuture<'static, Result<Conn, BoxError>> {
        let mut connector = self.0.clone();
        Box::pin(async move {
            poll_fn(|cx| connector.poll_ready(cx)).await.map_err(Into::into)?;
            let io = connector.call(to).await.map_err(Into::into)?;
            Ok(Conn { io: Box::new(io), is_forwarded: false })
        })
    }
}

impl Open for Within {
    fn open(&self, to: Uri) -> BoxFuture<'static, Result<Conn, BoxError>> {
        let (time, opening) = (self.time, self.inner.0.open(to));
        Box::pin(async move {
            match tokio::time::timeout(time, opening).await {
                Ok(opened) => opened,
                Err(_) => Err(Failed::boxed(Stage::Time, format!("not connected within {time:?}"))),
            }
        })
    }
}

impl<F> Open for Explained<F>
where
    F: Fn(BoxError) -> BoxError + Clone + Send + Sync + 'static,
{
    fn open(&self, to: Uri) -> BoxFuture<'static, Result<Conn, BoxError>> {
        let (opening, explain) = (self.inner.0.open(to), self.explain.clone());
        Box::pin(async move { opening.await.map_err(explain) })
    }
}

impl Service<Uri> for Dial {
    type Response = Conn;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Conn, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        self.0.open(to)
    }
}

impl Connection for Conn {
    fn connected(&self) -> Connected {
        Connected::new().proxy(self.is_forwarded)
    }
}

impl Read for Conn {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buffer)
    }
}

impl Write for Conn {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, slices)
    }
}

/// Resolves names; its errors can be told from others.
#[derive(Clone)]
struct Names(Resolver);

impl Service<Name> for Names {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let host = name.to_string();
        let finding = self.0.call(name);
        Box::pin(async move {
            finding.await.map_err(|error| match error.get_ref() {
                Some(inner) if inner.is::<NotAllowed>() => error.into(),
                _ => {
                    let reason = format!("no address is known for `{host}`: {error}");
                    Failed::boxed(Stage::Name, reason)
                }
            })
        })
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl StdError for Failed {}

impl fmt::Debug for Dial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dial").finish_non_exhaustive()
    }
}
