//! One connection: reading, writing, and when it ends.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use super::engine::Engine;
use super::exchange::Exchange;
use crate::BoxFuture;
use crate::context::Extensions;
use crate::error::ServeError;
use crate::frame::Lines;

/// How often the loop goes round before other tasks have their turn.
const ROUNDS: usize = 64;
/// A buffer that grew beyond this is given back.
const KEPT: usize = 256 * 1024;

/// Drives a connection; completes when it is over.
///
/// It is one future that reads large chunks, starts handlers, polls those that are not ready, and
/// writes all answers there are with one write.
pub(super) struct Connection<'a, R, W> {
    engine: Arc<Engine>,
    reader: R,
    writer: W,
    lines: Lines,
    /// The peer will send nothing more.
    eof: bool,
    exchange: Exchange,
    /// How much of the output is written.
    written: usize,
    unflushed: bool,
    stop: BoxFuture<'a, ()>,
    phase: Phase,
}

enum Phase {
    /// Messages come in.
    Open,
    /// No more come; those in flight have until then.
    Draining(Pin<Box<Sleep>>),
}

impl<'a, R, W> Connection<'a, R, W> {
    pub(super) fn new(
        engine: Arc<Engine>,
        reader: R,
        writer: W,
        stop: BoxFuture<'a, ()>,
        caller: Extensions,
    ) -> Self {
        Self {
            lines: Lines::new(engine.limits().line_bytes),
            exchange: Exchange::new(Arc::clone(&engine), caller),
            engine,
            reader,
            writer,
            eof: false,
            written: 0,
            unflushed: false,
            stop,
            phase: Phase::Open,
        }
    }
}

impl<R, W> Future for Connection<'_, R, W>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    type Output = Result<(), ServeError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        for _ in 0..ROUNDS {
            let mut busy = this.exchange.poll(cx.waker());
            busy |= this.take_lines();
            busy |= match this.poll_write(cx) {
                Ok(busy) => busy,
                Err(error) if is_gone(&error) => {
                    tracing::debug!(%error, "the peer went away");
                    return Poll::Ready(Ok(()));
                }
                Err(error) => return Poll::Ready(Err(error.into())),
            };
            busy |= this.poll_read(cx)?;
            if let Poll::Ready(end) = this.poll_end(cx) {
                return Poll::Ready(end);
            }
            if !busy {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<R, W> Connection<'_, R, W>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    /// Whether output waits that the peer does not take, so that nothing more should be started.
    fn is_full(&mut self) -> bool {
        self.exchange.out().len() - self.written >= self.engine.limits().queue_bytes
    }

    /// Hands lines that are already here to the exchange.
    fn take_lines(&mut self) -> bool {
        let mut busy = false;
        while matches!(self.phase, Phase::Open) && !self.is_full() {
            let line = match self.lines.next() {
                None if self.eof => self.lines.rest(),
                line => line,
            };
            match line {
                Some(line) => self.exchange.receive(&line),
                None if self.eof => self.drain(),
                None => break,
            }
            busy = true;
        }
        busy
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        if self.eof || !matches!(self.phase, Phase::Open) || self.is_full() {
            return Ok(false);
        }
        let mut buffer = ReadBuf::new(self.lines.room());
        match Pin::new(&mut self.reader).poll_read(cx, &mut buffer) {
            Poll::Pending => return Ok(false),
            Poll::Ready(Err(error)) if is_gone(&error) => {}
            Poll::Ready(result) => result?,
        }
        let count = buffer.filled().len();
        self.lines.filled(count);
        self.eof = count == 0;
        self.take_lines();
        Ok(true)
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        let mut busy = false;
        let out = self.exchange.out();
        while let Some(rest @ [_, ..]) = out.get(self.written..) {
            match Pin::new(&mut self.writer).poll_write(cx, rest) {
                Poll::Pending => return Ok(busy),
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(count)) => self.written += count,
                Poll::Ready(Err(error)) => return Err(error),
            }
            self.unflushed = true;
            busy = true;
        }
        self.written = 0;
        out.clear();
        if out.capacity() > KEPT {
            *out = Vec::new();
        }
        if self.unflushed && Pin::new(&mut self.writer).poll_flush(cx)?.is_ready() {
            self.unflushed = false;
        }
        Ok(busy)
    }

    /// No more messages.
    fn drain(&mut self) {
        if matches!(self.phase, Phase::Open) {
            self.exchange.hang_up();
            self.exchange.stop();
            let grace = self.engine.limits().shutdown_grace;
            self.phase = Phase::Draining(Box::pin(tokio::time::sleep(grace)));
        }
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ServeError>> {
        if matches!(self.phase, Phase::Open) && self.stop.as_mut().poll(cx).is_ready() {
            self.drain();
        }
        let requests = self.exchange.in_flight();
        let Phase::Draining(deadline) = &mut self.phase else {
            return Poll::Pending;
        };
        if requests == 0 && self.exchange.out().is_empty() && !self.unflushed {
            // The other direction stays as it is: whoever gave us the stream may use it.
            return Poll::Ready(Ok(()));
        }
        ready!(deadline.as_mut().poll(cx));
        Poll::Ready(Err(match requests {
            0 => io::Error::from(io::ErrorKind::TimedOut).into(),
            requests => ServeError::Unfinished { requests },
        }))
    }
}

/// The peer closed the connection without ceremony. There is nobody left to serve.
fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset)
}
