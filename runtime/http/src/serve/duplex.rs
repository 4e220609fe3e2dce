//! The transport of revision 2024-11-05, HTTP+SSE: one stream of events, and a second route that
//! takes messages for it.
//!
//! A stream and its messages are a connection like standard input and output are, and are served
//! as one: nothing outlives the stream.
//!
//! Specification: 2024-11-05, `basic/transports`, section "HTTP with SSE".

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, DuplexStream, ReadBuf};
use tokio::sync::{mpsc, watch};
use toolwright_core::context::{Extensions, Principal};
use toolwright_core::{BoxFuture, ServeError};

use super::frame;
use super::random;

/// Messages of one stream that wait to be looked at.
const WAITING: usize = 64;
/// Bytes on their way from the engine to the stream.
const BUFFER: usize = 64 * 1024;

/// Bytes taken of that at once.
const PIECE: usize = 8 * 1024;

/// All open streams.
pub(super) struct Duplexes {
    table: Arc<Mutex<Table>>,
    most: usize,
    closed: watch::Sender<bool>,
}

type Table = HashMap<String, Entry>;

/// Where messages for a stream go, and from whom.
struct Entry {
    sender: mpsc::Sender<Bytes>,
    /// Who opened it, if that is known. It is nobody else's then.
    owner: Option<Owner>,
}

/// A principal and what it may do. Messages are served as whoever opened the stream, so that those
/// of another token of the same principal are taken only if it allows the same.
#[derive(PartialEq, Eq)]
struct Owner {
    key: Box<str>,
    scopes: BTreeSet<Box<str>>,
}

impl Owner {
    fn new(principal: &Principal) -> Self {
        let scopes = principal.scopes().iter().map(|scope| scope.as_str().into()).collect();
        Self { key: principal.key().into(), scopes }
    }
}

impl Duplexes {
    pub(super) fn new(most: usize) -> Self {
        Self { table: Arc::default(), most, closed: watch::Sender::new(false) }
    }

    /// Opens a stream; messages for it go to `path`. `None` if there are too many.
    pub(super) fn open(
        &self,
        service: &toolwright_core::Service,
        path: &str,
        owner: Option<&Principal>,
        caller: Extensions,
    ) -> Option<Duplex> {
        let id = random::id()?;
        let (sender, receiver) = mpsc::channel(WAITING);
        {
            let mut table = lock(&self.table);
            if *self.closed.borrow() || table.len() >= self.most {
                return None;
            }
            table.insert(id.clone(), Entry { sender, owner: owner.map(Owner::new) });
        }
        let (output, writer) = tokio::io::duplex(BUFFER);
        let (service, mut closed) = (service.clone(), self.closed.subscribe());
        let reader = Messages { receiver, current: Bytes::new() };
        let serving = Box::pin(async move {
            let stop = async move {
                let _ = closed.wait_for(|closed| *closed).await;
            };
            service.serve_caller(reader, writer, stop, caller).await
        });
        Some(Duplex {
            first: Some(frame::endpoint(&format!("{path}?session_id={id}"))),
            serving: Some(serving),
            output,
            lines: BytesMut::new(),
            scanned: 0,
            _place: Place { table: Arc::clone(&self.table), id },
        })
    }

    /// Where messages for a stream go, if whoever asks may send some.
    pub(super) fn find(&self, id: &str, asks: Option<&Principal>) -> Option<mpsc::Sender<Bytes>> {
        let table = lock(&self.table);
        let entry = table.get(id)?;
        if entry.owner.is_some() && entry.owner != asks.map(Owner::new) {
            return None;
        }
        Some(entry.sender.clone())
    }

    /// Ends all streams, once what is in flight is answered.
    pub(super) fn close(&self) {
        self.closed.send_replace(true);
    }
}

impl fmt::Debug for Duplexes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Duplexes").field("open", &lock(&self.table).len()).finish_non_exhaustive()
    }
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A stream's place in the table.
struct Place {
    table: Arc<Mutex<Table>>,
    id: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        lock(&self.table).remove(&self.id);
    }
}

/// An open stream. Dropping it ends everything that was asked through it.
pub(super) struct Duplex {
    first: Option<Bytes>,
    serving: Option<BoxFuture<'static, Result<(), ServeError>>>,
    output: DuplexStream,
    /// Output that is no whole line yet.
    lines: BytesMut,
    /// How much of it is known to have no line end.
    scanned: usize,
    _place: Place,
}

impl Duplex {
    /// The next event.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(first));
        }
        loop {
            let unseen = self.lines.get(self.scanned..).unwrap_or_default();
            if let Some(end) = unseen.iter().position(|byte| *byte == b'\n') {
                let line = self.lines.split_to(self.scanned + end);
                self.scanned = 0;
                self.lines.advance(1);
                return Poll::Ready(Some(frame::event(None, &line)));
            }
            self.scanned = self.lines.len();
            if let Some(serving) = &mut self.serving
                && let Poll::Ready(served) = serving.as_mut().poll(cx)
            {
                if let Err(error) = served {
                    tracing::debug!(%error, "a stream ended badly");
                }
                // Drops the writer, so that the output comes to its end.
                self.serving = None;
            }
            let mut buffer = [0; PIECE];
            let mut buffer = ReadBuf::new(&mut buffer);
            match ready!(Pin::new(&mut self.output).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {
                    self.lines.extend_from_slice(buffer.filled());
                }
                _ => return Poll::Ready(None),
            }
        }
    }
}

/// What comes in through the other route, as lines.
struct Messages {
    receiver: mpsc::Receiver<Bytes>,
    current: Bytes,
}

impl AsyncRead for Messages {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.current.is_empty() {
            match ready!(self.receiver.poll_recv(cx)) {
                Some(line) => self.current = line,
                None => return Poll::Ready(Ok(())),
            }
        }
        let count = self.current.len().min(buffer.remaining());
        buffer.put_slice(&self.current.split_to(count));
        Poll::Ready(Ok(()))
    }
}

/// A message as one line. JSON has line ends between its tokens only.
pub(super) fn line(message: &[u8]) -> Bytes {
    let blank = |byte: &u8| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte };
    message.iter().map(blank).chain([b'\n']).collect()
}
