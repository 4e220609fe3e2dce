//! Accepts connections until it is asked to stop, and then lets them finish.

use std::future::{self, Future};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use toolwright_core::ServeError;

use super::connection::{self, First, Phase, first};
use super::service::Service;

/// How long to wait when the system has nothing left to accept with.
const PAUSE: Duration = Duration::from_millis(100);
/// How often idle sessions are looked for when nothing else happens.
const SWEEP: Duration = Duration::from_secs(60);

/// Where connections come from.
pub(super) trait Accept {
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<TcpStream>>;
}

impl Accept for TcpListener {
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<TcpStream>> {
        (*self).poll_accept(cx).map_ok(|(stream, _)| stream)
    }
}

/// Serves until `stop` completes; requests in flight then have `grace` to finish.
pub(super) async fn run(
    mut source: impl Accept,
    service: Service,
    grace: Duration,
    stop: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let (phase, watching) = watch::channel(Phase::Open);
    let permits = Arc::new(Semaphore::new(service.limits().connections));
    let accepting = async {
        loop {
            match tokio::time::timeout(SWEEP, next(&mut source, &permits)).await {
                Err(_) => service.sweep(),
                Ok((stream, permit)) => {
                    let serving = connection::serve(stream, service.clone(), watching.clone());
                    tokio::spawn(async move {
                        serving.await;
                        drop(permit);
                    });
                }
            }
        }
    };
    let (First::Left(()) | First::Right(())) = first(stop, accepting).await;
    drop((source, watching));
    service.stop_listening();
    phase.send_replace(Phase::Draining);
    let finished = tokio::time::timeout(grace, phase.closed()).await;
    let requests = phase.receiver_count();
    phase.send_replace(Phase::Over);
    service.close();
    match finished {
        Ok(()) => Ok(()),
        Err(_) => Err(ServeError::Unfinished { requests }),
    }
}

/// The next connection, and leave to serve it.
async fn next(
    source: &mut impl Accept,
    permits: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed.
    let permit = Arc::clone(permits).acquire_owned().await.ok();
    loop {
        match future::poll_fn(|cx| source.poll_accept(cx)).await {
            Ok(stream) => return (stream, permit),
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
