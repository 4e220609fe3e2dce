//! One connection.

use std::convert::Infallible;
use std::future::{self, Future};
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};

use super::clock::Clock;
use super::handshake::Handshake;
use super::limits::Limits;
use super::refusal::Refusal;
use super::service::Service;
use super::watched::{Answering, Watched};

/// What connections lead to.
#[derive(Clone)]
pub(super) struct Server {
    pub(super) service: Service,
    /// What comes before HTTP.
    pub(super) handshake: Option<Arc<dyn Handshake>>,
}

/// A connection that was accepted.
pub(super) enum Accepted {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(tokio::net::UnixStream),
}

/// Whether connections go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// They do.
    Open,
    /// They end after the response that is under way.
    Draining,
    /// They end now.
    Over,
}

/// How long a client that still sends is listened to, so that it reads why it is refused.
const LINGER: Duration = Duration::from_secs(2);
/// What hyper may buffer: more than the limits of target and headers, which then give their own
/// status.
const BUFFER: usize = 160 * 1024;

/// Serves a connection from its handshake, if there is one, to its end.
pub(super) async fn open(
    stream: Accepted,
    peer: SocketAddr,
    server: Server,
    mut phase: watch::Receiver<Phase>,
) {
    let Server { service, handshake } = server;
    let stream = match stream {
        Accepted::Tcp(stream) => stream,
        #[cfg(unix)]
        Accepted::Unix(stream) => return serve(stream, peer, service, phase).await,
    };
    prepare(&stream);
    let Some(handshake) = handshake else {
        return serve(stream, peer, service, phase).await;
    };
    let accepted = tokio::time::timeout(service.limits().head_time, handshake.accept(stream));
    match first(accepted, phase.changed()).await {
        First::Left(Ok(Ok(stream))) => serve(stream, peer, service, phase).await,
        First::Left(Ok(Err(error))) => tracing::debug!(%error, "a handshake failed"),
        First::Left(Err(_)) => tracing::debug!("a handshake timed out"),
        First::Right(_) => {}
    }
}

/// Serves HTTP.
async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    peer: SocketAddr,
    service: Service,
    mut phase: watch::Receiver<Phase>,
) {
    let limits = service.limits().clone();
    let clock = Arc::new(Clock::new(&limits));
    let answer = {
        let (clock, peer) = (Arc::clone(&clock), peer.ip());
        service_fn(move |request| {
            Box::pin(answer(service.clone(), Arc::clone(&clock), peer, request))
        })
    };
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&clock)));
    let mut connection = builder(&limits).serve_connection(io, answer);
    let mut timer = pin!(tokio::time::sleep_until(clock.deadline().unwrap_or_else(Instant::now)));
    loop {
        let served = future::poll_fn(|cx| match connection.poll_without_shutdown(cx) {
            Poll::Pending => poll_deadline(&clock, timer.as_mut(), cx).map(|()| None),
            Poll::Ready(result) => Poll::Ready(Some(result)),
        });
        match first(served, phase.changed()).await {
            First::Left(Some(result)) => {
                if let Err(error) = &result {
                    tracing::debug!(%error, "a connection failed");
                }
                let io = connection.into_parts().io.into_inner();
                return linger(io.into_inner()).await;
            }
            First::Left(None) => {
                tracing::debug!("a connection timed out");
                return;
            }
            First::Right(_) if *phase.borrow() == Phase::Draining && !clock.is_idle() => {
                Pin::new(&mut connection).graceful_shutdown();
            }
            First::Right(_) => return,
        }
    }
}

fn builder(limits: &Limits) -> http1::Builder {
    let mut builder = http1::Builder::new();
    // The clock sees to time, from the first byte on.
    builder.max_headers(limits.headers).max_buf_size(BUFFER).header_read_timeout(None);
    builder
}

/// Small messages leave at once, and peers that vanished are found out.
fn prepare(stream: &TcpStream) {
    let keep_alive = socket2::TcpKeepalive::new().with_time(Duration::from_secs(60));
    let prepared = stream
        .set_nodelay(true)
        .and_then(|()| socket2::SockRef::from(stream).set_tcp_keepalive(&keep_alive));
    if let Err(error) = prepared {
        tracing::debug!(%error, "a connection takes no options");
    }
}

async fn answer(
    service: Service,
    clock: Arc<Clock>,
    peer: IpAddr,
    request: Request<Incoming>,
) -> Result<Response<Answering>, Infallible> {
    let Some(busy) = clock.begin() else {
        let message = "Content-Length and Transfer-Encoding exclude each other";
        let refusal = Refusal::new(StatusCode::BAD_REQUEST, message).closing();
        return Ok(refusal.into_response().map(|body| Answering::new(body, None)));
    };
    let response = service.handle_from(request, Some(peer)).await;
    Ok(response.map(|body| Answering::new(body, Some(busy))))
}

/// Ready when the connection has been as it is for too long.
fn poll_deadline(clock: &Clock, mut timer: Pin<&mut Sleep>, cx: &mut Context<'_>) -> Poll<()> {
    loop {
        let Some(deadline) = clock.deadline() else {
            return Poll::Pending;
        };
        if deadline <= Instant::now() {
            return Poll::Ready(());
        }
        // A deadline that moved away is looked at when the timer fires.
        if timer.is_elapsed() || deadline < timer.deadline() {
            timer.as_mut().reset(deadline);
        }
        if timer.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
    }
}

/// Closes in a way that lets the peer read what was sent last, even if it is still sending.
async fn linger(mut stream: impl AsyncRead + AsyncWrite + Unpin) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let drained = async {
        let mut scratch = vec![0; 16 * 1024];
        while stream.read(&mut scratch).await.is_ok_and(|count| count > 0) {}
    };
    let _ = tokio::time::timeout(LINGER, drained).await;
}

pub(super) enum First<A, B> {
    Left(A),
    Right(B),
}

/// Whichever is ready first; the left one if both are.
pub(super) async fn first<A: Future, B: Future>(a: A, b: B) -> First<A::Output, B::Output> {
    let mut a = pin!(a);
    let mut b = pin!(b);
    future::poll_fn(|cx| match a.as_mut().poll(cx) {
        Poll::Ready(a) => Poll::Ready(First::Left(a)),
        Poll::Pending => b.as_mut().poll(cx).map(First::Right),
    })
    .await
}
