//! A server's process that is started again when it ends: one transport over all its lives.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;

use tokio::process::Command;
use tokio::sync::{oneshot, watch};
use tokio::task::AbortHandle;
use toolwright_spec::Revision;

use super::error::ClientError;
use super::exchange::Link;
use super::greeting::Speak;
use super::inbox::Inbox;
use super::pipe::Pipe;
use super::process::{Process, Setup, Started};
use super::restart::{Restart, Restarts};
use super::restore;
use super::standing::{self, begin};
use super::transport::{Carrier, Outgoing, Transport};
use super::verdict::Verdict;
use crate::BoxFuture;
use crate::era::Era;

/// What it takes to start a server, once and again.
pub(super) struct Beginning {
    pub(super) command: Command,
    pub(super) setup: Setup,
    pub(super) speak: Speak,
    pub(super) restart: Restart,
    pub(super) inbox: Inbox,
    /// What is known of it before the first life.
    pub(super) known: Option<Verdict>,
    /// The process of the first life, and in turn of each that follows.
    pub(super) process: Option<Process>,
}

/// Where the server is.
#[derive(Clone)]
enum Phase {
    /// Gone, and not yet back.
    Down,
    /// It is being greeted.
    Greeted(Arc<Pipe>),
    /// It runs.
    Up(Arc<Pipe>, Revision),
    /// It does not come back.
    Over(ClientError),
}

/// The transport. When it is dropped, so are the process and whoever would start it again.
pub(super) struct Revived {
    phase: Arc<watch::Sender<Phase>>,
    keeper: AbortHandle,
}

/// Goes on to another phase, unless it is all over; whether it did.
fn enter(phase: &watch::Sender<Phase>, next: Phase) -> bool {
    phase.send_if_modified(|phase| {
        let goes_on = !matches!(phase, Phase::Over(_));
        if goes_on {
            *phase = next;
        }
        goes_on
    })
}

/// The end of a life.
type End = oneshot::Receiver<ClientError>;

impl Revived {
    /// Starts the server for the first time.
    pub(super) async fn begin(
        mut beginning: Beginning,
    ) -> Result<(Self, Process, standing::Beginning), ClientError> {
        let phase = Arc::new(watch::Sender::new(Phase::Down));
        let mut first = beginning.start(&phase).await;
        // It may be another one that ends at what it does not know.
        if let (Err(ClientError::Closed { .. }), Some(_)) = (&first, beginning.known.take()) {
            first = beginning.start(&phase).await;
        }
        let life = match (first, Speak::newest_session()) {
            // Some servers of the older kind end at the first message that they do not know.
            (Err(error @ ClientError::Closed { .. }), Some(speak))
                if beginning.speak == Speak::Auto =>
            {
                beginning.speak = speak;
                beginning.start(&phase).await.map_err(|_| error)?
            }
            (first, _) => first?,
        };
        let (process, greeting) = (life.process.clone(), life.greeting.clone());
        beginning.process = Some(process.clone());
        let keeper = tokio::spawn(keep(beginning, Arc::clone(&phase), life)).abort_handle();
        Ok((Self { phase, keeper }, process, greeting))
    }

    /// The way to the server, as soon as it runs.
    async fn up(&self, speaking: Option<Revision>) -> Result<Arc<Pipe>, ClientError> {
        let mut phase = self.phase.subscribe();
        let settled = phase.wait_for(|phase| matches!(phase, Phase::Up(..) | Phase::Over(_))).await;
        match settled.map(|phase| Phase::clone(&phase)) {
            // It was written for a server that is another one now.
            Ok(Phase::Up(_, now)) if speaking.is_some_and(|then| then != now) => {
                Err(ClientError::closed())
            }
            Ok(Phase::Up(pipe, _)) => Ok(pipe),
            Ok(Phase::Over(error)) => Err(error),
            _ => Err(ClientError::closed()),
        }
    }
}

impl Transport for Revived {
    fn request<'a>(&'a self, request: &'a Outgoing) -> BoxFuture<'a, Result<(), ClientError>> {
        Box::pin(async move {
            let pipe = self.up(Some(request.revision())).await?;
            pipe.request(request).await
        })
    }

    fn send(&self, message: Vec<u8>) -> BoxFuture<'_, Result<(), ClientError>> {
        Box::pin(async move { self.up(None).await?.send(message).await })
    }

    fn offer(&self, message: Vec<u8>) {
        match &*self.phase.borrow() {
            Phase::Up(pipe, _) | Phase::Greeted(pipe) => pipe.offer(message),
            Phase::Down | Phase::Over(_) => {}
        }
    }

    fn settle(&self, revision: Revision) {
        self.phase.send_if_modified(|phase| match phase {
            Phase::Up(_, spoken) if *spoken != revision => {
                *spoken = revision;
                true
            }
            _ => false,
        });
    }

    fn carrier(&self) -> Carrier {
        Carrier::Stream
    }

    fn close(&self) -> BoxFuture<'_, ()> {
        self.keeper.abort();
        let last = self.phase.send_replace(Phase::Over(ClientError::closed()));
        Box::pin(async move {
            if let Phase::Up(pipe, _) | Phase::Greeted(pipe) = last {
                pipe.close().await;
            }
        })
    }
}

impl Drop for Revived {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl fmt::Debug for Revived {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revived").finish_non_exhaustive()
    }
}

/// A server that was greeted.
struct Life {
    process: Process,
    greeting: standing::Beginning,
    pipe: Arc<Pipe>,
    end: End,
}

impl Beginning {
    /// Starts the server and greets it.
    async fn start(&mut self, phase: &watch::Sender<Phase>) -> Result<Life, ClientError> {
        let Started { mut process, stdin, stdout } =
            Process::start(&mut self.command, &self.setup)?;
        if let Some(current) = &self.process {
            current.replace(&process);
            process = current.clone();
        }
        let (ended, mut end) = oneshot::channel();
        let ended = Mutex::new(Some(ended));
        let at_end = move |error: &ClientError| {
            let ended = ended.lock().unwrap_or_else(PoisonError::into_inner).take();
            // Whoever would want to know may be gone too.
            let _ = ended.map(|ended| ended.send(error.clone()));
        };
        let pipe = Pipe::start_with(self.inbox.clone(), stdout, stdin, Arc::new(at_end));
        let pipe = Arc::new(pipe);
        if !enter(phase, Phase::Greeted(Arc::clone(&pipe))) {
            process.kill();
            return Err(ClientError::closed());
        }
        let link = self.link(&pipe);
        let greeted = {
            let mut greeting = pin!(begin(&link, self.speak, self.known.clone()));
            poll_fn(|cx| {
                if let Poll::Ready(done) = greeting.as_mut().poll(cx) {
                    return Poll::Ready(done);
                }
                let ended = std::pin::Pin::new(&mut end).poll(cx);
                ended.map(|error| Err(error.unwrap_or_else(|_| ClientError::closed())))
            })
            .await
        };
        match greeted {
            Ok(greeting) => {
                let revision = greeting.greeting.revision;
                link.settle(revision);
                link.knows(&greeting.greeting);
                enter(phase, Phase::Up(Arc::clone(&pipe), revision));
                Ok(Life { process, greeting, pipe, end })
            }
            Err(error) => {
                enter(phase, Phase::Down);
                pipe.close().await;
                Err(process.explain(link.shared.garbage.explain(error)).await)
            }
        }
    }

    /// This one life, to be spoken to.
    fn link(&self, pipe: &Arc<Pipe>) -> Link {
        let transport: Arc<dyn Transport> = Arc::<Pipe>::clone(pipe);
        Link { shared: Arc::clone(&self.inbox.0), transport }
    }
}

/// Nobody waits for a server whose keeper is gone, for example with its runtime.
struct Over(Inbox);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.close(&ClientError::closed());
    }
}

/// Starts the server again whenever it ends, until it did so too often.
async fn keep(mut beginning: Beginning, phase: Arc<watch::Sender<Phase>>, mut life: Life) {
    let _over = Over(beginning.inbox.clone());
    let mut restarts = Restarts::new(beginning.restart.clone());
    loop {
        let error = (&mut life.end).await.unwrap_or_else(|_| ClientError::closed());
        enter(&phase, Phase::Down);
        life.pipe.close().await;
        let mut error = life.process.explain(error).await;
        // It may have closed its output and go on.
        life.process.kill();
        beginning.inbox.0.interrupt(&error);
        life = loop {
            tracing::warn!(%error, "the server's process ended");
            let Some(pause) = restarts.next() else {
                enter(&phase, Phase::Over(error.clone()));
                return beginning.inbox.close(&error);
            };
            tokio::time::sleep(pause).await;
            match beginning.start(&phase).await {
                Ok(life) => break life,
                Err(failed) => error = failed,
            }
        };
        // Streams are opened again by whoever reads them.
        match Era::of(life.greeting.greeting.revision) {
            Era::Session => restore::start(&beginning.inbox.0),
            Era::Stateless => beginning.inbox.0.keeper.forget_all(),
        }
    }
}
