//! Accepts connections until it is asked to stop, and then lets them finish.

use std::future::{self, Future};
use std::io;
#[cfg(unix)]
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use toolwright_core::ServeError;

use super::connection::{self, Accepted, First, Phase, Server, first};

/// How long to wait when the system has nothing left to accept with.
const PAUSE: Duration = Duration::from_millis(100);
/// How often idle sessions are looked for when nothing else happens.
const SWEEP: Duration = Duration::from_secs(60);

/// Where connections come from.
pub(super) trait Accept {
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Accepted, SocketAddr)>>;
}

impl Accept for TcpListener {
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Accepted, SocketAddr)>> {
        let accepted = (*self).poll_accept(cx);
        accepted.map_ok(|(stream, peer)| (Accepted::Tcp(stream), peer))
    }
}

#[cfg(unix)]
impl Accept for tokio::net::UnixListener {
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<(Accepted, SocketAddr)>> {
        // Who can open the socket is on this machine.
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        (*self).poll_accept(cx).map_ok(|(stream, _)| (Accepted::Unix(stream), peer))
    }
}

/// Serves until `stop` completes; requests in flight then have `grace` to finish.
pub(super) async fn run(
    mut source: impl Accept,
    server: Server,
    grace: Duration,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let service = server.service.clone();
    service.start().await?;
    let (phase, watching) = watch::channel(Phase::Open);
    let permits = Arc::new(Semaphore::new(service.limits().connections));
    let accepting = async {
        loop {
            match tokio::time::timeout(SWEEP, next(&mut source, &permits)).await {
                Err(_) => service.sweep(),
                Ok((stream, peer, permit)) => {
                    let (server, phase) = (server.clone(), watching.clone());
                    let serving = connection::open(stream, peer, server, phase);
                    tokio::spawn(async move {
                        serving.await;
                        drop(permit);
                    });
                }
            }
        }
    };
    let notice = service.limits().stop_notice;
    let stop = async {
        stop.await;
        service.drain();
        if !notice.is_zero() {
            tokio::time::sleep(notice).await;
        }
    };
    let (First::Left(()) | First::Right(())) = first(stop, accepting).await;
    drop((source, watching));
    phase.send_replace(Phase::Draining);
    let finished = tokio::time::timeout(grace, phase.closed()).await;
    let requests = phase.receiver_count();
    phase.send_replace(Phase::Over);
    service.close();
    let stopped = service.stop().await;
    match finished {
        Ok(()) => stopped,
        Err(_) => Err(ServeError::Unfinished { requests }),
    }
}

/// The next connection, and leave to serve it.
async fn next(
    source: &mut impl Accept,
    permits: &Arc<Semaphore>,
) -> (Accepted, SocketAddr, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let permit = Arc::clone(permits).acquire_owned().await.ok();
    loop {
        match future::poll_fn(|cx| source.poll_accept(cx)).await {
            Ok((stream, peer)) => return (stream, peer, permit),
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "cannot accept connections for the moment");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether only the connection that was to be accepted is broken.
fn is_of_the_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::net::TcpStream;

    use super::super::Serve;
    use super::*;

    /// Fails in every way there is before it accepts anything.
    struct Failing {
        errors: Vec<io::Error>,
        listener: TcpListener,
    }

    impl Accept for Failing {
        fn poll_accept(
            &mut self,
            cx: &mut Context<'_>,
        ) -> Poll<io::Result<(Accepted, SocketAddr)>> {
            match self.errors.pop() {
                Some(error) => Poll::Ready(Err(error)),
                None => Accept::poll_accept(&mut self.listener, cx),
            }
        }
    }

    #[tokio::test]
    async fn a_system_without_resources_is_waited_for() {
        const EMFILE: i32 = 24;
        const ENOBUFS: i32 = 105;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let errors = [EMFILE, ENOBUFS].map(io::Error::from_raw_os_error);
        let errors = errors.into_iter().chain([io::ErrorKind::ConnectionAborted.into()]).collect();
        let service = toolwright_core::Server::new("failing", "1").into_http_service().unwrap();
        let source = Failing { errors, listener };
        let server = Server { service, handshake: None };
        let serving = tokio::spawn(run(source, server, Duration::ZERO, pending()));
        let mut stream = TcpStream::connect(address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, b"?\r\n\r\n").await.unwrap();
        let mut answer = [0; 12];
        tokio::io::AsyncReadExt::read_exact(&mut stream, &mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 400");
        assert!(!serving.is_finished());
        serving.abort();
    }
}
