//! What may come before HTTP on a connection.

use std::io;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use toolwright_core::BoxFuture;

/// Secures connections, before HTTP begins on them. The feature `tls` has one ready; implement it
/// for what that cannot do, such as certificates of clients.
///
/// ```
/// use std::io;
///
/// use tokio::net::TcpStream;
/// use toolwright_core::BoxFuture;
/// use toolwright_http::serve::{Handshake, Stream};
///
/// struct Nothing;
///
/// impl Handshake for Nothing {
///     fn accept(&self, stream: TcpStream) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
///         Box::pin(async move { Ok(Box::new(stream) as Box<dyn Stream>) })
///     }
/// }
/// ```
pub trait Handshake: Send + Sync {
    /// Agrees with the client on how. The runner holds the time:
    /// [`Limits::head_time`](super::Limits::head_time).
    fn accept(&self, stream: TcpStream) -> BoxFuture<'_, io::Result<Box<dyn Stream>>>;
}

/// A secured connection.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}
